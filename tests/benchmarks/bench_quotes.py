"""How honest and how fast the guard is.

    python tests/benchmarks/bench_quotes.py DATA          dishonest variants, honest picks, speed

How good the candidates are, bench_candidates.py measures.

DATA is a folder of episodes with the passages that people picked from them (README.md there).
"""

import argparse
import difflib
import itertools
import random
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.quotes.languages.table import language
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import PROVEN, Guard, Verdict
from tests.benchmarks.picked_episodes import Episode, Range, load

VARIANTS = 1000


# --- dishonest variants -------------------------------------------------------------------------

Change = Callable[[list[str], Episode, Range, random.Random], list[str] | None]
_ENGLISH = language("en")
_AUXILIARY = frozenset(
    {"is", "are", "was", "were", "will", "can", "could", "would", "should", "do", "does", "did",
     "have", "has"}
)  # fmt: skip
_HEDGES = frozenset(
    {"maybe", "perhaps", "probably", "possibly", "sometimes", "usually", "mostly", "often", "almost"}
)  # fmt: skip
_CONTRACTED = {"don't": "do", "isn't": "is", "won't": "will", "can't": "can", "doesn't": "does",
               "wasn't": "was", "aren't": "are", "didn't": "did", "couldn't": "could"}  # fmt: skip
_MODALS = {"can": "must", "could": "will", "might": "will", "may": "must", "should": "must",
           "would": "will"}  # fmt: skip
_SWAPPED = {
    "a tense changed": "is was are were was is were are has had have had had have do did did does "
    "says said think thought thought think want wanted wanted want goes went go went know knew",
    "a quantifier changed": "all some some all every some many few few many most some any every "
    "each any several all both either",
    "a comparative changed": "more most most more better best best better less least bigger biggest "
    "worse worst harder hardest easier easiest faster fastest",
    "a pronoun changed": "he she she he they we we they I we you we it they him her us them them us "
    "his her their our my our your their this that that this",
}  # of each pair the first becomes the second
_PLURAL = frozenset(
    {"things", "years", "companies", "problems", "ideas", "questions", "users", "teams", "models"}
)
_INVENTED = "And frankly the whole field has been lying about that for a decade."


def _plain(word: str) -> str:
    return word.lower().strip('.,;:!?"“”')


def _where(words: Sequence[str], wanted: Callable[[str], bool]) -> list[int]:
    return [n for n, word in enumerate(words) if wanted(word.lower().strip('.,;:!?"“”'))]


def not_added(words: list[str], _: Episode, __: Range, rng: random.Random) -> list[str] | None:
    """ "is" becomes "is not"."""
    places = _where(words, _AUXILIARY.__contains__)
    if not places:
        return None
    place = rng.choice(places) + 1
    return [*words[:place], "not", *words[place:]]


def not_dropped(words: list[str], _: Episode, __: Range, rng: random.Random) -> list[str] | None:
    """ "not" goes, or "don't" becomes "do"."""
    places = _where(words, lambda word: word in ("not", "never") or word in _CONTRACTED)
    if not places:
        return None
    place = rng.choice(places)
    positive = _CONTRACTED.get(_plain(words[place]))
    return [*words[:place], *([positive] if positive else []), *words[place + 1 :]]


def number_changed(words: list[str], _: Episode, __: Range, rng: random.Random) -> list[str] | None:
    """Another figure, in digits or in words."""
    numbers = list(_ENGLISH.number_words)
    places = _where(words, lambda word: word in _ENGLISH.number_words or word[:1].isdigit())
    if not places:
        return None
    place = rng.choice(places)
    old = words[place]
    new = re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), old)
    if new == old:
        new = rng.choice([word for word in numbers if word != old.lower().strip(".,")])
    return [*words[:place], new, *words[place + 1 :]]


def hedge_dropped(words: list[str], _: Episode, __: Range, rng: random.Random) -> list[str] | None:
    """ "probably" goes, or "I think" in mid-sentence."""
    places = [(n, 1) for n in _where(words, _HEDGES.__contains__)]
    pairs = list(itertools.pairwise(words))
    places += [
        (n, 2)
        for n, (a, b) in enumerate(pairs)
        if n and (a.lower(), b.lower().strip(",")) in (("i", "think"), ("i", "guess"))
    ]
    places += [
        (n, 2)
        for n, (a, b) in enumerate(pairs)
        if (a.lower(), b.lower()) in (("kind", "of"), ("sort", "of"))
    ]
    places = [(n, size) for n, size in places if 0 < n < len(words) - size]
    if not places:
        return None
    place, size = rng.choice(places)
    return [*words[:place], *words[place + size :]]


def modal_changed(words: list[str], _: Episode, __: Range, rng: random.Random) -> list[str] | None:
    """ "could" becomes "will"."""
    places = _where(words, _MODALS.__contains__)
    if not places:
        return None
    place = rng.choice(places)
    return [*words[:place], _MODALS[_plain(words[place])], *words[place + 1 :]]


def swapped(pairs: str) -> Change:
    """A change of one word of the pairs into its other."""
    texts = pairs.split()
    other = dict(zip(texts[::2], texts[1::2], strict=True))

    def change(words: list[str], _: Episode, __: Range, rng: random.Random) -> list[str] | None:
        places = _where(words, other.__contains__)
        if not places:
            return None
        place = rng.choice(places)
        return [*words[:place], other[_plain(words[place])], *words[place + 1 :]]

    return change


def plural_changed(words: list[str], _: Episode, __: Range, rng: random.Random) -> list[str] | None:
    """ "teams" becomes "team", "team" becomes "teams"."""
    single = {word.removesuffix("s") for word in _PLURAL}
    places = _where(words, (_PLURAL | single).__contains__)
    if not places:
        return None
    place = rng.choice(places)
    word = _plain(words[place])
    other = word.removesuffix("s") if word in _PLURAL else f"{word}s"
    return [*words[:place], other, *words[place + 1 :]]


def joined(words: list[str], episode: Episode, span: Range, rng: random.Random) -> list[str] | None:
    """A sentence from minutes later follows without [...]."""
    later = _sentence_of(episode, span[1] + 300, episode.transcript.words[span[0]].speaker)
    return [*words, *later] if later else None


def other_speaker(
    words: list[str], episode: Episode, span: Range, rng: random.Random
) -> list[str] | None:
    """The next words are the other speaker's, with or without [...]."""
    speaker = episode.transcript.words[span[0]].speaker
    stretch = episode.transcript.words[span[1] : span[1] + 400]
    first = next((n for n, word in enumerate(stretch) if word.speaker != speaker), None)
    if first is None:
        return None
    other = stretch[first].speaker
    theirs = []
    for word in stretch[first : first + 25]:
        if word.speaker != other:
            break
        theirs.append(word.text)
    if len(theirs) < 8:
        return None
    return [*words, *(["[...]"] if rng.random() < 0.5 else []), *theirs]


def invented(words: list[str], _: Episode, __: Range, rng: random.Random) -> list[str] | None:
    """A sentence that nobody said."""
    return [*words, *_INVENTED.split()] if rng.random() < 0.5 else [*_INVENTED.split(), *words]


def reordered(words: list[str], _: Episode, __: Range, rng: random.Random) -> list[str] | None:
    """Two clauses change places."""
    commas = [n + 1 for n, word in enumerate(words) if word.endswith((",", "."))]
    cuts = [n for n in commas if 5 <= n <= len(words) - 5]
    if not cuts:
        return None
    cut = rng.choice(cuts)
    return [*words[cut:], *words[:cut]]


def hidden(words: list[str], _: Episode, __: Range, rng: random.Random) -> list[str] | None:
    """A negation disappears under a [...]."""
    places = [
        n for n in _where(words, ("not", "never", "don't").__contains__) if 2 < n < len(words) - 4
    ]
    if not places:
        return None
    place = rng.choice(places)
    return [*words[:place], "[...]", *words[place + 1 :]]


def word_changed(words: list[str], _: Episode, __: Range, rng: random.Random) -> list[str] | None:
    """A content word is exchanged for another of the episode's."""
    places = _where(words, lambda word: len(word) > 6)
    if len(places) < 2:
        return None
    one, two = rng.sample(places, 2)
    if _plain(words[one]) == _plain(words[two]):
        return None
    return [*words[:one], words[two], *words[one + 1 :]]


def clause_dropped(words: list[str], _: Episode, __: Range, rng: random.Random) -> list[str] | None:
    """A qualifying clause between commas goes unmarked."""
    commas = [n + 1 for n, word in enumerate(words) if word.endswith(",")]
    pairs = [(a, b) for a, b in itertools.pairwise(commas) if 4 <= b - a <= 12]
    pairs = [(a, b) for a, b in pairs if b < len(words) - 3]
    if not pairs:
        return None
    first, last = rng.choice(pairs)
    return [*words[:first], *words[last:]]


CHANGES: dict[str, Change] = {
    "a not added": not_added,
    "a not dropped": not_dropped,
    "a number changed": number_changed,
    "a hedge dropped": hedge_dropped,
    "a modal changed": modal_changed,
    **{name: swapped(pairs) for name, pairs in _SWAPPED.items()},
    "a plural changed": plural_changed,
    "sentences joined unmarked": joined,
    "the other speaker's words": other_speaker,
    "a sentence invented": invented,
    "clauses reordered": reordered,
    "a negation under [...]": hidden,
    "a word changed": word_changed,
    "a clause dropped unmarked": clause_dropped,
}


def _sentence_of(episode: Episode, start: int, speaker: str | None) -> list[str]:
    words = episode.transcript.words
    found: list[str] = []
    for word in words[start : start + 200]:
        if word.speaker != speaker:
            found = []
            continue
        if found or (word.text[:1].isupper() and word.text not in ("I", "I'm")):
            found.append(word.text)
        if len(found) >= 8 and word.text.endswith("."):
            return found
    return []


def _is_excerpt(variant: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a change came out as fewer words of the same passage, in a row: nothing dishonest."""
    plain, said = [_plain(word) for word in variant], [_plain(word) for word in words]
    size = len(plain)
    return any(said[n : n + size] == plain for n in range(len(said) - size + 1))


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
                if variant and not _is_excerpt(variant, words):
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
    sentence = [_plain(word) for word in message.partition("“")[2].partition("”")[0].split()]
    said = [_plain(word.text) for word in episode.transcript.words]
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
