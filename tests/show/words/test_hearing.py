"""Proof by sound over the sample's recording, by the recogniser's own weights."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.artefacts import MASTER
from pipeline.audio.decoding.decode import stream_pcm
from pipeline.cli import main
from pipeline.quotes.deciding.hearing import proofs
from pipeline.show.episode import LocalEpisode
from pipeline.show.words import hearing
from pipeline.speech.listening.activity import Samples

SLUG = "why-bridges-hum"
Quotes = Callable[..., LocalEpisode]


def check() -> Result:
    return CliRunner().invoke(main, ["quotes", "check", SLUG])


MISHEARD = "Take the speed of the wind, multiply it by one fifth."  # heard: both play it
EDGE = "A thin wire sings high, and a thick cable groans."  # heard: That's in wire
LIE = "The question was whether the deck would stay whole, and the answer was yes."  # said: still


def test_a_repair_is_proven_and_a_lie_still_asks(quotes: Quotes) -> None:
    episode = quotes(MISHEARD, EDGE, LIE)
    done = check()
    assert done.exit_code == 4
    assert "repairs the recogniser's error: the sound supports it (tiny.en " in done.stderr
    assert "changed: still to whole" in done.stdout
    first, edge, lie = (entry.proven for _, entry in episode.ledger.entries)
    assert len(first) == 1
    assert "[heard at 00:00:4" in first[0]
    assert len(edge) == 2
    assert not lie


def test_names_that_are_worth_a_place_in_the_glossary_are_told(quotes: Quotes) -> None:
    episode = quotes(LIE.replace("whole", "with Roebling"))
    assert "Roebling: names that no list of yours has" in check().stderr
    glossary = episode.workspace.feed / "glossary.toml"
    glossary.write_text('[[term]]\ntext = "Roebling"\n')
    done = check()
    assert "no list" not in done.stderr
    assert done.exit_code == 4, "listed is not said"


def test_what_is_proven_needs_no_model_and_no_sound(
    quotes: Quotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode = quotes(MISHEARD)
    assert check().exit_code == 0
    monkeypatch.setattr(hearing, "MODELS", ())
    assert check().exit_code == 0
    text = episode.paths.ledger.read_text()
    assert check().exit_code == 0
    assert episode.paths.ledger.read_text() == text


def test_what_was_denied_is_not_asked_again_beside_what_was_proven(
    quotes: Quotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = "and divide it by the colour of the wire."  # said: thickness
    episode = quotes(f"{MISHEARD.rstrip('.')} {more}")
    assert len(hearing.prove(episode, episode.guard).repairs) == 1
    monkeypatch.setattr(hearing, "_scorer", ask_again)
    assert not hearing.prove(episode, episode.guard).lines


def test_two_quotes_of_one_moment_are_each_heard_to_their_end(
    quotes: Quotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = "and divide it by the thickness of the wire."
    episode = quotes(MISHEARD, f"{MISHEARD.rstrip('.')} {more} {EDGE}")
    heard: dict[float, set[float]] = {}

    def listen(path: Path, start: float, duration: float) -> Iterator[Samples]:
        heard.setdefault(start, set()).add(round(start + duration, 3))
        return stream_pcm(path, start=start, duration=duration)

    monkeypatch.setattr(hearing, "stream_pcm", listen)
    hearing.prove(episode, episode.guard)
    assert len(heard) == 1, "both begin there"
    assert [len(ends) for ends in heard.values()] == [2]


def ask_again(_model: str) -> None:
    raise AssertionError("the sound was asked again")


def test_it_is_asked_once(quotes: Quotes, monkeypatch: pytest.MonkeyPatch) -> None:
    episode = quotes(LIE)
    check()
    monkeypatch.setattr(hearing, "_scorer", ask_again)
    assert not hearing.prove(episode, episode.guard).lines


def test_who_is_stopped_does_not_ask_again_what_was_told(
    quotes: Quotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode = quotes(LIE)

    def stopped(*asked: Any) -> None:
        proofs(*asked)
        raise KeyboardInterrupt

    monkeypatch.setattr(hearing, "proofs", stopped)
    with pytest.raises(KeyboardInterrupt):
        hearing.prove(episode, episode.guard)
    monkeypatch.setattr(hearing, "proofs", proofs)
    monkeypatch.setattr(hearing, "_scorer", ask_again)
    assert not hearing.prove(episode, episode.guard).lines


def test_a_machine_without_weights_or_sound_says_so(
    quotes: Quotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode = quotes(LIE.replace("whole", "quiet"))
    sound = episode.paths.directory / MASTER
    moved = sound.rename(sound.with_name("elsewhere.mp3"))
    try:
        assert "the sound was not asked: build/master.mp3 is not here" in check().stderr
    finally:
        moved.rename(sound)
    monkeypatch.setattr(hearing, "MODELS", ())
    assert "the sound was not asked: no weights here" in check().stderr
