"""Numbers in words and in digits as one token: "twenty five", "25"; "2 million", "2,000,000".

text2num 3.1 has positions too, but takes "2 million" for 1,000,000 and "veintiún mil" for 1,000, and
finds a number in the article of "ein Haus" and in "second thought": the guard would compare other words.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from pipeline.quotes.languages.table import Language

T = TypeVar("T", bound=tuple[Any, ...])

_UNIT, _TENS, _HUNDRED = 9, 20, 100  # the largest digit, the least ten, a hundred
_THOUSAND = 1000  # the largest scale that is written in one word with what it counts
_GROUP = 3  # digits between two marks


def is_number(text: str) -> bool:
    """Whether a joined token is a number: its digits are never free to change."""
    return any(character.isdigit() for character in text) or text == "%"


def plain_number(piece: str, language: Language) -> str:
    """Digits without marks between thousands and with a decimal point; a sign stays."""
    marks = re.escape(language.thousands.strip())
    if marks and re.fullmatch(rf"[^\d]*\d{{1,3}}(?:[{marks}]\d{{3}})+(?:[.,]\d+)?", piece):
        piece = re.sub(rf"[{marks}](?=\d{{3}}(?!\d))", "", piece)
    if language.decimal == "," and piece.count(",") == 1 and "." not in piece:
        return piece.replace(",", ".")
    return piece


def join_numbers(
    tokens: Sequence[T], language: Language, make: Callable[[str, int, int], T]
) -> list[T]:
    """Replace each spoken number in `tokens` (text, first word, last word) by its digits."""
    reader = _Reader([token[0] for token in tokens], language)
    joined: list[T] = []
    begins: dict[str, bool] = {}  # of each spelling: few words in a hundred do
    position = 0
    while position < len(tokens):
        text = tokens[position][0]
        if text not in begins:
            begins[text] = reader.may_begin(text)
        value, used = reader.number(position) if begins[text] else (None, 0)
        if value is None:
            joined.append(tokens[position])
            position += 1
            continue
        joined.append(make(value, tokens[position][1], tokens[position + used - 1][2]))
        position += used
    return joined


class _Reader:
    """Reads numbers in the texts of tokens: each method tells one, and how many tokens it takes."""

    def __init__(self, texts: Sequence[str], language: Language) -> None:
        self.texts = texts
        self.language = language

    def may_begin(self, text: str) -> bool:
        """Whether a number can begin with this token, whatever follows."""
        return (
            text[0].isdigit()
            or text in self.language.one_words
            or text in self.language.lone_scales
            or text in self.language.number_words
            or _compound(text, self.language) is not None
        )

    def number(self, start: int) -> tuple[str | None, int]:
        """The number that begins at `start`, as digits."""
        value, used = self._whole(start)
        if value is None:
            return None, 0
        digits, taken = self._fraction(start + used)
        return (f"{_digits(value)}.{digits}", used + taken) if taken else (_digits(value), used)

    def _text(self, position: int) -> str:
        """The text of a token; empty behind the last one."""
        return self.texts[position] if position < len(self.texts) else ""

    def _fraction(self, start: int) -> tuple[str, int]:
        """The digits after "comma", with it."""
        if not self.language.decimal_word or self._text(start) != self.language.decimal_word:
            return "", 0
        digits, used = "", 1
        while True:
            value, taken = self._group(start + used)
            if value is None or not taken or value != int(value) or (digits and value > _UNIT):
                break
            digits += _digits(value)
            used += taken
            if value > _UNIT:
                break
        return (digits, used) if digits else ("", 0)

    def _whole(self, start: int) -> tuple[Decimal | None, int]:
        """A number without what follows its decimal point."""
        total, used, below = Decimal(0), 0, Decimal("Infinity")
        while True:
            value, taken = self._scaled_group(start + used)
            if value is None or value >= below:
                break
            total += value
            used += taken
            below = Decimal(self.language.scales.get(self.texts[start + used - 1], 1))
            if below == 1:
                break
            if self._text(start + used) == "and":
                follows, _ = self._scaled_group(start + used + 1)
                if follows is None or follows >= below:
                    break
                used += 1
        return (total, used) if used else (None, 0)

    def _scaled_group(self, start: int) -> tuple[Decimal | None, int]:
        """A group with the scales after it: "five", "five hundred", "2 million"."""
        value, used = self._group(start)
        if value is None:
            return None, 0
        while scale := self.language.scales.get(self._text(start + used)):
            value *= scale
            used += 1
        return value, used

    def _group(self, start: int) -> tuple[Decimal | None, int]:
        """A number below a hundred, digits, or "a" before a scale."""
        text, language = self._text(start), self.language
        if not text:
            return None, 0
        if text in language.one_words:
            return (Decimal(1), 1) if self._text(start + 1) in language.scales else (None, 0)
        if text in language.lone_scales:
            return Decimal(1), 0
        if text[0].isdigit():
            return self._in_digits(start)
        value = language.number_words.get(text) or _compound(text, language)
        if value is None:
            return (Decimal(0), 1) if text in language.number_words else (None, 0)
        more, taken = self._after_tens(start + 1, value)
        return Decimal(value + more), 1 + taken

    def _in_digits(self, start: int) -> tuple[Decimal | None, int]:
        """Digits, with those after blanks where the language sets its thousands so."""
        text, used = self.texts[start], 1
        if " " in self.language.thousands and len(text) <= _GROUP and text.isdecimal():
            while len(group := self._text(start + used)) == _GROUP and group.isdecimal():
                text += group
                used += 1
        try:
            return Decimal(text), used
        except InvalidOperation:  # "10:30"
            return None, 0

    def _after_tens(self, start: int, value: int) -> tuple[int, int]:
        """What "thirty" and "doscientos" are followed by: "five", "y cinco", "treinta y cuatro"."""
        language, texts = self.language, self.texts[start : start + 2]
        if value >= _HUNDRED:
            below, taken = self._group(start)
            small = below and taken and below < _HUNDRED and not texts[0][0].isdigit()
            return (int(below), taken) if below and small else (0, 0)
        most = language.teens_after.get(value, _UNIT) if value >= _TENS else 0
        joined = bool(language.tens_joiner) and texts[:1] == [language.tens_joiner]
        text = "".join(texts[joined : joined + 1])
        unit = language.number_words.get(text, 0)
        if text in language.one_words and (joined or value in language.teens_after):
            unit = 1  # "vingt et un", "quatre-vingt-un"
        if value < _TENS or value % 10 or not 0 < unit <= most:
            return 0, 0
        return unit, 1 + joined


def _compound(word: str, language: Language) -> int | None:
    """A number that is one word: "fünfundzwanzig", "neunzehnhundertachtzig"."""
    if not language.unit_joiner or word in language.number_words:
        return language.number_words.get(word)
    for name, scale in sorted(language.scales.items(), key=lambda row: -row[1]):
        if scale > _THOUSAND or name not in word:
            continue
        head, _, rest = word.partition(name)
        rest = rest.removeprefix(language.unit_joiner)
        count = 1 if not head or head in language.one_words else _compound(head, language)
        below = _compound(rest, language) if rest else 0
        if count is None or below is None or below >= scale:
            return None
        return count * scale + below
    head, _, tens = word.partition(language.unit_joiner)
    unit = 1 if head in language.one_words else language.number_words.get(head, 0)
    ten = language.number_words.get(tens, 0)
    return ten + unit if 0 < unit <= _UNIT and ten >= _TENS else None


def _digits(value: Decimal) -> str:
    return format(value.normalize(), "f")
