"""Where a batch keeps what it has computed while it is decoded: one room, which the next batch takes over.

Taken anew for each batch, hundreds of megabytes leave gaps of all sizes in a process's memory, which
grows with the length of a recording. And whisper's cache grows by concatenation: a text of 224 tokens, its
most, copies each layer's keys and values 112 times. What this buys is in `network`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import torch
from torch import Tensor

Pair = tuple[Tensor, Tensor]  # keys and values, each (B, H, N, width)


@dataclass(slots=True)
class Caches:
    """Keys and values of each layer, and the queries of the heads that tell time.

    `own` has N positions of the decoder, `cross` N frames; queries are (B, N, heads, width).
    """

    own: list[Pair]
    cross: list[Pair]
    queries: Tensor

    @classmethod
    def empty(
        cls, sizes: Mapping[str, int], rows: int, length: int, precision: torch.dtype, device: Any
    ) -> "Caches":
        """For so many rows and positions; `sizes`: layers, heads, width, frames, telling."""

        def pairs(count: int, dtype: torch.dtype) -> list[Pair]:
            shape = (rows, sizes["heads"], count, sizes["width"])
            options: dict[str, Any] = {"dtype": dtype, "device": device}
            layers = range(sizes["layers"])
            return [(torch.empty(shape, **options), torch.empty(shape, **options)) for _ in layers]

        queries = (rows, length, sizes["telling"], sizes["width"])
        return cls(
            # float32: torch multiplies many small matrices faster so, and they are quickly read
            own=pairs(length, torch.float32),
            cross=pairs(sizes["frames"], precision),
            queries=torch.empty(queries, dtype=precision, device=device),
        )

    def holds(self, rows: int, length: int) -> bool:
        """Whether there is room for so many rows and positions."""
        return self.queries.shape[0] >= rows and self.queries.shape[1] >= length

    def first(self, rows: int) -> "Caches":
        """The same memory, as far as it belongs to the first rows."""
        own, cross = (
            [(keys[:rows], values[:rows]) for keys, values in pairs]
            for pairs in (self.own, self.cross)
        )
        return Caches(own, cross, self.queries[:rows])

    def move_up(self, rows: Sequence[int]) -> "Caches":
        """Only these rows, which rise: each moves to the place of one that is no longer needed."""
        for new, old in enumerate(rows):
            if new != old:
                for tensor in self._all():
                    tensor[new] = tensor[old]
        return self.first(len(rows))

    def _all(self) -> Iterator[Tensor]:
        yield from chain.from_iterable(self.own)
        yield from chain.from_iterable(self.cross)
        yield self.queries
