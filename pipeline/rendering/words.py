"""The fixed words of what listeners read, in the show's language: gettext catalogues, read as they are.

The source is English. `templates/locale/` holds a catalogue for each language that we translate to; a
show adds a language, or words of its own, with a file such as `feed/templates/nl.po`. Where there is no
translation, English stands.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError
from pipeline.text.languages import fallbacks, is_english
from pipeline.text.spelling import did_you_mean

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

BUILTIN = Path(__file__).parents[1] / "templates"
OVERRIDES = "feed/templates"  # how a show's own templates and catalogues are named in errors
SOURCE = BUILTIN / "locale" / "words.pot"  # every message, to begin a translation with

_Key = tuple[str, str]  # context, which is mostly empty, and message
_PLACE = re.compile(r"%\((\w+)\)s")


class Words:
    """Translates messages; `language` is the tag that was asked for, a context tells homonyms apart."""

    def __init__(self, language: str, translations: Mapping[_Key, str]) -> None:
        self.language = language
        self._translations = translations

    def __call__(self, message: str, context: str = "") -> str:
        """The translation, else the message; both may hold places such as `%(title)s`."""
        return self.find(message, context) or message

    def find(self, message: str, context: str = "") -> str | None:
        return self._translations.get((context, message))


def read_words(language: str, overrides: Mapping[str, str] | None = None) -> Words:
    """The words for `language`, a BCP 47 tag: de-AT has its own before those of de.

    `overrides` are the show's own files by name, of which `<tag>.po` count. ConfigError names file
    and line of one that is broken.
    """
    tags = fallbacks(language)
    names = {f"{tag}.po".lower(): place for place, tag in enumerate(tags)}
    own = {name: text for name, text in (overrides or {}).items() if name.lower() in names}
    found: dict[_Key, str] = {}
    for tag in reversed(tags):
        found |= _shipped(tag)
    for name in sorted(own, key=lambda name: names[name.lower()], reverse=True):
        found |= _own(name, own[name])
    return Words(language, found)


def untranslated(words: Words) -> list[str]:
    """Messages of pages, notes and posts that stay English; roles of people do not count."""
    if is_english(words.language):
        return []
    known = sorted(key for key in _known() if key[0] != "role")
    return [message for context, message in known if not words.find(message, context)]


@functools.cache
def _shipped(tag: str) -> dict[_Key, str]:
    path = SOURCE.with_name(f"{tag}.po")
    if not path.is_file():
        return {}
    return dict(_translated(_parsed(path.read_bytes())))


@functools.lru_cache(maxsize=8)
def _own(name: str, text: str) -> dict[_Key, str]:
    from babel.messages.pofile import PoFileError

    path = f"{OVERRIDES}/{name}"
    try:
        catalogue = _parsed(text.encode())
    except PoFileError as error:
        raise ConfigError(
            f"{path}, line {(error.lineno or 0) + 1}: {error.args[0]}",
            'it is a gettext catalogue: lines of msgid "…" and msgstr "…"',
        ) from None
    for message in catalogue:
        _check(path, message)
    return dict(_translated(catalogue))


def _parsed(content: bytes) -> "Catalog":
    from babel.messages.pofile import read_po

    return read_po(BytesIO(content), abort_invalid=True)


def _translated(catalogue: "Catalog") -> Iterator[tuple[_Key, str]]:
    """What is translated, and surely so: gettext, too, leaves out what is marked as fuzzy."""
    for message in catalogue:
        if message.id and message.string and not message.fuzzy:
            yield (message.context or "", str(message.id)), str(message.string)


def _check(path: str, message: "Message") -> None:
    """ConfigError for a word that nothing says, or a place in it that nothing fills."""
    key = (message.context or "", str(message.id))
    if not message.id:
        return
    where = f"{path}, line {message.lineno}"
    if key not in _known():
        context = f" in the context '{key[0]}'" if key[0] else ""
        messages = [message for _, message in _known()]
        near = "" if key[1] in messages else did_you_mean(key[1], messages)
        raise ConfigError(
            f"{where}: no page says '{key[1]}'{context}{near}",
            f"{SOURCE} lists all messages, with their contexts",
        )
    places = dict.fromkeys(_PLACE.findall(key[1]), "")
    try:
        str(message.string) % places
    except (KeyError, ValueError, TypeError):
        raise ConfigError(
            f"{where}: the translation of '{key[1]}' holds a place that nothing fills",
            f"it may hold {', '.join(f'%({name})s' for name in places) or 'none'}; "
            "a percent sign is written %%",
        ) from None


@functools.cache
def _known() -> frozenset[_Key]:
    catalogue = _parsed(SOURCE.read_bytes())
    return frozenset((each.context or "", str(each.id)) for each in catalogue if each.id)
