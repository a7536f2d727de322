"""Somebody at a show's folder, for tests that live through weeks of it."""

import json
import re
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.settings.show import load_show
from pipeline.storage.local.store import open_store
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.public import ask
from pipeline.workspace import Workspace

SLUG = "why-bridges-hum"


class Host:
    """Somebody at the show's folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, *arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, [*arguments, "--root", str(self.root)])
        assert result.exit_code == code, result.output
        return result

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", code=code).stdout)

    @property
    def store(self) -> ObjectStore:
        workspace = Workspace.at(self.root)
        return open_store(workspace, load_show(workspace))

    def titles(self) -> list[str]:
        answer = ask(self.store.base_url + "feed.xml")
        return [each.title for each in read_feed(answer.body).items.values()]

    @property
    def published(self) -> list[str]:
        path = self.root / "feed" / "build" / "published.json"
        return json.loads(path.read_bytes())["episodes"] if path.is_file() else []

    def built(self, *names: str) -> dict[str, bytes]:
        build = self.root / f"episodes/{SLUG}/build"
        return {name: (build / name).read_bytes() for name in names}

    def edit(self, slug: str, pattern: str, new: str) -> None:
        path = self.root / "episodes" / slug / "episode.toml"
        path.write_text(re.sub(pattern, new, path.read_text(), count=1, flags=re.MULTILINE))


def everything_below(root: Path) -> dict[str, bytes]:
    """The show's files; not the store's own, nor where the engine keeps what it has hashed."""
    found = (path for path in root.rglob("*") if path.is_file())
    return {
        name: path.read_bytes()
        for path in found
        if not (name := path.relative_to(root).as_posix()).startswith(".pullquote/")
        or name.startswith((".pullquote/released", ".pullquote/re"))
    }
