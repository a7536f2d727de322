"""What a house is: a forum, network, blog or mailbox, what it takes, and how it counts."""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import regex

from pipeline.errors import ConfigError
from pipeline.settings.posts import HOUSES
from pipeline.text.spelling import did_you_mean

_ADDRESS = re.compile(r"https?://\S+")
_BARE_DOMAIN = re.compile(
    r"(?<![\w@.-])(?:[a-z0-9-]+\.)+[a-z]{2,24}(?![\w-])(?:/\S*)?", re.IGNORECASE
)
_COUNTED_ADDRESS = 23  # Mastodon and X count every web address so, however long it is
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))  # twitter-text's config, version 3
_HEAVY = 2
_CLUSTER = r"\X"


@dataclass(frozen=True, slots=True)
class Limit:
    """How much a house takes of what it counts; `unit` is what it counts, in the plural."""

    unit: str
    most: int
    count: Callable[[str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A house, and how a post for it is made; `settings/houses.toml` has them all.

    It is written in each of `forms` ("md", "html", "txt") from the template `<name>.<form>.j2`; the first
    is what its people paste mostly. A house with `thread` has posts of a limited size, one after another,
    else `limits` are for the whole. Of a house that takes few `quotes` they are the first, soundbites
    before others. It shows no chapters where one has less than `shortest_chapter` seconds. `domain` is
    where its threads are, to which a post there does not link. `curly` says that readers there expect
    typographic marks; `titled`, that the title has a field of its own. `finish` is what in our Markdown or
    text becomes what in its dialect, as regular expressions, and `how` is a line for the host.
    """

    name: str
    title: str
    forms: Sequence[str]
    how: str
    domain: str = ""
    limits: Sequence[Limit] = ()
    title_limit: Limit | None = None
    titled: bool = True
    thread: bool = False
    quotes: int | None = None
    curly: bool = True
    shortest_chapter: int = 0
    finish: Sequence[tuple[str, str]] = ()

    def finished(self, text: str) -> str:
        """Our Markdown or text in the house's dialect."""
        for ours, theirs in self.finish:
            text = re.sub(ours, theirs, text)
        return text


def house_of(name: str) -> House:
    """The house of that name; ConfigError, with the nearest one, where there is none."""
    if name not in HOUSES:
        raise ConfigError(
            f"there is no house '{name}'{did_you_mean(name, HOUSES)}",
            f"there are {', '.join(HOUSES)}",
        )
    return _houses()[name]


def house_at(url: str) -> House | None:
    """The house on whose domain an address lies."""
    host = f".{urlsplit(url).hostname}"
    found = _houses().values()
    return next((each for each in found if each.domain and host.endswith(f".{each.domain}")), None)


@functools.cache
def _houses() -> Mapping[str, House]:
    return {name: _house(name, table) for name, table in HOUSES.items()}


def _house(name: str, table: Mapping[str, Any]) -> House:
    limits = _limits(table.get("limits", {}))
    title_limit = next(iter(_limits(table.get("title_limit", {}))), None)
    return House(**{**table, "name": name, "limits": limits, "title_limit": title_limit})


def _limits(most: Mapping[str, int]) -> Sequence[Limit]:
    return [Limit(_COUNTS[how][0], number, _COUNTS[how][1]) for how, number in most.items()]


def _weight(text: str) -> int:
    counted = _BARE_DOMAIN.sub("x" * _COUNTED_ADDRESS, _shortened(text))  # a link there, too
    return sum(_weight_of(cluster) for cluster in regex.findall(_CLUSTER, counted))


def _weight_of(cluster: str) -> int:
    if regex.search(r"\p{Extended_Pictographic}|\p{Regional_Indicator}", cluster):
        return _HEAVY
    light = (any(first <= ord(sign) <= last for first, last in _LIGHT) for sign in cluster)
    return sum(1 if each else _HEAVY for each in light)


def _graphemes(text: str) -> int:
    return len(regex.findall(_CLUSTER, text))


def _shortened(text: str) -> str:
    return _ADDRESS.sub("x" * _COUNTED_ADDRESS, text)


#: How houses count: the unit in the plural, and the count.
_COUNTS: Mapping[str, tuple[str, Callable[[str], int]]] = {
    "characters": ("characters", len),  # Unicode code points
    "graphemes": ("graphemes", _graphemes),  # an emoji of several parts is one
    "bytes": ("bytes", lambda text: len(text.encode())),
    # a web address counts 23
    "with_short_addresses": ("characters", lambda text: _graphemes(_shortened(text))),
    # as X counts: an address 23, an emoji 2, letters outside Europe's scripts 2
    "weighted": ("characters", _weight),
    # as JavaScript counts: an emoji is two or more
    "utf16_units": ("characters", lambda text: len(text.encode("utf-16-le")) // 2),
}
