"""The pages of quotes in the engine, after a stage that stands in for everything before it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import ConfigError
from pipeline.stages import quote_pages
from pipeline.workspace import Workspace, file_sha256

EPISODE = """
title = "Why bridges hum"
guid = "6f9a1a52"
date = 2024-05-02T12:00:00+02:00
"""
STORE = '[storage]\nbucket = "b"\npublic_url = "https://cdn.example.org/show"\n'


def make(ctx: StageContext[NoSettings]) -> None:
    """Two quotes, as `said.json` of the episode has them."""
    said = json.loads(ctx.input("said.json").read_bytes())
    quotes = [
        {
            "id": name, "heading": "", "text": text, "speaker": "Cleo", "start": 1.2, "end": 3.0,
            "spans": [[3, 7]], "edits": [], "status": "verbatim",
        }
        for name, text in said.items()
    ]  # fmt: skip
    words = [[str(i), i * 0.5, i * 0.5 + 0.4, 0.9, "Cleo"] for i in range(9)]
    transcript = {"words": words, "raw_ids": [[i] for i in range(9)]}
    ctx.write_text("build/transcript.words.json", json.dumps(transcript))
    ctx.write_text("build/transcript.txt", "Cleo [00:00:00]\n0 1 2 3 4 5 6 7 8\n")
    ctx.write_text("build/enclosure.mp3", "sound")
    ctx.write_text("build/quotes.json", json.dumps({"version": 1, "quotes": quotes}))
    for name, text in said.items():
        ctx.write_text(f"build/clips/{name}.mp3", text)


BEFORE = Stage(
    name="before",
    run=make,
    inputs=("said.json",),
    outputs=(
        *("build/quotes.json", "build/transcript.words.json", "build/transcript.txt"),
        *("build/enclosure.mp3", "build/clips/*.mp3"),
    ),
    settings=NoSettings,
)


@pytest.fixture
def workspace(tmp_path: Path, new_show: Callable[..., Workspace]) -> Workspace:
    workspace = new_show(tmp_path, STORE, {"hum": EPISODE})
    say(workspace, k3v9="It asks.", aw97="It answers.")
    return workspace


def say(workspace: Workspace, **said: str) -> None:
    (workspace.episodes / "hum/said.json").write_text(json.dumps(said))


def pages(workspace: Workspace) -> dict[str, str]:
    folder = workspace.episodes / "hum/build/site/quotes"
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*")}


def test_each_quote_has_a_page_that_plays_its_clip(workspace: Workspace) -> None:
    runner = Runner(workspace, [BEFORE, quote_pages.STAGE])
    assert runner.run("hum").ran == ("before", "quote_pages")
    found = pages(workspace)
    assert set(found) == {"k3v9", "aw97"}
    digest = file_sha256(workspace.episodes / "hum/build/clips/aw97.mp3")[:8]
    assert f'src="../quotes/hum-aw97-{digest}.mp3"' in found["aw97"]
    assert 'data-duration="1.9"' in found["aw97"]  # words 3 to 6
    assert runner.run("hum").ran == ()


def test_a_quote_edited_later_keeps_its_address_and_one_that_goes_leaves_none(
    workspace: Workspace,
) -> None:
    runner = Runner(workspace, [BEFORE, quote_pages.STAGE])
    runner.run("hum")
    say(workspace, aw97="It answers, I would say.")
    runner.run("hum")
    assert "It answers, I would say." in pages(workspace)["aw97"]
    assert "rel=" not in pages(workspace)["aw97"].partition("<main")[2]
    assert set(pages(workspace)) == {"aw97"}


def test_notes_leave_them_alone_and_a_title_does_not(workspace: Workspace) -> None:
    runner = Runner(workspace, [BEFORE, quote_pages.STAGE])
    runner.run("hum")
    toml = workspace.episodes / "hum/episode.toml"
    toml.write_text(EPISODE + 'notes = "More."\nsummary = "It hums."\n', encoding="utf-8")
    assert runner.run("hum").ran == ()
    toml.write_text(EPISODE.replace("bridges", "wires"), encoding="utf-8")
    assert runner.run("hum").ran == ("quote_pages",)


def test_a_template_of_the_show_s_own_that_is_wrong_is_told_before_any_work(
    workspace: Workspace,
) -> None:
    own = workspace.feed / "templates/quote.html.j2"
    own.parent.mkdir()
    own.write_text("one\n{{ quote.txet }}\n", encoding="utf-8")
    runner = Runner(workspace, [BEFORE, quote_pages.STAGE])
    with pytest.raises(ConfigError, match=r"feed/templates/quote\.html\.j2, line 2: .*txet"):
        runner.run("hum")
    assert not pages(workspace)
