"""When each word was said: dynamic time warping over what the decoder's attention looked at.

The method of `whisper.timing`, for many chunks at once, without its second pass over encoder and
decoder and without compiling anything: the warping runs along anti-diagonals as array operations.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
from numpy.typing import NDArray
from torch import Tensor

FRAME_SECONDS = 0.02  # of sound that one position of the encoder stands for
_MEDIAN = 7  # frames; whisper's width
_UNSEEN = 0.1  # of what a token's heads see in its time: before that, it was not being said
_NO_SPREAD = 1e-12  # variance: a head that looks everywhere alike is divided by no less
_LINGER = 8  # frames; what the warping may take too early without being corrected

# (layer, head) pairs that tell time best, where that was measured: each of them alone puts nine words of
# ten within 200 ms of TIMIT's hand-set boundaries. Those that whisper names are not always these. Of its
# eight for tiny.en, three put 36 to 88 % there and blur what the other five see; of its eight for base only
# three are as good, and all of them together put 83 % there, where these put 99 %.
CLEAREST_HEADS: dict[str, tuple[tuple[int, int], ...]] = {
    "tiny.en": ((2, 0), (2, 5), (3, 0), (3, 2), (3, 4)),
    "base": ((4, 1), (4, 7), (5, 0), (5, 3), (5, 4), (5, 5), (5, 6), (5, 7)),
}

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Looks:
    """Where tokens looked while they were decoded, each matrix (tokens, frames).

    `costs` is for the warping; `shares` is how much of its attention a token gives to a frame.
    """

    costs: Matrix
    shares: Matrix

    @classmethod
    def of(cls, scores: Tensor, before: int) -> "Looks":
        """From attention scores (heads, tokens, frames), of which the first `before` are the prompt."""
        shares = scores[:, before:].softmax(dim=-1).mean(dim=0)
        return cls(cost_matrix(scores, before), shares.cpu().numpy())


def cost_matrix(scores: Tensor, before: int) -> Matrix:
    """What it costs that a token was said in a frame, from attention scores (heads, tokens, frames).

    The first `before` tokens are the prompt; the result has a row for each token after it.
    """
    total = torch.zeros_like(scores[0, before:])
    for head in scores:  # one at a time stays in the cache
        weights = head.softmax(dim=-1)
        mean = weights.mean(dim=0)
        deviation = (weights.square().mean(dim=0) - mean.square()).clamp(min=_NO_SPREAD).sqrt()
        total += _median_filter((weights[before:] - mean) / deviation)
    values: Matrix = (total / -len(scores)).cpu().numpy()
    return values


def onsets(starts: Sequence[int], shares: Matrix) -> list[int]:
    """The frame in which each token is first spoken: its start, or later where it is first looked at.

    The warping knows no time that belongs to nobody. An "uh" or a false start that the text leaves out goes
    to the token after it, whose heads look away until it comes.
    """
    ends = [*starts[1:], shares.shape[1]]
    found = []
    for start, end, row in zip(starts, ends, shares, strict=False):
        seen = np.cumsum(row[start:end])
        late = int(np.searchsorted(seen, _UNSEEN * seen[-1])) if len(seen) else 0
        found.append(start + late if late > _LINGER else start)
    return found


# A sorting network's comparisons as far as they decide the median of seven (Devillard, 1998);
# Many times as fast as sorting each window
_COMPARISONS = (
    (0, 5), (0, 3), (1, 6), (2, 4), (0, 1), (3, 5), (2, 6), (2, 3), (3, 6), (4, 5), (1, 4), (1, 3),
    (3, 4),
)  # fmt: skip


def _median_filter(values: Tensor) -> Tensor:
    """The median of each value and its neighbours along the last dimension, mirrored at the ends."""
    reach = _MEDIAN // 2
    if values.shape[-1] <= reach:
        return values
    padded = F.pad(values[None], (reach, reach), "reflect")[0]
    count = values.shape[-1]
    found = [padded[..., at : at + count] for at in range(_MEDIAN)]
    for low, high in _COMPARISONS:
        smaller = torch.minimum(found[low], found[high])
        found[high] = torch.maximum(found[low], found[high])
        found[low] = smaller
    return found[3]


def token_starts(matrices: Sequence[Matrix]) -> list[NDArray[np.int64]]:
    """The frame in which each token begins, for each cost matrix (tokens, frames).

    The path of least cost goes from the first token and frame to the last of both; ties are broken
    as whisper breaks them.
    """
    if not matrices:
        return []
    rows = max(matrix.shape[0] for matrix in matrices)
    columns = max(matrix.shape[1] for matrix in matrices)
    steps = _trace(_skewed(matrices, rows, columns), rows, columns)
    return [_walk_back(steps[:, index], *matrix.shape) for index, matrix in enumerate(matrices)]


def _skewed(matrices: Sequence[Matrix], rows: int, columns: int) -> Matrix:
    """Costs by anti-diagonal: `[row + column, matrix, row]`."""
    skewed = np.zeros((rows + columns, len(matrices), rows), dtype=np.float32)
    for index, matrix in enumerate(matrices):
        for row, costs in enumerate(matrix):
            skewed[row : row + len(costs), index, row] = costs
    return skewed


def _trace(costs: Matrix, rows: int, columns: int) -> NDArray[np.uint8]:
    """Where each cell's cheapest path comes from: 0 both before, 1 token before, 2 frame before."""
    count = costs.shape[1]
    steps = np.full((rows + columns, count, rows), 2, dtype=np.uint8)
    before = np.full((count, rows + 1), np.inf)  # the anti-diagonal before, shifted by one row
    before_that = before.copy()
    before_that[:, 0] = 0.0
    for diagonal in range(rows + columns - 1):
        both, token, frame = before_that[:, :-1], before[:, :-1], before[:, 1:]
        came = np.where((token < both) & (token < frame), 1, 2).astype(np.uint8)
        came[(both < token) & (both < frame)] = 0
        steps[diagonal] = came
        now = np.full((count, rows + 1), np.inf)
        now[:, 1:] = np.minimum(np.minimum(both, token), frame) + costs[diagonal]
        before_that, before = before, now
    return steps


def _walk_back(steps: NDArray[np.uint8], rows: int, columns: int) -> NDArray[np.int64]:
    starts = np.zeros(rows, dtype=np.int64)
    row, column = rows - 1, columns - 1
    while row > 0:
        step = int(steps[row + column, row]) if column > 0 else 1
        if step == 2:
            column -= 1
            continue
        starts[row] = column
        row -= 1
        column -= 1 - step
    return starts
