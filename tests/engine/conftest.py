"""A small show, and stages over text files that name their inputs in their outputs."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.engine.declared.settings import NoSettings, StageSettings, from_episode, from_show
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.workspace import Workspace

SHOW = """\
title = "Bridges"
description = "About bridges."
language = "en"
author = "Ann"
email = "podcast@example.org"
categories = ["Technology"]

[audio]
lufs = {lufs}
"""

EPISODE = """\
title = "{title}"
guid = "5b0b9a2e-{slug}"
date = 2026-05-01T08:00:00+02:00
"""


class Loudness(StageSettings):
    lufs: float = from_show("audio.lufs")


class Title(StageSettings):
    title: str = from_episode("title")


class Both(StageSettings):
    lufs: float = from_show("audio.lufs")
    title: str = from_episode("title")


class Show:
    """A show in a temporary folder, and shortcuts to change and read it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.workspace = Workspace(root)
        self.show()
        self.episode("one")

    def show(self, lufs: float = -16.0) -> None:
        self.write("feed/show.toml", SHOW.format(lufs=lufs))

    def episode(self, slug: str, title: str = "One", audio: str = "sound") -> None:
        self.write(f"episodes/{slug}/episode.toml", EPISODE.format(slug=slug, title=title))
        self.write(f"episodes/{slug}/audio.wav", audio)

    def path(self, name: str, slug: str = "one") -> Path:
        if name.startswith("//"):
            return self.root / name[2:]
        return self.root / "episodes" / slug / name

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def built(self) -> dict[str, bytes]:
        """Every file below a build folder, with its content; locks and temporary files included."""
        files = [p for p in self.root.rglob("*") if p.is_file() and "build" in p.parts]
        return {p.relative_to(self.root).as_posix(): p.read_bytes() for p in sorted(files)}

    def lock(self, slug: str = "one") -> dict[str, Any]:
        stages: dict[str, Any] = json.loads(self.path("build/lock.json", slug).read_bytes())[
            "stages"
        ]
        return stages

    def explained(self, runner: Runner, slug: str = "one") -> dict[str, list[str]]:
        """Reasons in words by stage, of those that are not fresh."""
        states = runner.explain(slug)
        return {s.stage: [str(r) for r in s.reasons] for s in states if s.state != "fresh"}


@pytest.fixture
def tick(tmp_path: Path) -> Callable[[], None]:
    """Waits until the file system's clock tells what is written from now on from what was written."""

    def wait() -> None:
        probe = tmp_path / "probe"
        probe.touch()
        before = probe.stat().st_ctime_ns
        while probe.stat().st_ctime_ns == before:
            probe.touch()

    return wait


@pytest.fixture
def show(tmp_path: Path) -> Show:
    return Show(tmp_path)


def digest_stage(
    name: str,
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    settings: type[StageSettings] = Loudness,
    **more: Any,
) -> Stage[Any]:
    """A stage whose outputs depend on every byte of its inputs and on its settings."""

    def run(ctx: StageContext[Any]) -> None:
        seen = hashlib.sha256(ctx.settings.model_dump_json().encode())
        for pattern in inputs:
            for path in ctx.inputs(pattern.removesuffix("?")):
                seen.update(path.name.encode() + b"\0" + path.read_bytes())
        for output in outputs:
            ctx.write_text(output, f"{name} {output} {seen.hexdigest()}\n")

    return Stage(name, run, inputs, outputs, settings, **more)


@pytest.fixture(scope="session")
def make_stage() -> Callable[..., Stage[Any]]:
    return digest_stage


@pytest.fixture(scope="session")
def make_show() -> Callable[[Path], Show]:
    return Show


@pytest.fixture(scope="session")
def settings() -> dict[str, type[StageSettings]]:
    """Classes of settings by what they read."""
    return {"nothing": NoSettings, "lufs": Loudness, "title": Title, "both": Both}


@pytest.fixture
def line(show: Show) -> Runner:
    """Three stages in a row, and one for the show: audio.wav, master.mp3, text.json, item.json, feed."""
    return Runner(show.workspace, line_stages())


def line_stages() -> list[Stage[Any]]:
    return [
        digest_stage("item", ("build/text.json",), ("build/item.json",), Title),
        digest_stage("master", ("audio.*",), ("build/master.mp3", "build/audio.json")),
        digest_stage(
            "text",
            ("build/master.mp3", "//feed/glossary.toml?", "corrections.toml?"),
            ("build/text.json",),
            Title,
            belongs="corrections.toml",
        ),
        digest_stage(
            "feed", ("//episodes/*/build/item.json",), ("//feed/build/feed.xml",), scope="show"
        ),
    ]
