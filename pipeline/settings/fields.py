"""The kinds of values in `show.toml` and `episode.toml`: each checked, with the nearest right spelling."""

import html
import ipaddress
import re
import unicodedata
import uuid
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from pipeline.settings.taxonomy import category_names
from pipeline.text.cleaning import FORBIDDEN, as_paragraph, as_paragraphs, clean_body, clean_line
from pipeline.text.spelling import nearest

#: What feeds hold: a line and a short one in characters (X-03, the podcast namespace), a description
#: as HTML in bytes of UTF-8, which is less than as many letters (X-03).
LINE, SHORT, BODY = 255, 128, 4000


def check_url(value: str) -> str:
    """A whole web address in ASCII; ValueError for anything else."""
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port beyond 65535
        is_whole = False
    if not is_whole or not value.isascii():
        raise ValueError("is no web address: write it whole, as https://example.org/page")
    if any(character.isspace() for character in value):
        raise ValueError("is no web address: it holds a blank (write %20)")
    if not value.isprintable():
        raise ValueError("is no web address: it holds a character that nobody sees")
    return value


#: Tags that most shows have: to ask langcodes takes it 80 ms to get ready.
_COMMON_LANGUAGES = frozenset({"en", "en-us", "en-US", "en-GB", "de", "de-DE", "es", "fr", "fr-FR"})


def check_language(value: str) -> str:
    """A BCP 47 tag; ValueError, with the nearest one, for anything else."""
    if value in _COMMON_LANGUAGES:
        return value
    import langcodes  # late: see above

    if "_" not in value and langcodes.tag_is_valid(value):
        return value
    try:
        near = langcodes.standardize_tag(value)
    except ValueError:
        near = ""
    if not near or not langcodes.tag_is_valid(near):
        try:
            near = str(langcodes.find(value))  # "english", "Deutsch"
        except LookupError:
            near = ""
    advice = f"did you mean '{near}'?" if near else "write it as 'en' or 'pt-BR'"
    raise ValueError(f"'{value}' is no BCP 47 language tag; {advice}")


def _category(value: str) -> str:
    names = category_names()
    if value in names:
        return value
    begun = [name for name in names if value and name.lower().startswith(value.lower())]
    near = next(iter(begun), "") or nearest(
        value, [*names, *(name.split(" > ")[-1] for name in names)]
    )
    whole = next((name for name in names if name.split(" > ")[-1] == near), near)
    raise ValueError(
        f"'{value}' is not in Apple's list" + (f"; did you mean '{whole}'?" if whole else "")
    )


_CODE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_LOCAL_PICTURE = re.compile(r"images/[A-Za-z0-9][A-Za-z0-9._ -]*\.(?:jpe?g|png)", re.IGNORECASE)
#: Unicode's categories of letters that leave no trace: blanks, marks of direction and width.
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Mn", "Me"})
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters to Unicode, and yet blank


def _email(value: str) -> str:
    name, at, host = value.partition("@")
    if not (name and at and "." in host) or any(c.isspace() or c in "<>," for c in value):
        raise ValueError("is no e-mail address")
    return value


def _colour(value: str) -> str:
    if not re.fullmatch("#[0-9a-fA-F]{6}", value):
        raise ValueError("is no colour: write it as #1d3f5b")
    return value.lower()


def _line(value: str) -> str:
    line = value.strip()
    if not line:
        raise ValueError("is empty")
    if hidden := FORBIDDEN.search(line):
        raise ValueError(f"holds a character that nobody sees (U+{ord(hidden[0]):04X}): delete it")
    if not is_visible(line):
        raise ValueError("holds nothing that can be seen")
    return line


def is_visible(text: str) -> bool:
    return not all(each in _FILLERS or unicodedata.category(each) in _INVISIBLE for each in text)


def uncoded(value: str) -> str:
    """The text; ValueError for codes of HTML, which the feed would escape again (X-05)."""
    for found in _CODE.finditer(value):
        if (character := html.unescape(found[0])) != found[0]:
            raise ValueError(f"holds the HTML code {found[0]}: write {character.strip()!r} itself")
    if "<![CDATA[" in value:
        raise ValueError("holds a CDATA marker; write the text without it")
    return value


def check_described(value: str, as_html: Callable[[str], str] = as_paragraph) -> str:
    """The text; ValueError where the description that is made of it is more than feeds hold."""
    if (size := len(as_html(clean_body(value)).encode())) > BODY:
        raise ValueError(f"has {size:,} bytes as HTML; feeds allow {BODY:,}")
    return value


def _described(value: str) -> str:
    return check_described(value, as_paragraphs)


def is_here(address: str) -> bool:
    """Whether a web address is this machine's by its very name: one that resolves to it may change."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_secure(value: str) -> str:
    """The podcast namespace allows no address but https (P-16); a server of this machine has none."""
    if value.lower().startswith("http:") and not is_here(value):
        raise ValueError(
            f"'{value[:80]}' must begin with https:// for podcast apps; or leave it out"
        )
    return value


def _unchanging(value: str) -> str:
    """A GUID is taken as it is or refused, because a changed one is another episode (I-04)."""
    if clean_line(value) != value:
        raise ValueError("holds control characters, or blanks that apps would drop")
    return value


def _uuid(value: str) -> str:
    try:
        uuid.UUID(value)
    except ValueError:
        raise ValueError(f"'{value}' is no UUID, which podcast:guid must be") from None
    return value


def _picture(value: str) -> str:
    if is_local_picture(value):
        return value
    if not value.startswith(("https://", "http://")):
        raise ValueError(
            f"'{value[:80]}' is neither a web address nor a file: images/NAME.jpg or .png"
        )
    return check_url(value)


def is_local_picture(value: str) -> bool:
    """Whether a picture is a file in the folder `images/` beside the settings that name it."""
    return _LOCAL_PICTURE.fullmatch(value) is not None


Url = Annotated[str, AfterValidator(check_url)]
#: A picture's address, or a file in `images/` beside the file that names it.
Picture = Annotated[str, AfterValidator(_picture)]
Language = Annotated[str, AfterValidator(check_language)]
Category = Annotated[str, AfterValidator(_category)]
Email = Annotated[str, AfterValidator(_email)]
Colour = Annotated[str, AfterValidator(_colour)]
Line = Annotated[str, AfterValidator(_line)]
#: What apps show: no codes of HTML in it. A text may be empty and have several lines.
Text = Annotated[str, AfterValidator(uncoded)]
Title = Annotated[Line, AfterValidator(uncoded), Field(max_length=LINE)]
ShortLine = Annotated[Line, AfterValidator(uncoded), Field(max_length=SHORT)]
ShortText = Annotated[Text, Field(max_length=SHORT)]
Description = Annotated[Line, AfterValidator(uncoded), AfterValidator(_described)]  # of a show
#: Addresses in tags of the podcast namespace.
SecureUrl = Annotated[Url, AfterValidator(check_secure)]
SecurePicture = Annotated[Picture, AfterValidator(check_secure)]
EpisodeGuid = Annotated[Line, AfterValidator(_unchanging)]
ShowGuid = Annotated[str, AfterValidator(_uuid)]


#: No key that we do not know, no value of another type.
STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)


class Table(BaseModel):
    """A table of a host's file, or a group of its keys."""

    # Built when it is first asked for: a tenth of a start went into groups that nobody reads alone.
    model_config = {**STRICT, "defer_build": True}


def optional(description: str, **more: Any) -> Any:
    """A key that may be left out, and then has no value."""
    return Field(None, description=description, **more)


def added(description: str) -> Any:
    """One that a release brought: where nobody set it, digests stay what they were without it."""
    return optional(description, exclude_if=lambda value: value is None)
