"""Where a batch keeps what it has computed while it is decoded: one room, which the next batch takes over.

Taken anew for each batch, hundreds of megabytes leave gaps of all sizes in a process's memory, which
grows with the length of a recording. And whisper's cache grows by concatenation: a text of 224 tokens, its
most, copies each layer's keys and values 112 times. What this buys is in `network`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(slots=True)
class Caches:
    """Keys and values of each layer, and the queries of the heads that tell time.

    `own` is (layers, 2, B, H, positions of the decoder, width), `cross` (layers, 2, B, H, frames, width);
    queries are (B, positions, heads, width).
    """

    own: Tensor
    cross: Tensor
    queries: Tensor

    @classmethod
    def empty(
        cls, dims: Any, telling: int, rows: int, length: int, precision: torch.dtype, device: Any
    ) -> "Caches":
        """For so many rows and positions in a model of whisper's `dims`; `telling` heads tell time."""
        width = dims.n_text_state // dims.n_text_head
        pairs = (dims.n_text_layer, 2, rows, dims.n_text_head)
        return cls(
            # float32: torch multiplies many small matrices faster so, and they are quickly read
            torch.empty((*pairs, length, width), dtype=torch.float32, device=device),
            torch.empty((*pairs, dims.n_audio_ctx, width), dtype=precision, device=device),
            torch.empty((rows, length, telling, width), dtype=precision, device=device),
        )

    def holds(self, rows: int, length: int) -> bool:
        """Whether there is room for so many rows and positions."""
        return self.queries.shape[0] >= rows and self.queries.shape[1] >= length

    def first(self, rows: int) -> "Caches":
        """The same memory, as far as it belongs to the first rows."""
        return Caches(self.own[:, :, :rows], self.cross[:, :, :rows], self.queries[:rows])

    def move_up(self, rows: Sequence[int]) -> "Caches":
        """Only these rows, which rise: each moves to the place of one that is no longer needed."""
        for new, old in enumerate(rows):
            if new != old:
                for pairs in (self.own, self.cross):
                    pairs[:, :, new] = pairs[:, :, old]
                self.queries[new] = self.queries[old]
        return self.first(len(rows))
