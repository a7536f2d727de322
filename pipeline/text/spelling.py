"""What somebody may have meant who typed a word that we do not know."""

import difflib
from collections.abc import Iterable, Sequence

_FEW = 8  # keys that can be read in a line


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that is spelled most like `word`, if one is near."""
    lowered = {choice.lower(): choice for choice in choices}
    found = difflib.get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.6)
    return lowered[found[0]] if found else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """The end of a message that proposes the nearest choice; empty where none is near."""
    near = nearest(word, choices)
    return f"; did you mean '{near}'?" if near else ""


def known_keys(key: str, known: Sequence[str]) -> str:
    """The end of a message on an unknown key: the nearest one, or all where they are few."""
    few = f"; it may hold {', '.join(known)}" if 0 < len(known) <= _FEW else ""
    return did_you_mean(key, known) or few
