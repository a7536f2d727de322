"""How well derived chapters agree with the headings that people set.

    python tests/benchmarks/bench_topics.py DATA

DATA is a folder of episodes with section headings. Pk and WindowDiff (segeval; 0 is perfect) in units
of 20 words, against starts spread evenly, as many as ours; and the share of the content words of the
human title that ours has, for sections that overlap by more than half.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import segeval

from pipeline.models import Word
from pipeline.transcript import topics
from pipeline.transcript.words import normal

UNIT = 20  # words
LEAST = 4  # headings


def load(path: Path) -> tuple[str, list[Word], list[int], list[str]]:
    """Show, words, and the word at which each headed section begins, with its title."""
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
    return data["show"], words, ordered, [starts[start] for start in ordered]


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
    return {t[: topics.STEM] for t in texts if len(t) > 2 and t not in topics.STOP_WORDS}


def title_share(
    words: Sequence[Word], ours: Sequence[int], human: Sequence[int], titles: Sequence[str]
) -> list[float]:
    """For each human title, the share of its words in ours of the section that overlaps it most."""
    mine = topics.titles(words, human)
    return [
        len(content(title) & content(own)) / len(content(title))
        for title, own in zip(titles, mine, strict=True)
        if content(title)
    ]


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    args = parser.parse_args()
    rows: defaultdict[str, list[list[float]]] = defaultdict(list)
    shares: list[float] = []
    counts: list[Any] = []
    for path in sorted(args.data.glob("*.json")):
        show, words, human, titles = load(path)
        if len(human) < LEAST:
            continue
        ours = topics.parts(words)
        counts.append((len(ours), len(human)))
        rows[show].append(compared(ours, human, len(words)))
        shares += title_share(words, ours, human, titles)
    print(f"{'show':22} episodes   Pk ours even   WindowDiff ours even")
    every = [row for show in rows.values() for row in show]
    for show, values in [*rows.items(), ("all", every)]:
        pk, wd, even_pk, even_wd = np.mean(values, axis=0)
        print(f"{show:22} {len(values):8}   {pk:.3f} {even_pk:.3f} ({1 - pk / even_pk:+.0%})"
              f"   {wd:.3f} {even_wd:.3f} ({1 - wd / even_wd:+.0%})")  # fmt: skip
    print("sections, ours and human:", np.mean(counts, axis=0).round(1))
    print(f"content words of a human title in ours, of the same section: {np.mean(shares):.3f}")


if __name__ == "__main__":
    main()
