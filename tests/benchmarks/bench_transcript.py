"""What listening to the suspects finds, and what a glossary mends, on an episode whose words are known.

    python tests/benchmarks/bench_transcript.py EPISODE_DIR RAW_TRANSCRIPT

EPISODE_DIR holds `truth.json` (turns with their text), RAW_TRANSCRIPT is our `transcript.raw.json`.

Suspects: which share of the wrong words is heard in the first 2.5, 5 and 10 % of the time, listening in
the order of the list. All that is played counts, with its lead-in and end, as the review page plays it, and
by itself where two passages overlap. Beside it: words in random order, and the wrong words alone, best
first, which no list can beat. Words that are only written apart or together otherwise ("note book") count
as wrong; how many they are is said. `--fit` prints weights for `corrections/mishearing.py`, fitted
on the first half; so only the second half, reported by itself, is fair.

Pace, pauses, the words around and the segment's signals were tried and ranked no better. A second hearing
is not worth its time. Where it hears something else, 40 to 60 % of the words are wrong, but they are mostly
words that the first was unsure of anyway. The first 5 % of listening find 23 % of the wrong words (weights
fitted on one half, judged on the other). With the doubtful quarter heard again, they find 24 %: cut out and
packed together, or at another speed (a fifth of the time again), or by `base` (nearly half). With the whole
heard again in shorter chunks (all of the time again) they find 26 %, and with another engine over the same
weights 23 %.

Names (`--names MINUTES`, takes as long as recognising so much twice): the same terms, told to the
recogniser beforehand instead of corrected afterwards.

Glossary: its terms are all words of the true text that are written with a capital within a sentence and
never without, with no misheard spellings, as a host would list names before an episode. Found: terms
at their places. False: places changed where the true text has no such term.
"""

import argparse
import difflib
import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.engine.progress import silent
from pipeline.models import Recognition, Transcript, Word, decode
from pipeline.speech.recognising.engine import load
from pipeline.text.punctuation import core
from pipeline.transcript.corrections.corrections import Corrections
from pipeline.transcript.corrections.glossary import Glossary, Term
from pipeline.transcript.corrections.mishearing import features
from pipeline.transcript.corrections.overlay import correct
from pipeline.transcript.corrections.suspicion import AROUND, suspects
from pipeline.transcript.words.words import from_recognition

SHARES = (0.025, 0.05, 0.1)  # of the audio
BARE = 0.25  # seconds around a passage: how much the figures owe to the lead-in
GAPS = (0.25, 0.5, 1.0, 2.0)  # seconds up to which the best list plays wrong words in one go

Opcodes = Sequence[tuple[str, int, int, int, int]]


def folded(text: str) -> str:
    """Letters and digits, without case: spelling differences of number words stay."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def opcodes(words: Sequence[str], truth: Sequence[str]) -> Opcodes:
    """How the words differ from the true ones."""
    return difflib.SequenceMatcher(
        None, list(map(folded, words)), list(map(folded, truth)), autojunk=False
    ).get_opcodes()


def wrong_words(words: Sequence[str], truth: Sequence[str]) -> tuple[set[int], set[int]]:
    """Words that are not in the truth at their place, and those of them that are only spaced otherwise.

    Whisper's normaliser decides what is the same.
    """
    from whisper.normalizers import EnglishTextNormalizer

    normaliser = EnglishTextNormalizer()
    heard = [
        (token, index) for index, word in enumerate(words) for token in normaliser(word).split()
    ]
    said = [token for word in truth for token in normaliser(word).split()]
    matcher = difflib.SequenceMatcher(None, [token for token, _ in heard], said, autojunk=False)
    wrong: set[int] = set()
    spaced: set[int] = set()
    for kind, first, last, since, until in matcher.get_opcodes():
        if kind != "equal":
            places = {index for _, index in heard[first:last]}
            wrong |= places
            if "".join(token for token, _ in heard[first:last]) == "".join(said[since:until]):
                spaced |= places
    return wrong, spaced


def listened(
    words: Sequence[Word],
    passages: Sequence[tuple[float, float]],
    seconds: float,
    around: float = AROUND,
) -> set[int]:
    """The words whose middle is played in so many seconds, passage after passage, none in part."""
    heard: set[int] = set()
    for start, end in passages:
        seconds -= end - start + 2 * around
        if seconds < 0:
            break
        heard |= {
            index
            for index, word in enumerate(words)
            if start - around <= (word.start + word.end) / 2 <= end + around
        }
    return heard


def best_passages(
    words: Sequence[Word], wrong: set[int], around: float, gap: float
) -> list[tuple[float, float]]:
    """The wrong words as passages, those first of which a second of listening finds most."""
    spans: list[list[int]] = []
    for index in sorted(wrong):
        if spans and words[index].start - words[spans[-1][-1]].end <= gap:
            spans[-1].append(index)
        else:
            spans.append([index])
    found = [(words[span[0]].start, words[span[-1]].end, len(span)) for span in spans]
    found.sort(key=lambda span: -span[2] / (span[1] - span[0] + 2 * around))
    return [(start, end) for start, end, _ in found]


def report_suspects(transcript: Transcript, raw: Recognition, truth: Sequence[str]) -> None:
    """Print what the first part of the list finds, and what it could find."""
    words = transcript.words
    wrong, spaced = wrong_words([word.text for word in words], truth)
    print(f"suspects: {len(wrong)} of {len(words)} words are wrong, {len(spaced)} only spaced so")
    found = [(suspect.start, suspect.end) for suspect in suspects(transcript, raw)]
    anywhere = [(word.start, word.end) for word in words]
    random.Random(1).shuffle(anywhere)
    for name, since in (("all", 0.0), ("second half", raw.duration / 2)):
        there = {index for index in wrong if words[index].start >= since}
        for around, share in itertools.product((AROUND, BARE), SHARES):
            limit = share * (raw.duration - since)
            shuffled, listed = (
                len(
                    there & listened(words, [(s, e) for s, e in order if s >= since], limit, around)
                )
                for order in (anywhere, found)
            )
            most = max(
                len(
                    there & listened(words, best_passages(words, there, around, gap), limit, around)
                )
                for gap in GAPS
            )
            print(
                f"  {name}, {around:g} s around, {share:.1%} ({limit:.0f} s): random"
                f" {shuffled / len(there):.1%}, the list {listed / len(there):.1%},"
                f" at most {most / len(there):.1%}"
            )


def fit(words: Sequence[Word], wrong: set[int]) -> None:
    """Print the weights of a logistic regression (iteratively reweighted least squares, ridge of 1)."""
    count = sum(word.start < words[-1].end / 2 for word in words)
    given = np.array(features(words)[:count])
    said = np.array([float(index in wrong) for index in range(count)])
    weights = np.zeros(given.shape[1])
    ridge = np.diag([0.0] + [1.0] * (len(weights) - 1))
    for _ in range(50):
        odds = 1 / (1 + np.exp(-given @ weights))
        curve = (given * (odds * (1 - odds))[:, None]).T @ given + ridge
        weights += np.linalg.solve(curve, given.T @ (said - odds) - ridge @ weights)
    print(f"weights fitted on the first half: {np.round(weights, 2).tolist()}")


def names(truth: Sequence[str]) -> list[str]:
    """Words that are written with a capital within sentences, and never without."""
    small = {core(word)[1] for word in truth if core(word)[1][:1].islower()}
    counts: Counter[str] = Counter()
    for before, word in pairwise(truth):
        text = re.sub("['’]s$", "", core(word)[1])
        if text[:1].isupper() and len(text) >= 4 and before[-1] not in '.?!:"“':
            counts[text] += 1
    return sorted(text for text in counts if text.casefold() not in small)


def places(words: Sequence[str], truth: Sequence[str], terms: set[str]) -> tuple[int, int]:
    """Terms of the truth that the words have at their places, and that they lack."""
    right = sum(
        folded(truth[index]) in terms
        for kind, _, _, first, last in opcodes(words, truth)
        if kind == "equal"
        for index in range(first, last)
    )
    return right, sum(folded(word) in terms for word in truth) - right


def report_glossary(transcript: Transcript, truth: Sequence[str]) -> None:
    """Print terms found and false insertions, without and with the glossary."""
    terms = names(truth)
    keys = set(map(folded, terms))
    corrected = correct(
        transcript,
        Corrections(),
        Glossary(term=[Term(text=t) for t in terms]),
        people=(),
        name="corrections.toml",
    )
    before = [word.text for word in transcript.words]
    after = [word.text for word in corrected.transcript.words]
    for name, words in (("without", before), ("with", after)):
        found, lost = places(words, truth, keys)
        print(f"glossary of {len(terms)} terms, {name}: {found} found, {lost} not")
    changed = [
        index
        for index, ids in enumerate(corrected.transcript.raw_ids)
        if [after[index]] != [before[raw_id] for raw_id in ids]
    ]
    equal = {
        index
        for kind, first, last, _, _ in opcodes(after, truth)
        if kind == "equal"
        for index in range(first, last)
    }
    false = [after[index] for index in changed if index not in equal]
    print(f"{len(corrected.changes)} passages changed; not what was said: {len(false)} {false}")


def report_names(audio: Path, turns: Sequence[dict[str, Any]], seconds: float) -> None:
    """Recognise the beginning without and with the names told beforehand; print what that changes."""
    import jiwer
    from whisper.normalizers import EnglishTextNormalizer

    terms = names([word for turn in turns for word in turn["text"].split()])
    keys = set(map(folded, terms))
    inside = [turn for turn in turns if turn["end"] < seconds]
    truth = [word for turn in inside for word in turn["text"].split()]
    normalise = EnglishTextNormalizer()
    for name, expected in (("not told", []), ("told", terms)):
        recognition = load("openai-whisper", "tiny.en", "cpu", names=expected).transcribe(
            stream_pcm(audio, duration=seconds),
            duration=seconds,
            language="en",
            scratch=None,
            progress=silent,
        )
        last = inside[-1]["end"]
        words = [word.text for word in recognition.words if word.start < last]
        kept = {
            index
            for kind, first, end, _, _ in opcodes(words, truth)
            if kind == "equal"
            for index in range(first, end)
        }
        found, lost = places(words, truth, keys)
        false = [
            word for index, word in enumerate(words) if folded(word) in keys and index not in kept
        ]
        rate = jiwer.wer(normalise(" ".join(truth)), normalise(" ".join(words)))
        print(
            f"names {name}: {found} found, {lost} not, {len(false)} where none was said {false};"
            f" WER {rate:.2%}"
        )


def main() -> None:
    """Print both reports."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("episode", type=Path)
    parser.add_argument("raw", type=Path)
    parser.add_argument(
        "--fit", action="store_true", help="fit the chances of being misheard again"
    )
    parser.add_argument(
        "--names", type=float, metavar="MINUTES", help="recognise so much with names told and not"
    )
    options = parser.parse_args()
    turns = json.loads((options.episode / "truth.json").read_bytes())["turns"]
    truth = [word for turn in turns for word in turn["text"].split()]
    raw = decode(Recognition, options.raw.read_bytes(), options.raw.name)
    transcript = from_recognition(raw, ())
    if options.fit:
        fit(transcript.words, wrong_words([word.text for word in transcript.words], truth)[0])
    report_suspects(transcript, raw, truth)
    report_glossary(transcript, truth)
    if options.names:
        report_names(options.episode / "audio.mp3", turns, options.names * 60)


if __name__ == "__main__":
    main()
