import numpy as np
import pytest
import torch
import whisper
from numpy.typing import NDArray

from pipeline.speech.listening.features import WINDOW_SAMPLES, log_mel


@pytest.mark.parametrize("length", [1, 399, 16_000, 160_123, WINDOW_SAMPLES - 7, WINDOW_SAMPLES])
@pytest.mark.parametrize("bands", [80, 128])
def test_features_are_those_of_whisper(
    length: int, bands: int, lighthouse_samples: NDArray[np.float32]
) -> None:
    sound = lighthouse_samples[:length]
    expected = whisper.log_mel_spectrogram(whisper.pad_or_trim(sound), bands)
    assert torch.allclose(log_mel([sound], bands)[0], expected, atol=1e-5)


def test_each_sound_is_scaled_by_itself(lighthouse_samples: NDArray[np.float32]) -> None:
    quiet = lighthouse_samples[:80_000] * 0.01
    loud = lighthouse_samples[80_000:160_000]
    together = log_mel([quiet, loud], 80)
    assert torch.equal(together[0], log_mel([quiet], 80)[0])
    assert torch.equal(together[1], log_mel([loud], 80)[0])
