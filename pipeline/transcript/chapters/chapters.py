"""Chapters: the host's, and those that are proposed for a long episode; as JSON chapters (P-06)."""

from collections.abc import Collection, Mapping, Sequence

from pipeline.errors import ConfigError
from pipeline.models import Chapter, ProposedChapter, Suspect, Transcript, Word
from pipeline.rendering.words import Words
from pipeline.settings.episode import ChapterMark
from pipeline.times import clock, parse_clock
from pipeline.transcript.chapters import topics
from pipeline.transcript.chapters.titles import Titles
from pipeline.transcript.words.words import Occurrences, split

LONG = 600.0  # seconds: in a shorter episode nobody looks for a part
AN_HOUR = (3, 6)  # chapters, at least and at most
FEWEST = 3  # chapters: apps show no fewer
_LOOKED = 20  # places that are looked at for each chapter
_TITLED = 2.0  # standard deviations that a title is worth, among places where a part may begin
SAID = 7  # words that are hardly said twice
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
    ConfigError lists each entry whose time lies after the end or is there twice, and whose
    words are not said or not said in one place only. What comes before the host's first chapter gets
    one of its own, with a title from `catalogue`.
    """
    problems: list[str] = []
    occurrences = Occurrences(words)
    found: dict[float, Chapter] = {}
    for number, mark in enumerate(marks, start=1):
        key = f"{name}: [chapters[{number}]] at"
        try:
            start = moved[mark.at] if mark.at in moved else start_of(mark, words, occurrences)
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
    return with_opening([found[start] for start in sorted(found)], catalogue)


def with_opening(found: Sequence[Chapter], catalogue: Words) -> list[Chapter]:
    """Chapters with one for what comes before the first; none stay none."""
    begun = [] if not found or found[0].start == 0 else [Chapter(0.0, catalogue("Intro"))]
    return [*begun, *found]


def start_of(mark: ChapterMark, words: Sequence[Word], occurrences: Occurrences) -> float:
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


def proposed(
    transcript: Transcript, duration: float, doubted: Collection[int] = ()
) -> list[ProposedChapter]:
    """What the host may call chapters, in order, by change of subject; none for ten minutes or less.

    With what comes before the first, they are three to six an hour. `doubted` are the numbers of words
    that may have been misheard.
    """
    if duration <= LONG:
        return []
    words = transcript.words
    fewest, most = (int(duration / 3600 * number) for number in AN_HOUR)
    titles = Titles(words, doubted, transcript.language)
    clear: dict[int, float] = {}
    for border in topics.borders(words, language=transcript.language)[: _LOOKED * max(most, 2)]:
        clear.setdefault(border.start, border.clear)
    titled = {start: titles.of(start) for start in clear}
    found: dict[int, str] = {}
    for start in sorted(clear, key=lambda start: -clear[start] - _TITLED * bool(titled[start])):
        enough = clear[start] <= 0 and len(found) + 1 >= fewest
        if len(found) + 1 >= max(most, 2) or enough:
            break
        room = min(abs(start - other) for other in (0, *found, len(words)))
        if room >= topics.LEAST_WORDS and words[start].start < duration:
            found[start] = "" if titled[start] in found.values() else titled[start]
    return [_proposal(words, start, found[start]) for start in sorted(found)]


def _proposal(words: Sequence[Word], start: int, title: str) -> ProposedChapter:
    said = " ".join(word.text for word in words[start : start + SAID])
    return ProposedChapter(round(words[start].start, 3), title, said)


def doubted(suspects: Sequence[Suspect]) -> frozenset[int]:
    """The numbers of the words that may have been misheard."""
    doubts = (doubt for suspect in suspects for doubt in suspect.doubts)
    return frozenset(number for doubt in doubts for number in range(doubt.first, doubt.last))


def automatic(found: Sequence[ProposedChapter], catalogue: Words) -> list[Chapter]:
    """The chapters of an episode whose show takes what is proposed: those that have a title.

    Where these are fewer than apps show, there are none.
    """
    titled = [Chapter(each.start, each.title) for each in found if each.title]
    every = with_opening(titled, catalogue)
    return every if len(every) >= FEWEST else []
