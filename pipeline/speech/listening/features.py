"""Log-mel features of one chunk at a time, as openai-whisper computes them for a 30-second window."""

from collections.abc import Sequence

import numpy as np
import torch
from whisper.audio import mel_filters

from pipeline.speech.listening.activity import SAMPLE_RATE, Samples

WINDOW_SAMPLES = 30 * SAMPLE_RATE
_HOP = 160  # samples: 10 ms; these five are whisper's
_FFT = 400  # samples: 25 ms
_FLOOR = 1e-10  # of power
_RANGE = 8.0  # decades below the loudest, which are heard
_SILENCE = -10.0  # log10 of the floor


def log_mel(sounds: Sequence[Samples], bands: int) -> torch.Tensor:
    """Features (sounds, bands, 3000) of sounds of at most 30 s at 16 kHz, silence after each.

    The values of `whisper.log_mel_spectrogram(pad_or_trim(sound))` to 1e-5, without transforming the
    silence that fills the window. So small a difference is enough for other words: with whisper's own
    function the sample is heard otherwise than every transcript that was made until now.
    """
    filters = mel_filters("cpu", bands)
    window = torch.hann_window(_FFT)
    features = torch.empty(len(sounds), bands, WINDOW_SAMPLES // _HOP)
    for target, sound in zip(features, sounds, strict=True):
        # far enough that nothing of the sound is reflected at the end of the transform
        length = min(-(-(len(sound) + _FFT) // _HOP) * _HOP, WINDOW_SAMPLES)
        padded = torch.from_numpy(np.pad(sound, (0, length - len(sound))))
        spectrum = torch.stft(padded, _FFT, _HOP, window=window, return_complex=True)
        power = torch.view_as_real(spectrum[:, :-1]).square().sum(-1)
        mel = (filters @ power).clamp(min=_FLOOR).log10()
        target.fill_(_SILENCE)
        target[:, : mel.shape[1]] = mel
        torch.maximum(target, target.max() - _RANGE, out=target)
    return features.add_(4.0).div_(4.0)
