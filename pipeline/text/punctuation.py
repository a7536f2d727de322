"""What punctuation says: where sentences, questions and clauses end, and what of a word is the word."""

import re
import unicodedata

from pipeline.text.scripts import letters

_ASKING = "?؟‽"
_STOPS = f"{_ASKING}.!…。۔।॥"  # the review page's `dom.js` has the same
_COMMAS = ",;:—–،؛、"
#: Around what is quoted. German ends with “ and «, Danish opens with ».
DOUBLE_MARKS = '"“”„«»「」'
SINGLE_MARKS = "'’‘‚‹›『』"
_CLOSING = f"{DOUBLE_MARKS}{SINGLE_MARKS})]}}】》〉"
_SPEAKING_MARKS = "#%&@"  # punctuation to Unicode, part of the word to people: C#, 5%
_NUMBERED = re.compile(r"\[\d{1,3}\]")  # the mark of a footnote
_APOSTROPHE = re.compile(r"(?<=\w)[’ʼ](?=\w)")


def ends_sentence(text: str) -> bool:
    return _ends(text, _STOPS)


def ends_clause(text: str) -> bool:
    """Whether a word ends a clause, but no sentence, by its punctuation."""
    return _ends(text, _COMMAS)


def breaks(text: str) -> bool:
    """Whether a word ends a clause or a sentence, or breaks off."""
    return text.endswith("-") or _ends(text, _COMMAS + _STOPS)


def asks(text: str) -> bool:
    """Whether a word ends a question by its punctuation; so it does with ?! and !?"""
    bare = _open(text)
    return not set(_ASKING).isdisjoint(bare[len(bare.rstrip(_STOPS)) :])


def core(text: str) -> tuple[str, str, str]:
    """A word without the punctuation around it, and what stands before and after."""
    first, last = 0, len(text)
    while first < last and _is_punctuation(text[first]):
        first += 1
    while last > first and _is_punctuation(text[last - 1]):
        last -= 1
    return text[:first], text[first:last], text[last:]


def words(text: str) -> list[str]:
    """The words alone: two texts that differ in none say the same to a reader.

    Punctuation, blanks, capitals and marks of footnotes are left out; a sign as % is a word.
    """
    plain = unicodedata.normalize("NFKC", _NUMBERED.sub(" ", text)).casefold()
    kept = "".join(map(_worded, _APOSTROPHE.sub("'", plain)))
    tokens = (token.strip("'") for token in kept.split())
    return [letter for token in tokens if token for letter in letters(token)]


def _worded(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cf":  # a soft hyphen, a mark of direction
        return ""
    if character in _SPEAKING_MARKS or kind in ("Sc", "Sm", "So"):
        return f" {character} "
    return " " if kind[0] in "PS" and character != "'" else character


def _ends(text: str, marks: str) -> bool:
    bare = _open(text)
    return bare != "" and bare[-1] in marks


def _open(text: str) -> str:
    """A word without what closes a quotation or a bracket behind it; wide marks are those of ASCII."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return plain.rstrip(_CLOSING)


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] == "P" and character not in _SPEAKING_MARKS
