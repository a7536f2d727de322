"""How honest and how fast the guard is.

    python tests/benchmarks/bench_quotes.py DATA          dishonest variants, honest picks, speed

How good the candidates are, bench_candidates.py measures.

DATA is a folder of episodes with the passages that people picked from them (README.md there).
"""

import argparse
import difflib
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import PROVEN, Guard, Verdict
from tests.benchmarks.dishonest_variants import CHANGES, is_excerpt, plain
from tests.benchmarks.picked_episodes import Episode, Range, load

VARIANTS = 1000


def honest_bases(
    episodes: Sequence[tuple[Episode, Guard]],
) -> Iterator[tuple[Episode, Guard, Range]]:
    """Stretches that people picked, as they were said, each of one speaker."""
    for episode, guard in episodes:
        for _, spans in episode.picks:
            for first, last in spans:
                speakers = {word.speaker for word in episode.transcript.words[first:last]}
                if last - first >= 15 and len(speakers) == 1:
                    yield episode, guard, (first, last)


def dishonesty(episodes: Sequence[tuple[Episode, Guard]]) -> None:
    """Make VARIANTS dishonest quotes, evenly over the kinds, and count those that are stopped."""
    rng = random.Random(4)
    bases = list(honest_bases(episodes))
    stopped: Counter[str] = Counter()
    made: Counter[str] = Counter()
    passed = []
    while sum(made.values()) < VARIANTS:
        for name, change in CHANGES.items():
            for _ in range(40):
                episode, guard, (first, last) = rng.choice(bases)
                words = [word.text for word in episode.transcript.words[first:last]]
                variant = change(words, episode, (first, last), rng)
                if variant and not is_excerpt(variant, words):
                    break
            else:
                continue
            text = " ".join(variant)
            at = episode.transcript.words[first].start
            verdict = guard.check(
                Entry(text, at=at, speaker=episode.transcript.words[first].speaker)
            )
            made[name] += 1
            stopped[name] += verdict.quote.status not in PROVEN
            if verdict.quote.status in PROVEN:
                passed.append((name, verdict.quote.status, " ".join(words), text))
    print(f"dishonest variants: {sum(stopped.values())} of {sum(made.values())} stopped")
    for name in CHANGES:
        print(f"  {name:28} {stopped[name]:4} of {made[name]}")
    for name, status, said, text in passed[:20]:
        print(f"PASSED as {status}: {name}\n  said      {said}\n  published {text}")


def honesty(episodes: Sequence[tuple[Episode, Guard]]) -> None:
    """How the picks as people published them fare, and how the same words as they were said do.

    Picks that come out as not said are listed, with the longest run of the words in question that
    the transcript has: where it is short, the words were never said in what we have of the episode.
    """
    table: defaultdict[str, Counter[str]] = defaultdict(Counter)
    wanted: Counter[str] = Counter()
    asked: defaultdict[str, list[Verdict]] = defaultdict(list)
    seconds, count = 0.0, 0
    unsaid = []
    for episode, guard in episodes:
        for text, _ in episode.picks:
            start = time.perf_counter()
            verdict = guard.check(Entry(text))
            seconds += time.perf_counter() - start
            count += 1
            table[episode.show][verdict.quote.status] += 1
            asked["cold opens" if episode.kind == "cold_open" else "others"].append(verdict)
            if verdict.quote.status == "not-said":
                unsaid.append(f"{episode.show}: {_why(verdict.quote.message, episode)}")
            wanted.update(
                {edit.kind for edit in verdict.quote.edits if edit.kind in verdict.stopped}
            )
    print(f"human picks as published: {count}, {1000 * seconds / count:.1f} ms each")
    for show, statuses in table.items():
        print(f"  {show:24} {dict(statuses)}")
    print(f"  picks with a stopped edit, by kind: {dict(wanted.most_common())}")
    for kind, verdicts in asked.items():
        _print_asked(kind, verdicts)
    for line in unsaid:
        print(f"  {line}")
    as_said: Counter[str] = Counter()
    for episode, guard, (first, last) in honest_bases(episodes):
        words = [word.text for word in episode.transcript.words[first:last]]
        said_by = episode.transcript.words[first].speaker
        at = episode.transcript.words[first].start
        as_said[guard.check(Entry(" ".join(words), at=at, speaker=said_by)).quote.status] += 1
    print(f"the same stretches word for word: {dict(as_said)}")


def _edits(verdict: Verdict) -> int:
    return sum(edit.kind in verdict.stopped for edit in verdict.quote.edits)


def _meant(verdict: Verdict) -> int:
    return sum(question.tier == "meaning" for question in verdict.open_questions)


def _once_marked(verdict: Verdict) -> int:
    """Questions of meaning that are left once what was cut out is marked as [...], edit for edit."""
    return sum(
        any(edit.kind not in ("cut", "join", "wording") for edit in question.edits)
        for question in verdict.open_questions
        if question.tier == "meaning"
    )


#: Of a quote that asks: what its host had to sign, and has to.
COUNTED: dict[str, Callable[[Verdict], int]] = {
    "edits, a line each": _edits,
    "questions": lambda verdict: len(verdict.open_questions),
    "questions, lightly edited": _meant,
    "the same, cuts marked as [...]": _once_marked,
}


def _print_asked(kind: str, verdicts: Sequence[Verdict]) -> None:
    print(f"{kind}: {len(verdicts)}, free {sum(verdict.proven for verdict in verdicts)}")
    asking = [verdict for verdict in verdicts if verdict.open_questions]
    for name, counted in COUNTED.items():
        print(f"  {name:34} {_spread([counted(verdict) for verdict in asking])}")


def _spread(counts: Sequence[int]) -> str:
    ranked = sorted(counts)
    most = ranked[(9 * (len(ranked) - 1)) // 10]
    mean, median = statistics.mean(ranked), statistics.median(ranked)
    return f"mean {mean:.2f}, median {median:g}, 90th percentile {most}"


def _why(message: str, episode: Episode) -> str:
    """A verdict of "not said", and the longest run of these words in the transcript."""
    sentence = [plain(word) for word in message.partition("“")[2].partition("”")[0].split()]
    said = [plain(word.text) for word in episode.transcript.words]
    run = difflib.SequenceMatcher(None, sentence, said, autojunk=False).find_longest_match()
    words = " ".join(sentence[run.a : run.a + run.size])
    return f"{message} (longest run in the transcript: “{words}”, {run.size} of {len(sentence)})"


def speed(episodes: Sequence[Episode]) -> None:
    """Thirty quotes of 100 words, each six words lighter, over the longest episode."""
    rng = random.Random(1)
    transcript = max((episode.transcript for episode in episodes), key=lambda t: len(t.words))
    words = transcript.words
    quotes = []
    for _ in range(30):
        first = rng.randrange(len(words) // 20, len(words) - 200)
        texts = [word.text for word in words[first : first + 100]]
        quotes.append(" ".join(text for n, text in enumerate(texts) if n % 17 != 5))
    start = time.process_time()
    guard = Guard(transcript, DEFAULT_FREE)
    prepared = time.process_time()
    for quote in quotes:
        guard.check(Entry(quote))
    done = time.process_time()
    print(f"speed: {len(words)} words indexed in {prepared - start:.2f} s, "
          f"{len(quotes)} quotes of 100 words checked in {done - prepared:.2f} s")  # fmt: skip


def main() -> None:
    """Run the benchmark on a folder of episodes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit", type=int, default=0, help="at most so many episodes of a show")
    parser.add_argument("--lightly-edited", action="store_true", help="as a show with this rule")
    args = parser.parse_args()
    seen: Counter[str] = Counter()
    episodes: list[Any] = []
    for path in sorted(args.data.glob("*.json")):
        show = path.name.partition("-")[0]
        if args.limit and seen[show] >= args.limit:
            continue
        episode = load(path)
        if episode.picks:
            seen[show] += 1
            episodes.append(episode)
    if not episodes:
        sys.exit(f"no episodes with picks in {args.data}")
    speed(episodes)
    free = DEFAULT_FREE | {"wording"} if args.lightly_edited else DEFAULT_FREE
    guarded = [(episode, Guard(episode.transcript, free)) for episode in episodes]
    dishonesty(guarded)
    honesty(guarded)


if __name__ == "__main__":
    main()
