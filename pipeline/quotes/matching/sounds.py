"""Which words may be the same sound, heard otherwise."""

import difflib

from pipeline.quotes.matching.edits import bare

_SIMILAR = 0.6  # likeness from which a changed word may be a misheard one


def sounds_alike(raw: str, said: str) -> bool:
    """Whether other words may be misheard ones."""
    return likeness(raw, said) >= _SIMILAR


def misheard(raw: str, said: str) -> bool:
    """Whether one may be heard for the other, by spelling or by consonants: "as" and "is".

    Vowels are what recognisers confuse first. Much wider than `sounds_alike`: only for words that are
    known to have been said.
    """
    one, other = _consonants(raw), _consonants(said)
    alike = difflib.SequenceMatcher(None, one, other).ratio() >= _SIMILAR
    return sounds_alike(raw, said) or bool(one and other and alike)


def _consonants(text: str) -> str:
    import jellyfish  # late: most ledgers need it never

    return "".join(sound for sound in jellyfish.metaphone(text) if sound not in "AEIOU ")


def likeness(raw: str, said: str) -> float:
    """The share of letters that two texts have in common, 0 to 1."""
    one, other = bare(raw.casefold().split()), bare(said.casefold().split())
    return difflib.SequenceMatcher(None, one, other).ratio()
