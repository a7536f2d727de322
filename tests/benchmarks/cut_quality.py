"""How well candidates are cut, judged by what the cutter does not look at: who published the transcript
gave every sentence a capital.

A word that the episode also writes small has a capital only where a sentence begins. Of "I" and of
names that tells nothing; there the mark before it counts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from pipeline.models import Candidate, Transcript

_OPENING = "\"'“‘([¿¡«-–—"
_MARK = re.compile(r"[.?!][\"'”’)\]]*$")
_WORD = re.compile(r"[\w']+")
_QUOTES = re.compile(r"[\"“”]")


@dataclass(frozen=True, slots=True)
class Cuts:
    """Of one episode's candidates: whether each is cut well in each way, and their lengths."""

    begins: Sequence[bool]
    ends: Sequence[bool]
    stutters: Sequence[bool]
    torn: Sequence[bool]
    words: Sequence[int]


def judged(transcript: Transcript, candidates: Sequence[Candidate]) -> Cuts:
    """What becomes of the candidates of one episode."""
    small = {word.text for word in transcript.words if word.text[:1].islower()}
    small = {_bare(text) for text in small}
    spans = [(candidate.first, candidate.last) for candidate in candidates]
    texts = [candidate.text for candidate in candidates]
    return Cuts(
        [_begins(transcript, first, small) for first, _ in spans],
        [_ends(transcript, last, small) for _, last in spans],
        [_stutters(text) for text in texts],
        [len(_QUOTES.findall(text)) % 2 == 1 for text in texts],
        [len(text.split()) for text in texts],
    )


def line(name: str, found: Sequence[Cuts], picks: Sequence[int]) -> str:
    """A row of the table: shares, and the lengths beside those of the picks."""
    shares = [
        np.mean([value for cuts in found for value in getattr(cuts, key)])
        for key in ("begins", "ends", "stutters", "torn")
    ]
    both = np.mean([a and b for cuts in found for a, b in zip(cuts.begins, cuts.ends, strict=True)])
    words = [value for cuts in found for value in cuts.words]
    cells = "".join(f"{share:10.1%}" for share in (*shares[:2], both, *shares[2:]))
    return f"{name[:26]:26}{len(words):6}{cells}   {_quantiles(words)}   {_quantiles(picks)}"


HEAD = (
    f"{'cut by the first 20':26}{'number':>6}{'begin':>10}{'end':>10}{'both':>10}{'stutters':>10}"
    f"{'torn':>10}   words (10, 50, 90 %), and of picks"
)


def _begins(transcript: Transcript, first: int, small: set[str]) -> bool:
    words = transcript.words
    text = words[first].text.lstrip(_OPENING)
    if text[:1].islower():
        return False
    if first == 0 or words[first - 1].speaker != words[first].speaker:
        return True
    return _bare(text) in small or bool(_MARK.search(words[first - 1].text))


def _ends(transcript: Transcript, last: int, small: set[str]) -> bool:
    words = transcript.words
    if last == len(words) or words[last].speaker != words[last - 1].speaker:
        return bool(_MARK.search(words[last - 1].text))
    return _begins(transcript, last, small)


def _stutters(text: str) -> bool:
    words = [_bare(word) for word in text.split()]
    return any(
        words[n : n + size] == words[n + size : n + 2 * size]
        for size in (1, 2, 3)
        for n in range(len(words) - 2 * size + 1)
    )


def _bare(text: str) -> str:
    return "".join(_WORD.findall(text.replace("’", "'"))).casefold()


def _quantiles(values: Sequence[int]) -> str:
    return (
        " ".join(f"{value:4.0f}" for value in np.percentile(values, (10, 50, 90)))
        if values
        else "-"
    )


def heard(
    transcript: Transcript, candidates: Sequence[Candidate], turns: Sequence[str]
) -> tuple[list[bool], list[bool]]:
    """Whether candidates cut from what a recogniser heard begin and end sentences of a person's transcript.

    `turns` are the texts of that transcript; a border whose word it does not have is left out.
    """
    words = [(text, n == 0) for turn in turns for n, text in enumerate(turn.split())]
    matched = SequenceMatcher(
        None,
        [_bare(word.text) for word in transcript.words],
        [_bare(text) for text, _ in words],
        autojunk=False,
    ).get_matching_blocks()
    at = {a + n: b + n for a, b, size in matched for n in range(size)}
    firsts = [at[c.first] for c in candidates if c.first in at]
    lasts = [at[c.last - 1] + 1 for c in candidates if c.last - 1 in at]
    return (
        [_closed(words, n) and not words[n][0].lstrip(_OPENING)[:1].islower() for n in firsts],
        [_closed(words, n) for n in lasts],
    )


def _closed(words: Sequence[tuple[str, bool]], border: int) -> bool:
    """Whether a turn or a sentence ends before a word; `words` say whether they open a turn."""
    if border in (0, len(words)) or words[border][1]:
        return True
    return bool(_MARK.search(words[border - 1][0]))
