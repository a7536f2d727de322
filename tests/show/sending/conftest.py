"""A show whose sample is published, as far as this clone knows, and the servers that posts go to."""

import re
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.engine.running.runner import Runner
from pipeline.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[3]
NODE = Path(__file__).resolve().parent / "node"
SAMPLE = "why-bridges-hum"


@dataclass(frozen=True)
class Host:
    """Somebody at a clone of the show."""

    root: Path

    @property
    def workspace(self) -> Workspace:
        return Workspace.at(self.root)

    @property
    def posted(self) -> Path:
        return self.root / "episodes" / SAMPLE / "posted.json"

    def run(self, *arguments: str, code: int = 0) -> Result:
        done = CliRunner().invoke(main, [*arguments, "--root", str(self.root)])
        assert done.exit_code == code, done.output
        return done

    def post(self, house: str, *options: str, code: int = 0) -> Result:
        return self.run("post", SAMPLE, "--to", house, "--now", *options, code=code)

    def mend(self, old: str, new: str) -> None:
        """Let the proven quotes, or the texts of the episode, have another word."""
        for name in ("build/quotes.json", "episode.toml"):
            path = self.root / "episodes" / SAMPLE / name
            path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def _clone(root: Path) -> Host:
    ignored = shutil.ignore_patterns("*.mp3", "tracks", "script")
    for folder in ("feed", "episodes"):
        shutil.copytree(REPOSITORY / folder, root / folder, ignore=ignored)
    return Host(root)


@pytest.fixture(autouse=True)
def made_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is built of the episode counts as it is: tests write it."""
    monkeypatch.setattr(Runner, "explain", lambda _runner, _slug: [])


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return _clone(tmp_path / "show")


@pytest.fixture
def colleague(tmp_path: Path) -> Host:
    """Somebody else's clone, who knows nothing of what is posted from here."""
    return _clone(tmp_path / "colleague")


@pytest.fixture(scope="session")
def pds() -> Iterator[str]:
    """Bluesky's own server of accounts."""
    if not (NODE / "node_modules/better-sqlite3/build/Release/better_sqlite3.node").is_file():
        pytest.skip("Bluesky's server is not installed: npm ci in tests/show/sending/node")
    command = ["node", "pds.js"]
    with subprocess.Popen(
        command, cwd=NODE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        address = process.stdout.readline().strip()
        assert re.fullmatch(r"http://localhost:\d+", address), "Bluesky's server did not start"
        yield address
        process.stdin.close()


@pytest.fixture
def bluesky(
    pds: str, monkeypatch: pytest.MonkeyPatch, no_proxy: None
) -> Iterator[Callable[[], list[tuple[str, Any]]]]:
    """An account there, which the environment names; gives its posts, oldest first: address and text."""
    pytest.importorskip("atproto_client", reason="the extra [bluesky] is not installed")
    from atproto_client import Client
    from atproto_client.request import Request

    handle, password = f"ada-{secrets.token_hex(4)}.test", secrets.token_hex(8)
    request = Request()
    client = Client(pds, request=request)
    account = {"handle": handle, "email": f"{handle}@example.org", "password": password}
    did = client.com.atproto.server.create_account(account).did
    monkeypatch.setenv("BLUESKY_PDS", pds)
    monkeypatch.setenv("BLUESKY_HANDLE", handle)
    monkeypatch.setenv("BLUESKY_APP_PASSWORD", password)

    def posts() -> list[tuple[str, Any]]:
        query = {"repo": did, "collection": "app.bsky.feed.post", "limit": 100, "reverse": True}
        found = client.com.atproto.repo.list_records(query).records
        return [(each.uri, each.value) for each in found]

    yield posts
    request.close()
