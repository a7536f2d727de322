"""Dishonest variants of what people picked: each change makes the passage say something else."""

import itertools
import random
import re
from collections.abc import Callable, Sequence

from pipeline.quotes.languages.table import language
from tests.benchmarks.picked_episodes import Episode, Range

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


def plain(word: str) -> str:
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
    positive = _CONTRACTED.get(plain(words[place]))
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
    return [*words[:place], _MODALS[plain(words[place])], *words[place + 1 :]]


def swapped(pairs: str) -> Change:
    """A change of one word of the pairs into its other."""
    texts = pairs.split()
    other = dict(zip(texts[::2], texts[1::2], strict=True))

    def change(words: list[str], _: Episode, __: Range, rng: random.Random) -> list[str] | None:
        places = _where(words, other.__contains__)
        if not places:
            return None
        place = rng.choice(places)
        return [*words[:place], other[plain(words[place])], *words[place + 1 :]]

    return change


def plural_changed(words: list[str], _: Episode, __: Range, rng: random.Random) -> list[str] | None:
    """ "teams" becomes "team", "team" becomes "teams"."""
    single = {word.removesuffix("s") for word in _PLURAL}
    places = _where(words, (_PLURAL | single).__contains__)
    if not places:
        return None
    place = rng.choice(places)
    word = plain(words[place])
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
    if plain(words[one]) == plain(words[two]):
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


def is_excerpt(variant: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a change came out as fewer words of the same passage, in a row: nothing dishonest."""
    printed, said = [plain(word) for word in variant], [plain(word) for word in words]
    size = len(printed)
    return any(said[n : n + size] == printed for n in range(len(said) - size + 1))
