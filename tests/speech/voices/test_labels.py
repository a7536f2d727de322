"""Voices that keep their numbers when they are told apart anew."""

from pipeline.models import Turns
from pipeline.speech.voices.diarisation import Diarisation
from pipeline.speech.voices.labels import carried

ADA, BOB, EVE = [1.0, 0.1, 0.0], [0.1, 1.0, 0.0], [0.0, 0.1, 1.0]
ONE, TWO, THREE = "Speaker 1", "Speaker 2", "Speaker 3"


def labels(found: Diarisation) -> list[str]:
    assert {speaker for speaker, _, _ in found.turns} <= found.voices.keys()
    return [speaker for speaker, _, _ in found.turns]


def test_a_voice_that_now_speaks_first_takes_nobodys_number() -> None:
    now = Diarisation([(ONE, 0, 1), (TWO, 1, 9), (THREE, 9, 12)], {ONE: EVE, TWO: ADA, THREE: BOB})
    found = carried(now, {ONE: ADA, TWO: BOB}, [])
    assert labels(found) == [THREE, ONE, TWO]
    assert found.voices == {ONE: ADA, TWO: BOB, THREE: EVE}


def test_the_number_of_a_voice_that_is_gone_is_not_given_to_another() -> None:
    now = Diarisation([(ONE, 0, 1), (TWO, 1, 9)], {ONE: EVE, TWO: BOB})
    assert labels(carried(now, {ONE: ADA, TWO: BOB}, [])) == [THREE, TWO]


def test_where_voices_are_not_known_the_times_tell() -> None:
    before: Turns = [(ONE, 0, 10), (TWO, 10, 20), (ONE, 20, 30)]
    voices = {ONE: BOB, TWO: ADA}
    same = Diarisation([(ONE, 10.2, 19.8), (TWO, 20, 29)], voices)
    assert labels(carried(same, {}, before)) == [TWO, ONE]
    another = Diarisation(
        [(ONE, 5, 16), (TWO, 16, 25)], voices
    )  # half in one's turn, half in another's
    assert labels(carried(another, {}, before)) == [THREE, "Speaker 4"]
    assert labels(carried(same, {}, [])) == [ONE, TWO]
