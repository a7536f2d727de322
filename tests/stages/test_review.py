"""The review stage in the engine: it waits, it refuses, it proves."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.artefacts import QUOTES, SUSPECTS, TRANSCRIPT, Suspects
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import Refused
from pipeline.models import Transcript, Word
from pipeline.stages import review, suggest
from pipeline.transcript.formats.foreign import read_transcript
from pipeline.workspace import Workspace

TALK = Path(__file__).resolve().parents[1] / "data" / "quotes" / "talk.vtt"
QUOTE = """
[[section]]
heading = "On stone"

[[section.quote]]
text = "You can replace mortar [1] in an afternoon."
footnotes = { 1 = "Lime and sand." }
soundbite = true
"""
LIGHT = (
    "We will measure for a year, and then we will do as little as possible, we will do it slowly."
)


def hear(ctx: StageContext[NoSettings]) -> None:
    ctx.write(TRANSCRIPT, read_transcript(TALK))
    ctx.write(SUSPECTS, Suspects(suspects=[]))


HEARD = Stage(
    name="hear",
    run=hear,
    inputs=("episode.toml",),
    outputs=(TRANSCRIPT, SUSPECTS),
    settings=NoSettings,
)


@pytest.fixture
def workspace(tmp_path: Path, new_show: Callable[..., Workspace]) -> Workspace:
    return new_show(tmp_path, 'people = [{ name = "Mara" }]\n')


def run(folder: Path, ledger: str | None) -> str:
    """Run to the gate; what it waits for, or nothing."""
    if ledger is not None:
        (folder / "quotes.toml").write_text(ledger, encoding="utf-8")
    runner = Runner(Workspace.at(folder.parents[1]), [HEARD, suggest.STAGE, review.STAGE])
    waiting = runner.run("one").waiting
    return str(waiting) if waiting else ""


@pytest.mark.parametrize("ledger", [None, "", 'review = "open"\n' + QUOTE])
def test_it_waits_until_the_host_has_decided(folder: Path, ledger: str | None) -> None:
    said = run(folder, ledger)
    assert "waiting for your review: 8 candidates" in said
    assert "make review EPISODE=one, or edit episodes/one/quotes.toml" in said
    assert not (folder / "build/quotes.json").exists()


def test_a_recording_without_a_word_is_said_to_be_one(folder: Path) -> None:
    def hear_nothing(ctx: StageContext[NoSettings]) -> None:
        ctx.write(TRANSCRIPT, Transcript([], []))
        ctx.write(SUSPECTS, Suspects(suspects=[]))

    stages: list[Stage[Any]] = [replace(HEARD, run=hear_nothing), suggest.STAGE, review.STAGE]
    waiting = Runner(Workspace.at(folder.parents[1]), stages).run("one").waiting
    assert waiting is not None
    assert waiting.message == "one: not a word was heard in the recording"
    assert "REVIEW=none" in waiting.hint
    (folder / "quotes.toml").write_text(QUOTE)
    with pytest.raises(Refused, match="so none of its quotes was said"):
        Runner(Workspace.at(folder.parents[1]), stages).run("one")
    (folder / "quotes.toml").write_text('review = "none"\n' + QUOTE)
    assert Runner(Workspace.at(folder.parents[1]), stages).run("one").waiting is None
    assert QUOTES.of(Workspace.at(folder.parents[1]).episode("one")).wordless


def test_a_recording_too_short_for_proposals_says_how_it_goes_out(folder: Path) -> None:
    def hear_little(ctx: StageContext[NoSettings]) -> None:
        few = Transcript([Word("Hello.", 0.0, 0.5, 1.0)], [[0]])
        ctx.write(TRANSCRIPT, few)
        ctx.write(SUSPECTS, Suspects(suspects=[]))

    stages: list[Stage[Any]] = [replace(HEARD, run=hear_little), suggest.STAGE, review.STAGE]
    waiting = Runner(Workspace.at(folder.parents[1]), stages).run("one").waiting
    assert waiting is not None
    assert "0 candidates" in waiting.message
    assert "REVIEW=none" in waiting.hint


def test_decided_quotes_are_proven_and_passed_on(folder: Path) -> None:
    assert run(folder, QUOTE) == ""
    content = json.loads((folder / "build/quotes.json").read_bytes())
    (quote,) = content["quotes"]
    assert content["version"] == 1
    assert "wordless" not in content
    assert quote["heading"] == "On stone"
    assert quote["speaker"] == "Jonas Lind"
    assert quote["status"] == "verbatim"
    assert quote["footnotes"] == {"1": "Lime and sand."}
    assert quote["soundbite"] is True
    assert len(quote["id"]) == 4
    assert (folder / "quotes.toml").read_text(encoding="utf-8") == QUOTE


def test_a_review_without_quotes_publishes_none(folder: Path) -> None:
    assert run(folder, 'review = "none"\n' + QUOTE) == ""
    assert json.loads((folder / "build/quotes.json").read_bytes())["quotes"] == []


OTHER = """
[[section]]
heading = "On listening"

[[section.quote]]
text = "{}"
"""


@pytest.mark.parametrize("between", [[], ['review = "none"\n'], ["", 'review = "none"\n', ""]])
def test_a_quote_that_comes_back_after_other_runs_has_its_id(
    folder: Path, between: list[str]
) -> None:
    """An id was forgotten once a run had written `quotes.json` without its quote: shared links died."""

    def ids() -> list[str]:
        content = json.loads((folder / "build/quotes.json").read_bytes())
        return [quote["id"] for quote in content["quotes"]]

    start, rest = "I should be honest with you about that. ", "No ship needs it."
    other = OTHER.format(start + rest)
    run(folder, QUOTE + other)
    (first, second) = ids()
    run(folder, other)
    for ledger in between:
        run(folder, ledger + other)
    assert ids() == ([second] if between[-1:] != ['review = "none"\n'] else [])
    typed = QUOTE.replace(" in an afternoon.", " in an afternoon") + OTHER.format(start)
    run(folder, typed)
    assert ids() == [first, second]
    assert "gone" not in json.loads((folder / "build/quotes.json").read_bytes())
    assert (folder / "quotes.toml").read_text(encoding="utf-8") == typed


def test_an_unproven_quote_is_refused_by_name(folder: Path) -> None:
    with pytest.raises(Refused) as caught:
        run(folder, QUOTE.replace("You can", "You can never"))
    assert "1 of 1 quotes cannot be published" in caught.value.message
    assert (
        "(“On stone”): needs your consent: added: never, after ‘gives You can’ (negation touched)"
        in caught.value.message
    )
    assert "make review EPISODE=one" in caught.value.hint


NAMED = QUOTE.replace("soundbite", 'speaker = "Jonas Lind of Bergen"\nsoundbite')


def test_a_name_of_nobody_is_refused_until_they_are_declared(folder: Path) -> None:
    with pytest.raises(Refused) as caught:
        run(folder, NAMED)
    assert (
        "named: Jonas Lind of Bergen (a name that nobody has under [[people]] of this episode)"
        in caught.value.message
    )
    toml = folder / "episode.toml"
    toml.write_text(toml.read_text() + '[[people]]\nname = "Jonas Lind of Bergen"\n')
    assert run(folder, NAMED) == ""


def test_a_lock_from_before_people_and_light_editing_were_read_is_fresh(folder: Path) -> None:
    run(folder, QUOTE)
    path = folder / "build" / "lock.json"
    lock = json.loads(path.read_bytes())
    settings = lock["stages"]["review"]["settings"]
    for name in [name for name in settings if "people" in name or "lightly" in name]:
        del settings[name]
    path.write_text(json.dumps(lock))
    runner = Runner(Workspace.at(folder.parents[1]), [HEARD, suggest.STAGE, review.STAGE])
    assert len(settings) == 1
    assert {state.state for state in runner.explain("one")} == {"fresh"}


def test_the_show_may_be_stricter(folder: Path) -> None:
    lower = QUOTE.replace("You can", "you can")
    assert run(folder, lower) == ""
    show = folder.parents[1] / "feed/show.toml"
    with show.open("a", encoding="utf-8") as file:
        file.write('[quotes]\nfree = ["filler"]\n')
    with pytest.raises(Refused, match="changed: You to you"):
        run(folder, lower)


def test_a_show_that_edits_lightly_signs_no_wording(folder: Path) -> None:
    light = QUOTE.replace("You can replace mortar [1] in an afternoon.", LIGHT + " [1]")
    with pytest.raises(Refused, match="wording changed"):
        run(folder, light)
    show = folder.parents[1] / "feed/show.toml"
    with show.open("a", encoding="utf-8") as file:
        file.write("[quotes]\nlightly_edited = true\n")
    assert run(folder, light) == ""
    with pytest.raises(Refused, match="dropped: slowly"):
        run(folder, light.replace(" slowly", ""))
