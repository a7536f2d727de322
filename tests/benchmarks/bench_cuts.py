"""Whether the guard notices a sentence that a cut turns into another.

    python tests/benchmarks/bench_cuts.py DATA

DATA is a folder of episodes (README.md there). Every word of such a quote was said, in a row; what it
hung on stands right before or right after: "people say that", "if ...", "I don't think that".
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import PROVEN, Guard
from tests.benchmarks.picked_episodes import Episode, load

CUTS = {
    "whose view it is, cut off": re.compile(
        r"(?:\w+ )?(?:people|they|he|she|everyone|everybody|somebody) "
        r"(?:say|says|said|think|thinks|thought|believe|believes|believed|told \w+) that "
        r"(?P<kept>(?:\S+ ){6,}\S+[.])"
    ),
    "a condition before, cut off": re.compile(
        r"(?:so |but |and )?if [^,.?!]{10,80}, (?P<kept>(?:\S+ ){6,}\S+[.])", re.IGNORECASE
    ),
    "a condition after, cut off": re.compile(
        r"(?P<kept>(?:\S+ ){6,}\S+?),? (?:if|unless) [^,.?!]{8,}[.]"
    ),
    "a denied belief, affirmed": re.compile(
        r"(?:\w+ )?I (?:don't|do not|didn't|never) (?:think|believe|thought|believed) (?:that )?"
        r"(?P<kept>(?:\S+ ){5,}\S+[.])"
    ),
}


def misleading_cuts(episode: Episode) -> Iterator[tuple[str, float, str | None, str, str]]:
    """Every sentence that a cut turns: kind, time, speaker, what was said, what is published."""
    words = episode.transcript.words
    first = 0
    for last, word in enumerate(words, 1):
        ends = word.text.endswith((".", "?", "!"))
        if not ends and last < len(words) and words[last].speaker == word.speaker:
            continue
        said = " ".join(each.text for each in words[first:last])
        for name, pattern in CUTS.items():
            if found := pattern.fullmatch(said):
                yield name, words[first].start, word.speaker, said, found["kept"].rstrip(".,") + "."
        first = last


def main() -> None:
    """Cut every sentence that can be cut so, and count what the guard stops."""
    made: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    passed = []
    for path in sorted(Path(sys.argv[1]).glob("*.json")):
        episode = load(path)
        guard = Guard(episode.transcript, DEFAULT_FREE)
        for name, at, speaker, said, kept in misleading_cuts(episode):
            verdict = guard.check(Entry(kept, at=at, speaker=speaker))
            made[name] += 1
            stopped[name] += verdict.quote.status not in PROVEN
            if verdict.quote.status in PROVEN:
                passed.append((name, said))
    print(f"misleading cuts: {stopped.total()} of {made.total()} stopped")
    for name in CUTS:
        print(f"  {name:28} {stopped[name]:4} of {made[name]}")
    for name, said in passed[:20]:
        print(f"PASSED: {name}: {said}")


if __name__ == "__main__":
    main()
