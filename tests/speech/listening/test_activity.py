from collections.abc import Iterator

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from pipeline.speech.listening.activity import FRAME, SAMPLE_RATE, listen

Samples = NDArray[np.float32]


def probabilities(samples: Samples, block: int) -> NDArray[np.float32]:
    parts = [samples[at : at + block] for at in range(0, len(samples), block)]
    return np.concatenate([found for _, found in listen(parts)])


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
def test_the_network_is_that_of_the_package(lighthouse_samples: Samples) -> None:
    from silero_vad import load_silero_vad

    model = load_silero_vad()
    frames = lighthouse_samples[: 300 * FRAME].reshape(-1, FRAME)
    expected = [model(torch.from_numpy(frame.copy()), SAMPLE_RATE).item() for frame in frames]
    found = probabilities(lighthouse_samples[: 300 * FRAME], 7_000)
    assert np.abs(found - np.array(expected)).max() < 1e-4


def test_blocks_of_any_length_give_the_same(lighthouse_samples: Samples) -> None:
    whole = probabilities(lighthouse_samples, len(lighthouse_samples))
    assert np.array_equal(whole, probabilities(lighthouse_samples, 1_111))


def test_listening_leaves_the_callers_threads_alone(lighthouse_samples: Samples) -> None:
    """It works on one thread, which torch keeps as a setting of the thread that calls."""
    torch.set_num_threads(2)
    for _ in listen([lighthouse_samples]):
        assert torch.get_num_threads() == 2


def test_samples_pass_through_unchanged(lighthouse_samples: Samples) -> None:
    parts = [lighthouse_samples[at : at + 5_000] for at in range(0, len(lighthouse_samples), 5_000)]
    heard = np.concatenate([block for block, _ in listen(parts)])
    assert np.array_equal(heard, lighthouse_samples)


def test_speech_is_likely_and_silence_is_not(lighthouse_samples: Samples) -> None:
    found = probabilities(lighthouse_samples, 16_000)
    frame = SAMPLE_RATE / FRAME
    assert np.median(found[int(1 * frame) : int(8 * frame)]) > 0.9
    assert found[int(20.5 * frame) : int(23 * frame)].max() < 0.1


def test_nothing_to_hear_gives_nothing() -> None:
    assert list(listen([])) == []
    assert list(listen([np.zeros(0, np.float32)])) == []


def test_a_stream_is_read_only_as_far_as_it_is_used() -> None:
    taken = 0

    def blocks() -> Iterator[Samples]:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield np.zeros(SAMPLE_RATE, np.float32)

    next(listen(blocks()))
    assert taken <= 17  # seconds: one block of the network, 512 frames
