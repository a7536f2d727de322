"""Where somebody speaks: silero-vad over a stream of samples, in bounded memory.

The network is silero-vad's own (16 kHz), with the weights of the installed package. It runs here over
blocks of frames. The package's own loop makes a call for every 32 ms, which is a quarter of the time
that all the recognition takes. Only the LSTM has to go step by step.
"""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
from numpy.typing import NDArray

from pipeline.errors import SpeechError
from pipeline.workspace import in_package

Samples = NDArray[np.float32]

SAMPLE_RATE = 16_000  # Hz; Whisper and the network know no other
FRAME = 512  # samples that get one probability: 32 ms
_CONTEXT = 64  # samples of the frame before that the network sees too
_BLOCK_FRAMES = 512  # frames in one call: 16 s; fixed, so that results do not depend on the source
# silero-vad's network at 16 kHz: samples of its transform, and what its recurrent layer holds
_FFT = 256
_HOP = 128
_HIDDEN = 128
_STRIDES = (1, 2, 2, 1)  # of the encoder's convolutions


class ActivityNetwork:
    """The probability of speech for each frame of 32 ms; keeps its state from call to call."""

    def __init__(self) -> None:
        self._weights = _read_weights()
        self._lstm = torch.nn.LSTM(_HIDDEN, _HIDDEN)
        for name, parameter in self._lstm.named_parameters():
            parameter.data = self._weights[f"decoder.rnn.{name.removesuffix('_l0')}"]
        self._context = torch.zeros(_CONTEXT)
        self._state = (torch.zeros(1, _HIDDEN), torch.zeros(1, _HIDDEN))

    def __call__(self, samples: Samples) -> NDArray[np.float32]:
        """Probabilities, one a frame; `samples` holds whole frames and follows the call before."""
        with _one_thread(), torch.inference_mode():
            wave = torch.cat([self._context, torch.from_numpy(samples)])
            self._context = wave[-_CONTEXT:].clone()
            frames = wave.unfold(0, _CONTEXT + FRAME, FRAME)
            hidden, self._state = self._lstm(self._encode(frames), self._state)
            weight = self._weights["decoder.decoder.2.weight"]
            scores = torch.relu(hidden) @ weight[0] + self._weights["decoder.decoder.2.bias"]
            values: NDArray[np.float32] = torch.sigmoid(scores)[:, 0].numpy()
            return values

    def _encode(self, frames: torch.Tensor) -> torch.Tensor:
        """Features of each frame, (frames, 128), from (frames, 576) samples."""
        padded = F.pad(frames[:, None], (0, _CONTEXT), "reflect")
        spectrum = F.conv1d(padded, self._weights["stft.forward_basis_buffer"], stride=_HOP)
        bins = _FFT // 2 + 1
        features = (spectrum[:, :bins].square() + spectrum[:, bins:].square()).sqrt()
        for layer, stride in enumerate(_STRIDES):
            weight = self._weights[f"encoder.{layer}.reparam_conv.weight"]
            bias = self._weights[f"encoder.{layer}.reparam_conv.bias"]
            features = F.relu(F.conv1d(features, weight, bias, stride=stride, padding=1))
        encoded: torch.Tensor = features[:, :, 0]
        return encoded


@contextmanager
def _one_thread() -> Iterator[None]:
    """Work on one core: the steps are so small that a second thread only waits for the next one.

    It waits by spinning, on a core that the recogniser needs: six times the CPU's time, measured.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def listen(blocks: Iterable[Samples]) -> Iterator[tuple[Samples, NDArray[np.float32]]]:
    """Pass samples on in blocks of whole frames, each with its frames' probabilities.

    The last block is filled up with silence to a whole frame.
    """
    network = ActivityNetwork()
    for block in _reblock(blocks, FRAME * _BLOCK_FRAMES):
        missing = -len(block) % FRAME
        whole = np.pad(block, (0, missing)) if missing else block
        yield block, network(whole)


def _reblock(blocks: Iterable[Samples], size: int) -> Iterator[Samples]:
    held: list[Samples] = []
    count = 0
    for block in blocks:
        held.append(np.ascontiguousarray(block, dtype=np.float32))
        count += len(block)
        if count < size:
            continue
        joined = np.concatenate(held)
        whole = count - count % size
        yield from (joined[at : at + size] for at in range(0, whole, size))
        held, count = [joined[whole:]], count - whole
    if count:
        yield np.concatenate(held)


@cache  # a worker of many episodes: reading them takes a tenth of a second
def _read_weights() -> dict[str, torch.Tensor]:
    """The 16 kHz network's weights; of the files in the package only the TorchScript one is current."""
    path = in_package("silero_vad", "data/silero_vad.jit")  # imported, it sets torch's threads to 1
    if path is None:
        raise SpeechError(
            "the voice activity model is not installed", "run: pip install 'silero-vad>=6.2.3'"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # TorchScript, but for its weights only
        script: Any = torch.jit.load(path, map_location="cpu")  # type: ignore[no-untyped-call]
    return {
        name.removeprefix("_model."): values.clone()
        for name, values in script.state_dict().items()
        if name.startswith("_model.")
    }
