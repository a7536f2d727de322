"""The text of a quote as the host typed it, taken apart: words, [...] marks, [insertions], [1]s."""

import itertools
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from pipeline.quotes.matching.tokens import Token, Tokenizer
from pipeline.text.scripts import letters

_PARTS = re.compile(
    r"(?P<ellipsis>\[\s*(?:\.{3}|…)\s*\]|\(\s*(?:\.{3}|…)\s*\)|\.{3}|…)"
    r"|\[(?P<note>[\w*†‡]{1,3})\](?=\W|$)"
    r"|(?P<inserted>\[[^\[\]]*\])[.,;:!\"'”’)–—-]*"
    r"|(?P<word>[^\s\[\]…]+?(?=\.{3}|…|[\s\[\]]|$)(?:\.{3,}|…)?|[\[\]])"
)
_UNSEEN = dict.fromkeys((0x200B, 0x2060, 0xFEFF))  # spaces of no width: editors leave them behind
_CAPITAL = re.compile(r"\[(\w)\](?=\w)")  # "[T]he": an editor's capital
_OUTER = (
    ("“", "”"), ('"', '"'), ("„", "“"), ("«", "»"), ("»", "«"), ("‘", "’"), ("”", "”"), ("「", "」"),
)  # fmt: skip
_APART = (  # French sets blanks before and within its marks
    (re.compile(r"(?<![^\s(\[])«\s+"), "«"),
    (re.compile(r"\s+»(?![^\s.,;:!?)\]])"), "»"),
    (re.compile(r"(?<=[^\s\]])\s+([?!;:]+)(?=\s|$)"), r"\1"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something between the words: an ellipsis or a bracketed insertion, before word `before`.

    Dots that hang on a word are an ellipsis without text: a speaker trailing off, or words left out.
    An insertion `within` a word, "[un]safe", makes another word of it.
    """

    before: int
    text: str
    ellipsis: bool
    within: bool = False


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
        if not cuts:
            return frozenset()
        starts = [token.first for token in self.tokens]
        return frozenset(sum(start < cut for start in starts) for cut in cuts)

    @property
    def trails(self) -> bool:
        """Whether it ends in dots or a dash: it shows that its last sentence goes on."""
        return len(self.words) > 0 and (
            self.words[-1].endswith(("...", "…", "-", "—", "–"))
            or any(mark.ellipsis and mark.before == len(self.words) for mark in self.marks)
        )


def read_published(text: str, tokenizer: Tokenizer, footnotes: Container[str] = ()) -> Published:
    """Take a quote's text apart; quotation marks around the whole are not part of it.

    A number in brackets that none of the `footnotes` has, and that is not the next one to come, is an
    insertion.
    """
    words: list[str] = []
    marks: list[Mark] = []
    notes: list[str] = []
    text = _CAPITAL.sub(r"\1", without_outer_marks(text.translate(_UNSEEN)))
    for apart, together in _APART:
        text = apart.sub(together, text)
    for match in _PARTS.finditer(text):
        if match["ellipsis"]:
            marks.append(Mark(len(words), match["ellipsis"], True))
        elif (
            match["note"] and not match["note"].isalpha() and _is_reference(match, footnotes, notes)
        ):
            notes.append(match["note"])
        elif match["inserted"] or match["note"]:
            shown = match["inserted"] or f"[{match['note']}]"
            marks.append(Mark(len(words), shown, False, _is_within(match)))
        elif (
            words and not text[match.start() - 1].isspace() and not tokenizer.pieces(match["word"])
        ):
            words[-1] += match["word"]  # the full stop behind a footnote's number
        else:
            words.extend(letters(match["word"]))
            if match["word"].endswith(("...", "…")):
                marks.append(Mark(len(words), "", True))
    return Published(words, _tokens(words, marks, tokenizer), marks, notes)


def _is_reference(match: re.Match[str], known: Container[str], before: Sequence[str]) -> bool:
    """Whether "[12]" refers to a footnote; between two words it may say a number."""
    number = match["note"]
    if number in known or number in before or not number.isdecimal():
        return True
    between = re.match(r"\s+\w", match.string[match.end() :]) is not None
    return not between or int(number) == len(set(before)) + 1


def _is_within(match: re.Match[str]) -> bool:
    """Whether a bracket touches a letter: "[un]safe", "improve[d]"."""
    first, last = match.span("inserted") if match["inserted"] else match.span()
    return match.string[first - 1 : first].isalnum() or match.string[last : last + 1].isalnum()


def _tokens(words: Sequence[str], marks: Sequence[Mark], tokenizer: Tokenizer) -> list[Token]:
    """Tokens of each stretch between two marks: a number is not joined across one."""
    borders = [0, *(mark.before for mark in marks), len(words)]
    return [
        Token(token.text, token.first + start, token.last + start)
        for start, end in itertools.pairwise(borders)
        for token in tokenizer.tokens(words[start:end])
    ]


def without_outer_marks(text: str) -> str:
    """A text without the quotation marks around the whole of it."""
    text = text.strip()
    for opening, closing in _OUTER:
        inner = text[len(opening) : -len(closing)]
        if text.startswith(opening) and text.endswith(closing) and opening not in inner:
            return inner.strip()
    return text
