"""Whether the sound tells a recogniser's error from an editor's lie: both error rates, and what it costs.

    python -m tests.benchmarks.bench_sound [--tune] [--limit N] [--only tiny.en]

Every English clip with a human reference (`../shared/audio`) and the conversation of two voices
(`../shared/episodes/ethan`) are heard by tiny.en. *Repairs* are what the reference has otherwise, of a
sentence all at once. *Lies* are made by rule from words that were heard rightly, among the repairs of
their sentence. Guard and judgement are those of the product, and so a lie counts as accepted when the guard
stops it and the sound lets it pass. Sources, of ethan turns, are halved by hash. Margins were decided on
the half of `--tune`; what is printed otherwise is held out. What is heard is kept below `.pullquote/bench`.
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
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.engine.progress import silent
from pipeline.models import Transcript, Word
from pipeline.quotes.deciding.hearing import Passage, passages, proofs
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
WEIGHTY = frozenset({"not", "number", "name"})

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
    """The models, and what they were asked of one recording."""

    def __init__(self, models: Sequence[str]) -> None:
        enlist()
        self.scorers = {model: Scorer.load(model) for model in models}
        self.recording: Recording | None = None
        self.seconds = 0.0  # spent
        self._over: dict[tuple[str, float, float], Likelihoods] = {}
        self._told: dict[tuple[str, float, float, str], float] = {}

    def listen(self, recording: Recording) -> None:
        if recording is not self.recording:
            self.recording, self._over, self._told = recording, {}, {}

    def __call__(self, passage: Passage, texts: Sequence[str]) -> Mapping[str, Sequence[float]]:
        began = time.process_time()
        told = {model: self._of(model, passage, texts) for model in self.scorers}
        self.seconds += time.process_time() - began
        return told

    def _of(self, model: str, passage: Passage, texts: Sequence[str]) -> list[float]:
        assert self.recording
        place = model, passage.start, passage.end
        if place not in self._over:
            length = passage.end - passage.start
            sound = [*stream_pcm(self.recording.path, start=passage.start, duration=length)]
            self._over[place] = self.scorers[model].over(np.concatenate(sound), "en")
        new = [text for text in texts if (*place, text) not in self._told]
        for text, likelihood in zip(new, self._over[place](new) if new else [], strict=True):
            self._told[*place, text] = likelihood
        return [self._told[*place, text] for text in texts]


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
    """Mishearings by where they are, lies by kind: how many, and how many were proven."""

    all: Counter[str]
    proven: Counter[str]

    def lines(self) -> Iterator[str]:
        for name in sorted(self.all):
            yield f"  {name:12} {self.proven[name]:3} of {self.all[name]}"

    @property
    def share(self) -> float:
        return sum(self.proven.values()) / max(1, sum(self.all.values()))


def main() -> None:
    """Judge everything, and print both error rates."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tune", action="store_true", help="the half that margins were decided on")
    parser.add_argument("--limit", type=int, default=1000, help="sentences")
    parser.add_argument("--lies", type=int, default=8, help="of a sentence, the weighty ones first")
    parser.add_argument("--only", choices=MODELS, help="with this model alone")
    wanted = parser.parse_args()
    ear = Ear([wanted.only] if wanted.only else MODELS)
    found = sorted(sentences(wanted.tune), key=lambda each: digest(f"{each.source}{each.first}"))
    texts = {plain(word.text) for each in found for word in each.recording.words}
    vocabulary = sorted(word for word in texts if len(word) > 3 and word.isalpha())
    mended, told = Count(Counter(), Counter()), Count(Counter(), Counter())
    spent, passed = list[float](), list[str]()
    for sentence in sorted(found[: wanted.limit], key=lambda each: str(each.recording.path)):
        before, group = ear.seconds, sentence.source.split("-")[0]
        stopped, proven = judged(sentence, sentence.repairs, ear)
        if stopped:
            spent.append(ear.seconds - before)
        where = "ethan" if group == "ethan" else "clips"
        mended.all[where] += len(stopped)
        mended.proven[where] += len(proven)
        rng = random.Random(digest(f"{sentence.source}{sentence.first}"))
        made = sorted(lies(sentence, vocabulary, rng), key=lambda lie: lie[0] not in WEIGHTY)
        for kind, lie in made[: wanted.lies]:
            asked, proven = judged(sentence, [*sentence.repairs, *lie], ear)
            if new := asked - stopped:  # else it is free, or no quote of what was said
                told.all[kind] += 1
                told.proven[kind] += new <= proven
                passed += [f"  accepted, {kind}: {sorted(new)}"] if new <= proven else []
    half = "the half that margins were decided on" if wanted.tune else "held out"
    print(f"{min(len(found), wanted.limit)} sentences, {half}, by {', '.join(ear.scorers)}")
    print(f"mishearings still asked: {1 - mended.share:.0%}; proven:", *mended.lines(), sep="\n")
    print(f"lies accepted: {told.share:.2%} of {sum(told.all.values())}:", *told.lines(), sep="\n")
    print(*passed, f"{np.mean(spent):.2f} s of one core a quote that asks", sep="\n")


if __name__ == "__main__":
    main()
