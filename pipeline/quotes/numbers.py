"""Numbers in words and in digits as one token: "twenty five", "25"; "2 million", "2,000,000"."""

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from pipeline.quotes.language import Language

T = TypeVar("T", bound=tuple[Any, ...])


def is_number(text: str) -> bool:
    """Whether a joined token is a number: its digits are never free to change."""
    return any(character.isdigit() for character in text) or text == "%"


def join_numbers(
    tokens: Sequence[T], language: Language, make: Callable[[str, int, int], T]
) -> list[T]:
    """Replace each spoken number in `tokens` (text, first word, last word) by its digits."""
    joined: list[T] = []
    position = 0
    while position < len(tokens):
        value, used = _number(tokens, position, language)
        if value is None:
            joined.append(tokens[position])
            position += 1
            continue
        last = tokens[position + used - 1]
        joined.append(make(value, tokens[position][1], last[2]))
        position += used
    return joined


def _number(tokens: Sequence[T], start: int, language: Language) -> tuple[str | None, int]:
    """The number that begins at `start` as digits, and how many tokens it takes."""
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
    return (_digits(total), used) if used else (None, 0)


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
    if text in ("a", "an"):
        return (Decimal(1), 1) if following in language.scales else (None, 0)
    if text[0].isdigit():
        try:
            return Decimal(text), 1
        except InvalidOperation:  # "10:30"
            return None, 0
    value = language.number_words.get(text)
    if value is None:
        return None, 0
    unit = language.number_words.get(following, 0)
    if value >= 20 and 0 < unit < 10:
        return Decimal(value + unit), 2
    return Decimal(value), 1


def _digits(value: Decimal) -> str:
    return format(value.normalize(), "f")
