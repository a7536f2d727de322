"""What listening to the suspects finds, and what a glossary mends, on an episode whose words are known.

    python tests/benchmarks/bench_transcript.py EPISODE_DIR RAW_TRANSCRIPT

EPISODE_DIR holds `truth.json` (turns with their text), RAW_TRANSCRIPT is our `transcript.raw.json`.

Suspects: which share of the wrong words lies in the first 5 % of the audio, listened to in the order of
the list, with a quarter of a second around each passage.

Glossary: its terms are all words of the true text that are written with a capital within a sentence and
never without, with no misheard spellings, as a host would list names before an episode. Found: terms
at their places. False: places changed where the true text has no such term.
"""

import argparse
import difflib
import json
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from pipeline.models import Recognition, Transcript, decode
from pipeline.transcript.corrections import Corrections
from pipeline.transcript.glossary import Glossary, Term
from pipeline.transcript.overlay import correct
from pipeline.transcript.suspicion import LISTENING, suspects
from pipeline.transcript.words import core, from_recognition

SHARE = 0.05  # of the audio

Opcodes = Sequence[tuple[str, int, int, int, int]]


def folded(text: str) -> str:
    """Letters and digits, without case: spelling differences of number words stay."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def opcodes(words: Sequence[str], truth: Sequence[str]) -> Opcodes:
    """How the words differ from the true ones."""
    return difflib.SequenceMatcher(
        None, list(map(folded, words)), list(map(folded, truth)), autojunk=False
    ).get_opcodes()


def wrong_words(words: Sequence[str], truth: Sequence[str]) -> set[int]:
    """Words that are not in the truth at their place; whisper's normaliser decides what is the same."""
    from whisper.normalizers import EnglishTextNormalizer

    normaliser = EnglishTextNormalizer()
    heard = [
        (token, index) for index, word in enumerate(words) for token in normaliser(word).split()
    ]
    said = [token for word in truth for token in normaliser(word).split()]
    matcher = difflib.SequenceMatcher(None, [token for token, _ in heard], said, autojunk=False)
    wrong: set[int] = set()
    for kind, first, last, _, _ in matcher.get_opcodes():
        if kind != "equal":
            wrong.update(index for _, index in heard[first:last])
    return wrong


def report_suspects(transcript: Transcript, raw: Recognition, truth: Sequence[str]) -> None:
    """Print what the first part of the list finds."""
    words = transcript.words
    wrong = wrong_words([word.text for word in words], truth)
    heard = [False] * (round(raw.duration * 100) + 200)
    passages = 0
    for suspect in suspects(transcript, raw):
        first = max(0, round((suspect.start - LISTENING / 2) * 100))
        last = round((suspect.end + LISTENING / 2) * 100)
        if sum(heard) + last - first > SHARE * raw.duration * 100:
            break
        heard[first:last] = [True] * (last - first)
        passages += 1
    listened = {
        index for index, word in enumerate(words) if heard[round((word.start + word.end) * 50)]
    }
    found = len(wrong & listened)
    print(
        f"suspects: {len(wrong)} of {len(words)} words are wrong; the first {passages} passages"
        f" ({sum(heard) / 100:.0f} s, {SHARE:.0%} of the audio) hold {found} of them"
        f" ({found / len(wrong):.0%}); {found / len(listened):.0%} of the words heard are wrong"
    )


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
    corrected = correct(transcript, Corrections(), Glossary(term=[Term(text=t) for t in terms]))
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


def main() -> None:
    """Print both reports."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("episode", type=Path)
    parser.add_argument("raw", type=Path)
    options = parser.parse_args()
    turns = json.loads((options.episode / "truth.json").read_bytes())["turns"]
    truth = [word for turn in turns for word in turn["text"].split()]
    raw = decode(Recognition, options.raw.read_bytes(), options.raw.name)
    transcript = from_recognition(raw, ())
    report_suspects(transcript, raw, truth)
    report_glossary(transcript, truth)


if __name__ == "__main__":
    main()
