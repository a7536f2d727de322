"""Corrections that follow their words into a new transcription of the same recording.

An entry names words as one recogniser heard them. Another may hear the same name otherwise, and what a
person has mended would be a mistake again. While both transcriptions are at hand, the words of one tell
which words of the other stand in their place.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pipeline.models import Word
from pipeline.text.punctuation import core
from pipeline.text.scripts import join
from pipeline.times import clock
from pipeline.transcript.corrections.corrections import Corrections
from pipeline.transcript.moved.anchors import Anchors, shifts_of
from pipeline.transcript.moved.comparison import Aligned
from pipeline.transcript.words.words import normal, split


class Reworded(NamedTuple):
    """An entry's words as they were heard and as they are heard now; `at` in seconds."""

    at: float
    was: str
    now: str


def reworded(
    content: str, fixes: Corrections, before: Sequence[Word], after: Sequence[Word]
) -> tuple[str, list[Reworded]]:
    """`corrections.toml` with the words of entries as `after` has them, and the entries that changed.

    `content` is the file, `fixes` what it says, `before` the words that it was written for. Only entries
    that mend something change: that words were heard rightly says nothing of others. An entry stays as it
    is where its words are there still, or where those in their place say already what it mends. It stays,
    and is reported at every run, where it is not certain which words are in their place.
    """
    import tomlkit

    document = tomlkit.parse(content)
    aligned = Aligned(before, after)
    old, new = (Anchors(words, shifts_of(words, fixes.hints)) for words in (before, after))
    found = []
    for table in ("replace", "speaker"):
        for number, entry in enumerate(getattr(fixes, table)):
            said = split(entry.said or "")
            if not said or isinstance(new.place(said, entry.at), int):
                continue
            first = old.place(said, entry.at)
            heard = aligned.place(first, len(said)) if isinstance(first, int) else None
            if heard is None or _says(entry, after[heard]):
                continue
            values: Any = document[table]
            start = after[heard.start].start
            if len(new.occurrences.of([word.text for word in after[heard]])) > 1:
                values[number].setdefault("at", clock(start, 1))
            values[number]["said"] = _spelling(after[heard])
            found.append(Reworded(start, entry.said, values[number]["said"]))
    return document.as_string(), found


def _says(entry: Any, heard: Sequence[Word]) -> bool:
    right = [normal(text) for text in split(getattr(entry, "text", ""))]
    return bool(right) and [normal(word.text) for word in heard] == right


def _spelling(heard: Sequence[Word]) -> str:
    texts = [word.text for word in heard]
    before, first, _ = core(texts[0])
    texts[0] = texts[0][len(before) :] if first else texts[0]
    _, last, after = core(texts[-1])
    texts[-1] = texts[-1][: len(texts[-1]) - len(after)] if last else texts[-1]
    return join(texts)
