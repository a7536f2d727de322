"""The name of a speaker from the name of his track."""

import re
import unicodedata
from collections.abc import Sequence


def name_of(track: str, names: Sequence[str]) -> str:
    """`ada-lovelace`, the stem of a track's file, is "Ada Lovelace" among `names`, or by its letters.

    The first part of a name is enough where it fits one person only.
    """
    wanted = _slug(track)
    slugs = {name: _slug(name) for name in names}
    whole = [name for name in slugs if slugs[name] == wanted]
    if whole:
        return whole[0]
    begun = [name for name in slugs if slugs[name].startswith(f"{wanted}-")]
    if len(begun) == 1:
        return begun[0]
    return (
        " ".join(part[0].upper() + part[1:] for part in re.split(r"[\s_-]+", track) if part)
        or track
    )


def _slug(text: str) -> str:
    """Lower-case words joined by hyphens, accents taken off; other scripts keep their letters."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )
    return "-".join(re.findall(r"[^\W_]+", plain))
