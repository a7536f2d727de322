"""The transcript as people read it, with all that a reader of it wants to know.

What the stage `correct` writes, what the review page shows while a host is mending, and what
`pullquote transcript` reports are made here, so that they cannot differ.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.models import Recognition, Turns
from pipeline.transcript.corrections import corrections, glossary
from pipeline.transcript.corrections.overlay import Proofread as Proofread
from pipeline.transcript.corrections.overlay import correct
from pipeline.transcript.corrections.suspicion import suspects
from pipeline.transcript.moved.anchors import Anchors, shifts_of
from pipeline.transcript.words.attribution import together
from pipeline.transcript.words.words import from_recognition


def proofread(
    recognition: Recognition,
    turns: Turns,
    fixes: Path | None,
    terms: Path | None,
    *,
    people: Sequence[str],
    name: str = corrections.NAME,
) -> Proofread:
    """Lay corrections and glossary over what was recognised; a path that is None or absent has none.

    `people` are names that may be told by their sound, and `name` is what messages call the corrections.
    ConfigError, with file and entries, for a file that is wrong.
    """
    mended = corrections.load(_present(fixes), name)
    raw = from_recognition(recognition, turns)
    corrected = correct(raw, mended, glossary.load(_present(terms)), people, name)
    shifts = shifts_of(raw.words, mended.hints)
    anchors = Anchors(corrected.transcript.words, shifts)
    heard, unfit = corrections.fitting("heard", mended.heard, anchors)
    named = corrections.named_from(raw.words, mended, shifts)
    both = {
        number
        for number in together(recognition.words, turns)
        if recognition.words[number].start < named
    }
    return replace(
        corrected,
        problems=[*corrected.problems, *unfit],
        suspects=suspects(corrected.transcript, recognition, heard, both),
    )


def _present(path: Path | None) -> Path | None:
    return path if path and path.is_file() else None
