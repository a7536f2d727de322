"""Who speaks when in a recording on one track: the diarisation error rate, and words rightly given.

    python tests/benchmarks/bench_diarisation.py SHARED RAW_TRANSCRIPT

SHARED holds `episodes/ethan` (a conversation of 41 minutes whose turns are known) and `audio/ami-*`
(half a minute each of meetings, with much of it spoken at once); RAW_TRANSCRIPT is our
`transcript.raw.json` of the former. The error rate is that of pyannote.metrics, with everything counted
and with a collar of 0.25 s to either side of every edge. One label a moment misses the second voice of
all overlap: the table shows how much of the error that is.
"""

import argparse
import difflib
import itertools
import json
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.audio.decode import stream_pcm
from pipeline.audio.loudness import inspect
from pipeline.audio.mastering import master
from pipeline.audio.programme import Programme, Target
from pipeline.models import Recognition, Word, decode
from pipeline.speech.diarisation import Turns, diarise
from pipeline.transcript.attribution import speakers
from pipeline.transcript.words import normal

COLLAR = 0.25  # seconds to either side


def annotation(turns: Turns) -> Any:
    """Turns as pyannote has them."""
    from pyannote.core import Annotation, Segment

    found = Annotation()
    for number, (speaker, start, end) in enumerate(turns):
        found[Segment(start, end), number] = speaker
    return found


def errors(truth: Turns, found: Turns, collar: float) -> dict[str, float]:
    """Seconds missed, invented and confused, and seconds in all."""
    from pyannote.metrics.diarization import DiarizationErrorRate

    metric = DiarizationErrorRate(collar=2 * collar)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it scores where somebody speaks, and says so
        details: dict[str, float] = metric(annotation(truth), annotation(found), detailed=True)
    return details


def rttm(path: Path) -> Turns:
    """Turns of an RTTM file."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    return [(row[7], float(row[3]), float(row[3]) + float(row[4])) for row in rows if row]


def meetings(folder: Path, mastered: Path) -> Iterator[tuple[Path, Turns]]:
    """Each meeting's sound as it would be published, which is what the stage listens to."""
    for meeting in sorted(folder.glob("ami-*")):
        (recording,) = meeting.glob("*.flac")
        out = mastered / f"{meeting.name}.mp3"
        master(Programme([inspect(recording)]), Target(), out)
        yield out, rttm(meeting / "speakers.rttm")


def right_words(raw: Path, turns: list[dict[str, Any]], found: Turns) -> tuple[int, int]:
    """How many of the words that were recognised rightly have their speaker, by the best naming."""
    words = list(decode(Recognition, raw.read_bytes(), raw.name).words)
    given = speakers(words, found)
    labels = sorted({speaker for speaker, _, _ in found})
    people = sorted({turn["speaker"] for turn in turns})
    people += ["nobody"] * max(0, len(labels) - len(people))
    best: list[bool] = []
    for named in itertools.permutations(people, len(labels)):
        names = dict(zip(labels, named, strict=True))
        right = score(words, turns, [names.get(label or "") for label in given])
        best = max(best, right, key=sum)
    return sum(best), len(best)


def score(words: list[Word], turns: list[dict[str, Any]], given: list[str | None]) -> list[bool]:
    """For each word that was recognised rightly, whether its speaker is right."""
    truth = [(normal(text), turn["speaker"]) for turn in turns for text in turn["text"].split()]
    heard, said = [normal(word.text) for word in words], [text for text, _ in truth]
    blocks = difflib.SequenceMatcher(None, heard, said, autojunk=False).get_matching_blocks()
    return [
        given[block.a + step] == truth[block.b + step][1]
        for block in blocks
        for step in range(block.size)
    ]


def tell(name: str, truth: Turns, found: Turns) -> None:
    """A line of the table."""
    cells = []
    for collar in (0.0, COLLAR):
        seconds = errors(truth, found, collar)
        parts = [seconds[kind] for kind in ("missed detection", "false alarm", "confusion")]
        total = max(seconds["total"], 1e-9)
        shares = " + ".join(f"{part / total:.1%}" for part in parts)
        cells.append(f"{sum(parts) / total:6.1%} = {shares}")
    voices = f"{len({t[0] for t in found})} of {len({t[0] for t in truth})} voices"
    print(f"{name:<20} {voices}  DER (missed + invented + confused) {'; with collar '.join(cells)}")


def main() -> None:
    """Print the error rates, with the number of people known and unknown."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("raw", type=Path)
    options = parser.parse_args()
    episode = options.shared / "episodes" / "ethan"
    turns = json.loads((episode / "truth.json").read_bytes())["turns"]
    truth = [(turn["speaker"], turn["start"], turn["end"]) for turn in turns]
    begun = time.perf_counter()
    found = diarise(stream_pcm(episode / "audio.mp3"), 2).turns
    seconds = time.perf_counter() - begun
    tell("ethan", truth, found)
    right, of = right_words(options.raw, turns, found)
    print(f"ethan: {right} of {of} words right ({right / of:.2%})")
    print(f"ethan: {seconds:.0f} s, {truth[-1][2] / seconds:.0f} times real time")
    with tempfile.TemporaryDirectory() as name:
        for path, spoken in meetings(options.shared / "audio", Path(name)):
            for people in (len({speaker for speaker, _, _ in spoken}), None):
                heard = diarise(stream_pcm(path), people).turns
                tell(path.stem[:14] + ("" if people else " (blind)"), spoken, heard)


if __name__ == "__main__":
    main()
