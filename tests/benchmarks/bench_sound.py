"""Whether the sound tells a recogniser's error from an editor's lie: both error rates, and what it costs.

    python -m tests.benchmarks.bench_sound [--tune] [--minutes N] [--only tiny.en]

Every English clip with a human reference (`../shared/audio`) and the conversation of two voices
(`../shared/episodes/ethan`) are heard by tiny.en. *Repairs* are what the reference has otherwise, of a
sentence all at once. *Lies* are made by rule from words that were heard rightly, among the repairs of
their sentence. Guard and judgement are those of the product, and so a lie counts as accepted when the guard
stops it and the sound lets it pass. Sources, of ethan turns, are halved by hash. Margins were decided on
the half of `--tune`; what is printed otherwise is held out. Beside the product's margins it is told what
wider and narrower ones would do.

It ends after `--minutes`, with the sentences that were judged by then, an even sample. What was heard and
told is kept below `.pullquote/bench`, so that the next run goes on from there.
"""

import argparse
import difflib
import hashlib
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.engine.progress import silent
from pipeline.models import Transcript, Word
from pipeline.quotes.deciding.hearing import Passage, Repair, passages, proofs
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE, bare
from pipeline.quotes.proof.guard import Guard
from pipeline.speech.recognising.engine import Recogniser, load
from pipeline.speech.recognising.scoring import Likelihoods, Scorer, enlist

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
KEPT = Path(".pullquote/bench/sound")
MODELS = ("tiny.en", "base")
SKIPPED = ("ami-en2001", "vad-", "mfa-cold-corpus-", "ldc93s1-8k", "commonvoice", "name-emoji")
FILLERS = frozenset({"uh", "um", "hmm", "mm", "ah", "oh", "er", "mhm", "yeah", "okay"})

NOT = {"don't": "do", "isn't": "is", "won't": "will", "can't": "can", "doesn't": "does",
       "wasn't": "was", "aren't": "are", "didn't": "did", "couldn't": "could"}  # fmt: skip
NUMBERS = {"one": "two", "two": "three", "three": "four", "four": "five", "five": "nine", "six": "seven",
           "seven": "eight", "eight": "six", "nine": "five", "ten": "two", "hundred": "thousand",
           "thousand": "hundred", "million": "billion", "billion": "million"}  # fmt: skip
HEDGES = frozenset(
    {"probably", "maybe", "perhaps", "almost", "mostly", "really", "just", "usually"}
)
SWAPS = {"is": "was", "was": "is", "the": "a", "a": "the", "he": "she", "she": "he", "and": "or",
         "in": "on", "they": "we", "we": "they", "more": "less", "this": "that", "are": "were",
         "has": "had", "to": "from", "you": "we", "all": "most", "because": "although"}  # fmt: skip
MODALS = {"can": "must", "would": "will", "will": "would", "could": "should", "should": "could"}
NAMES = ("Robert", "Google", "London", "Anna", "Jordan", "Tesla")
ADDED = ("really", "only", "probably", "just", "never", "always", "also")
_INVENTED = (
    2  # words that a recogniser adds; more were cut off where our quotes stop in mid-sentence
)
SHIFTS = (-1.5, 0.0, 1.5)  # log-probability by which margins are narrower than the product's

Change = tuple[int, int, str]  # words [first, last) become this
Edits = set[tuple[str, str, float]]


@dataclass
class Sentence:
    """Words [first, last) of a recording, what is repaired in them, and which were heard rightly."""

    source: str
    recording: "Recording"
    first: int
    last: int
    repairs: list[Change]
    right: list[int]

    def text(self, changes: Sequence[Change]) -> str:
        """The quote that a host makes of it."""
        words = [word.text for word in self.recording.words]
        texts, at = list[str](), self.first
        for first, last, new in sorted(changes):
            tail = words[last - 1][len(words[last - 1].rstrip(".,?!")) :] if first < last else ""
            texts += [*words[at:first], *([new + tail] if new else [])]
            at = last
        return " ".join([*texts, *words[at : self.last]])


class Recording:
    """A recording as tiny.en heard it."""

    def __init__(self, path: Path, seconds: float) -> None:
        self.path = path
        self.words = heard(path, seconds)
        numbers = [[n] for n in range(len(self.words))]
        digest = hashlib.sha256(str(path.name).encode()).hexdigest()
        self.guard = Guard(Transcript(self.words, numbers), DEFAULT_FREE, recording=digest)


@cache
def recogniser() -> Recogniser:
    return load("openai-whisper", "tiny.en", "cpu")


def heard(path: Path, seconds: float) -> list[Word]:
    """Words with times, kept for the next time."""
    kept = KEPT / f"{path.parent.name}-{path.name}.json"
    if not kept.exists():
        recognition = recogniser().transcribe(
            stream_pcm(path),
            duration=seconds,
            language="en",
            scratch=None,
            progress=silent,
        )
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([list(word) for word in recognition.words]))
    return [Word(*word) for word in json.loads(kept.read_text())]


def digest(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def plain(word: str) -> str:
    return re.sub(r"[^\w']", "", word.casefold().replace("’", "'")).strip("'")


def sentences(tune: bool) -> Iterator[Sentence]:
    """The half of all that is not tuned on, or the other one."""
    for clip in json.loads((SHARED / "audio/index.json").read_bytes()):
        quality = clip.get("reference_quality") or ""
        unfit = quality.startswith("approx") or clip["name"].startswith(SKIPPED)
        if clip["language"] != "en" or not clip["reference"] or unfit or clip["seconds"] > 70:
            continue
        if (digest("held" + source_of(clip)) % 2 == 0) is tune:
            continue
        if clip["name"].startswith("timit") and digest(clip["name"]) % 4:
            continue
        said = (SHARED / "audio" / clip["reference"]).read_text()
        recording = Recording(SHARED / "audio" / clip["path"], clip["seconds"])
        yield from compared(recording, said.lower() if said.isupper() else said, source_of(clip))
    episode = SHARED / "episodes/ethan"
    truth = json.loads((episode / "truth.json").read_bytes())
    recording = Recording(episode / "audio.mp3", truth["seconds"])
    starts = [turn["start"] for turn in truth["turns"]]
    for sentence in compared(recording, " ".join(turn["text"] for turn in truth["turns"]), "ethan"):
        at = recording.words[sentence.first].start
        sentence.source = f"ethan-{sum(start <= at for start in starts) - 1}"
        if (digest("held" + sentence.source) % 2 == 0) is not tune:
            yield sentence


def source_of(clip: Mapping[str, str]) -> str:
    """Who speaks, or who recorded it: what a held-out half has nothing of."""
    name = clip["name"]
    if name.startswith(("timit", "so762", "ami")):
        return name.rsplit("-", 1)[0] if name.startswith("timit") else name[:9]
    return clip["source"].split("/")[0]


def compared(recording: Recording, said: str, source: str) -> Iterator[Sentence]:
    """What a reference has otherwise, gathered as a host would mend it: some words of a time."""
    words = [word.text for word in recording.words]
    truth = [word for word in said.replace("’", "'").replace("—", " ").split() if plain(word)]
    matcher = difflib.SequenceMatcher(
        None, [plain(word) for word in words], [plain(word) for word in truth], autojunk=False
    )
    repairs, right = list[Change](), set[int]()
    for kind, i, j, k, m in matcher.get_opcodes():
        old, new = map(plain, words[i:j]), bare(truth[k:m])
        if kind == "equal":
            right.update(range(i, j))
        elif max(j - i, m - k) <= 6 and not {*old, *map(plain, truth[k:m])} <= FILLERS:
            repairs.append((i, j, new))
    for group in grouped(repairs):
        first, last = max(0, group[0][0] - 10), min(len(words), group[-1][1] + 10)
        inside = [n for n in range(first + 1, last - 1) if n in right]
        if len(inside) > 4:
            yield Sentence(source, recording, first, last, group, inside)


def grouped(repairs: Sequence[Change]) -> Iterator[list[Change]]:
    group: list[Change] = []
    for repair in repairs:
        if group and repair[0] - group[-1][1] > 8:
            yield group
            group = []
        group.append(repair)
    if group:
        yield group


def common(word: str, shown: str) -> bool:
    return len(word) > 3 and shown.isalpha() and shown.islower() and word not in SWAPS


def alike(word: str, rng: random.Random, vocabulary: Sequence[str]) -> str:
    """Another word with most of the letters, and more than another ending."""
    near = difflib.get_close_matches(word, vocabulary, 6, 0.5)
    return rng.choice([each for each in near if each.rstrip("s") != word.rstrip("s")] or [word])


Make = Callable[[str, random.Random, Sequence[str]], str]
#: Kind, which words, and what becomes of one; empty where it goes.
RULES: Sequence[tuple[str, Callable[[str, str], bool], Make]] = (
    ("not", lambda word, _: word in NOT.values(), lambda word, *_: f"{word} not"),
    ("not", lambda word, _: word in NOT, lambda word, *_: NOT[word]),
    ("not", lambda word, _: word in ("not", "never", "no"), lambda *_: ""),
    ("number", lambda word, _: word in NUMBERS, lambda word, *_: NUMBERS[word]),
    (
        "name",
        lambda word, shown: len(word) > 4 and shown.istitle(),
        lambda _, rng, __: rng.choice(NAMES),
    ),
    ("modal", lambda word, _: word in MODALS, lambda word, *_: MODALS[word]),
    ("hedge", lambda word, _: word in HEDGES, lambda *_: ""),
    ("word", common, lambda _, rng, vocabulary: rng.choice(vocabulary)),
    ("sound-alike", common, alike),
    ("ending", common, lambda word, *_: word[:-1] if word.endswith("s") else f"{word}s"),
    ("added", lambda *_: True, lambda word, rng, _: f"{word} {rng.choice(ADDED)}"),
    ("dropped", lambda *_: True, lambda *_: ""),
    ("small", lambda word, _: word in SWAPS, lambda word, *_: SWAPS[word]),
)


def lies(
    sentence: Sentence, vocabulary: Sequence[str], rng: random.Random
) -> Iterator[tuple[str, list[Change]]]:
    """A lie of each kind that the sentence has words for."""
    shown = {n: bare([sentence.recording.words[n].text]) for n in sentence.right}
    for kind, fits, make in RULES:
        if places := [n for n in shown if fits(plain(shown[n]), shown[n])]:
            n = rng.choice(places)
            yield kind, [(n, n + 1, make(plain(shown[n]), rng, vocabulary))]
    swaps = [(n, n + 1, SWAPS[plain(shown[n])]) for n in shown if plain(shown[n]) in SWAPS][:3]
    if len(swaps) > 1:
        yield "several", swaps
    if runs := [n for n in shown if all(n + k in shown for k in range(6))]:
        n = rng.choice(runs)
        yield "sentence", [(n, n + 6, " ".join(rng.sample(vocabulary, 6)))]


class Ear:
    """The models, and what they were asked; what they told is kept for the next time."""

    def __init__(self, models: Sequence[str]) -> None:
        self.scorers = {model: Scorer.load(model) for model in models}
        self.recording: Recording | None = None
        self.seconds = 0.0  # spent
        self._pool = ThreadPoolExecutor(len(models), initializer=enlist)
        self._over: dict[tuple[object, ...], Likelihoods] = {}
        self._kept = KEPT / "told.jsonl"
        lines = self._kept.read_text().splitlines() if self._kept.exists() else []
        self._told: dict[str, float] = dict(map(json.loads, lines))

    def listen(self, recording: Recording) -> None:
        if recording is not self.recording:
            self.recording, self._over = recording, {}

    def __call__(self, passage: Passage, texts: Sequence[str]) -> Mapping[str, Sequence[float]]:
        began = time.process_time()
        told = self._pool.map(lambda model: self._of(model, passage, texts), self.scorers)
        found = dict(zip(self.scorers, told, strict=True))
        self.seconds += time.process_time() - began
        return found

    def _of(self, model: str, passage: Passage, texts: Sequence[str]) -> list[float]:
        assert self.recording
        place = model, passage.start, passage.end, *passage.names
        named = {text: f"{self.recording.path} {place} {text}" for text in texts}
        new = [text for text in named if named[text] not in self._told]
        if new and place not in self._over:
            length = passage.end - passage.start
            sound = [*stream_pcm(self.recording.path, start=passage.start, duration=length)]
            self._over[place] = self.scorers[model].over(np.concatenate(sound), "en", passage.names)
        for text, likelihood in zip(new, self._over[place](new) if new else [], strict=True):
            self._told[named[text]] = likelihood
            with self._kept.open("a") as kept:
                kept.write(f"{json.dumps([named[text], likelihood])}\n")
        return [self._told[named[text]] for text in texts]


def judged(sentence: Sentence, changes: Sequence[Change], ear: Ear) -> tuple[Edits, Edits]:
    """The edits of a quote that the guard stops, and those of them that the sound proves."""
    recording = sentence.recording
    ear.listen(recording)
    entry = Entry(sentence.text(changes), "q1", recording.words[sentence.first].start)
    verdict = recording.guard.check(entry)
    found = proofs(verdict, recording.guard, passages(verdict, recording.guard), ear)
    after = recording.guard.check(replace(entry, proven=[proof.line for proof in found]))
    stopped = [
        edit
        for edit in after.quote.edits
        if edit.kind in after.stopped and (edit.published or len(edit.raw.split()) <= _INVENTED)
    ]
    return (
        {(edit.raw, edit.published, edit.at) for edit in stopped},
        {(edit.raw, edit.published, edit.at) for edit in stopped if edit.consented},
    )


@dataclass
class Count:
    """Mishearings by where they are, or lies by kind: how many, and how many pass by each margin."""

    all: Counter[str] = field(default_factory=Counter)
    passed: Counter[tuple[str, float]] = field(default_factory=Counter)

    def add(self, kind: str, count: int, passed: Mapping[float, int]) -> None:
        self.all[kind] += count
        for shift, number in passed.items():
            self.passed[kind, shift] += number

    def lines(self) -> Iterator[str]:
        for kind in (*sorted(self.all), ""):
            kinds = [kind] if kind else [*self.all]
            count = sum(self.all[each] for each in kinds)
            cells = (sum(self.passed[each, shift] for each in kinds) for shift in SHIFTS)
            told = "".join(f"{number:6} ({number / max(1, count):5.1%})" for number in cells)
            yield f"  {kind or 'all':12}{count:5}{told}"


@contextmanager
def margins(shift: float) -> Iterator[None]:
    """The product's margins, all wider or narrower by so much log-probability."""
    spare = Repair.spare
    Repair.spare = lambda self, gains: spare(self, gains) + shift  # type: ignore[method-assign]
    yield
    Repair.spare = spare  # type: ignore[method-assign]


def passing(
    sentence: Sentence, changes: Sequence[Change], ear: Ear
) -> tuple[Edits, dict[float, Edits]]:
    """The edits of a quote that the guard stops, and those that the sound proves by each margin."""
    found: dict[float, Edits] = {}
    for shift in SHIFTS:
        with margins(shift):
            stopped, found[shift] = judged(sentence, changes, ear)
    return stopped, found


def tell(
    sentence: Sentence, vocabulary: Sequence[str], ear: Ear, mended: Count, told: Count
) -> float:
    """Judge a sentence with its repairs and with a lie of each kind; the seconds that its repairs cost."""
    unrepaired, _ = judged(sentence, [], ear)  # questions of where the quote begins and ends
    before = ear.seconds
    stopped, proven = passing(sentence, sentence.repairs, ear)
    spent = ear.seconds - before
    where = "ethan" if sentence.source.startswith("ethan") else "clips"
    passed = {shift: len(edits - unrepaired) for shift, edits in proven.items()}
    mended.add(where, len(stopped - unrepaired), passed)
    rng = random.Random(digest(f"{sentence.source}{sentence.first}"))
    for kind, lie in lies(sentence, vocabulary, rng):
        asked, proven = passing(sentence, [*sentence.repairs, *lie], ear)
        if new := asked - stopped:  # else it is free, or no quote of what was said
            told.add(kind, 1, {shift: new <= edits for shift, edits in proven.items()})
            if new <= proven[0.0]:
                print(f"  accepted, {kind}: {sorted(new)}")
    return spent if stopped else 0.0


def main() -> None:
    """Judge what there is time for, and print both error rates."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tune", action="store_true", help="the half that margins were decided on")
    parser.add_argument("--minutes", type=float, default=9.0, help="after which it ends")
    parser.add_argument("--only", choices=MODELS, help="with this model alone")
    wanted = parser.parse_args()
    end = time.monotonic() + 60 * wanted.minutes
    found = sorted(sentences(wanted.tune), key=lambda each: digest(f"{each.source}{each.first}"))
    ear = Ear([wanted.only] if wanted.only else MODELS)
    texts = {plain(word.text) for each in found for word in each.recording.words}
    vocabulary = sorted(word for word in texts if len(word) > 3 and word.isalpha())
    mended, told, spent = Count(), Count(), list[float]()
    while len(spent) < len(found) and time.monotonic() < end:
        spent.append(tell(found[len(spent)], vocabulary, ear, mended, told))
    half = "the half that margins were decided on" if wanted.tune else "held out"
    print(
        f"{len(spent)} of {len(found)} sentences, {half}, by {', '.join(ear.scorers)}; margins narrower by:"
    )
    print(f"  {'':17}" + "".join(f"{shift:+14.1f}" for shift in SHIFTS))
    print("mishearings proven, the others are asked:", *mended.lines(), sep="\n")
    print("lies accepted:", *told.lines(), sep="\n")
    print(f"{np.mean([each for each in spent if each] or [0]):.2f} s of one core a quote that asks")


if __name__ == "__main__":
    main()
