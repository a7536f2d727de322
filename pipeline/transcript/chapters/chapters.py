"""Chapters: the host's, or for a long episode without any, derived ones; as JSON chapters (P-06)."""

from collections.abc import Mapping, Sequence

from pipeline.errors import ConfigError
from pipeline.models import Chapter, Transcript, Word
from pipeline.rendering.words import Words
from pipeline.settings.episode import ChapterMark
from pipeline.times import clock, parse_clock
from pipeline.transcript.chapters import topics
from pipeline.transcript.words.words import Occurrences, split

LONG = 600.0  # seconds: in a shorter episode nobody looks for a part
_CLEARLY_NEARER = 3.0  # times, for one of two places that say the same


def from_marks(
    marks: Sequence[ChapterMark],
    duration: float,
    words: Sequence[Word],
    moved: Mapping[str, float],
    catalogue: Words,
    name: str,
) -> list[Chapter]:
    """The host's chapters by time, the first at 0; `moved` has the seconds of those that went elsewhere.

    `name` is what the file is called in errors.
    ConfigError lists each entry whose time is none, lies after the end or is there twice, and whose
    words are not said or not said in one place only. What comes before the host's first chapter gets
    one of its own, with a title from `catalogue`.
    """
    problems: list[str] = []
    occurrences = Occurrences(words)
    found: dict[float, Chapter] = {}
    for number, mark in enumerate(marks, start=1):
        key = f"{name}: [chapters[{number}]] at"
        try:
            start = moved[mark.at] if mark.at in moved else _start(mark, words, occurrences)
        except ValueError as error:
            problems.append(f"{key}: {error}")
            continue
        if start >= duration:
            problems.append(f"{key}: {mark.at} lies after the end of the audio ({clock(duration)})")
        elif start in found:
            problems.append(f"{key}: '{found[start].title}' begins at {mark.at} already")
        else:
            found[start] = Chapter(start, mark.title, mark.url, mark.image)
    if problems:
        raise ConfigError("\n".join(problems), f"mend the chapters in {name} and run again")
    if found and 0.0 not in found:
        found[0.0] = Chapter(0.0, catalogue("Intro"))
    return [found[start] for start in sorted(found)]


def _start(mark: ChapterMark, words: Sequence[Word], occurrences: Occurrences) -> float:
    """When a chapter begins; ValueError says why that is not certain."""
    at = parse_clock(mark.at)
    if not mark.said:
        return at
    found = [round(words[first].start, 3) for first in occurrences.of(split(mark.said))]
    near = sorted(found, key=lambda start: abs(start - at))
    if not near:
        raise ValueError(f"“{mark.said}” is not said in this episode")
    if len(near) > 1 and abs(near[1] - at) < _CLEARLY_NEARER * abs(near[0] - at):
        times = ", ".join(clock(start, 1) for start in sorted(found)[:5])
        raise ValueError(f"“{mark.said}” is said {len(found)} times ({times}); correct at")
    return near[0]


def derived(transcript: Transcript, duration: float, catalogue: Words) -> list[Chapter]:
    """Chapters by change of subject; none for an episode of ten minutes, or of one subject."""
    if duration <= LONG:
        return []
    starts = topics.parts(transcript.words, language=transcript.language)
    if len(starts) < 2:
        return []
    times = [0.0] + [transcript.words[start].start for start in starts[1:]]
    titles = topics.titles(transcript.words, starts, catalogue)
    return [
        Chapter(round(time, 3), title)
        for time, title in zip(times, titles, strict=True)
        if time < duration
    ]
