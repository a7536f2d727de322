"""Who speaks when in a recording on one track: the diarisation error rate, and words rightly given.

    python tests/benchmarks/bench_diarisation.py SHARED RAW_TRANSCRIPT [--kept FOLDER]

SHARED holds `episodes/ethan` (a conversation of 41 minutes whose turns are known) and `audio/ami-*`
(half a minute each of meetings, with much of it spoken at once); RAW_TRANSCRIPT is our
`transcript.raw.json` of the former. The error rate is that of pyannote.metrics, with and without a collar
of 0.25 s to either side of every edge, and with and without what is spoken at once. The network that
hears where people speak was trained on meetings of the same corpus as `ami-*`, some of these among them:
what it finds there flatters it.

Words of `ethan` are those that were recognised rightly; words of the meetings are those of their makers,
with their times. Naming is the best possible one. Doubted are words during which two are heard.

With --kept, what was heard is kept in that folder, and a second run only groups it anew.
"""

import argparse
import difflib
import json
import tempfile
import time
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.audio.mastering.loudness import inspect
from pipeline.audio.mastering.mastering import master
from pipeline.audio.mastering.programme import Programme
from pipeline.models import Recognition, Turns, Word, decode
from pipeline.settings.production import AudioSettings
from pipeline.speech.voices.diarisation import tell_apart
from pipeline.speech.voices.voices import Heard, Stretch, hear
from pipeline.transcript.words.attribution import speakers, together
from pipeline.transcript.words.words import normal

KINDS = ("missed detection", "false alarm", "confusion")
COLLARS = (0.0, 0.25)  # seconds to either side of an edge
WAYS = list(product(COLLARS, (False, True)))  # and whether what is spoken at once is left out


class Told(NamedTuple):
    """A word whose speaker is known, who was found, and whether that was doubted."""

    truth: str
    found: str | None
    doubted: bool


def annotation(turns: Turns) -> Any:
    """Turns as pyannote has them."""
    from pyannote.core import Annotation, Segment

    found = Annotation()
    for number, (speaker, start, end) in enumerate(turns):
        found[Segment(start, end), number] = speaker
    return found


def errors(truth: Turns, found: Turns) -> np.ndarray[Any, Any]:
    """Seconds missed, invented, confused and in all, for each of `WAYS`."""
    from pyannote.metrics.diarization import DiarizationErrorRate

    rows = []
    for collar, alone in WAYS:
        metric = DiarizationErrorRate(collar=2 * collar, skip_overlap=alone)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it scores where somebody speaks, and says so
            parts = metric(annotation(truth), annotation(found), detailed=True)
        rows.append([*(parts[kind] for kind in KINDS), parts["total"]])
    return np.array(rows)


def rttm(path: Path) -> Turns:
    """Turns of an RTTM file."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    return [(row[7], float(row[3]), float(row[3]) + float(row[4])) for row in rows if row]


def heard(recording: Path, kept: Path) -> list[Heard]:
    """What is heard in a recording, kept in the folder `kept`."""
    path = kept / f"{recording.parent.name}-{recording.stem}.npz"
    if not path.is_file():
        begun = time.perf_counter()
        parts = list(hear(stream_pcm(recording)))
        seconds = time.perf_counter() - begun
        pairs: dict[str, Any] = {
            name: np.array([tuple(pair) for part in parts for pair in getattr(part, name)])
            for name in ("speech", "stretches", "overlaps")
        }
        rows = [part.embeddings for part in parts] or [np.zeros((0, 192), dtype=np.float32)]
        clarity = [part.clarity for part in parts] or [np.zeros(0, dtype=np.float32)]
        np.savez(
            path,
            embeddings=np.concatenate(rows),
            clarity=np.concatenate(clarity),
            seconds=seconds,
            **pairs,
        )
    with np.load(path) as found:
        speech, stretches, overlaps = (
            [Stretch(*pair) for pair in found[name].reshape(-1, 2).tolist()]
            for name in ("speech", "stretches", "overlaps")
        )
        print(f"{path.stem}: heard in {float(found['seconds']):.0f} s")
        return [Heard(speech, stretches, found["embeddings"], found["clarity"], overlaps)]


def meetings(folder: Path, mastered: Path) -> Iterator[tuple[Path, Path]]:
    """Each meeting's folder, and its sound as it would be published, which the stage listens to."""
    for meeting in sorted(folder.glob("ami-*")):
        (recording,) = meeting.glob("*.flac")
        out = mastered / f"{meeting.name}.mp3"
        if not out.is_file():
            master(Programme([inspect(recording)]), AudioSettings(), out)
        yield meeting, out


def recognised(raw: Path, turns: list[dict[str, Any]], found: Turns) -> list[Told]:
    """The words that were recognised rightly."""
    words = list(decode(Recognition, raw.read_bytes(), raw.name).words)
    given, both = speakers(words, found), together(words, found)
    truth = [(normal(text), turn["speaker"]) for turn in turns for text in turn["text"].split()]
    said = [normal(word.text) for word in words]
    matcher = difflib.SequenceMatcher(None, said, [text for text, _ in truth], autojunk=False)
    return [
        Told(truth[b + step][1], given[a + step], a + step in both)
        for a, b, size in matcher.get_matching_blocks()
        for step in range(size)
    ]


def spoken(path: Path, found: Turns) -> list[Told]:
    """The words of a meeting."""
    entries = json.loads(path.read_bytes())
    words = [Word(entry["word"], entry["start"], entry["end"]) for entry in entries]
    given, both = speakers(words, found), together(words, found)
    return [
        Told(unicodedata.normalize("NFKD", entry["speaker"]), given[number], number in both)
        for number, entry in enumerate(entries)
    ]


def rightly(told: Sequence[Told]) -> list[bool]:
    """For each word whether its speaker is right, by the naming that is best."""
    from scipy.optimize import linear_sum_assignment

    labels = sorted({word.found for word in told if word.found})
    people = sorted({word.truth for word in told})
    table = np.zeros((len(labels), len(people)))
    for word in told:
        if word.found:
            table[labels.index(word.found), people.index(word.truth)] += 1
    pairs = zip(*linear_sum_assignment(-table), strict=True)
    names = {labels[label]: people[person] for label, person in pairs}
    return [names.get(word.found or "") == word.truth for word in told]


class Sum:
    """What adds up over recordings."""

    def __init__(self) -> None:
        self.seconds = np.zeros((len(WAYS), 4))
        self.right: list[bool] = []
        self.doubted: list[bool] = []

    def add(self, name: str, truth: Turns, found: Turns, told: Sequence[Told]) -> None:
        """Take a recording's errors, and tell of them."""
        one = Sum()
        one.seconds = errors(truth, found)
        one.right, one.doubted = rightly(told), [word.doubted for word in told]
        voices = f"{len({t[0] for t in found})} of {len({t[0] for t in truth})} voices"
        one.tell(f"{name}, {voices}")
        self.seconds = self.seconds + one.seconds
        self.right += one.right
        self.doubted += one.doubted

    def tell(self, name: str) -> None:
        """A line of the table for each way, and one for the words."""
        print(name)
        for (collar, alone), (*parts, total) in zip(WAYS, self.seconds, strict=True):
            shares = " + ".join(f"{part / max(total, 1e-9):.1%}" for part in parts)
            what = f"collar {collar}, {'without overlap' if alone else 'all'}"
            print(f"    {what:<29} {sum(parts) / max(total, 1e-9):6.1%} = {shares}")
        right, of = sum(self.right), len(self.right)
        wrong = [
            doubt for doubt, is_right in zip(self.doubted, self.right, strict=True) if not is_right
        ]
        print(
            f"    words: {right} of {of} right ({right / max(of, 1):.2%}); doubted {sum(self.doubted)},"
            f" among them {sum(wrong)} of the {len(wrong)} wrong ones"
        )


def main() -> None:
    """Print the error rates (missed + invented + confused), with the number of people told and not."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("raw", type=Path)
    parser.add_argument("--kept", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        kept = options.kept or Path(name)
        kept.mkdir(parents=True, exist_ok=True)
        sums = {True: Sum(), False: Sum()}
        for meeting, recording in meetings(options.shared / "audio", kept):
            parts, truth = heard(recording, kept), rttm(meeting / "speakers.rttm")
            for known, total in sums.items():
                people = len({speaker for speaker, _, _ in truth}) if known else None
                found = tell_apart(parts, people).turns
                label = f"{meeting.name} ({'number known' if known else 'blind'})"
                total.add(label, truth, found, spoken(meeting / "words.json", found))
        for known, total in sums.items():
            total.tell(f"all meetings ({'number known' if known else 'blind'})")
        episode = options.shared / "episodes" / "ethan"
        turns = json.loads((episode / "truth.json").read_bytes())["turns"]
        truth = [(turn["speaker"], turn["start"], turn["end"]) for turn in turns]
        parts = heard(episode / "audio.mp3", kept)
        for people in (2, None):
            found = tell_apart(parts, people).turns
            label = f"ethan ({'number known' if people else 'blind'})"
            Sum().add(label, truth, found, recognised(options.raw, turns, found))


if __name__ == "__main__":
    main()
