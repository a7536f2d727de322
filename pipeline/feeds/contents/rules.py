"""Our own checks of everything that goes into a feed, before anything is written.

The identifiers (X-02, P-08) are those of the project's list of requirements; tests name them too.
What a host typed is cleaned where nothing is lost by it, and refused with a sentence otherwise. All
problems of a file are reported at once.
"""

import html
import re
import uuid
from collections.abc import Mapping, Sequence
from textwrap import shorten
from urllib.parse import urlsplit

from pipeline.errors import ConfigError
from pipeline.feeds.contents.heads import ItemHead
from pipeline.feeds.contents.model import Credit, ItemFile, License
from pipeline.feeds.contents.taxonomy import classify

LINE = 255  # characters, X-03
SHORT = 128  # characters: names, soundbite titles, funding texts of the podcast namespace
BODY = 4000  # bytes of UTF-8, X-03
SOUNDBITE_ADVISED = (15.0, 120.0)  # seconds, P-07
MEDIA_SUFFIXES = (".mp3", ".m4a", ".mp4", ".m4v", ".mov", ".pdf")  # I-03

#: The licenses of the podcast namespace's list (P-10), with their texts.
LICENSES: dict[str, str | None] = {
    "arr": "https://en.wikipedia.org/wiki/All_rights_reserved",
    "cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-nc-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "cc-by-nc-nd-4.0": "https://creativecommons.org/licenses/by-nc-nd/4.0/",
    "pod-v4v-1.0": None,
}

_FEED_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # P-01

# what XML 1.0 forbids, and the C0 and C1 controls that it allows but nobody means.
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# Blanks and breaks; a no-break space is typography and stays.
_BLANKS = re.compile("[\t\n\x0b\x0c\r\x1c-\x1f \x85\u2028\u2029]+")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_UNSAFE_HTML = re.compile(r"<\s*(script|style|iframe|object|embed|form|meta|link)\b", re.IGNORECASE)
_ESCAPED = 4  # times that a text is unescaped: twice is a common mistake, more is a joke
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def clean_line(text: str) -> str:
    """One line without control characters and without blanks around it (X-02, X-04)."""
    return _BLANKS.sub(" ", _FORBIDDEN.sub("", text)).strip()


def clean_body(text: str) -> str:
    """Text of several lines: line feeds only, no control characters, no blanks around it."""
    return _BREAKS.sub("\n", _FORBIDDEN.sub("", text)).replace("\x1f", " ").strip()


def without_codes(text: str) -> str:
    """Text in which no code of HTML is left, however often it was escaped, and no CDATA marker (X-05)."""
    for _ in range(_ESCAPED):
        text, before = _FORBIDDEN.sub("", html.unescape(text)), text
        if text == before:
            break
    else:
        text = text.replace("&", "")
    return text.replace("<![", "< [")


class Rejected(ConfigError):  # noqa: N818 - a verdict, not a malfunction
    """Settings that a feed cannot carry: `keys` of the file `where`."""

    where: str = ""
    keys: Sequence[str] = ()


class Report:
    """Collects the problems of one file; `raise_problems` tells all of them together."""

    def __init__(self, where: str, hint: str = "") -> None:
        self.where = where
        self.hint = hint or f"mend {where} and run again"
        self.problems: list[str] = []
        self.keys: list[str] = []

    def add(self, key: str, problem: str) -> None:
        """Note that the value of `key` is wrong."""
        self.problems.append(f"{self.where}: {key}: {problem}")
        self.keys.append(key)

    def raise_problems(self) -> None:
        """Raise Rejected when there are problems."""
        if self.problems:
            error = Rejected("\n".join(self.problems), self.hint)
            error.where, error.keys = self.where, self.keys
            raise error

    def line(self, key: str, text: str, limit: int = LINE) -> str:
        """A cleaned line of plain text with 1 to `limit` characters."""
        cleaned = self.optional_line(key, text, limit)
        if not cleaned:
            self.add(key, "is empty")
        return cleaned

    def optional_line(self, key: str, text: str, limit: int = LINE) -> str:
        """A cleaned line of plain text with at most `limit` characters; may be empty."""
        cleaned = clean_line(text)
        if len(cleaned) > limit:
            self.add(key, f"has {len(cleaned)} characters; feeds allow {limit}")
        self._plain(key, cleaned)
        return cleaned

    def body(self, key: str, text: str) -> str:
        """Cleaned plain text of any length and several lines; may be empty."""
        cleaned = clean_body(text)
        self._plain(key, cleaned)
        return cleaned

    def description(self, key: str, markup: str) -> str:
        """HTML made of `key`, of at most 4,000 bytes, which is less than as many letters (X-03)."""
        if (size := len(markup.encode())) > BODY:
            self.add(key, f"has {size:,} bytes as HTML; feeds allow {BODY:,}")
        return markup

    def identifier(self, key: str, text: str) -> str:
        """A GUID: taken as it is or refused, because a changed one is another episode (I-04)."""
        if not text or clean_line(text) != text:
            self.add(key, "is empty, or holds control characters or blanks around it")
        return text

    def markup(self, key: str, text: str) -> str:
        """Cleaned HTML without anything that an app would have to remove (X-07)."""
        cleaned = clean_body(text)
        if found := _UNSAFE_HTML.search(cleaned):
            self.add(key, f"holds <{found[1].lower()}>, which feeds must not carry")
        return cleaned

    def url(self, key: str, url: str) -> str:
        """A whole ASCII address; https, because the podcast namespace allows nothing else (P-16)."""
        parts = urlsplit(url)
        if not url.isascii() or parts.scheme not in {"http", "https"} or not parts.hostname:
            self.add(key, f"'{url[:80]}' is no web address: write it whole, in ASCII")
        elif parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            self.add(
                key, f"'{url[:80]}' must begin with https:// for podcast apps; or leave it out"
            )
        return url

    def credit(self, key: str, name: str, role: str, group: str) -> tuple[str, str, str]:
        """Name, role and group of a person, as the feed writes them (P-08)."""
        name = self.line(key, name, SHORT)
        try:
            return (name, *classify(role, group))
        except ValueError as error:
            self.add(key, str(error))
            return name, role, group

    def license(self, key: str, name: str | None, url: str | None) -> License | None:
        """A license of the namespace's list, lower-cased, or any other with its address (P-10)."""
        if not name:
            return None
        name = self.line(key, name, SHORT)
        if url:
            self.url(f"{key}_url", url)
        known = name.lower()
        if known in LICENSES:
            return License(known, url or LICENSES[known])
        if not url:
            self.add(
                key,
                f"'{name}' is not one of {', '.join(LICENSES)}; any other needs its text's"
                f" address in {key}_url",
            )
        return License(name, url)

    def _plain(self, key: str, text: str) -> None:
        """Codes of HTML in plain text would be escaped twice in the feed (X-05)."""
        for found in _ENTITY.finditer(text):
            if (character := html.unescape(found[0])) != found[0]:
                self.add(key, f"holds the HTML code {found[0]}: write {character.strip()!r} itself")
                return
        if "<![CDATA[" in text:
            self.add(key, "holds a CDATA marker; write the text without it")


def podcast_guid(feed_url: str) -> str:
    """The show's GUID for life (P-01): UUIDv5 of the first feed address without scheme and last slashes."""
    return str(uuid.uuid5(_FEED_NAMESPACE, re.sub(r"^\w+://", "", feed_url).rstrip("/")))


def check_show_guid(report: Report, guid: str | None) -> str | None:
    """A `podcast:guid` is a UUID (P-01)."""
    if guid is None:
        return None
    try:
        return str(uuid.UUID(guid))
    except ValueError:
        report.add("guid", f"'{guid}' is no UUID, which podcast:guid must be")
        return guid


def check_soundbites(report: Report, item: ItemFile) -> None:
    """Soundbites lie inside the episode (P-07)."""
    for bite in item.item.soundbites:
        if bite.start < 0 or bite.duration <= 0 or bite.start + bite.duration > item.duration + 1:
            report.add(
                "soundbite in quotes.toml",
                f"'{bite.title[:40]}' runs from {bite.start:.1f} s for {bite.duration:.1f} s,"
                f" but the episode has {item.duration:.1f} s",
            )


def check_items(
    items: Sequence[ItemHead], serial: bool, seasons: Mapping[int, str] | None = None
) -> None:
    """What must hold between items (I-03, I-04, I-05, I-10); ConfigError names both of a pair.

    `seasons` are the names that the show itself gives.
    """
    report = Report("episodes", "change it in episodes/<slug>/episode.toml and run again")
    for name, values in (
        ("guid", [item.guid for item in items]),
        ("date", [item.date.timestamp() for item in items]),
        ("enclosure", [item.enclosure for item in items]),
    ):
        for first, second in _repeated(values):
            report.add(
                f"{items[first].slug} and {items[second].slug}",
                f"have the same {name}; apps would show one of them only",
            )
    for item in items:
        if serial and item.type == "full" and item.episode is None:
            report.add(item.slug, "needs `episode`, its number, because the show is serial")
    _check_season_names(report, items, seasons or {})
    report.raise_problems()


def check_enclosure(report: Report, url: str, length: int, kind: str) -> None:
    """An enclosure has an address that apps take, its size in bytes, and a media type (I-03)."""
    path = re.split("[?#]", url, maxsplit=1)[0]
    if not url.isascii() or not path.lower().endswith(MEDIA_SUFFIXES):
        report.add(
            "enclosure", f"'{url}' must be ASCII and end in one of {', '.join(MEDIA_SUFFIXES)}"
        )
    if length <= 0:
        report.add("enclosure", "is empty")
    if "/" not in kind:
        report.add("enclosure", f"'{kind}' is no media type")


def advise_item(item: ItemFile) -> list[str]:
    """What would serve listeners better, a sentence each; nothing here stops a release."""
    low, high = SOUNDBITE_ADVISED
    advice = [
        f"{item.slug}: soundbite '{shorten(bite.title, 40, placeholder='…')}' has {bite.duration:.0f} s;"
        f" apps expect {low:.0f} to {high:.0f}"
        for bite in item.item.soundbites
        if not low <= bite.duration <= high
    ]
    if not item.item.summary:
        advice.append(f"{item.slug}: has no summary, the first words that an app shows")
    return advice


def credits_once(own: Sequence[Credit], show: Sequence[Credit]) -> list[Credit]:
    """The people of an item: an item's list replaces the show's, so the show's come first in it (P-08)."""
    named = {credit.name.casefold() for credit in own}
    return [credit for credit in show if credit.name.casefold() not in named] + list(own)


def _repeated(values: Sequence[object]) -> list[tuple[int, int]]:
    first: dict[object, int] = {}
    pairs = []
    for position, value in enumerate(values):
        if first.setdefault(value, position) != position:
            pairs.append((first[value], position))
    return pairs


def _check_season_names(
    report: Report, items: Sequence[ItemHead], seasons: Mapping[int, str]
) -> None:
    """One name for each season number (P-09)."""
    names = dict(seasons)
    for entry in items:
        season, name = entry.season, entry.season_name
        if season and name and names.setdefault(season, name) != name:
            report.add(entry.slug, f"calls season {season} '{name}', another '{names[season]}'")
