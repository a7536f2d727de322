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
    joined: list[T] = []
    begins: dict[str, bool] = {}  # of each spelling: few words in a hundred do
    position = 0
    while position < len(tokens):
        text = tokens[position][0]
        if text not in begins:
            begins[text] = _may_begin(text, language)
        value, used = (None, 0) if not begins[text] else _number(tokens, position, language)
        if value is None:
            joined.append(tokens[position])
            position += 1
            continue
        last = tokens[position + used - 1]
        joined.append(make(value, tokens[position][1], last[2]))
        position += used
    return joined


def _may_begin(text: str, language: Language) -> bool:
    """Whether a number can begin with this token, whatever follows."""
    return (
        text[0].isdigit()
        or text in language.one_words
        or text in language.lone_scales
        or text in language.number_words
        or _compound(text, language) is not None
    )


def _number(tokens: Sequence[T], start: int, language: Language) -> tuple[str | None, int]:
    """The number that begins at `start` as digits, and how many tokens it takes."""
    value, used = _whole(tokens, start, language)
    if value is None:
        return None, 0
    digits, taken = _fraction(tokens, start + used, language)
    return (f"{_digits(value)}.{digits}", used + taken) if taken else (_digits(value), used)


def _fraction(tokens: Sequence[T], start: int, language: Language) -> tuple[str, int]:
    """The digits after "comma", and how many tokens they take with it."""
    if start >= len(tokens) or not language.decimal_word:
        return "", 0
    if tokens[start][0] != language.decimal_word:
        return "", 0
    digits, used = "", 1
    while True:
        value, taken = _group(tokens, start + used, language)
        if value is None or not taken or value != int(value) or (digits and value > _UNIT):
            break
        digits += _digits(value)
        used += taken
        if value > _UNIT:
            break
    return (digits, used) if digits else ("", 0)


def _whole(tokens: Sequence[T], start: int, language: Language) -> tuple[Decimal | None, int]:
    """A number without what follows its decimal point."""
    total, used, below = Decimal(0), 0, Decimal("Infinity")
    while True:
        value, taken = _scaled_group(tokens, start + used, language)
        if value is None or value >= below:
            break
        total += value
        used += taken
        below = Decimal(_last_scale(tokens, start + used, language))
        if below == 1:
            break
        if start + used < len(tokens) and tokens[start + used][0] == "and":
            follows, _ = _scaled_group(tokens, start + used + 1, language)
            if follows is None or follows >= below:
                break
            used += 1
    return (total, used) if used else (None, 0)


def _scaled_group(
    tokens: Sequence[T], start: int, language: Language
) -> tuple[Decimal | None, int]:
    """A group with the scales after it: "five", "five hundred", "2 million"."""
    value, used = _group(tokens, start, language)
    if value is None:
        return None, 0
    while start + used < len(tokens) and tokens[start + used][0] in language.scales:
        value *= language.scales[tokens[start + used][0]]
        used += 1
    return value, used


def _last_scale(tokens: Sequence[T], end: int, language: Language) -> int:
    """The scale that the words before `end` close with; 1 where none does."""
    return language.scales.get(tokens[end - 1][0], 1)


def _group(tokens: Sequence[T], start: int, language: Language) -> tuple[Decimal | None, int]:
    """A number below a hundred, digits, or "a" before a scale."""
    if start >= len(tokens):
        return None, 0
    text = tokens[start][0]
    following = tokens[start + 1][0] if start + 1 < len(tokens) else ""
    if text in language.one_words:
        return (Decimal(1), 1) if following in language.scales else (None, 0)
    if text in language.lone_scales:
        return Decimal(1), 0
    if text[0].isdigit():
        return _in_digits(tokens, start, language)
    value = language.number_words.get(text) or _compound(text, language)
    if value is None:
        return (Decimal(0), 1) if text in language.number_words else (None, 0)
    more, taken = _after_tens(tokens, start + 1, value, language)
    return Decimal(value + more), 1 + taken


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


def _in_digits(tokens: Sequence[T], start: int, language: Language) -> tuple[Decimal | None, int]:
    """Digits, with those after blanks where the language sets its thousands so."""
    text, used = tokens[start][0], 1
    if " " in language.thousands and len(text) <= _GROUP and text.isdecimal():
        while start + used < len(tokens) and _is_group(tokens[start + used][0]):
            text += tokens[start + used][0]
            used += 1
    try:
        return Decimal(text), used
    except InvalidOperation:  # "10:30"
        return None, 0


def _is_group(text: str) -> bool:
    return len(text) == _GROUP and text.isdecimal()


def _after_tens(tokens: Sequence[T], start: int, value: int, language: Language) -> tuple[int, int]:
    """What "thirty" and "doscientos" are followed by: "five", "y cinco", "treinta y cuatro"."""
    texts = [token[0] for token in tokens[start : start + 2]]
    if value >= _HUNDRED:
        below, taken = _group(tokens, start, language)
        small = below is not None and taken and 0 < below < _HUNDRED and not texts[0][0].isdigit()
        return (int(below), taken) if small and below is not None else (0, 0)
    most = language.teens_after.get(value, _UNIT) if value >= _TENS else 0
    joined = bool(language.tens_joiner) and texts[:1] == [language.tens_joiner]
    text = "".join(texts[joined : joined + 1])
    unit = language.number_words.get(text, 0)
    if text in language.one_words and (joined or value in language.teens_after):
        unit = 1  # "vingt et un", "quatre-vingt-un"
    if value < _TENS or value % 10 or not 0 < unit <= most:
        return 0, 0
    return unit, 1 + joined


def _digits(value: Decimal) -> str:
    return format(value.normalize(), "f")
