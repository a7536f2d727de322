"""SubRip (SRT) as podcast apps want it: requirement P-05a, `Name: ` where the speaker changes.

The format has no escapes: what looks like markup in a word is written as it is, except the arrow
between times.
"""

from collections.abc import Sequence

from pipeline.models import Transcript
from pipeline.text.scripts import join
from pipeline.times import clock
from pipeline.transcript.formats import cue_file
from pipeline.transcript.formats.cues import Cue, Layout, cut, held, wrap
from pipeline.transcript.words.words import label

COLUMNS, LINES = 32, 2  # of a cue (P-05a)


def write(transcript: Transcript) -> str:
    blocks = []
    for number, cue in enumerate(held(cut(transcript.words, _LAYOUT)), start=1):
        times = f"{clock(cue.start / 1000, 3)} --> {clock(cue.end / 1000, 3)}".replace(".", ",")
        blocks.append(f"{number}\n{times}\n{_text(cue)}\n")
    return "\n".join(blocks)


def _escape(text: str) -> str:
    return text.replace("-->", "→")  # the arrow would be read as another cue's times


def _text(cue: Cue) -> str:
    lines = wrap(cue.texts, COLUMNS, cue.prefix)
    if cue.prefix:
        lines[0] = (_label(cue.speaker) + lines[0]).rstrip()
    return "\n".join(lines)


def _label(speaker: str | None) -> str:
    name = label((speaker or "").replace(":", " "))
    return f"{_escape(name)}: " if name else ""


def _prefix(speaker: str | None, begins: bool, head: Sequence[str]) -> int:
    """The width of the label; a long one has the first line for itself.

    "Question: …" in the middle of a turn would read as another speaker's name, so the label is repeated.
    """
    if not begins and not cue_file.leading_label(join(head)):
        return 0
    width = len(_label(speaker))
    return width if width <= COLUMNS // 2 else COLUMNS


_LAYOUT = Layout(COLUMNS, LINES, _escape, _prefix)
