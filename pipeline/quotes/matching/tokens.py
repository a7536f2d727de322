"""Words as the alignment compares them: case and punctuation gone, contractions taken apart.

A token covers one or several words ("twenty five" is the token `25`), and a word may hold several
tokens ("don't" is `do`, `not`; "well-known" is `well`, `known`). Two words are the same when their
tokens are; how they differ on the page is for `edits` to say.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.quotes.languages.numbers import join_numbers, plain_number
from pipeline.quotes.languages.table import Language
from pipeline.text.scripts import letters

_PATTERN = (
    r"(?<![\w])[-−]?[$€£¥]?\d+(?:[.,:]\d+)*"  # 1,000  3.5  -2  $5
    r"|\d+(?:[.,:]\d+)*"
    r"|'?{letter}+(?:['.]{letter}+)*"  # don't  'cause  e.g
    r"|[%&+=#@°§×]"
)
_LETTER = r"[^\W\d_]"
_PIECE = re.compile(_PATTERN.format(letter=_LETTER))
#: Where Unicode has its vowel signs and accents, without the lines through a letter.
_MARKED = (range(0x300, 0x334), range(0x339, 0x20D0), range(0xA66F, 0xAC00), range(0xFE20, 0xFE30))
_APOSTROPHES = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "−": "-", "œ": "oe", "æ": "ae", "ـ": ""}
)
_MINUS = re.compile(r"(?<![\w.,)])–(?=[$€£¥]?\d)")  # set as a dash: –5


class Token(NamedTuple):
    """A normalised token and the words `first` to `last` (excluded) that it stands in."""

    text: str
    first: int
    last: int


class Tokenizer:
    """Tokens of words in one language; remembers every spelling that it has seen."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._seen: dict[str, tuple[str, ...]] = {}

    def tokens(self, words: Iterable[str]) -> list[Token]:
        """The tokens of a sequence of words, numbers joined."""
        found = [
            Token(piece, index, index + 1)
            for index, word in enumerate(words)
            for piece in self.pieces(word)
        ]
        return join_numbers(self._joined(found), self.language, Token)

    def _joined(self, tokens: list[Token]) -> list[Token]:
        """Tokens with each phrase that is one ("pour cent") made one."""
        table = self.language.joined
        if not table:
            return tokens
        found: list[Token] = []
        position = 0
        while position < len(tokens):
            pair = tokens[position : position + 2]
            one = table.get(tuple(token.text for token in pair))
            found.append(Token(one, pair[0].first, pair[-1].last) if one else pair[0])
            position += len(pair) if one else 1
        return found

    def pieces(self, word: str) -> tuple[str, ...]:
        """The tokens of one printed word; empty for a lone dash."""
        known = self._seen.get(word)
        if known is None:
            known = self._seen[word] = tuple(self._split(word))
        return known

    def _split(self, word: str) -> list[str]:
        return [piece for part in letters(word) for piece in self._pieces_of(part)]

    def _pieces_of(self, word: str) -> list[str]:
        text = unicodedata.normalize("NFKC", word).casefold().translate(_APOSTROPHES)
        text = _MINUS.sub("-", text)
        pattern = _PIECE if text.isascii() else _piece(any(map(is_mark, text)))
        if self.language.british and not text.isascii():  # English writes naïve and naive
            text = "".join(
                c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn"
            )
        pieces: list[str] = []
        for match in pattern.finditer(text):
            pieces.extend(self._expand(match.group()))
        return pieces

    def _expand(self, piece: str) -> Sequence[str]:
        if piece[-1].isdigit():
            return [plain_number(piece, self.language)]
        language = self.language
        whole = language.contractions.get(piece) or language.spellings.get(piece)
        if whole:
            return whole
        if piece.startswith("'"):  # an opening quotation mark
            return self._expand(piece[1:])
        return self._without_suffix(piece) or self._elided(piece) or [self.language.spelt(piece)]

    def _elided(self, piece: str) -> Sequence[str]:
        """Take "qu'il" apart into que, il; empty where nothing is elided."""
        head, apostrophe, rest = piece.partition("'")
        if apostrophe and rest and head in self.language.elisions:
            return [self.language.elisions[head], *self._expand(rest)]
        return ()

    def _without_suffix(self, piece: str) -> Sequence[str]:
        """Take "don't" apart into do, not; "they're" into they, are; empty without a suffix."""
        suffixes = self.language.suffixes
        if piece.endswith("n't") and suffixes:
            return [piece[:-3], "not"]
        stem, apostrophe, suffix = piece.rpartition("'")
        if apostrophe and suffix in suffixes:
            return [*self._expand(stem), suffixes[suffix]]
        return ()


def is_mark(character: str) -> bool:
    """Whether a character is a vowel sign, tone or accent of the letter before: part of the word."""
    return unicodedata.category(character)[0] == "M" and any(
        ord(character) in marked for marked in _MARKED
    )


@functools.lru_cache(maxsize=2)
def _piece(marked: bool) -> re.Pattern[str]:
    """The pattern of tokens; to `re`, the vowel signs of Hindi and Thai are no letters."""
    if not marked:
        return _PIECE
    marks = [chr(code) for codes in _MARKED for code in codes]
    letter = f"(?:{_LETTER}[{''.join(filter(is_mark, marks))}]*)"
    return re.compile(_PATTERN.format(letter=letter))
