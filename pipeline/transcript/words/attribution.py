"""Who says each word: turns of speakers, which end anywhere, laid over words, which belong to somebody."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from pipeline.models import Turns, Word
from pipeline.text.punctuation import ends_sentence

#: A turn within this many seconds claims a word that lies in no turn: gates open a little late.
REACH = 1.0
#: Seconds by which one speaker must be heard longer during a word for its time to decide. Recognisers
#: squeeze the last word of a turn into no time at all, or lay it into the pause.
CLEAR = 0.05
#: Of the time for which a word's speaker is heard during it: another heard as long may be who says it.
_AS_LONG = 0.5
_AS_LOUD = 0.9  # the same, from which on it is a tie


def speakers(words: Sequence[Word], turns: Turns) -> list[str | None]:
    """Who says each word: the one heard longest during it; in a tie, the one who spoke before.

    A word in nobody's turn goes to the nearest turn within `REACH` seconds, else keeps its label. At a
    change of speakers, a word whose time says little stays with the rest of its sentence.
    """
    if not turns:
        return [word.speaker for word in words]
    voices = _Voices(turns)
    found: list[str | None] = []
    for word in words:
        before = found[-1] if found else None
        found.append(voices.speaker_of(word, before) or word.speaker)
    return _mended(words, found, voices)


def together(words: Sequence[Word], turns: Turns) -> set[int]:
    """The numbers of the words during which two speak at once, so that either may say them."""
    voices = _Voices(turns)
    return {number for number, word in enumerate(words) if voices.overlap(word)}


def _mended(
    words: Sequence[Word], found: Sequence[str | None], voices: "_Voices"
) -> list[str | None]:
    result = list(found)
    for index in range(1, len(words)):
        before, after = result[index - 1], result[index]
        if before is None or after is None or before == after:
            continue
        if ends_sentence(words[index - 1].text):
            continue
        if ends_sentence(words[index].text) and not voices.clear(words[index], after):
            result[index] = before  # the end of the sentence before the change
        elif (
            index > 1
            and ends_sentence(words[index - 2].text)
            and not voices.clear(words[index - 1], before)
        ):
            result[index - 1] = after  # the beginning of the sentence after it
    return result


class _Voices:
    """Turns by speaker, each speaker's sorted and merged, for look-up by time."""

    def __init__(self, turns: Turns) -> None:
        self._starts: dict[str, list[float]] = {}
        self._ends: dict[str, list[float]] = {}
        for speaker, start, end in sorted(turns, key=lambda turn: (turn[1], turn[2], turn[0])):
            starts = self._starts.setdefault(speaker, [])
            ends = self._ends.setdefault(speaker, [])
            if ends and start <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)

    def overlap(self, word: Word) -> bool:
        """Whether somebody else is heard during the word for about as long as its speaker."""
        heard = sorted(self._heard(word).values())
        return len(heard) > 1 and heard[-2] > CLEAR and heard[-2] >= _AS_LONG * heard[-1]

    def speaker_of(self, word: Word, before: str | None) -> str | None:
        heard = self._heard(word)
        longest = max(heard.values())
        if longest > 0:
            loud = [name for name, seconds in heard.items() if seconds >= _AS_LOUD * longest]
            return before if before in loud else max(loud, key=heard.__getitem__)
        near = {name: self._distance(name, word) for name in self._starts}
        nearest = min(near, key=lambda name: (near[name], name != before))
        return nearest if near[nearest] <= REACH else None

    def _heard(self, word: Word) -> dict[str, float]:
        """For how many seconds each speaker is heard during the word."""
        return {name: self._overlap(name, word) for name in self._starts}

    def _overlap(self, name: str, word: Word) -> float:
        starts, ends = self._starts[name], self._ends[name]
        inside = range(bisect_right(ends, word.start), bisect_left(starts, word.end))
        return sum(min(word.end, ends[n]) - max(word.start, starts[n]) for n in inside)

    def _distance(self, name: str, word: Word) -> float:
        starts, ends = self._starts[name], self._ends[name]
        after = bisect_left(starts, word.end)
        gaps = [start - word.end for start in starts[after : after + 1]]
        gaps += [word.start - end for end in ends[max(0, after - 1) : after]]
        return max(0.0, min(gaps))

    def clear(self, word: Word, speaker: str) -> bool:
        """Whether the word's time alone gives it to the speaker."""
        heard = self._heard(word)
        others = [seconds for name, seconds in heard.items() if name != speaker]
        return heard.get(speaker, 0.0) - max(others, default=0.0) >= CLEAR


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
