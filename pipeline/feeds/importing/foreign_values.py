"""Values of a foreign feed: `parsed` reads each, and gives the value or a listed loss.

A kind is a function from text to a value that raises ValueError, with the words that tell a host what
the text is not. Nothing else turns a stranger's text into a number, a date or an address.
"""

import contextlib
import dataclasses
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, TypeVar, get_origin
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, TypeAdapter, ValidationError

from pipeline.settings.episode import YEARS
from pipeline.settings.fields import check_language, check_url, is_visible
from pipeline.text.cleaning import clean_line, without_codes
from pipeline.times import parse_clock
from pipeline.web.headers import whole_number

_T = TypeVar("_T")
Kind = Callable[[str], _T]

ADDRESS = 4000  # letters of a web address; servers refuse lines over 8 kB
_SHOWN = 40  # letters of a stranger's value that are told
_TITLE = 60  # letters of an episode's title that say where something is lost
_CLOCK = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,7})(?:\.\d{1,9})?", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9._-]+")
_YES = frozenset({"yes", "true", "explicit"})
_NO = frozenset({"no", "false", "clean"})


@dataclass
class Losses:
    """What is not kept as it was: sentences by the place where it stands, each once."""

    where: str = "the show"
    lines: dict[str, dict[str, None]] = field(default_factory=dict)

    def add(self, sentence: str) -> None:
        self.lines.setdefault(sentence, {})[self.where] = None

    def at(self, title: str) -> "Losses":
        return dataclasses.replace(self, where=repr(title[:_TITLE]))

    def sentences(self) -> list[str]:
        """What is lost, with the places: the first three by name."""
        return [f"{sentence}: {_places(list(places))}" for sentence, places in self.lines.items()]


def parsed(kind: Kind[_T], text: str, what: str, losses: Losses) -> _T | None:
    """What `text` says, as a value of its kind; None where it says nothing, or where that is a loss."""
    if not text:
        return None
    try:
        return kind(text)
    except (ValueError, OverflowError) as error:
        losses.add(f"{what} {shown(text)} {_reason(error)}")
        return None


def shown(text: str) -> str:
    """The beginning of a stranger's value, in quotation marks."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def web_address(text: str) -> str:
    """A web address in ASCII, as `show.toml` takes one; its host as name servers know it."""
    if len(text) > ADDRESS:
        raise ValueError(f"has {len(text):,} letters, too many for an address")
    encoded = quote(text, safe="%/:=&?~#+!$,;'@()*[]")
    if not text.isascii() and (host := urlsplit(text).hostname) and not host.isascii():
        ascii_host = host.encode("idna").decode("ascii")
        if not _HOST.fullmatch(ascii_host):
            raise ValueError("is no web address")
        encoded = encoded.replace(quote(host), ascii_host, 1)
    try:
        return check_url(encoded)
    except ValueError:
        raise ValueError("is no web address") from None


def https_address(text: str) -> str:
    """An https address: the podcast namespace allows no other (P-16)."""
    found = web_address(text)
    if not found.startswith("https:"):
        raise ValueError("is an address without https, which is left out")
    return found


def count(text: str) -> int:
    """A whole number from 0 on, in the digits 0 to 9."""
    if (number := whole_number(text)) is None:
        raise ValueError("is no whole number")
    return number


def seconds(text: str) -> float:
    if not re.fullmatch(r"\d{1,6}(\.\d{1,9})?", text, re.ASCII):
        raise ValueError("is no number of seconds")
    return float(text)


def playing_time(text: str) -> float:
    """Seconds of `h:mm:ss`, `mm:ss` or plain seconds, as hosts write durations."""
    match = _CLOCK.fullmatch(text)
    if not match:
        raise ValueError("is no duration")
    hours, minutes, rest = (int(part or 0) for part in match.groups())
    return float(hours * 3600 + minutes * 60 + rest)


def moment(text: str) -> float:
    """Where in a recording, in seconds."""
    if not text.isascii():
        raise ValueError("is no time")
    return parse_clock(text)


def instant(text: str) -> datetime:
    """A date as feeds write it (RFC 2822), or as other machines do (ISO 8601); UTC where no zone stands."""
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        try:
            date = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError("is no date") from None
    if not YEARS[0] <= date.year <= YEARS[1]:
        raise ValueError("is no date of a podcast")
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).replace(microsecond=0)


def language(text: str) -> str:
    """A language tag; that of an old system (de_DE) is known, too."""
    for tag in (text, text.replace("_", "-")):
        with contextlib.suppress(ValueError):
            return check_language(tag)
    raise ValueError("is no language tag such as en or pt-BR")


def identifier(text: str) -> str:
    """A UUID: what is none was never the id of a show (P-01)."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise ValueError("is no UUID") from None


def truth(text: str) -> bool:
    """One of the many ways in which feeds say yes and no."""
    word = text.lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError("is neither yes nor no")


def setting(model: type[BaseModel], key: str) -> Kind[Any]:
    """What a setting takes, in whatever case its words are written; of a list, the one in it."""
    field = model.model_fields[key]
    annotation: Any = Annotated[field.annotation, field]
    taken, is_list = TypeAdapter[Any](annotation), get_origin(field.annotation) is list

    def kind(text: str) -> Any:
        for written in (text, text.lower(), text.upper()):
            with contextlib.suppress(ValidationError):
                return taken.validate_python([written] if is_list else written)
        raise ValueError("is nothing that can be said there")

    return kind


def shaped(pattern: str, wanted: str) -> Kind[str]:
    """Text that a pattern matches; `wanted` completes "is no …"."""

    def kind(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(f"is no {wanted}")
        return text

    return kind


def line(text: str, limit: int, what: str, losses: Losses) -> str:
    """Plain text of at most `limit` characters, codes of HTML resolved; empty if nobody sees it."""
    text = clean_line(without_codes(text))
    if not is_visible(text):
        return ""
    if len(text) <= limit:
        return text
    losses.add(f"{what} has {len(text)} characters and is cut to {limit}")
    return text[: limit - 1].rstrip() + "…"


def plain(markup: str) -> str:
    """HTML, or text that only looks like it, as plain text."""
    text = re.sub(r"(?i)<br\s*/?>|</p>|</li>|</div>", "\n", markup)
    text = without_codes(re.sub(r"<[^<>]*>", "", text))
    return re.sub(r"[ \t\xa0]+", " ", re.sub(r"\n\s*\n+", "\n\n", text)).strip()


def _reason(error: Exception) -> str:
    text = str(error)
    return text if text.startswith(("is ", "has ")) else "is no such value"


def _places(places: Sequence[str]) -> str:
    more = len(places) - 3
    return ", ".join(places[:3]) + (f" and {more} more" if more > 0 else "")
