"""Languages by their BCP 47 tags: which stands in for another, and which way it is written."""

import functools
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from langcodes import Language

Direction = Literal["ltr", "rtl"]

ENGLISH = "en"
_RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"})


@functools.lru_cache(maxsize=64)
def fallbacks(language: str) -> tuple[str, ...]:
    """The tag itself, then the ones it is a kind of: es-MX, es-419, es; English ends in `en`."""
    import langcodes  # late: 40 ms
    from babel.core import get_global

    try:
        tag = langcodes.standardize_tag(language)
    except ValueError:
        tag = language
    parents = get_global("parent_exceptions")
    found = []
    while tag and tag != "root":
        found.append(tag)
        parent = parents.get(tag.replace("-", "_"), tag.rpartition("-")[0])
        tag = str(parent).replace("_", "-")
    return tuple(found)


def is_english(language: str) -> bool:
    """Whether the words of pages are those of their templates."""
    return fallbacks(language)[-1:] == (ENGLISH,)


def direction(language: str) -> Direction:
    """Which way lines run in the script that the language is written in."""
    return "rtl" if _whole(language).script in _RIGHT_TO_LEFT else "ltr"


def locale(language: str) -> str:
    """The language with a country, as Open Graph wants it: en_US for en."""
    tag = _whole(language)
    return f"{tag.language}_{tag.territory}"


@functools.lru_cache(maxsize=64)
def _whole(language: str) -> "Language":
    """A tag with its likeliest script and country; those of English for one that is none."""
    import langcodes

    try:
        return langcodes.Language.get(language).maximize()
    except ValueError:
        return langcodes.Language.get(ENGLISH).maximize()
