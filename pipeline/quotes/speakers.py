"""Whether two labels mean the same person, and who speaks in a span."""

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.models import Span, Transcript

_ANONYMOUS = re.compile(r"(speaker|spk|spkr|s|track|voice)?[ _-]?\d+", re.IGNORECASE)


def same_speaker(label: str | None, name: str | None) -> bool:
    """Whether a transcript's label can be `name`: "Ethan" and "Ethan Caballero" are the same.

    Where nobody has said who speaks, or speakers are only numbered and the name is not, nothing
    speaks against it.
    """
    if label is None or name is None:
        return True
    if _ANONYMOUS.fullmatch(label.strip()) and not _ANONYMOUS.fullmatch(name.strip()):
        return True
    short, long = sorted((_folded(label), _folded(name)), key=len)
    return long[: len(short)] == short or short[-1:] == long[-1:]


def _folded(label: str) -> list[str]:
    return label.casefold().split()


def speaker_of(spans: Sequence[Span], transcript: Transcript) -> str | None:
    """Who says most of the words of some spans."""
    counts = Counter(
        transcript.words[number].speaker
        for span in spans
        for number in range(span.first, span.last)
    )
    return counts.most_common(1)[0][0] if counts else None
