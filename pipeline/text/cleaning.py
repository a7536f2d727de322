"""Text as a feed can hold it: without characters that XML forbids or that nobody means (X-02, X-04)."""

import html
import re

#: What XML 1.0 forbids, and the C0 and C1 controls that it allows but nobody means; blanks are not here.
FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# Blanks and breaks; a no-break space is typography and stays.
_BLANKS = re.compile("[\t\n\x0b\x0c\r\x1c-\x1f \x85\u2028\u2029]+")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_ESCAPED = 4  # times that a text is unescaped: twice is a common mistake, more is a joke


def clean_line(text: str) -> str:
    """One line without control characters and without blanks around it."""
    return _BLANKS.sub(" ", FORBIDDEN.sub("", text)).strip()


def printable(text: str) -> str:
    """What a server or a program said, without the control characters that would steer a terminal."""
    return text if text.isprintable() else "".join(filter(str.isprintable, text))


def begun(text: str, letters: int) -> str:
    """A text up to a blank within so many letters, and … where that is not all."""
    return text if len(text) <= letters else text[:letters].rsplit(" ", 1)[0] + "…"


def clean_body(text: str) -> str:
    """Text of several lines: line feeds only, no control characters, no blanks around it."""
    return _BREAKS.sub("\n", FORBIDDEN.sub("", text)).replace("\x1f", " ").strip()


def without_codes(text: str) -> str:
    """Text in which no code of HTML is left, however often it was escaped, and no CDATA marker (X-05)."""
    for _ in range(_ESCAPED):
        text, before = FORBIDDEN.sub("", html.unescape(text)), text
        if text == before:
            break
    else:
        text = text.replace("&", "")
    return text.replace("<![", "< [")


def as_paragraph(text: str) -> str:
    """Plain text as one paragraph of HTML."""
    return f"<p>{html.escape(text, quote=False)}</p>".replace("\n", "<br>")


def as_paragraphs(text: str) -> str:
    """Plain text as HTML: a paragraph for each block between blank lines, when there are several."""
    blocks = [as_paragraph(block.strip()) for block in text.split("\n\n") if block.strip()]
    return "".join(blocks) if len(blocks) > 1 else "".join(blocks)[3:-4]
