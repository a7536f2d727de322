import numpy as np
from numpy.typing import NDArray

from pipeline.speech.listening.activity import SAMPLE_RATE
from pipeline.speech.listening.listening import Listener

Samples = NDArray[np.float32]


def test_chunks_are_cut_from_the_recording(lighthouse_samples: Samples) -> None:
    listener = Listener()
    sounds = list(listener.chunks([lighthouse_samples]))
    assert listener.duration == len(lighthouse_samples) / SAMPLE_RATE
    for sound in sounds:
        first = round(sound.start * SAMPLE_RATE)
        assert np.array_equal(sound.samples, lighthouse_samples[first : first + len(sound.samples)])
        assert all(sound.start <= a < b <= sound.end + 0.032 for a, b in sound.speech)


def test_a_long_pause_parts_chunks(lighthouse_samples: Samples) -> None:
    first, second = Listener().chunks([lighthouse_samples])
    assert 19.0 < first.end < 20.0
    assert 23.0 < second.start < 24.2


def test_silence_and_noise_hold_no_speech() -> None:
    noise = np.random.default_rng(1).normal(0, 0.01, 20 * SAMPLE_RATE).astype(np.float32)
    assert list(Listener().chunks([np.zeros(20 * SAMPLE_RATE, np.float32)])) == []
    assert list(Listener().chunks([noise])) == []


def test_what_is_held_does_not_grow_with_the_recording(lighthouse_samples: Samples) -> None:
    silence = np.zeros(60 * SAMPLE_RATE, np.float32)
    listener = Listener()
    longest = 0

    def blocks() -> "list[Samples]":
        return [lighthouse_samples, *[silence] * 10, *[lighthouse_samples] * 4, *[silence] * 3]

    def watched() -> "object":
        nonlocal longest
        for block in blocks():
            longest = max(longest, len(listener._tape._held))
            yield block

    sounds = list(listener.chunks(watched()))  # type: ignore[arg-type]
    assert len(sounds) >= 6
    assert longest < 150 * SAMPLE_RATE  # a window, a block of the source and one of the network
