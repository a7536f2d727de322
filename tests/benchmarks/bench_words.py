"""How exact word times are: hand-marked sentences, alone and as one long recording, and an episode's turns.

    python tests/benchmarks/bench_words.py SHARED [--engine NAME] [--model NAME] [--raw RAW_TRANSCRIPT]
        [--alone]

SHARED holds `audio/timit-*/` (a FLAC and `words.json` with hand-verified times), `audio/ami-*/`
(meetings, times by forced alignment), `audio/mfa-*/` and `audio/praatio-*/` (TextGrids), and
`episodes/ethan/truth.json` (when each turn begins and ends). RAW_TRANSCRIPT is our `transcript.raw.json`
of that episode; without it, the episode is left out.

Counted are words that were recognised rightly. Where people talk at the same time, the order of words says
little, so those of a meeting are paired for each speaker alone, at most COLLAR seconds apart (as in
time-constrained word error rates), and a word that fits two speakers is that of the nearer one.
A turn of the episode ends in its truth with the synthesiser's clip, after a silence; a further line
measures the last words' ends against the last sound of the turn. Ends of AMI's words run on through pauses.
"All of these" counts every word once, so TIMIT's most.
Printed are the median and 95th percentile of the error in milliseconds, how many are within 200 ms, and the
median with its sign (later is positive).
"""

import argparse
import difflib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.models import Recognition, Word, decode
from pipeline.speech.recognising.engine import load

RATE = 16_000
COLLAR = 5.0  # seconds: farther away is another utterance of the same word; as in CHiME-8
PAUSE = 0.7  # seconds between sentences of the long recording
RINGING = 3.0  # seconds before the end of a turn whose level counts
STEP = 160  # samples of one level: 10 ms

Samples = NDArray[np.float32]
Listen = Callable[[Samples], Sequence[Word]]
Pair = tuple[Word, Word]  # as heard, as marked


def sentences(shared: Path) -> Iterator[tuple[Samples, list[Word]]]:
    """The sound of each sentence and its words as they were marked."""
    for folder in sorted((shared / "audio").glob("timit-*")):
        (sound,) = folder.glob("*.flac")
        marked = json.loads((folder / "words.json").read_bytes())
        words = [Word(entry["word"], entry["start"], entry["end"]) for entry in marked]
        yield np.concatenate(list(stream_pcm(sound, RATE))), words


def clips(shared: Path, group: str) -> Iterator[tuple[Samples, list[Word]]]:
    """The sound of each clip of a group whose words have times, and those words with their speakers."""
    for entry in json.loads((shared / "audio/index.json").read_bytes()):
        if entry["name"].split("-")[0] == group and entry.get("word_timings"):
            marked = json.loads((shared / "audio" / entry["word_timings"]).read_bytes())
            words = [
                Word(item["word"], item["start"], item["end"], None, item.get("speaker"))
                for item in marked
            ]
            yield np.concatenate(list(stream_pcm(shared / "audio" / entry["path"], RATE))), words


def joined(parts: Sequence[tuple[Samples, list[Word]]]) -> tuple[Samples, list[Word]]:
    """All sentences after each other, with quiet rooms between them."""
    random = np.random.default_rng(1)
    sounds: list[Samples] = []
    words: list[Word] = []
    length = 0
    for sound, marked in parts:
        at = length / RATE
        words += [word._replace(start=word.start + at, end=word.end + at) for word in marked]
        room = random.normal(0, 3e-4, round(PAUSE * RATE)).astype(np.float32)
        sounds += [sound, room]
        length += len(sound) + len(room)
    return np.concatenate(sounds), words


def matched(heard: Sequence[Word], marked: Sequence[Word]) -> list[Pair]:
    """Words that were recognised rightly, with their marks."""
    one, other = ([folded(word.text) for word in words] for words in (heard, marked))
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return [
        (heard[block.a + step], marked[block.b + step])
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    ]


def paired(heard: Sequence[Word], marked: Sequence[Word]) -> list[Pair]:
    """Words that were recognised rightly, each with the mark of the speaker who said it."""
    best: dict[int, Pair] = {}
    for speaker in sorted({word.speaker or "" for word in marked}):
        own = [word for word in marked if (word.speaker or "") == speaker]
        for index, true in nearest(heard, own):
            pair = (heard[index], true)
            if index not in best or _apart(pair) < _apart(best[index]):
                best[index] = pair
    return [best[index] for index in sorted(best)]


def nearest(heard: Sequence[Word], marked: Sequence[Word]) -> Iterator[tuple[int, Word]]:
    """As many pairs of equal words in order as there can be; of those ways the nearest in time."""
    one, other = ([folded(word.text) for word in words] for words in (heard, marked))
    worth = np.zeros((len(one) + 1, len(other) + 1))
    gain = np.full((len(one), len(other)), -np.inf)
    for row in reversed(range(len(one))):
        for column in reversed(range(len(other))):
            apart = _apart((heard[row], marked[column]))
            if one[row] == other[column] and apart <= COLLAR:
                gain[row, column] = (
                    worth[row + 1, column + 1] + 1 - apart / 1000
                )  # a pair outweighs all
            skipped = max(worth[row + 1, column], worth[row, column + 1])
            worth[row, column] = max(skipped, gain[row, column])
    row = column = 0
    while row < len(one) and column < len(other):
        if worth[row, column] == gain[row, column]:
            yield row, marked[column]
            row, column = row + 1, column + 1
        elif worth[row, column] == worth[row + 1, column]:
            row += 1
        else:
            column += 1


def _apart(pair: Pair) -> float:
    return abs(pair[0].start - pair[1].start)


def folded(text: str) -> str:
    """Letters and digits, without case."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def report(name: str, errors: Sequence[float], of: int) -> None:
    """One line for one list of errors in seconds."""
    signed = np.array(errors) * 1000
    sizes = np.abs(signed)
    print(
        f"{name:34} {len(sizes):5} of {of:5} words: median {np.median(sizes):4.0f} ms, "
        f"p95 {np.percentile(sizes, 95):4.0f} ms, {np.mean(sizes <= 200):6.1%} within 200 ms "
        f"(with sign {np.median(signed):+4.0f} ms)"
    )


def report_pairs(name: str, pairs: Sequence[Pair], of: int) -> None:
    """A line for the beginnings of words and one for their ends."""
    report(f"{name}, starts", [heard.start - marked.start for heard, marked in pairs], of)
    report(f"{name}, ends", [heard.end - marked.end for heard, marked in pairs], of)


def report_turns(shared: Path, raw: Path) -> None:
    """First and last words of the turns of the episode, where they were recognised rightly."""
    turns = json.loads((shared / "episodes/ethan/truth.json").read_bytes())["turns"]
    heard = decode(Recognition, raw.read_bytes(), raw.name).words
    said = []
    for turn in turns:
        texts = turn["text"].split()
        edges = [(turn["start"], -1.0)] + [(-1.0, -1.0)] * (len(texts) - 1)
        edges[-1] = (edges[-1][0], turn["end"])
        said += [Word(text, *edge) for text, edge in zip(texts, edges, strict=True)]
    sound = np.concatenate(list(stream_pcm(shared / "episodes/ethan/audio.mp3", RATE)))
    pairs = matched(heard, said)
    starts = [found.start - true.start for found, true in pairs if true.start >= 0]
    lasts = [(found.end, true.end) for found, true in pairs if true.end >= 0]
    report("episode, first words of turns", starts, len(turns))
    report("episode, last words of turns (end)", [end - true for end, true in lasts], len(turns))
    sounds = [end - last_sound(sound, true) for end, true in lasts]
    report("episode, last words (last sound)", sounds, len(turns))


def last_sound(sound: Samples, until: float) -> float:
    """When it was last louder, up to a time in seconds, than 30 dB below the speech before it."""
    part = sound[max(0, round((until - RINGING) * RATE)) : round(until * RATE)]
    frames = part[len(part) % STEP :].reshape(-1, STEP)
    levels = 10 * np.log10(np.square(frames.astype(np.float64)).mean(axis=1) + 1e-10)
    loud = np.flatnonzero(levels > np.percentile(levels, 90) - 30)
    return until - (len(levels) - 1 - int(loud[-1])) * STEP / RATE


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--engine", default="openai-whisper")
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--raw", type=Path)
    parser.add_argument("--alone", action="store_true", help="each sentence by itself too")
    options = parser.parse_args()
    recogniser = load(options.engine, options.model, "cpu")

    def listen(sound: Samples) -> Sequence[Word]:
        blocks = iter([sound[at : at + 10 * RATE] for at in range(0, len(sound), 10 * RATE)])
        return recogniser.transcribe(
            blocks,
            duration=len(sound) / RATE,
            language="en",
            scratch=None,
            progress=lambda *_: None,
        ).words

    shared: Path = options.shared
    parts = list(sentences(shared))
    sound, marked = joined(parts)
    every, of = matched(listen(sound), marked), len(marked)
    report_pairs("one long recording", every, of)
    if options.alone:
        single = [pair for sound, words in parts for pair in matched(listen(sound), words)]
        report_pairs("sentences alone", single, len(marked))
    for group, pair in (("ami", paired), ("mfa", matched), ("praatio", matched)):
        heard = [(pair(listen(sound), words), words) for sound, words in clips(shared, group)]
        total = sum(len(words) for _, words in heard)
        found = [pair for pairs, _ in heard for pair in pairs]
        report_pairs(group, found, total)
        every, of = every + found, of + total
    report_pairs("all of these", every, of)
    if options.raw:
        report_turns(shared, options.raw)


if __name__ == "__main__":
    main()
