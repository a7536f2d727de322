"""How a language writes dates, durations, sizes and lists: from the Unicode CLDR, through Babel.

A language that the CLDR does not know is written like English.
"""

import functools
import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.rendering.words import Words
from pipeline.text.languages import fallbacks, is_english

if TYPE_CHECKING:
    from babel import Locale

_ENGLISH_LOCALE = "en_001"  # the English of most of the world: 1 May 2026; A, B and C
_SIZES = (("gigabyte", 10**9), ("megabyte", 10**6), ("kilobyte", 10**3))
_SOUNDS_I = re.compile(r"(?:<[^>]*>)*(?:[ií]|hi(?![aeo]))", re.IGNORECASE)  # after tags of a link


def human_date(moment: date, language: str) -> str:
    """`5 May 2026`, `5. Mai 2026`: a day, or that of a moment by its own zone."""
    from babel.dates import format_date

    return format_date(moment, "long", _locale(language))


def human_duration(seconds: float, words: Words) -> str:
    """`1 h 12 min`, `41 min`, `38 s`."""
    if seconds < 59.5:
        return _amounts("%(seconds)s s", words, seconds=round(seconds))
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours:
        return _amounts("%(hours)s h %(minutes)s min", words, hours=hours, minutes=minutes)
    return _amounts("%(minutes)s min", words, minutes=minutes)


def _amounts(message: str, words: Words, **amounts: int) -> str:
    """In the catalogue's words, else with the units of the CLDR."""
    locale = _locale(words.language)
    if words.find(message) or str(locale) == _ENGLISH_LOCALE:
        return words(message) % amounts
    return " ".join(
        _with_unit(amount, str(amount), f"duration-{unit.removesuffix('s')}", locale)
        for unit, amount in amounts.items()
    )


def _with_unit(amount: float, written: str, unit: str, locale: "Locale") -> str:
    """A number with its short unit; Babel's own `format_unit` says "1 horas" where a form is left out."""
    from babel import localedata

    known: Any = localedata.load(str(locale))
    forms = localedata.LocaleDataDict(known)["unit_patterns"][unit]["short"]
    pattern: str = forms.get(locale.plural_form(amount)) or forms["other"]
    return pattern.replace("{0}", written)


def human_size(size: int, language: str) -> str:
    """`39.2 MB`, `39,2 Mo`: bytes, in units of a thousand."""
    from babel.numbers import format_decimal

    locale = _locale(language)
    unit, factor = next((each for each in _SIZES if size >= each[1]), _SIZES[-1])
    amount = round(size / factor, 1)
    return _with_unit(amount, format_decimal(amount, "0.0", locale), f"digital-{unit}", locale)


def human_list(items: Sequence[str], language: str) -> str:
    """`A, B and C`; items that are `Markup` make it `Markup`."""
    from babel.lists import format_list

    if not items:
        return ""
    pattern = format_list([f"{{{place}}}" for place in range(len(items))], locale=_locale(language))
    if fallbacks(language)[-1:] == ("es",) and _SOUNDS_I.match(items[-1]):
        pattern = pattern.replace(" y ", " e ")  # the CLDR leaves that to the program
    return type(items[0])(pattern).format(*items)


@functools.lru_cache(maxsize=64)
def _locale(language: str) -> "Locale":
    from babel import Locale, UnknownLocaleError

    for tag in fallbacks(language):
        try:
            return Locale.parse(_ENGLISH_LOCALE if is_english(language) else tag.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(_ENGLISH_LOCALE)
