"""The text of a quote as the host typed it, taken apart: words, [...] marks, [insertions], [1]s."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.quotes.tokens import Token, Tokenizer

_PARTS = re.compile(
    r"(?P<ellipsis>\[\s*(?:\.{3}|…)\s*\]|\(\s*(?:\.{3}|…)\s*\)|\.{3}|…)"
    r"|\[(?P<note>[\w*†‡]{1,3})\](?=\W|$)"
    r"|(?P<inserted>\[[^\[\]]*\])[^\w\s\[“‘(…]*"
    r"|(?P<word>[^\s\[\]…]+?(?=\.{3}|…|[\s\[\]]|$)(?:\.{3,}|…)?|[\[\]])"
)
_CAPITAL = re.compile(r"\[(\w)\](?=\w)")  # "[T]he": an editor's capital
_OUTER = (("“", "”"), ('"', '"'), ("„", "“"), ("«", "»"), ("‘", "’"))


@dataclass(frozen=True, slots=True)
class Mark:
    """Something between the words: an ellipsis or a bracketed insertion, before word `before`.

    Dots that hang on a word are an ellipsis without text: a speaker trailing off, or words left out.
    """

    before: int
    text: str
    ellipsis: bool


@dataclass(frozen=True, slots=True)
class Published:
    """A quote's words as printed, their tokens, its marks in order and its footnote references."""

    words: Sequence[str]
    tokens: Sequence[Token]
    marks: Sequence[Mark]
    footnotes: Sequence[str]

    @property
    def ellipses(self) -> frozenset[int]:
        """Token positions before which a new span may begin."""
        cuts = {mark.before for mark in self.marks if mark.ellipsis}
        starts = [token.first for token in self.tokens]
        return frozenset(sum(start < cut for start in starts) for cut in cuts)


def read_published(text: str, tokenizer: Tokenizer) -> Published:
    """Take a quote's text apart; quotation marks around the whole are not part of it."""
    words: list[str] = []
    marks: list[Mark] = []
    footnotes: list[str] = []
    text = _CAPITAL.sub(r"\1", _without_outer_marks(text))
    for match in _PARTS.finditer(text):
        if match["ellipsis"]:
            marks.append(Mark(len(words), match["ellipsis"], True))
        elif match["note"] and not match["note"].isalpha():
            footnotes.append(match["note"])
        elif match["inserted"] or match["note"]:
            marks.append(Mark(len(words), match["inserted"] or f"[{match['note']}]", False))
        elif (
            words and not text[match.start() - 1].isspace() and not tokenizer.pieces(match["word"])
        ):
            words[-1] += match["word"]  # the full stop behind a footnote's number
        else:
            words.append(match["word"])
            if match["word"].endswith(("...", "…")):
                marks.append(Mark(len(words), "", True))
    return Published(words, _tokens(words, marks, tokenizer), marks, footnotes)


def _tokens(words: Sequence[str], marks: Sequence[Mark], tokenizer: Tokenizer) -> list[Token]:
    """Tokens of each stretch between two marks: a number is not joined across one."""
    borders = [0, *(mark.before for mark in marks), len(words)]
    return [
        Token(token.text, token.first + start, token.last + start)
        for start, end in itertools.pairwise(borders)
        for token in tokenizer.tokens(words[start:end])
    ]


def _without_outer_marks(text: str) -> str:
    text = text.strip()
    for opening, closing in _OUTER:
        inner = text[len(opening) : -len(closing)]
        if text.startswith(opening) and text.endswith(closing) and opening not in inner:
            return inner.strip()
    return text
