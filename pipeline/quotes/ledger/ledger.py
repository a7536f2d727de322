"""The quote ledger: `quotes.toml`, which a person writes and the tool only ever adds to.

tomlkit keeps comments, order and formatting. Errors name the section and the quote, since line
numbers are of no help in a file that is mostly prose.
"""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StrictBool,
    ValidationError,
)

from pipeline.errors import ConfigError
from pipeline.host_files import change_input, read_input
from pipeline.quotes.ledger.said import Said, parse_said
from pipeline.settings.tables import no_toml
from pipeline.text.spelling import known_keys
from pipeline.times import parse_clock

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

    from pipeline.models import Quote

Decision = Literal["open", "host", "auto", "none"]

_ID = re.compile(r"[a-z0-9]{2,16}")
_ID_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 4  # digits: a million and a half; short enough to type
_SEEN_DIGITS = 12  # of a hash: 48 bits tell the texts of a quote apart
QUOTE_KEYS = (
    "id", "at", "follows", "speaker", "text", "consent", "proven", "footnotes", "soundbite", "question",
    "guest",
)  # fmt: skip
_KEYS = (("review", "rejected", "section"), ("heading", "quote"), QUOTE_KEYS)  # table in table
#: What a key must be; of all others a text.
_WISHES = {
    "review": f"must be one of {', '.join(get_args(Decision))}",
    "footnotes": 'must be a table of texts: { 1 = "..." }',
    "soundbite": "must be true or false",
} | dict.fromkeys(("rejected", "consent", "proven"), "must be a list of texts")
_STRICT: ConfigDict = {"extra": "forbid"}


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError
    return text


def _identity(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f"id '{text}' must be 2 to 16 of a-z and 0-9")
    return text


def _seconds(at: Any) -> float:
    try:
        return parse_clock(at if isinstance(at, str) else repr(at))
    except ValueError:
        raise ValueError(f'at: {at!r} is no time; write it as "hh:mm:ss"') from None


def _answered(text: Any) -> Said:
    if not isinstance(text, str) or not text.strip():
        raise ValueError
    try:
        return parse_said(text)
    except ValueError as error:
        raise ValueError(f"guest: {error}") from None


_Text = Annotated[str, AfterValidator(_filled)]


@dataclass(frozen=True, slots=True)
class Entry:
    """A quote as the host wrote it; `id` is empty and `at` (seconds) None until the tool fills them in.

    `follows` holds the words before it, where its own words are said more than once; `proven` edits that
    need no signature: the sound, or an earlier transcription of it, has the words as published;
    `guest` is what the guest said of it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    text: _Text
    id: Annotated[_Text, AfterValidator(_identity)] = ""
    at: Annotated[float, BeforeValidator(_seconds)] | None = None
    speaker: _Text | None = None
    consent: Sequence[str] = ()
    proven: Sequence[str] = ()
    footnotes: dict[str, str] = field(default_factory=dict)
    soundbite: StrictBool = False
    question: _Text | None = None
    follows: _Text | None = None
    guest: Annotated[Said, PlainValidator(_answered)] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the host's, empty where there is none, and the quotes below it, in the host's order."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    heading: _Text = ""
    quotes: Annotated[Sequence[Entry], Field(alias="quote")] = ()


class _File(BaseModel):
    """What a whole ledger holds."""

    model_config = {**_STRICT, "defer_build": True}

    review: Decision | None = None
    rejected: list[str] = []
    section: list[Section] = []


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
        raise no_toml(name, text, str(error)) from None
    try:
        file = _File.model_validate(values)
    except ValidationError as error:
        problems = [_problem(each, values) for each in error.errors()]
        raise _broken(name, problems) from None
    ledger = Ledger(document, file.review, file.rejected, file.section, path)
    ids = Counter(entry.id for _, entry in ledger.entries if entry.id)
    if twice := [each for each, times in ids.items() if times > 1]:
        raise _broken(
            name, [f"two quotes have the id {each}; delete one of the ids" for each in twice]
        )
    return ledger


def _broken(name: str, problems: Iterable[str]) -> ConfigError:
    lines = (f"{name}: {problem}" for problem in dict.fromkeys(problems))
    return ConfigError("\n".join(lines), f"mend {name} and run again")


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


def _problem(error: Any, values: Any) -> str:
    """What is wrong with the `values` of a ledger, and in which section and quote, counted from one."""
    location, table, where = error["loc"], values, []
    while len(location) > 2 and location[0] in ("section", "quote"):
        name, number, *location = location
        table = table[name][number]
        heading = table.get("heading") if name == "section" else None
        shown = f" (“{heading}”)" if isinstance(heading, str) and heading.strip() else ""
        where.append(f"{name} {number + 1}{shown}")
    key = str(location[0])
    match error["type"]:
        case "missing":
            what = f"{key} is missing"
        case "extra_forbidden" | "unexpected_keyword_argument":
            what = f"unknown key '{key}'{known_keys(key, _KEYS[len(where)])}"
        case "value_error" if told := str(error["ctx"]["error"]):
            what = told
        case _ if key in ("section", "quote"):
            what = f"write each {key} below a line [[{'section.' * len(where)}{key}]]"
        case _:
            what = f"{key} {_WISHES.get(key, 'must be a text that is not empty')}"
    return ": ".join(filter(None, (", ".join(where), what)))


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


def seen(quote: "Entry | Quote") -> str:
    """A hash of all that is printed of a quote: another one when any of its letters is another."""
    notes = [part for item in sorted(quote.footnotes.items()) for part in item]
    texts = [quote.text, quote.question or "", *notes]
    plain = [" ".join(unicodedata.normalize("NFC", text).split()) for text in texts]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:_SEEN_DIGITS]
