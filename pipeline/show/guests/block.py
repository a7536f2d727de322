"""Reading the block that a sheet makes, whatever mail programs did to it on its way.

They quote it with `>`, wrap its lines, end them otherwise, send it as HTML, and may cut it off. So
line ends mean nothing in it, and its last line says how many quotes it holds.
"""

import email
import email.policy
import html
import re
from dataclasses import dataclass

from pipeline.errors import Refused
from pipeline.rendering.text import one_line

_BLOCK = re.compile(
    r"PULLQUOTE ANSWER sheet (\w+)(?: at (\w+))?(.*?)(?:END OF ANSWER (\d+)|(?=PULLQUOTE ANSWER)|$)",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"\bquote (?=[a-z0-9]{2,16} [0-9a-f]{12}\b)", re.IGNORECASE)
_HEADER = re.compile(rb"(?:From |[A-Za-z-]+:[ \t]).*\r?\n(?:[A-Za-z-]+:|[ \t])")
_TAGS = re.compile(r"<(?:br|p|div|html|span|blockquote|pre)\b", re.IGNORECASE)
_MARKS = re.compile(r"^[>|\s]+", re.MULTILINE)  # how mail programs mark what they quote
_HIDDEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_BLANK = "_…. "  # what stands in the form until something is written there
_REMARK = 500  # letters, as the page allows


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to one quote: `seen` is the hash of what the guest saw, `word` as on the sheet."""

    id: str
    seen: str
    word: str
    remark: str


@dataclass(frozen=True, slots=True)
class Block:
    """The answers of one sheet; `at` is when they were given by the guest's clock, empty where unknown."""

    code: str
    at: str
    answers: tuple[Answer, ...]


def read_blocks(content: bytes) -> list[Block]:
    """The blocks of a text or mail, the earliest answer first; Refused where none is whole."""
    text = _plain(content)
    found = dict.fromkeys(_block(match) for match in _BLOCK.finditer(text))
    if not found:
        raise Refused(
            "there is no answer in it: no line PULLQUOTE ANSWER with its sheet",
            "copy the whole text that the sheet made, from its first line to its last",
        )
    return sorted(found, key=lambda block: block.at)


def _plain(content: bytes) -> str:
    """The text as one line, without what a mail program put around it."""
    text = _body(content) if _HEADER.match(content) else content.decode("utf-8-sig", "replace")
    if _TAGS.search(text):
        text = html.unescape(re.sub(r"<[^<>]*>", " ", text))
    return one_line(_MARKS.sub("", _HIDDEN.sub("", text)).replace("\u00a0", " "))


def _body(content: bytes) -> str:
    """The text of a mail that was saved as a file, and of those that are attached to it."""
    mail = email.message_from_bytes(content, policy=email.policy.default)
    parts = [mail.get_body(("plain", "html")), *mail.iter_attachments()]
    try:
        texts = (
            part.get_content() for part in parts if part and part.get_content_maintype() == "text"
        )
        return "\n".join(texts)
    except (LookupError, ValueError):  # an encoding that there is not
        return content.decode("utf-8", "replace")


def _block(match: re.Match[str]) -> Block:
    code, at, inner, count = match.groups()
    _, *chunks = _QUOTE.split(inner)
    if count is None or int(count) != len(chunks):
        raise Refused(
            "the answer is cut off, or lines of it are missing",
            "ask the guest for the whole text, or for the file that the sheet makes",
        )
    answers = (_answer(chunk) for chunk in chunks)
    return Block(code.lower(), (at or "").upper(), tuple(each for each in answers if each.word))


def _answer(chunk: str) -> Answer:
    identity, seen, *rest = chunk.split(maxsplit=2)
    word, _, remark = "".join(rest).strip(_BLANK).partition(" ")
    word = word.strip("_*:,;.!“”\"'").casefold()
    return Answer(identity.lower(), seen.lower(), word, remark[:_REMARK].strip())
