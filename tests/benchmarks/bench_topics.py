"""How well derived chapters agree with the headings that people set.

    python tests/benchmarks/bench_topics.py DATA              with the constants as they are
    python tests/benchmarks/bench_topics.py DATA --left-out   chosen on the other shows (minutes)

DATA is a folder of episodes with section headings. Pk and WindowDiff (segeval; 0 is perfect) in units
of 20 words, against starts spread evenly, as many as ours; and the share of the content words of the
human title that ours has, for the same sections.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import segeval

from pipeline.models import Word
from pipeline.text.stop_words import stop_words
from pipeline.transcript.chapters import topics
from pipeline.transcript.words.words import normal

UNIT = 20  # words
LEAST = 4  # headings


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


def content(title: str) -> set[str]:
    """The words of a title that say something, by their stems."""
    texts = (normal(word) for word in title.split())
    return {t[: topics.STEM] for t in texts if len(t) > 2 and t not in stop_words("en")}


def title_share(words: Sequence[Word], human: Sequence[int], titles: Sequence[str]) -> list[float]:
    """For each human title, the share of its words in ours of the same section."""
    mine = topics.titles(words, human)
    return [
        len(content(title) & content(own)) / len(content(title))
        for title, own in zip(titles, mine, strict=True)
        if content(title)
    ]


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
        tuning: [compared(topics.parts(e.words, tuning), e.human, len(e.words)) for e in episodes]
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


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--left-out", action="store_true")
    args = parser.parse_args()
    loaded = [load(path) for path in sorted(args.data.glob("*.json"))]
    episodes = [episode for episode in loaded if len(episode.human) >= LEAST]
    if args.left_out:
        found = left_out(episodes)
        for show, (tuning, _) in found.items():
            print(f"chosen without {show}: {tuning}")
        table({show: rows for show, (_, rows) in found.items()})
        return
    rows: defaultdict[str, list[list[float]]] = defaultdict(list)
    shares: list[float] = []
    counts: list[Any] = []
    for episode in episodes:
        words, human = episode.words, episode.human
        ours = topics.parts(words)
        counts.append((len(ours), len(human)))
        rows[episode.show].append(compared(ours, human, len(words)))
        shares += title_share(words, human, episode.titles)
    table(rows)
    print("sections, ours and human:", np.mean(counts, axis=0).round(1))
    print(f"content words of a human title in ours, of the same section: {np.mean(shares):.3f}")


if __name__ == "__main__":
    main()
