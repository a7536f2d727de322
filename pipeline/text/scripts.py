"""Scripts that are written without blanks between words: where they may be cut, and how words join."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

# Thai, Lao, Myanmar, Khmer, CJK punctuation, kana, Han, and the full-width forms. Hangul is written
# with blanks. The review page's `dom.js` has the same.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u31f0-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff00-\uffef"
)
_GAP = re.compile(f"(?<=[{_UNSPACED}]) (?=[{_UNSPACED}])")
_WORD = re.compile(f"[{_UNSPACED}]+")
_SOME = re.compile(f"[{_UNSPACED}]")


def join(texts: Iterable[str]) -> str:
    """Words as they are written: with blanks, except between words of scripts that have none."""
    text = " ".join(texts)
    return text if text.isascii() else _GAP.sub("", text)


def is_unspaced(text: str) -> bool:
    """Whether a word is written in a script without blanks, and may be broken anywhere."""
    return _WORD.fullmatch(text) is not None


def letters(text: str) -> list[str]:
    """A printed word cut wherever its script has no blank: one item for each letter of such a script.

    Vowel signs, accents and closing marks stay with the letter before, opening ones go with the next;
    a run in another script ("GPT-3") is one item. `"".join` gives the word back.
    """
    if text.isascii() or len(text) < 2 or not _SOME.search(text):
        return [text]
    return list(_cut(text))


def _cut(text: str) -> Iterator[str]:
    item = ""
    for character in text:
        if _begins(item, character):
            yield item
            item = ""
        item += character
    yield item


def _begins(item: str, character: str) -> bool:
    """Whether a new item begins with a character behind `item`."""
    if not any(each.isalnum() for each in item):
        return False  # nothing yet but opening marks
    kind = unicodedata.category(character)
    if kind in ("Ps", "Pi") or _is_letter(character):
        return True
    return kind[0] in "LN" and kind != "Lm" and any(map(_is_letter, item))


def _is_letter(character: str) -> bool:
    """Whether a character is a word's worth: kana, Han, Thai; not a full-width digit."""
    return unicodedata.category(character) == "Lo" and _SOME.match(character) is not None
