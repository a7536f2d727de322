"""Every command that talks to a store or tells others, and whatever goes wrong: no secret is printed."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline.cli import main

REPOSITORY = Path(__file__).resolve().parents[2]
SLUG = "why-bridges-hum"
KEY, SECRET, SESSION = "MARKERKEYID", "marker-secret-key", "marker-session-token"
PASSWORD, HOOK_SECRET, HOOK_PATH = "marker-password", "marker-hook-secret", "marker-hook-path"
SECRETS = (SECRET, SESSION, PASSWORD, HOOK_SECRET, HOOK_PATH)


class _Gossip(BaseHTTPRequestHandler):
    """A store that refuses everything and repeats all that it was told."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = "".join(f"{name}: {value}\n" for name, value in self.headers.items())
        body = (
            f"<Error><Code>SignatureDoesNotMatch</Code><Message>{SECRET} {self.path} {told}</Message>"
            f"<StringToSign>{SECRET}</StringToSign></Error>"
        ).encode()
        self.send_response(403, f"Forbidden {SECRET}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_PUT = do_HEAD = do_POST = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 - the base's names

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def gossip(serving: Callable[[HTTPServer], AbstractContextManager[str]]) -> Iterator[str]:
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), _Gossip)) as address:
        yield address


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("feed", "episodes"):
        shutil.copytree(REPOSITORY / name, tmp_path / "show" / name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", SESSION)
    monkeypatch.setattr(time, "sleep", lambda _: None)  # between tries of a request
    monkeypatch.setenv("HOOK_SECRET", HOOK_SECRET)
    return tmp_path / "show"


FIRST = (["history"], ["doctor"], ["store", "status"])
COMMANDS = (
    ["history"],
    ["rollback"],
    ["gc"],
    ["plan"],
    ["publish", "--due"],
    ["unpublish", SLUG],
    ["fetch", SLUG],
    ["doctor", "--fix"],
    ["doctor", "--policy"],
    ["store", "status"],
)


@pytest.mark.parametrize("where", ["nobody", "gossip"])
def test_no_command_prints_a_secret(root: Path, where: str, gossip: str) -> None:
    host = "127.0.0.1:9" if where == "nobody" else gossip.removeprefix("http://")
    address = f"http://user:{PASSWORD}@{host}"
    toml = root / "feed" / "show.toml"
    toml.write_text(
        f"{toml.read_text()}\n"
        f'[storage]\nendpoint_url = "{address}"\nbucket = "show"\nregion = "x"\n'
        f'public_url = "{gossip}/show"\n'
        f'[notify]\nallow_loopback = true\ntimeout = 1\nwebsub = ["{gossip}/{HOOK_PATH}"]\n'
        f'webhooks = [{{ url = "{gossip}/{HOOK_PATH}", secret_env = "HOOK_SECRET" }}]\n'
    )

    failed = 0
    commands = COMMANDS if where == "gossip" else FIRST
    for arguments in commands:
        result = CliRunner().invoke(main, [*arguments, "--root", str(root), "-v"])
        printed = result.output + repr(result.exception)
        assert printed.strip(), arguments
        found = [secret for secret in SECRETS if secret in printed]
        assert not found, (arguments, found, printed[-3000:])
        failed += result.exit_code != 0
    assert failed >= len(commands) - 3, "where a store refuses everything, all fail that ask it"
