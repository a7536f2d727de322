"""Podcasting 2.0 JSON transcripts: requirement P-05b.

A segment is as long as a WebVTT cue, so that players can follow it. `body.split()` over all segments
gives back exactly the words, in order. Scripts without blanks are the exception: apps show a body as it
is, and to readers of Japanese a blank after every letter is wrong.
"""

import sys
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from pipeline.errors import PullquoteError
from pipeline.models import Transcript
from pipeline.text.scripts import join
from pipeline.transcript.formats.cue_file import Passage, assemble
from pipeline.transcript.formats.cues import Layout, cut
from pipeline.transcript.words.words import label
from pipeline.workspace import dump_json

_Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Segment(BaseModel):
    startTime: _Seconds  # noqa: N815 - the format's own name
    endTime: _Seconds  # noqa: N815
    body: str
    speaker: str | None = None


class _Document(BaseModel):
    segments: Sequence[_Segment]


def write(transcript: Transcript) -> str:
    """The transcript as JSON; times in seconds, to the millisecond."""
    segments = []
    for cue in cut(transcript.words, _LAYOUT):
        name, times = label(cue.speaker), {"startTime": cue.start / 1000, "endTime": cue.end / 1000}
        segments.append(({"speaker": name} if name else {}) | times | {"body": join(cue.texts)})
    return dump_json({"version": "1.0.0", "segments": segments})


def read(text: str, name: str = "JSON transcript") -> Transcript:
    """Words of a JSON transcript, timed evenly within their segments.

    PullquoteError names `name` and the first segment that is broken.
    """
    try:
        document = _Document.model_validate_json(text)
    except ValidationError as error:
        raise PullquoteError(
            f"{name}: {_explain(error)}",
            'a Podcasting 2.0 transcript is {"segments": [{"startTime", "endTime", "body"}, …]}',
        ) from None
    passages = []
    for number, segment in enumerate(document.segments, start=1):
        if segment.endTime < segment.startTime:
            raise PullquoteError(
                f"{name}: segment {number} ends ({segment.endTime} s) before it starts"
                f" ({segment.startTime} s)",
                "mend its times",
            )
        voices = [(label(segment.speaker), segment.body)]
        passages.append(Passage(segment.startTime, segment.endTime, voices))
    return assemble(passages, name)


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    parts = list(first["loc"])
    if len(parts) > 1 and isinstance(parts[1], int):
        return f"segment {parts[1] + 1}: {'.'.join(map(str, parts[2:])) or 'it'}: {first['msg']}"
    return f"{'.'.join(map(str, parts)) or 'the file'}: {first['msg']}"


# Nothing is wrapped, so no word is broken; a segment ends by time, sentences and pauses.
_LAYOUT = Layout(columns=sys.maxsize, lines=1, escape=str, prefix=lambda speaker, begins, head: 0)
