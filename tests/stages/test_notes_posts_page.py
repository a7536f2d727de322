"""The stages that write for people, in the engine, after one that stands in for all before them."""

import hashlib
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.artefacts import CORRECTED, Corrected
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import ConfigError, PullquoteError
from pipeline.models import Transcript, Word, encode
from pipeline.stages import notes, page, posts
from pipeline.workspace import Workspace

SHOW = """
[[people]]
name = "Ada"
[storage]
bucket = "b"
public_url = "https://cdn.example.org/show"
"""
EPISODE = """
title = "Why bridges hum"
guid = "6f9a1a52"
date = 2024-05-02T12:00:00+02:00
summary = "The wind plays."
thesis = "A hum is an answer."
notes = "Recorded *outside*."
[[people]]
name = "Cleo"
role = "guest"
"""
QUOTE = {
    "id": "k3v9",
    "heading": "On wind",
    "text": "It asks a question [1].",
    "speaker": "Cleo",
    "start": 1.2,
    "end": 3.0,
    "spans": [[3, 7]],
    "edits": [],
    "status": "verbatim",
    "footnotes": {"1": "Of the deck."},
}
WORDS = [
    Word(text, i * 0.4, i * 0.4 + 0.3, 0.9, "Ada" if i < 3 else "Cleo")
    for i, text in enumerate(["What", "is", "it?", "It", "asks", "a", "question."])
]
CHAPTERS = [
    {"startTime": 0, "title": "A"},
    {"startTime": 1.2, "title": "B", "url": "https://example.org/b"},
    {"startTime": 2, "title": "Hidden", "toc": False},
    {"startTime": 2.4, "title": "C"},
]
SOUND = b"sound"
MADE: dict[str, Any] = {
    "build/audio.json": {"version": 1, "duration": 60.0},
    "build/enclosure.mp3": SOUND,
    "build/chapters.json": {"version": "1.2.0", "chapters": CHAPTERS},
    "build/quotes.json": {"version": 1, "quotes": [QUOTE]},
    "build/transcript.words.json": encode(Transcript(WORDS, [[i] for i in range(len(WORDS))])),
}
COVER = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBB", 13, b"IHDR", 3000, 3000, 8, 2) + b"...IDAT"


def make(ctx: StageContext[NoSettings]) -> None:
    for name, content in MADE.items():
        with ctx.output(name) as path:
            path.write_bytes(
                content if isinstance(content, bytes) else json.dumps(content).encode()
            )


BEFORE = Stage(
    name="before",
    run=make,
    inputs=("episode.toml",),
    outputs=tuple(MADE),
    settings=NoSettings,
)


@pytest.fixture
def workspace(tmp_path: Path, new_show: Callable[..., Workspace]) -> Workspace:
    workspace = new_show(tmp_path, SHOW, {"hum": EPISODE})
    (tmp_path / "feed/artwork.png").write_bytes(COVER)
    (tmp_path / "feed/artwork.svg").write_bytes(b"<svg/>")
    return workspace


@pytest.fixture
def runner(workspace: Workspace) -> Runner:
    return Runner(workspace, [BEFORE, notes.STAGE, posts.STAGE, page.STAGE])


def built(workspace: Workspace, name: str) -> str:
    return (workspace.episodes / "hum/build" / name).read_text(encoding="utf-8")


def test_everything_is_written_once(workspace: Workspace, runner: Runner) -> None:
    assert set(runner.run("hum").ran) == {"before", "notes", "posts", "page"}
    assert runner.run("hum").ran == ()
    assert "00:00:01 B" in built(workspace, "show-notes.md")
    assert "Hidden" not in built(workspace, "show-notes.md")
    assert "Ada, host" in built(workspace, "show-notes.html")
    address = "https://cdn.example.org/show/episodes/hum.html"
    assert f"([0:01]({address}#q-k3v9))" in built(workspace, "posts/link-post.md")
    assert f'href="{address}#q-k3v9"' in built(workspace, "posts/link-post.html")


def test_the_page_plays_the_published_file(workspace: Workspace, runner: Runner) -> None:
    runner.run("hum")
    html = built(workspace, "site/page.html")
    assert f'src="../audio/hum-{hashlib.sha256(SOUND).hexdigest()[:8]}.mp3"' in html
    cover = f"art/cover-{hashlib.sha256(COVER).hexdigest()[:8]}.png"
    assert f'<meta property="og:image" content="https://cdn.example.org/show/{cover}">' in html
    assert 'data-s="1.2"' in html
    assert "It asks a question." in html


def test_a_page_is_made_once_more_when_the_show_gets_a_feed_of_corrections(
    workspace: Workspace, runner: Runner
) -> None:
    runner.run("hum")
    assert "corrections" not in built(workspace, "site/page.html")
    CORRECTED.path(workspace).parent.mkdir(parents=True, exist_ok=True)
    CORRECTED.path(workspace).write_text(CORRECTED.dump(Corrected()))
    assert runner.run("hum").ran == ("page",)
    assert built(workspace, "site/page.html").count("../corrections.xml") == 2
    toml = workspace.episodes / "hum/episode.toml"
    toml.write_text(EPISODE + '[[erratum]]\ndate = 2026-11-29\nsaid = "a"\nwhy = "b"\n')
    assert set(runner.run("hum").ran) == {"before", "notes", "page"}
    assert "It said: “a”" in built(workspace, "show-notes.html")


def test_an_episode_in_which_nobody_speaks_has_no_transcript_anywhere(
    workspace: Workspace, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page, notes and post led to an empty one."""
    monkeypatch.setitem(MADE, "build/quotes.json", {"version": 1, "wordless": True, "quotes": []})
    monkeypatch.setitem(MADE, "build/transcript.words.json", encode(Transcript([], [])))
    runner.run("hum")
    texts = [
        f"{name}.{form}" for name in ("show-notes", "posts/link-post") for form in ("md", "html")
    ]
    for name in (*texts, "site/page.html"):
        text = built(workspace, name)
        assert "transcript" not in text.lower(), name
        assert 'hum.html#listen">audio</a>' in text or "/hum.html#listen)" in text or "site" in name


def test_only_what_reads_a_setting_runs_again(workspace: Workspace, runner: Runner) -> None:
    runner.run("hum")
    toml = workspace.episodes / "hum/episode.toml"
    toml.write_text(EPISODE.replace("Recorded", "Taken"), encoding="utf-8")
    assert set(runner.run("hum").ran) == {"before", "notes", "page"}


def test_a_show_s_own_template_is_used_and_its_faults_are_named(
    workspace: Workspace, runner: Runner
) -> None:
    runner.run("hum")
    own = workspace.feed / "templates/link-post.md.j2"
    own.parent.mkdir()
    own.write_text("{{ episode.title }}: {{ sections|length }}\n", encoding="utf-8")
    assert "posts" in runner.run("hum").ran
    assert built(workspace, "posts/link-post.md") == "Why bridges hum: 1\n"
    own.write_text("one\n{{ episode.titel }}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"feed/templates/link-post\.md\.j2, line 2: .*titel"):
        runner.run("hum")


def test_a_damaged_transcript_is_named(
    workspace: Workspace, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MADE, "build/transcript.words.json", {"words": [["a", "b"]]})
    with pytest.raises(PullquoteError, match=r"episodes/hum/build/transcript\.words\.json: "):
        runner.run("hum")


def test_a_show_without_a_cover_has_a_page(workspace: Workspace, runner: Runner) -> None:
    (workspace.feed / "artwork.png").unlink()
    runner.run("hum")
    assert "og:image" not in built(workspace, "site/page.html")
