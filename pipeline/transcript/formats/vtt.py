"""WebVTT as podcast apps want it: requirement P-05a, speakers as `<v Name>`.

Cues have two lines of at most 65 characters, tags included; a name that would take more than half a
line is not counted, so that there is room for words.
"""

from collections.abc import Sequence

from pipeline.models import Transcript
from pipeline.times import clock
from pipeline.transcript.formats.cues import Layout, cut, held, wrap
from pipeline.transcript.words.words import label

COLUMNS, LINES = 65, 2  # of a cue (P-05a)


def write(transcript: Transcript) -> str:
    blocks = ["WEBVTT"]
    for cue in held(cut(transcript.words, _LAYOUT)):
        lines = wrap(cue.texts, COLUMNS, cue.prefix)
        text = "\n".join(line for line in lines if line)  # an empty line would end the cue
        times = f"{clock(cue.start / 1000, 3)} --> {clock(cue.end / 1000, 3)}"
        blocks.append(f"{times}\n{_voice(cue.speaker)}{text}")
    return "\n\n".join(blocks) + "\n"


def _escape(text: str) -> str:
    # With `>` escaped, no text can hold the arrow that separates times.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _voice(speaker: str | None) -> str:
    name = label(speaker)
    return f"<v {_escape(name)}>" if name else ""


def _prefix(speaker: str | None, begins: bool, head: Sequence[str]) -> int:
    width = len(_voice(speaker))  # every cue carries its voice
    return width if width <= COLUMNS // 2 else 0


_LAYOUT = Layout(COLUMNS, LINES, _escape, _prefix)
