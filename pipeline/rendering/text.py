"""Typed text made safe to print: no characters that break a document, no markup that nobody meant."""

import re
from collections.abc import Sequence
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

from pipeline.errors import PullquoteError

# Control characters, lone surrogates and noncharacters break XML; embedding and override of the
# writing direction (U+202A-E, U+2066-9) would leak out of a title into the page around it.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069]"
)
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")  # no-break spaces are meant
# Beyond CommonMark's own: | for tables, ~ for strike-through, $ for formulas, { for Liquid. A lone
# [...] stays, because it is no link and hosts read it often.
_MARKDOWN_SIGN = re.compile(r"(?<!\])(\[(?:\.\.\.|…)\])(?![(\[:])|[\\`*_\[\]<>&#|~${}]")
_MARKDOWN_START = re.compile(r"^(?:[-+=:]|([0-9]{1,9})(?=[.)]))")
_TEXT_LINK = re.compile(r"\t([^\t]*)\t([^\t]*)\t")
_PLAIN_URL = re.compile(r"(?:https?://)?[\w.-]+(?:/[\w.-]+)*", re.ASCII)  # nearly all are
_BARE_URL = re.compile(r"https?://[^\s<>\"”’]*[^\s<>\"”’.,;:!?)\]]")


def plain(text: str) -> str:
    """`text` without characters that no document may hold; line breaks and tabs stay."""
    return text if text.isprintable() else _UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    """`text` as one printable line: blanks and line breaks become single spaces."""
    return _BLANKS.sub(" ", plain(text)).strip()


def markdown_escape(text: str) -> str:
    """`text` as one line of Markdown that is read back as exactly that line, wherever it stands."""
    escaped = _MARKDOWN_SIGN.sub(lambda m: m[1] or "\\" + m[0], one_line(text))
    return _MARKDOWN_START.sub(lambda m: m[1] + "\\" if m[1] else "\\" + m[0], escaped)


def safe_url(url: str) -> str:
    """A web address, or one relative to the page, fit for `href="…"` and for `[…](…)`.

    PullquoteError for anything that is not http, https or mailto: a build file was tampered with.
    """
    if _PLAIN_URL.fullmatch(url):
        return url
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = "broken"
    if not url or scheme not in {"", "http", "https", "mailto"} or url.startswith("//"):
        raise PullquoteError(f"'{url[:80]}' is no web address", "write it whole, as https://…")
    return percent_encode(plain(url), safe="!#$%&'*+,-./:;=?@_~[]")


def inner_escape(part: str) -> str:
    """`markdown_escape` that keeps the blanks at the ends, between text and a link."""
    core = part.strip()
    return part.replace(core, markdown_escape(core), 1) if core else part


def split_urls(text: str) -> Sequence[tuple[str, bool]]:
    """`text` in pieces, each with whether it is a web address."""
    pieces, end = [], 0
    for match in _BARE_URL.finditer(text):
        pieces += [(text[end : match.start()], False), (match[0], True)]
        end = match.end()
    return [*pieces, (text[end:], False)]


def linked_text(text: str, url: str) -> str:
    """A link in plain text, between tabs: nothing that a person typed holds one, after `one_line`."""
    return f"\t{text}\t{url}\t"


def split_links(text: str) -> tuple[str, Sequence[tuple[int, int, str]]]:
    """What is read of a text with such links; first and last character and address of each."""
    read, links, end = "", [], 0
    for match in _TEXT_LINK.finditer(text):
        read += text[end : match.start()] + match[1]
        links.append((len(read) - len(match[1]), len(read), match[2]))
        end = match.end()
    return read + text[end:], links
