"""What a house is: a forum, network, blog or mailbox, what it takes, and how it counts."""

import importlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlsplit

from pipeline.errors import ConfigError
from pipeline.settings.fields import nearest
from pipeline.settings.posts import HouseName

NAMES: tuple[str, ...] = get_args(HouseName)

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
    """A house, and how a post for it is made.

    It is written in each of `forms` ("md", "html", "txt") from the template `<name>.<form>.j2`; the first
    is what its people paste mostly. A house with `thread` has posts of a limited size, one after another,
    else `limits` are for the whole. Of a house that takes few `quotes` they are the first, soundbites
    before others. It shows no chapters where one has less than `shortest_chapter` seconds. `domain` is
    where its threads are, to which a post there does not link. `curly` says that readers there expect
    typographic marks; `titled`, that the title has a field of its own. `finish` turns our Markdown or
    text into its dialect, and `how` is a line for the host.
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
    finish: Callable[[str], str] = str


def house_of(name: str) -> House:
    """The house of that name; ConfigError, with the nearest one, where there is none."""
    if name not in NAMES:
        near = nearest(name, list(NAMES))
        raise ConfigError(
            f"there is no house '{name}'" + (f"; did you mean '{near}'?" if near else ""),
            f"there are {', '.join(NAMES)}",
        )
    found: House = importlib.import_module(f"pipeline.writing.houses.{name}").HOUSE
    return found


def house_at(url: str) -> House | None:
    """The house on whose domain an address lies."""
    host = f".{urlsplit(url).hostname}"
    found = (house_of(name) for name in NAMES)
    return next((each for each in found if each.domain and host.endswith(f".{each.domain}")), None)


def characters(most: int) -> Limit:
    """Unicode code points."""
    return Limit("characters", most, len)


def graphemes(most: int) -> Limit:
    """What a reader calls a character: an emoji of several parts is one."""
    return Limit("graphemes", most, _graphemes)


def bytes_of_utf8(most: int) -> Limit:
    """Bytes of UTF-8."""
    return Limit("bytes", most, lambda text: len(text.encode()))


def with_short_addresses(most: int) -> Limit:
    """Graphemes, a web address counting 23."""
    return Limit("characters", most, lambda text: _graphemes(_shortened(text)))


def weighted(most: int) -> Limit:
    """As X counts: an address 23, an emoji 2, letters outside Europe's scripts 2."""
    return Limit("characters", most, _weight)


def utf16_units(most: int) -> Limit:
    """As JavaScript counts: an emoji is two or more."""
    return Limit("characters", most, lambda text: len(text.encode("utf-16-le")) // 2)


def _weight(text: str) -> int:
    import regex

    counted = _BARE_DOMAIN.sub("x" * _COUNTED_ADDRESS, _shortened(text))  # a link there, too
    return sum(_weight_of(cluster) for cluster in regex.findall(_CLUSTER, counted))


def _weight_of(cluster: str) -> int:
    import regex

    if regex.search(r"\p{Extended_Pictographic}|\p{Regional_Indicator}", cluster):
        return _HEAVY
    light = (any(first <= ord(sign) <= last for first, last in _LIGHT) for sign in cluster)
    return sum(1 if each else _HEAVY for each in light)


def _graphemes(text: str) -> int:
    import regex  # late: 40 ms

    return len(regex.findall(_CLUSTER, text))


def _shortened(text: str) -> str:
    return _ADDRESS.sub("x" * _COUNTED_ADDRESS, text)
