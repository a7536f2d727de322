"""Numbers of voices that stay theirs when a recording is listened to again.

A host names "Speaker 1" once. The voices are told apart anew when the recording was cut, or a guest was
added. Then the first to speak may be somebody else, and the names would be under the wrong words.
"""

from collections.abc import Mapping, Sequence

from pipeline.models import Turns
from pipeline.speech.voices.diarisation import Diarisation
from pipeline.speech.voices.references import propose

_MOSTLY = 0.8  # of a voice's time that must have been one other's for both to be one
_PREFIX = "Speaker "


def carried(found: Diarisation, voices: Mapping[str, Sequence[float]], turns: Turns) -> Diarisation:
    """What was found now, each voice by the label that it had before.

    `voices` are what earlier ones are like, `turns` their turns where only these are known. A voice
    that was not there before gets a number that nobody had.
    """
    if voices:
        known = {label: {"before": voice} for label, voice in voices.items()}
        same = {label: before for label, (before, _) in propose(found.voices, known).items()}
    else:
        same = _by_time(found.turns, turns)
    had = {*voices, *(speaker for speaker, _, _ in turns)}
    unused = (f"{_PREFIX}{number}" for number in range(1, len(had) + len(found.voices) + 1))
    new = (label for label in unused if label not in had)
    names = {label: same.get(label) or next(new) for label in found.voices}
    return Diarisation(
        [(names[speaker], start, end) for speaker, start, end in found.turns],
        {names[label]: voice for label, voice in found.voices.items()},
    )


def _by_time(now: Turns, before: Turns) -> dict[str, str]:
    """Who spoke at nearly all of the times at which a voice speaks now."""
    shared: dict[tuple[str, str], float] = {}
    for label, start, end in now:
        for other, begin, until in before:
            seconds = min(end, until) - max(start, begin)
            if seconds > 0:
                shared[label, other] = shared.get((label, other), 0.0) + seconds
    spoken: dict[str, float] = {}
    for label, start, end in now:
        spoken[label] = spoken.get(label, 0.0) + end - start
    found: dict[str, str] = {}
    for (label, other), seconds in sorted(shared.items(), key=lambda item: -item[1]):
        if seconds >= _MOSTLY * spoken[label] and other not in found.values():
            found.setdefault(label, other)
    return found
