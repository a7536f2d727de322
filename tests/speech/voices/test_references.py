"""Numbered voices compared with those of earlier episodes."""

import numpy as np

from pipeline.speech.voices.references import propose


def voice(*parts: float) -> list[float]:
    length = float(np.linalg.norm(parts))
    return [part / length for part in parts]


ADA, BOB = voice(1, 0.1, 0), voice(0.1, 1, 0)
KNOWN = {
    "Ada": {"one": voice(1, 0, 0.1), "two": voice(1, 0.2, 0)},
    "Bob": {"one": voice(0, 1, 0.2)},
}


def test_each_voice_is_proposed_whom_it_is_most_like() -> None:
    found = propose({"Speaker 1": BOB, "Speaker 2": ADA}, KNOWN)
    assert {label: name for label, (name, _) in found.items()} == {
        "Speaker 1": "Bob",
        "Speaker 2": "Ada",
    }
    assert all(0.95 < likeness <= 1 for _, likeness in found.values())


def test_nobody_is_two_voices_and_a_stranger_is_nobody() -> None:
    found = propose({"Speaker 1": voice(1, 0.4, 0.3), "Speaker 2": ADA}, KNOWN)
    assert found.keys() == {"Speaker 2"}
    assert propose({"Speaker 1": voice(0, 0.3, 1)}, KNOWN) == {}
    assert propose({"Speaker 1": ADA}, {"Ada": {}}) == {}
