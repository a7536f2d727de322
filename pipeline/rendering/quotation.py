"""Quotation marks as printers set them, in each language its own: “ ”, „ “, « », 「 」.

The marks are those of the Unicode CLDR 48 (`delimiters.json`), but for two: French sets blanks that do
not break inside its guillemets and “ ” within them, and Spanish of Spain has « », as its academy asks.
"""

import functools
import re
from dataclasses import dataclass

from pipeline.rendering.text import one_line
from pipeline.text.languages import ENGLISH, fallbacks, is_english
from pipeline.text.punctuation import DOUBLE_MARKS


@dataclass(frozen=True, slots=True)
class Marks:
    """Around a quotation, and around one within it."""

    opening: str
    closing: str
    inner_opening: str
    inner_closing: str


_NBSP = "\u00a0"
_CURLY = Marks("“", "”", "‘", "’")  # wherever nothing else is said below
_FRENCH = Marks(f"«{_NBSP}", f"{_NBSP}»", "“", "”")
_BY_LANGUAGE = (
    ("„ “ ‚ ‘", "de cs sk hr is et sl lb mk hsb dsb bs-Cyrl sq-MK"),
    ("« » ‹ ›", "de-CH de-LI fr-CH am az-Cyrl gsw rm fa"),
    ("« » “ ”", "es-ES it ca br eu ast pt-PT el mt"),
    ("“ ” ‘ ’", "es-419"),
    ("« » „ “", "ru uk be os sah"),
    ("« » ‘ ’", "nb nn no rw"),
    ("« » « »", "hy oc"),
    ("” ” ’ ’", "fi sv he se yi"),
    ("” “ ’ ‘", "ar ur"),
    ("„ ” « »", "pl ro"),
    ("„ ” » «", "hu"),
    ("„ ” ‚ ’", "af-NA"),
    ("„ ” ‘ ’", "bs"),
    ("„ ” ’ ’", "sr"),
    ("„ “ „ “", "bg lt"),
    ("„ “ « »", "ka"),
    ("「 」 『 』", "ja yue zh-Hant zh-TW zh-HK zh-MO"),
)
_MARKS = {tag: Marks(*marks.split()) for marks, tags in _BY_LANGUAGE for tag in tags.split()}
_MARKS |= {"fr": _FRENCH, "es": _MARKS["es-ES"]}

_OPENS_AFTER = re.compile(r"""[\s(\[{—–\-/‘“"']""")
_ELISION = re.compile(r"(?:cause|em|til|tis|twas|bout|round|n|\d0s|kay)\b", re.IGNORECASE)
_ENGLISH_MARKS = re.compile(r"""[“”"']""")
_FOREIGN_MARKS = re.compile(f"[{DOUBLE_MARKS}']")
_GUILLEMET_BLANKS = re.compile(r"(?<=«)\s+|\s+(?=»)")


@functools.lru_cache(maxsize=64)
def marks(language: str) -> Marks:
    return next((_MARKS[tag] for tag in fallbacks(language) if tag in _MARKS), _CURLY)


def quoted(text: str, language: str = ENGLISH) -> str:
    """`text` in “quotes”, those inside it ‘within’; no blank stands before the closing mark."""
    own = marks(language)
    inner = one_line(text)
    double = '"“”' if is_english(language) else DOUBLE_MARKS
    if len(inner) > 1 and inner[0] in double and inner[-1] in double:
        unwrapped = inner[1:-1]
        if not set(unwrapped) & set(double):  # one pair around it all: ours replaces it
            inner = unwrapped.strip()
    return f"{own.opening}{curly(inner, language)}{own.closing}"


def curly(text: str, language: str) -> str:
    """Typographic marks for text that will stand inside double ones: '"well"' becomes ‘well’."""
    if is_english(language):
        return _ENGLISH_MARKS.sub(lambda match: _english_mark(text, match.start()), text)
    text = _GUILLEMET_BLANKS.sub("", text)
    own = marks(language)
    depth = 0  # of single marks: one that closes nothing is an apostrophe
    pieces, end = [], 0
    for match in _FOREIGN_MARKS.finditer(text):
        mark, depth = _inner_mark(text, match.start(), own, depth)
        pieces += [text[end : match.start()], mark]
        end = match.end()
    return "".join([*pieces, text[end:]])


def _english_mark(text: str, at: int) -> str:
    mark, after = text[at], text[at + 1 : at + 2]
    if mark == "“":
        return "‘"
    if mark == "”" or not after or after.isspace():
        return "’"
    if mark == "'" and _ELISION.match(text, at + 1):
        return "’"  # ’cause, the ’90s
    return "‘" if at == 0 or _OPENS_AFTER.match(text, at - 1) else "’"


def _inner_mark(text: str, at: int, own: Marks, depth: int) -> tuple[str, int]:
    """What to print for the mark at `at`, and how many single ones are open after it."""
    if text[at] != "'":
        return (own.inner_opening if _opens(text, at, own) else own.inner_closing), depth
    opens, closes = _leads(text, at), _trails(text, at)
    if opens and not closes and re.search(r"\S'(?!\w)", text[at + 1 :]):
        return own.inner_opening, depth + 1
    if depth and not opens:
        letters = text[at - 1].isalnum() and text[at + 1 : at + 2].isalnum()
        return ("’", depth) if letters else (own.inner_closing, depth - 1)
    return "’", depth


def _opens(text: str, at: int, own: Marks) -> bool:
    """Whether a double mark opens: by what stands beside it, else as the mark is mostly used."""
    mark = text[at]
    if mark in "„「" or (mark == "“" and "“" not in {own.closing, own.inner_closing}):
        return True
    if mark == "」" or (mark == "”" and "”" not in {own.opening, own.inner_opening}):
        return False
    leads, trails = _leads(text, at), _trails(text, at)
    if leads != trails:
        return leads
    if mark == '"':
        return text.count('"', 0, at) % 2 == 0  # no blanks around words, as in Chinese
    return mark == "«"


def _leads(text: str, at: int) -> bool:
    return at == 0 or bool(_OPENS_AFTER.match(text, at - 1))


def _trails(text: str, at: int) -> bool:
    """Whether no word begins after the mark."""
    after = text[at + 1 : at + 2]
    return not (after.isalnum() or after in tuple("([{¿¡…'‘‚"))
