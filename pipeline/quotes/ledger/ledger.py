"""The quote ledger: `quotes.toml`, which a person writes and the tool only ever adds to.

tomlkit keeps comments, order and formatting. Errors name the section and the quote, since line
numbers are of no help in a file that is mostly prose.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pipeline.errors import ConfigError
from pipeline.host_files import change_input, read_input
from pipeline.quotes.ledger.said import Said, parse_said
from pipeline.text.spelling import did_you_mean
from pipeline.times import parse_clock

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

Decision = Literal["open", "host", "auto", "none"]

_ID = re.compile(r"[a-z0-9]{2,16}")
_ID_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 4  # digits: a million and a half; short enough to type
_DECISIONS = ("open", "host", "auto", "none")
_TOP = ("review", "rejected", "section")
_SECTION = ("heading", "quote")
QUOTE_KEYS = (
    "id", "at", "follows", "speaker", "text", "consent", "proven", "footnotes", "soundbite", "question",
    "guest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A quote as the host wrote it; `id` is empty and `at` (seconds) None until the tool fills them in.

    `follows` holds the words before it, where its own words are said more than once; `proven` edits that
    need no signature: the sound, or an earlier transcription of it, has the words as published;
    `guest` is what the guest said of it.
    """

    text: str
    id: str = ""
    at: float | None = None
    speaker: str | None = None
    consent: Sequence[str] = ()
    proven: Sequence[str] = ()
    footnotes: dict[str, str] = field(default_factory=dict)
    soundbite: bool = False
    question: str | None = None
    follows: str | None = None
    guest: Said | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the host's, empty where there is none, and the quotes below it, in the host's order."""

    heading: str
    quotes: Sequence[Entry]


@dataclass(slots=True)
class Ledger:
    """A parsed ledger: what it says, and the document that edits are made in."""

    document: "TOMLDocument"
    review: Decision | None
    rejected: list[str]
    sections: list[Section]
    path: Path | None = None

    @property
    def entries(self) -> Iterator[tuple[str, Entry]]:
        """Every quote with its heading, in the host's order."""
        for section in self.sections:
            for entry in section.quotes:
                yield section.heading, entry

    @property
    def decided(self) -> bool:
        """Whether the host is done: said so, or has written quotes without saying anything."""
        if self.review is None:
            return any(section.quotes for section in self.sections)
        return self.review != "open"

    def dumps(self) -> str:
        """The file's text, lines ended by line feeds."""
        return self.document.as_string()


def load_ledger(path: Path, name: str) -> Ledger:
    """Read a ledger; ConfigError names `name`, the section and the quote of each problem."""
    if not path.exists():
        raise ConfigError(
            f"{name}: there is no such file", "pullquote review SLUG makes it, or write it yourself"
        )
    try:
        text = read_input(path)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name}: not UTF-8 text (byte {error.start})") from None
    return parse_ledger(text, name, path)


def parse_ledger(text: str, name: str, path: Path | None = None) -> Ledger:
    """Parse a ledger's text, of the file `path`; see `load_ledger`."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        values = document.unwrap()
    except TOMLKitError as error:
        raise ConfigError(f"{name}: {error}", "the format is TOML: see toml.io") from None
    ledger = _Reader(name).read(document, values)
    ledger.path = path
    return ledger


def change_ledger(path: Path, name: str, edit: Callable[[Ledger], object]) -> bool:
    """Edit a ledger as the file has it at this moment, an empty one while there is none.

    `edit` runs again where an editor saves meanwhile. Returns whether the file was changed.
    """

    def change(text: str) -> str:
        ledger = parse_ledger(text, name, path)
        edit(ledger)
        return ledger.dumps()

    before, after = change_input(path, change)
    return before != after


class _Reader:
    """Checks a ledger and collects every problem before it complains."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []

    def read(self, document: "TOMLDocument", values: dict[str, Any]) -> Ledger:
        self._known("", values, _TOP)
        review = values.get("review")
        if review is not None and review not in _DECISIONS:
            self._problem("", f"review must be one of {', '.join(_DECISIONS)}")
        rejected = self._texts("", values, "rejected")
        sections = [
            self._section(number, section)
            for number, section in enumerate(self._tables("", values, "section"), 1)
        ]
        self._unique_ids(sections)
        if self.problems:
            raise ConfigError("\n".join(self.problems), f"mend {self.name} and run again")
        return Ledger(document, review, rejected, sections)

    def _section(self, number: int, values: dict[str, Any]) -> Section:
        where = f"section {number}"
        heading = self._text(where, values, "heading") or ""
        if heading:
            where += f" (“{heading}”)"
        self._known(where, values, _SECTION)
        entries = [
            self._entry(f"{where}, quote {index}", entry)
            for index, entry in enumerate(self._tables(where, values, "quote"), 1)
        ]
        return Section(heading, entries)

    def _entry(self, where: str, values: dict[str, Any]) -> Entry:
        self._known(where, values, QUOTE_KEYS)
        text = self._text(where, values, "text") or ""
        if "text" not in values:
            self._problem(where, "text is missing")
        identity = self._text(where, values, "id") or ""
        if identity and not _ID.fullmatch(identity):
            self._problem(where, f"id '{identity}' must be 2 to 16 of a-z and 0-9")
        soundbite = values.get("soundbite", False)
        if not isinstance(soundbite, bool):
            self._problem(where, "soundbite must be true or false")
        return Entry(
            text=text,
            id=identity,
            at=self._time(where, values),
            speaker=self._text(where, values, "speaker"),
            consent=self._texts(where, values, "consent"),
            proven=self._texts(where, values, "proven"),
            footnotes=self._footnotes(where, values),
            soundbite=soundbite is True,
            question=self._text(where, values, "question"),
            follows=self._text(where, values, "follows"),
            guest=self._said(where, values),
        )

    def _said(self, where: str, values: dict[str, Any]) -> Said | None:
        value = self._text(where, values, "guest")
        try:
            return parse_said(value) if value else None
        except ValueError as error:
            self._problem(where, f"guest: {error}")
            return None

    def _time(self, where: str, values: dict[str, Any]) -> float | None:
        at = values.get("at")
        if at is None:
            return None
        try:
            return parse_clock(at if isinstance(at, str) else repr(at))
        except ValueError:
            self._problem(where, f'at: {at!r} is no time; write it as "hh:mm:ss"')
            return None

    def _footnotes(self, where: str, values: dict[str, Any]) -> dict[str, str]:
        notes = values.get("footnotes", {})
        if not isinstance(notes, dict) or not all(isinstance(v, str) for v in notes.values()):
            self._problem(where, 'footnotes must be a table of texts: { 1 = "..." }')
            return {}
        return {str(number): text for number, text in notes.items()}

    def _text(self, where: str, values: dict[str, Any], key: str) -> str | None:
        value = values.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self._problem(where, f"{key} must be a text that is not empty")
            return None
        return value

    def _texts(self, where: str, values: dict[str, Any], key: str) -> list[str]:
        value = values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._problem(where, f"{key} must be a list of texts")
            return []
        return value

    def _tables(self, where: str, values: dict[str, Any], key: str) -> list[dict[str, Any]]:
        value = values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            path = "section.quote" if where else "section"
            self._problem(where, f"write each {key} below a line [[{path}]]")
            return []
        return value

    def _known(self, where: str, values: dict[str, Any], keys: Sequence[str]) -> None:
        for key in values:
            if key not in keys:
                self._problem(where, f"unknown key '{key}'{did_you_mean(key, keys)}")

    def _unique_ids(self, sections: Sequence[Section]) -> None:
        seen: set[str] = set()
        for section in sections:
            for entry in section.quotes:
                if entry.id and entry.id in seen:
                    self._problem("", f"two quotes have the id {entry.id}; delete one of the ids")
                seen.add(entry.id)

    def _problem(self, where: str, text: str) -> None:
        self.problems.append(": ".join(filter(None, (self.name, where, text))))


def quote_id(text: str, taken: Collection[str]) -> str:
    """Four of a-z and 0-9 for a quote's text: the same for the same words, whatever their case.

    `taken` holds the ids that others have; a collision hashes on.
    """
    words = "".join(character for character in text.casefold() if character.isalnum())
    attempt = 0
    while True:
        digest = hashlib.sha256(f"{words}\0{attempt}".encode() if attempt else words.encode())
        number = int.from_bytes(digest.digest()[:8], "big")
        found = ""
        for _ in range(_ID_LENGTH):
            number, digit = divmod(number, len(_ID_DIGITS))
            found += _ID_DIGITS[digit]
        if found not in taken:
            return found
        attempt += 1
