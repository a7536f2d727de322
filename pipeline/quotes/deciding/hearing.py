"""Which edits only mend what the recogniser misheard: the sound says so.

Where transcript and host differ, recognisers' decoders are asked how likely both texts are over the same
seconds. The repairs of a sentence are judged together, since errors come in a row ("my cause and thropic"),
and each must bear its share: without it the text may be likelier by a margin at most. So a lie can't hide
among repairs.

Held out (`tests/benchmarks/bench_sound.py`, 155 sentences, tiny.en and base), 61 % of the mishearings are
proven, and 7 of 1,426 lies (small words and endings); of 112 about a "not" and 36 about a name none. With
margins that are narrower by 1.5 it is 69 %, and 10 lies. Where one name of a conversation took the place of
another (141 lies), 14 passed as likely as any word may be, and none that had to be as likely as a name.

It is no proof that nobody can fool: it says which of two texts the sound supports. What was decided by it
is written into the ledger under `proven`, with the models, what they gave, the moment and the recording's
hash, and holds from then on without any model. That nobody wrote such a line by hand is what git shows.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pipeline.models import Word
from pipeline.quotes.ledger.edits import sign
from pipeline.quotes.ledger.ledger import Ledger
from pipeline.quotes.matching.edits import DOUBTS, Part, bare, consent_line, proven_line
from pipeline.quotes.matching.source import Source
from pipeline.quotes.proof.guard import Guard, Verdict
from pipeline.text.punctuation import core, ends_sentence

# Log-probability that a text may lose by each letter of a repair, and at most: "is" and "was" sound alike.
# Decided on half of the sources of `tests/benchmarks/bench_sound.py`, judged there on the other half.
_LETTER, _LOSS = 0.45, 4.5
_CLEAR = 6.0  # what misses its margin by so much is left out at once, without regard to the others
# What it must gain by every model where words only go: they may have been spoken softly.
_DROPPED = 2.0
# Where more than wording is touched, the strongest model must find it as likely; others may lose `_LOSS`.
# Whether somebody said "not" is left to an ear, and so is what kind of word was dropped.
_WEIGHTY = frozenset({"number", "hedge", "modal", "name"})
_WORDING = frozenset({"recognition", "changed", "added", "dropped", "wording", "particle"})
_SURE = 0.6  # probability from which on the recogniser did not invent a word
_MOST = 6  # words on either side: nobody mishears more in a row without a kept word between
_OUTSIDE = 2  # words right outside a quote that may have been misheard with its first or last one
_LONGEST = 12.0  # seconds from the first repair to the last of one passage
_NEAR = 8.0  # seconds between two repairs of it
# Seconds of context before and after, at least and at most: a passage begins and ends at the longest pause.
_BEFORE, _AFTER = (2.0, 6.0), (1.5, 4.0)
_PADDING = 0.25  # seconds of a pause that are heard too

#: The likelihoods of texts over some seconds of the sound, by model.
Ask = Callable[["Passage", Sequence[str]], Mapping[str, Sequence[float]]]


class Repair(NamedTuple):
    """An edit that may be one: words `[first, last)` of the transcript are published as `part` says.

    At the beginning of a quote (`edge` -1), or its end (1), the words that were misheard may stand outside.
    There, `beside` is the "like" or "um" that they may have been. The names in it are all `listed` by the
    host, who expects them in the sound, and take the place of none that is known.
    """

    part: Part
    first: int
    last: int
    edge: int = 0
    listed: bool = False
    beside: str = ""

    def spare(self, gains: Mapping[str, float]) -> float:
        """By how much it is likelier than it must be, by what each model gives, the strongest last."""
        least, best = min(gains.values()), [*gains.values()][-1]
        if not self.part.published:
            return least - _DROPPED
        if self.listed:  # "arXiv" sounds like "archive": one model that prefers it is enough
            return max(best + _LOSS, *gains.values())
        if self.part.kind in _WEIGHTY:
            return min(best, least + _LOSS)
        return best + _loss(self.part.raw, self.part.published)

    def rivals(self, words: Sequence[Word]) -> list["Repair"]:
        """The same with its first or last word as it was heard: a small lie may hide in a large repair.

        So it may where only the words outside the quote were misheard.
        """
        old = bare(word.text for word in words[self.first : self.last]).split()
        new = bare(self.part.published.split()).split()
        if self.beside:
            return [self._replace(part=replace(self.part, published=self.part.raw))]
        if len(old) < 2 or not new:
            return []
        fewer = len(new) < len(old)  # then a word may have been dropped on the way
        texts = [[old[0], *(new if fewer else new[1:])], [*(new if fewer else new[:-1]), old[-1]]]
        texts = [text for text in texts if bare(text).casefold() != bare(new).casefold()]
        return [self._replace(part=replace(self.part, published=" ".join(text))) for text in texts]


def _loss(raw: str, published: str) -> float:
    """What a text may lose by these words."""
    return min(_LETTER * max(len(raw), len(published)), _LOSS)


class Passage:
    """Words `[first, last)` of a transcript, said from `start` to `end` (seconds), and repairs in them.

    `names` are those that are expected there, `fillers` those that somebody says in the transcript.
    """

    def __init__(
        self, repairs: Sequence[Repair], source: Source, names: Sequence[str] = ()
    ) -> None:
        self.repairs, self.names = repairs, names
        self.words = words = source.transcript.words
        self.lower_words = source.lower_words
        fillers = {phrase[0] for phrase in source.language.voiced if len(phrase) == 1}
        self.fillers = sorted(fillers & source.vocabulary.keys())
        first, last = repairs[0].first, max(repairs[-1].last, repairs[0].first + 1)
        begin, end = words[first].start, words[last - 1].end
        self.first = _border(
            [n for n in range(first, -1, -1) if begin - words[n].start <= _BEFORE[1]],
            lambda n: begin - words[n].start >= _BEFORE[0],
            words,
        )
        self.last = _border(
            [n for n in range(last, len(words) + 1) if words[n - 1].end - end <= _AFTER[1]],
            lambda n: words[n - 1].end - end >= _AFTER[0],
            words,
        )
        opening, closing = words[self.first], words[self.last - 1]
        before = words[self.first - 1].end if self.first else 0.0
        after = words[self.last].start if self.last < len(words) else closing.end + _PADDING
        start = max(min(before, opening.start), opening.start - _PADDING)
        self.start = round(start, 3)
        self.end = round(max(closing.end, min(after, closing.end + _PADDING)), 3)

    def text(self, repairs: Sequence[Repair]) -> str:
        """What is said in it, with these repairs."""
        texts: list[str] = []
        at = self.first
        for repair in repairs:
            texts += [word.text for word in self.words[at : repair.first]]
            texts += self._mended(repair, texts)
            at = repair.last
        texts += [word.text for word in self.words[at : self.last]]
        return " ".join(texts)

    def _mended(self, repair: Repair, before: list[str]) -> list[str]:
        """The words of a repair, with the marks that stood around those in their place."""
        old = [word.text for word in self.words[repair.first : repair.last]]
        new = spelled(repair, before, self.lower_words)
        lead, tail = (core(old[0])[0], core(old[-1])[2]) if old else ("", "")
        if new:
            return (
                [lead + new[0], *new[1:-1], new[-1] + tail] if new[1:] else [lead + new[0] + tail]
            )
        if before and tail and not core(before[-1])[2]:
            before[-1] += tail
        return []


def spelled(repair: Repair, before: Sequence[str], lower_words: Collection[str]) -> list[str]:
    """The words of a repair as they were said after those `before`: a quote may begin in mid-sentence."""
    new = bare(repair.part.published.replace("’", "'").split()).split()
    if new and before and not ends_sentence(before[-1]) and new[0].lower() in lower_words:
        new[0] = new[0].lower()
    return [repair.beside, *new] if repair.beside else new


def signed(verdict: Verdict) -> Iterator[Repair]:
    """The edits that repair a mishearing by the word of the host, who heard it."""
    for part in verdict.parts:
        if part.kind == "recognition" and part.settled:
            yield _whole(part)


def _whole(part: Part) -> Repair:
    return Repair(part, part.position, part.position + len(part.raw.split()))


def passages(verdict: Verdict, guard: Guard, names: Sequence[str] = ()) -> Iterator[Passage]:
    """The stretches of a quote in which edits that miss a signature may be repairs.

    `names` are those that the host has listed for the show or the episode. One that the recogniser heard
    elsewhere in the recording is expected, too.
    """
    words, group = guard.transcript.words, list[Repair]()
    listed = _words(names)
    expected = sorted(_brought(verdict, guard.source) & guard.source.spellings.keys())
    names = [*dict.fromkeys((*expected, *names))]
    for repair in _repairs(verdict, words):
        repair = repair._replace(listed=_is_listed(repair.part, guard.source, listed))
        if group and not _together(group, repair, words):
            yield Passage(group, guard.source, names)
            group = []
        group.append(repair)
    if group:
        yield Passage(group, guard.source, names)


def _is_listed(part: Part, source: Source, listed: Collection[str]) -> bool:
    """Whether an edit is one of names, all of which are `listed` in just this spelling.

    "AGI" may not take the place of "AI" so easily, where that is listed or heard time and again.
    """
    printed, old = _names(part, part.published, source), _names(part, part.raw, source)
    known = any(name in listed or source.spellings[name] > 1 for name in old)
    return bool(printed) and printed <= {*listed} and not known


def _names(part: Part, text: str, source: Source) -> set[str]:
    """The names on one side of an edit, in their spelling; none of an edit of another kind."""
    words = _stems(text) if part.kind == "name" else []
    return {word for word in words if word.casefold() not in source.lower_words}


def _stems(text: str) -> list[str]:
    """Words without marks, and names without the "'s" of what is theirs."""
    return [word.removesuffix("’s").removesuffix("'s") for word in bare(text.split()).split()]


def _brought(verdict: Verdict, source: Source) -> set[str]:
    """The names that edits bring which miss a signature."""
    return {n for part in verdict.missing for n in _names(part, part.published, source)}


def unlisted(verdicts: Iterable[Verdict], guard: Guard, names: Iterable[str]) -> list[str]:
    """The names that are asked about, or doubted, and are not among `names`, which the host has listed."""
    common = guard.source.lower_words
    found = set[str]()
    for verdict in verdicts:
        doubted = [part.raw for part in verdict.missing if part.kind in DOUBTS]
        found |= _brought(verdict, guard.source)
        found |= {word for word in _stems(" ".join(doubted)) if word.istitle()}
    return sorted(name for name in found - _words(names) if name.casefold() not in common)


def spellings(verdict: Verdict, guard: Guard, names: Sequence[str]) -> Iterator["Proof"]:
    """The edits that only give words the capitals that they have among `names`, and doubts about names
    that were heard as they stand there.
    """
    for part in verdict.missing:
        line = consent_line(part)
        heard, printed = (bare(text.split()).split() for text in (part.raw, part.published))
        capitals = part.kind == "capital" and {*printed} - {*heard} <= _words(names)
        named = {word for word in _words(names) if not word.islower()}
        if capitals or (part.kind in DOUBTS and {*heard} <= named):
            told = f"{verdict.quote.id}: “{line}” is how it is spelled among the names of the show"
            yield Proof(verdict.quote.id, proven_line(guard.recording, part), told)


def _words(names: Iterable[str]) -> set[str]:
    return {word for name in names for word in bare(name.split()).split()}


def _repairs(verdict: Verdict, words: Sequence[Word]) -> list[Repair]:
    spans, found = verdict.quote.spans, []
    for repair in filter(lambda each: _may_be_one(each, words), map(_whole, verdict.missing)):
        at = repair.first, repair.last  # a misheard word is within its span, an added one beside it
        if repair.part.published and any(span.first in at for span in spans):
            repair = repair._replace(edge=-1)
        elif repair.part.published and any(span.last in at for span in spans):
            repair = repair._replace(edge=1)
        found.append(repair)
    return sorted(found, key=lambda repair: (repair.first, repair.last))


def _may_be_one(repair: Repair, words: Sequence[Word]) -> bool:
    """Whether an edit is of those that the sound is asked about: other letters, and few words."""
    part, old = repair.part, words[repair.first : repair.last]
    if not part.published:
        unsure = any((word.probability or 1.0) < _SURE for word in old)
        return part.kind in ("dropped", "particle") and unsure and len(old) <= _MOST
    same = bare(part.raw.casefold().split()) == bare(part.published.casefold().split())
    short = max(len(old), len(part.published.split())) <= _MOST
    return part.kind in _WEIGHTY | _WORDING and short and not same


def _together(group: Sequence[Repair], repair: Repair, words: Sequence[Word]) -> bool:
    start, end = words[group[0].first].start, words[group[-1].last - 1].end
    at = words[repair.first].start
    return repair.first >= group[-1].last and at - end <= _NEAR and at - start <= _LONGEST


def _border(places: Sequence[int], far: Callable[[int], bool], words: Sequence[Word]) -> int:
    """Before which word a passage begins, or ends: where the longest pause is, and the nearest of those."""
    far_enough = [n for n in places if far(n)] or places[-1:]
    return max(far_enough, key=lambda n: round(_pause(n, words), 2))


def _pause(number: int, words: Sequence[Word]) -> float:
    """How long nobody speaks before a word (seconds); very long at either end of the recording."""
    inside = 0 < number < len(words)
    return words[number].start - words[number - 1].end if inside else _LONGEST


class Heard(NamedTuple):
    """A repair that the sound supports, and what each model gave for it (log-probability)."""

    repair: Repair
    gains: Mapping[str, float]


def supported(passage: Passage, ask: Ask) -> list[Heard]:
    """The repairs of a passage that its sound supports, together; the weakest is left out until all are."""
    left = _widened(passage, ask)
    while left:
        without = [[one for one in left if one is not each] for each in left]
        # With all repairs first: the others begin as it does.
        scores = ask(passage, [passage.text(some) for some in (left, [], *without)])
        whole = [told[0] - told[1] for told in scores.values()][-1]
        found = [
            Heard(repair, {model: told[0] - told[2 + n] for model, told in scores.items()})
            for n, repair in enumerate(left)
        ]
        spare = [heard.repair.spare(heard.gains) for heard in found]
        if min(spare) >= 0:
            spare = _unrivalled(passage, left, ask)
        if min(spare) >= 0 and whole >= -_LOSS:
            return found
        least = max(min(spare), -_CLEAR)
        left = [repair for repair, each in zip(left, spare, strict=True) if each > least]
    return []


def _unrivalled(passage: Passage, left: Sequence[Repair], ask: Ask) -> list[float]:
    """By how much each repair is likelier than it must be beside those that change a word less."""
    rivals = [(n, each) for n, repair in enumerate(left) for each in repair.rivals(passage.words)]
    texts = [passage.text([*left[:n], each, *left[n + 1 :]]) for n, each in rivals]
    mine, *others = [*ask(passage, [passage.text(left), *texts]).values()][-1]
    least = [_LOSS] * len(left)
    for (n, rival), other in zip(rivals, others, strict=True):
        changed = {*left[n].part.published.split()} ^ {*rival.part.published.split()}
        loss = _loss("", max(changed, key=len, default=""))
        least[n] = min(least[n], mine - other + loss)
    return least


def _widened(passage: Passage, ask: Ask) -> list[Repair]:
    """The repairs, those at the edge of a quote in the place of as many words outside as is likeliest."""
    left = list(passage.repairs)
    for n, repair in enumerate(left):
        least = left[n - 1].last if n else passage.first
        most = left[n + 1].first if n + 1 < len(left) else passage.last
        wide = [
            repair._replace(first=first, last=last, beside=beside)
            for k in range((_OUTSIDE if repair.edge else 0) + 1)
            if least <= (first := repair.first - k * (repair.edge < 0))
            and (last := repair.last + k * (repair.edge > 0)) <= most
            for beside in ("", *(passage.fillers if k and repair.edge < 0 else ()))
        ]
        if len(wide) > 1:
            texts = [passage.text([*left[:n], each, *left[n + 1 :]]) for each in wide]
            told = [*ask(passage, texts).values()][-1]
            left[n] = wide[max(range(len(wide)), key=told.__getitem__)]
    return left


class Proof(NamedTuple):
    """An edit of a quote that the sound proved: the line for the ledger, and one for the host.

    There is no `repair` where a doubt was settled by others, nor of capitals.
    """

    identity: str
    line: str
    told: str
    repair: Repair | None = None


def proofs(verdict: Verdict, guard: Guard, found: Iterable[Passage], ask: Ask) -> list[Proof]:
    """What is proven of a quote by the sound of its passages, with the doubts that this settles."""
    identity, recording = verdict.quote.id, guard.recording
    heard = [each for passage in found for each in supported(passage, ask)]
    proven = []
    for repair, gains in heard:
        by = ", ".join(f"{model} {gain:+.1f}" for model, gain in gains.items())
        line = consent_line(repair.part)
        told = f"{identity}: “{line}” repairs the recogniser's error: the sound supports it ({by})"
        proven.append(Proof(identity, proven_line(recording, repair.part, by), told, repair))
    for part in verdict.parts:
        if part.kind in DOUBTS and _is_mended(part, [each.repair for each in heard]):
            told = f"{identity}: “{consent_line(part)}” is settled: the doubted words are repaired"
            proven.append(Proof(identity, proven_line(recording, part), told))
    return proven


def _is_mended(doubt: Part, repairs: Sequence[Repair]) -> bool:
    """Whether none of the doubted words are published: others stand in the place of each."""
    mended = {n for repair in repairs for n in range(repair.first, repair.last)}
    return mended.issuperset(range(doubt.position, doubt.position + len(doubt.raw.split())))


def noted(ledger: Ledger, found: Sequence[Proof]) -> None:
    """Write down what is proven, where the quote still is."""
    there = {entry.id: entry.proven for _, entry in ledger.entries}
    for proof in found:
        if proof.line not in there.get(proof.identity, [proof.line]):
            sign(ledger, proof.identity, proof.line, "proven")
