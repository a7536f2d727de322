"""A quote's text as single words to take hold of: each printed word, and between them what was left out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.quotes.matching.edits import DOUBTS
from pipeline.quotes.matching.source import filler_at
from pipeline.quotes.matching.tokens import Tokenizer
from pipeline.quotes.proof.diff import rows
from pipeline.quotes.proof.guard import Verdict
from pipeline.text.punctuation import DOUBLE_MARKS
from pipeline.text.scripts import letters

_TOKEN = re.compile(r"\[[^\[\]]*\]\S*|\S+")
_BEYOND = DOUBTS | {"speaker", "nobody"}  # of words that another piece shows, or of none


@dataclass(frozen=True, slots=True)
class Piece:
    """A printed word (`token` is its number in the text), or words that were left out (None).

    `kind` and `counts` (kept, free, stopped, signed) are the edit's; `raw` is what was said.
    """

    token: int | None
    text: str
    raw: str
    kind: str | None
    counts: str
    at: float


def tokens(text: str) -> list[str]:
    """The words of a quote's text as printed, letters where a script has no blanks.

    A [bracketed insertion] is one.
    """
    return [part for _, part in _tokens(text)]


def starts(text: str) -> list[int]:
    """Where each of them begins in the text."""
    return [start for start, _ in _tokens(text)]


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    for match in _TOKEN.finditer(text):
        start, token = match.start(), match.group()
        for part in [token] if token[0] == "[" else letters(token):
            yield start, part
            start += len(part)


def fillers(words: Sequence[str], tokenizer: Tokenizer) -> frozenset[int]:
    """Which words of a text only fill, by the guard's tables; a [bracketed insertion] never does."""
    found = tokenizer.tokens("" if word[0] == "[" else word.strip(DOUBLE_MARKS) for word in words)
    texts = [token.text for token in found]
    filling: set[int] = set()  # tokens
    for position in range(len(found)):
        filling |= {*range(position, position + filler_at(texts, position, tokenizer.language))}
    means = {
        word for at, token in enumerate(found) if at not in filling for word in range(*token[1:])
    }
    return frozenset(word for at in filling for word in range(*found[at][1:])) - means


def pieces(verdict: Verdict) -> list[Piece]:
    """The words of a quote with what became of each."""
    printed = tokens(verdict.quote.text)
    shown: list[tuple[str, int]] = []  # each printed word of the parts, and its part
    parts = [(counts, part) for counts, part in rows(verdict) if part.kind not in _BEYOND]
    for number, (_, part) in enumerate(parts):
        shown += [(word, number) for word in tokens(part.published)]
    origin = _matched(printed, [word for word, _ in shown])
    found: list[Piece] = []
    done = -1
    for index, word in enumerate(printed):
        place = origin.get(index)
        number = done if place is None else shown[place][1]
        found += [
            Piece(None, part.raw, part.raw, part.kind, counts, part.at)
            for counts, part in parts[done + 1 : number]
            if part.raw and not part.published
        ]
        done = max(done, number)
        if place is None or number < 0:
            found.append(Piece(index, word, "", None, "kept", verdict.quote.start))
        else:
            counts, part = parts[number]
            found.append(Piece(index, word, part.raw, part.kind, counts, part.at))
    return found


def _matched(printed: Sequence[str], shown: Sequence[str]) -> dict[int, int]:
    """Which word of the parts each printed word is; footnote numbers and quotation marks are in none."""
    plain = [re.sub(r"\[\w{1,3}\]", "", word).strip(DOUBLE_MARKS) or word for word in printed]
    other = [word.strip(DOUBLE_MARKS) or word for word in shown]
    matcher = SequenceMatcher(None, plain, other, autojunk=False)
    return {
        block.a + offset: block.b + offset
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
    }
