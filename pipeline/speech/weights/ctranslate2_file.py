"""Read the weights of a CTranslate2 Whisper model and name them as openai-whisper does.

The format (CTranslate2, `include/ctranslate2/models/model.h` and `python/ctranslate2/specs/
model_spec.py`, version 6), all little-endian: u32 version, string spec, u32 revision, u32 count;
for each variable a string name, u8 rank, u32 for each dimension, u8 type, u32 bytes, the values;
then u32 count of aliases, each two strings. A string is u16 length and bytes ending in NUL. It holds
numbers only: nothing is unpickled.

No library gives these weights away: CTranslate2 reads them into its own network, and its converters only
write. Two things stand on it. `tiny.en` and `base` come as packages, without a download. And our encoder
can make faster-whisper 1.4 times as fast (see `faster_whisper`).
"""

import json
import mmap
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import SpeechError

Arrays: TypeAlias = dict[str, NDArray[Any]]

_VERSION = 6  # of the format; the numbers of types below are its own
_DTYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
_HEAD_WIDTH = 64  # of every Whisper model

# CTranslate2's names and openai-whisper's, which are several where matrices are fused.
_LAYER = re.compile(r"(encoder|decoder)/layer_(\d+)/(.+)")
_IN_LAYERS = {
    "self_attention/layer_norm": ("attn_ln",),
    "self_attention/linear_0": ("attn.query", "attn.key", "attn.value"),
    "self_attention/linear_1": ("attn.out",),
    "attention/layer_norm": ("cross_attn_ln",),
    "attention/linear_0": ("cross_attn.query",),
    "attention/linear_1": ("cross_attn.key", "cross_attn.value"),
    "attention/linear_2": ("cross_attn.out",),
    "ffn/layer_norm": ("mlp_ln",),
    "ffn/linear_0": ("mlp.0",),
    "ffn/linear_1": ("mlp.2",),
}
_OUTSIDE = {
    "encoder/conv1": ("encoder.conv1",),
    "encoder/conv2": ("encoder.conv2",),
    "encoder/layer_norm": ("encoder.ln_post",),
    "encoder/position_encodings": ("encoder.positional_embedding",),
    "decoder/embeddings": ("decoder.token_embedding",),
    "decoder/layer_norm": ("decoder.ln",),
    "decoder/position_encodings": ("decoder.positional_embedding",),
}
_PARTS = {
    "weight": ".weight", "bias": ".bias", "gamma": ".weight", "beta": ".bias", "encodings": "",
}  # fmt: skip


class _Reader:
    """Takes values off the front of a file's bytes; a file that ends early is a ValueError."""

    def __init__(self, content: bytes | mmap.mmap) -> None:
        self._content = memoryview(content)
        self._at = 0

    def take(self, count: int) -> memoryview:
        if self._at + count > len(self._content):
            raise ValueError("it ends early")
        self._at += count
        return self._content[self._at - count : self._at]

    def number(self, kind: str) -> int:
        (value,) = struct.unpack(f"<{kind}", self.take(struct.calcsize(kind)))
        return int(value)

    def string(self) -> str:
        return bytes(self.take(self.number("H"))).rstrip(b"\0").decode()


def read_variables(path: Path) -> Arrays:
    """All variables of a `model.bin`; SpeechError when it is not a Whisper model in version 6.

    They lie in the mapped file: what is not looked at takes no memory.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size  # an empty file cannot be mapped
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        return dict(_variables(_Reader(mapped)))
    except (ValueError, UnicodeDecodeError) as error:
        raise SpeechError(
            f"{path}: not a CTranslate2 Whisper model that can be read: {error}",
            "use a float16 or float32 model in binary version 6, or an openai-whisper checkpoint",
        ) from None


def _variables(reader: _Reader) -> Iterator[tuple[str, NDArray[Any]]]:
    if (version := reader.number("I")) != _VERSION:
        raise ValueError(f"binary version {version}")
    if (spec := reader.string()) != "WhisperSpec":
        raise ValueError(f"it holds a {spec[:40]}")
    # The spec's revision: 3 added the alignment heads, which config.json has too.
    reader.number("I")
    for _ in range(reader.number("I")):
        name = reader.string()
        shape = tuple(reader.number("I") for _ in range(reader.number("B")))
        kind = reader.number("B")
        if kind not in _DTYPES:
            raise ValueError(f"'{name}' has the unknown type {kind}")
        values = np.frombuffer(reader.take(reader.number("I")), _DTYPES[kind])
        yield name, values.reshape(shape)


def quantised(variables: Mapping[str, NDArray[Any]]) -> bool:
    """Whether weights were stored as int8, with scales beside them."""
    return any(values.dtype == np.int8 and values.ndim == 2 for values in variables.values())


def whisper_state(variables: Mapping[str, NDArray[Any]]) -> Iterator[tuple[str, NDArray[Any]]]:
    """The state of openai-whisper's `Whisper` by its names; the weights must not be quantised."""
    for name, values in variables.items():
        place, _, part = name.rpartition("/")
        layer = _LAYER.fullmatch(place)
        targets = _IN_LAYERS.get(layer[3], ()) if layer else _OUTSIDE.get(place, ())
        before = f"{layer[1]}.blocks.{layer[2]}." if layer else ""
        # what CTranslate2 fuses lies one below the other; keys have no bias in Whisper
        pieces = np.split(values, len(targets)) if targets else []
        for target, piece in zip(targets, pieces, strict=True):
            if (target[-4:], part) != (".key", "bias"):
                yield f"{before}{target}{_PARTS[part]}", piece


def _layers(variables: Mapping[str, NDArray[Any]], side: str) -> int:
    count = 0
    while f"{side}/layer_{count}/ffn/linear_0/weight" in variables:
        count += 1
    return count


def dimensions(variables: Mapping[str, NDArray[Any]]) -> dict[str, int]:
    """The fields of openai-whisper's `ModelDimensions`."""
    audio_ctx, audio_state = variables["encoder/position_encodings/encodings"].shape
    text_ctx, text_state = variables["decoder/position_encodings/encodings"].shape
    return {
        "n_mels": variables["encoder/conv1/weight"].shape[1],
        "n_audio_ctx": audio_ctx,
        "n_audio_state": audio_state,
        "n_audio_head": audio_state // _HEAD_WIDTH,
        "n_audio_layer": _layers(variables, "encoder"),
        "n_vocab": variables["decoder/embeddings/weight"].shape[0],
        "n_text_ctx": text_ctx,
        "n_text_state": text_state,
        "n_text_head": text_state // _HEAD_WIDTH,
        "n_text_layer": _layers(variables, "decoder"),
    }


def alignment_heads(config: Path) -> list[tuple[int, int]]:
    """The (layer, head) pairs whose cross-attention tells time, from a model's `config.json`."""
    try:
        pairs = json.loads(config.read_bytes())["alignment_heads"]
        return [(int(layer), int(head)) for layer, head in pairs]
    except (OSError, ValueError, KeyError, TypeError):
        return []  # an older conversion: the later half of the heads is used, as whisper does


def with_heads(folder: Path, heads: Sequence[tuple[int, int]]) -> dict[str, bytes]:
    """A model's files by name, as CTranslate2 takes them from memory, with other heads to tell time.

    It reads heads from the configuration alone, and the folder is not ours to write to.
    """
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    config = json.loads(files["config.json"]) | {"alignment_heads": [list(pair) for pair in heads]}
    return files | {"config.json": json.dumps(config).encode()}
