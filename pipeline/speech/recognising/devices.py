"""Which device, precision and batch suit a machine and a model.

Decided from facts that are handed in, so that the choice for a machine can be tested on any other.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from pipeline.errors import ConfigError, SpeechError

KINDS = ("cpu", "cuda", "mps")

# bytes for the cross-attention's keys and values of all chunks that are being decoded
_CACHE_BYTES = {"cpu": 300_000_000, "cuda": 6_000_000_000, "mps": 2_000_000_000}
# in words of torch, of CTranslate2, and of CUDA's own library for matrices
_RAN_OUT = ("out of memory", "can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED")
_MOST_WORKERS = 4  # threads with a batch each; chosen


@dataclass(frozen=True, slots=True)
class Machine:
    """What a machine offers, as torch sees it."""

    cuda: bool  # an NVIDIA or AMD card
    bfloat16: bool  # the CPU has instructions that multiply it
    threads: int  # torch's, for one operation
    tiles: bool = False  # and those that multiply whole tiles of it (AMX)

    @classmethod
    def here(cls) -> "Machine":
        """Ask torch about the machine that runs this."""
        has: Mapping[str, Any] = torch.cpu.get_capabilities()
        return cls(
            cuda=torch.cuda.is_available(),
            bfloat16=bool(has.get("avx512_bf16") or has.get("amx_bf16")),
            threads=torch.get_num_threads(),
            tiles=bool(has.get("amx_bf16")),
        )

    @property
    def best(self) -> str:
        """The fastest kind of device; an Apple GPU is used when it is asked for (`mps`)."""
        return "cuda" if self.cuda else "cpu"


def kind_of(device: str, kinds: Sequence[str] = KINDS) -> str:
    """The kind of a device such as `cuda:1`; ConfigError for one that cannot be used."""
    kind = device.split(":")[0]
    if kind not in kinds:
        raise ConfigError(
            f"the device '{device}' is not supported", f"use one of: {', '.join(kinds)}"
        )
    return kind


def precision(kind: str, machine: Machine) -> str:
    """The fastest precision that keeps the error rate: half on a GPU, bfloat16 where a CPU has it."""
    if kind != "cpu":
        return "float16"
    return "bfloat16" if machine.bfloat16 else "float32"


def compute_type(kind: str, supported: Collection[str]) -> str:
    """CTranslate2's name of the fastest precision of those that it supports on a kind of device."""
    wanted = ("int8", "float32") if kind == "cpu" else ("float16", "int8_float32", "int8")
    return next((name for name in wanted if name in supported), "float32")


def sizes(
    kind: str, machine: Machine, cache_bytes: int, largest: int, free: int | None = None
) -> tuple[int, int]:
    """Chunks in a batch, and batches at the same time.

    As many as there is room for, when each chunk takes `cache_bytes` while it is decoded; a batch
    holds at most `largest`. A GPU works on one batch at a time, a CPU on one for each of a few
    threads. Of what is `free` of a GPU's memory, half is left for all that is not this cache.
    """
    bytes_for_all = _CACHE_BYTES[kind] if free is None else min(_CACHE_BYTES[kind], free // 2)
    room = max(1, bytes_for_all // cache_bytes)
    workers = min(_MOST_WORKERS, machine.threads, room) if kind == "cpu" else 1
    return max(1, min(largest, room // workers)), workers


def cache_bytes(dims: Mapping[str, int], itemsize: int) -> int:
    """What the cross-attention's keys and values of one chunk take, from whisper's dimensions."""
    values = dims["n_text_layer"] * dims["n_audio_ctx"] * dims["n_text_state"]
    return 2 * values * itemsize


def keep_to(share: float) -> None:
    """Take no more than a share of a card's memory: another process has the rest."""
    if share < 1 and torch.cuda.is_available():
        torch.cuda.set_per_process_memory_fraction(share)


def free_bytes(device: torch.device) -> int | None:
    """What a card has left, of the share that this process may take; None for what is no card of CUDA's."""
    if device.type != "cuda":
        return None
    free, total = torch.cuda.mem_get_info(device)
    share = int(total * torch.cuda.get_per_process_memory_fraction(device))
    return min(free, share - torch.cuda.memory_reserved(device))


def why_no_card() -> str:
    """What CUDA says where torch finds no card: its driver is too old, or torch was built without CUDA."""
    try:
        torch.cuda.init()  # type: ignore[no-untyped-call]
    except (RuntimeError, AssertionError) as error:
        return str(error).splitlines()[0]
    return "there is one now"


def ran_out(error: Exception) -> bool:
    """Whether there was too little memory, of a card or of the machine, for what was asked at once."""
    return isinstance(error, MemoryError) or any(each in str(error) for each in _RAN_OUT)


def no_room(model: str) -> SpeechError:
    """The error for a model that does not fit, or leaves no room for one chunk of speech."""
    return SpeechError(
        f"there is too little memory for {model}, even for one chunk of speech",
        "take a smaller model, or more of a card for each worker: [backfill] gpus_per_worker",
    )


def end_if_lost(error: Exception) -> None:
    """End this process if its card failed: nothing that it asks of the card would work any more."""
    if isinstance(error, torch.AcceleratorError) or "CUDA failed with error" in str(error):
        os._exit(1)
