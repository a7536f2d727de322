"""How well proposed chapters agree with the headings that people set, and what they are called.

    python tests/benchmarks/bench_topics.py DATA              with the constants as they are
    python tests/benchmarks/bench_topics.py DATA --left-out   chosen on the other shows (minutes)
    python tests/benchmarks/bench_topics.py DATA --read 100   titles to read, of the shows put aside

DATA is a folder of episodes, some with section headings. Pk and WindowDiff (segeval; 0 is perfect) in
units of 20 words, against starts spread evenly, as many as ours. Of the titles: how many parts have one,
and how many are words that were said in this order, end with a clause, hold a comma or a doubted word.
The shows in `ASIDE` were not looked at before the rules for titles were done.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import segeval

from pipeline.models import Transcript, Word
from pipeline.text.punctuation import ends_clause, ends_sentence
from pipeline.transcript.chapters import chapters, topics
from pipeline.transcript.chapters.phrases import language_of
from pipeline.transcript.words.words import Occurrences, normal

UNIT = 20  # words
LEAST = 4  # headings
ASIDE = {"Hear This Idea", "Lex Fridman Podcast", "Metamuse"}


@dataclass(frozen=True)
class Episode:
    """An episode's words, and the word at which each headed section begins, with its title."""

    show: str
    words: list[Word]
    human: list[int]
    titles: list[str]


def load(path: Path) -> Episode:
    """Read one file of DATA, at a steady pace of words."""
    data = json.loads(path.read_text(encoding="utf-8"))
    words: list[Word] = []
    offsets: list[int] = []
    for turn in data["turns"]:
        offsets.append(len(words))
        for text in turn["text"].split():
            at = len(words) * 0.36
            words.append(Word(text, at, at + 0.36, None, turn["speaker"]))
    starts = {offsets[h["turn_index"]]: h["title"] for h in data.get("headings", [])}
    ordered = sorted(starts)
    return Episode(data["show"], words, ordered, [starts[start] for start in ordered])


def masses(starts: Sequence[int], total: int) -> list[int]:
    """Lengths of the sections in units."""
    units = sorted({round(start / UNIT) for start in starts} | {0, round(total / UNIT)})
    return [last - first for first, last in pairwise(units)]


def compared(ours: Sequence[int], human: Sequence[int], total: int) -> list[float]:
    """Pk and WindowDiff of ours, then of as many sections of even length."""
    even = [round(n * total / len(ours)) for n in range(len(ours))]
    truth = masses(human, total)
    values = []
    for starts in (ours, even):
        mine = masses(starts, total)
        values += [float(segeval.pk(mine, truth)), float(segeval.window_diff(mine, truth))]
    return values


def cut(words: Sequence[Word], tuning: topics.Tuning) -> list[int]:
    """Where parts begin by depth alone, for choosing the constants."""
    found = [0]
    for border in topics.borders(words, tuning):
        if border.clear <= 0:
            break
        if min(abs(border.start - other) for other in [*found, len(words)]) >= topics.LEAST_WORDS:
            found.append(border.start)
    return sorted(found)


def proposed(episode: Episode) -> list[tuple[int, str]]:
    """The words at which parts are proposed to begin, with their titles."""
    starts = {round(word.start, 3): number for number, word in enumerate(episode.words)}
    found = chapters.proposed(Transcript(episode.words, []), episode.words[-1].end)
    return [(starts[each.start], each.title) for each in found]


def ends_well(episode: Episode, place: int, length: int) -> bool:
    """Whether words end where a clause does, by punctuation or by what follows."""
    last = place + length
    text = episode.words[last - 1].text
    follows = normal(episode.words[last].text) if last < len(episode.words) else ""
    return (
        ends_clause(text)
        or ends_sentence(text)
        or follows in (language_of("en").cutting | language_of("en").joining)
    )


def judged(episodes: Sequence[Episode]) -> dict[str, list[float]]:
    """By show: parts an hour, and of the parts those with a title; of the titles what they are."""
    rows: defaultdict[str, list[list[float]]] = defaultdict(list)
    for episode in episodes:
        said, found = Occurrences(episode.words), proposed(episode)
        titles = [title for _, title in found if title]
        places = [said.of(title.split()) for title in titles]
        ends = [
            any(ends_well(episode, place, len(title.split())) for place in known)
            for title, known in zip(titles, places, strict=True)
        ]
        hours = episode.words[-1].end / 3600
        rows[episode.show].append(
            [len(found), hours, len(titles), sum(map(bool, places)), sum(ends),
             sum("," in title for title in titles)]
        )  # fmt: skip
    return {
        show: [sum(column) for column in zip(*each, strict=True)] for show, each in rows.items()
    }


def show_titles(episodes: Sequence[Episode]) -> None:
    """Print what was judged, the shows put aside below the others."""
    print(f"{'show':22} parts  an hour  titled   as said  ends with a clause  with a comma")
    for show, row in sorted(judged(episodes).items(), key=lambda each: each[0] in ASIDE):
        parts, hours, titled, said, ends, commas = row
        aside = " (put aside)" if show in ASIDE else ""
        print(f"{show:22} {parts:5.0f} {(parts + 1) / hours:8.1f} {titled / parts:7.0%}"
              f" {said / titled:9.0%} {ends / titled:19.0%} {commas / titled:13.0%}{aside}")  # fmt: skip


GRID = [
    topics.Tuning(reach, question, depth)
    for reach in (20, 25, 30)
    for question in (2.0, 3.0, 4.0)
    for depth in (1.5, 2.0, 2.5)
]


def left_out(episodes: Sequence[Episode]) -> dict[str, tuple[topics.Tuning, list[list[float]]]]:
    """For each show, the tuning that is best on the others (least Pk and WindowDiff, mean over
    shows), and what it reaches on this one.
    """
    measured = {
        tuning: [compared(cut(e.words, tuning), e.human, len(e.words)) for e in episodes]
        for tuning in GRID
    }
    shows = sorted({episode.show for episode in episodes})

    def rows(tuning: topics.Tuning, show: str) -> list[list[float]]:
        pairs = zip(episodes, measured[tuning], strict=True)
        return [row for episode, row in pairs if episode.show == show]

    found = {}
    for show in shows:
        others = [other for other in shows if other != show]
        best = min(
            GRID,
            key=lambda t: sum(float(np.mean(rows(t, other), axis=0)[:2].sum()) for other in others),
        )
        found[show] = best, rows(best, show)
    return found


def table(rows: dict[str, list[list[float]]]) -> None:
    """Print the means of each show, and of all episodes."""
    print(f"{'show':22} episodes   Pk ours even   WindowDiff ours even")
    every = [row for show in rows.values() for row in show]
    for show, values in [*rows.items(), ("all", every)]:
        pk, wd, even_pk, even_wd = np.mean(values, axis=0)
        print(f"{show:22} {len(values):8}   {pk:.3f} {even_pk:.3f} ({1 - pk / even_pk:+.0%})"
              f"   {wd:.3f} {even_wd:.3f} ({1 - wd / even_wd:+.0%})")  # fmt: skip


def read(episodes: Sequence[Episode], count: int, seed: int) -> None:
    """Print titles of the shows put aside, as many of each, in an order of chance."""
    for show in sorted(ASIDE):
        every = [(e, *part) for e in episodes if e.show == show for part in proposed(e) if part[1]]
        random.Random(seed).shuffle(every)
        for episode, start, title in every[: -(-count // len(ASIDE))]:
            said = " ".join(word.text for word in episode.words[start : start + 30])
            print(f"{title}\t{episode.show}\t{said}")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--left-out", action="store_true")
    parser.add_argument("--read", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    loaded = [load(path) for path in sorted(args.data.glob("*.json"))]
    episodes = [episode for episode in loaded if len(episode.human) >= LEAST]
    if args.read:
        read(loaded, args.read, args.seed)
        return
    if args.left_out:
        found = left_out(episodes)
        for show, (tuning, _) in found.items():
            print(f"chosen without {show}: {tuning}")
        table({show: rows for show, (_, rows) in found.items()})
        return
    rows: defaultdict[str, list[list[float]]] = defaultdict(list)
    counts: list[Any] = []
    for episode in episodes:
        words, human = episode.words, episode.human
        ours = [0, *(start for start, _ in proposed(episode))]
        counts.append((len(ours), len(human)))
        rows[episode.show].append(compared(ours, human, len(words)))
    table(rows)
    print("sections, ours and human:", np.mean(counts, axis=0).round(1))
    show_titles(loaded)


if __name__ == "__main__":
    main()
