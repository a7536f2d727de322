"""The sound of a quote: cut from the master where it is quiet, never through a word."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.decoding import ffmpeg
from pipeline.audio.decoding.decode import PREROLL, explained, layout, probe
from pipeline.audio.mastering.joining import Form, segment
from pipeline.errors import AudioError
from pipeline.models import Quote, Transcript, Word

# Whisper's word edges are within 200 ms, mostly; the quietest moment near them is where the mouth closes.
REACH = 0.3  # seconds to either side in which an edge may move
SHORTEST_PADDING = 0.08  # seconds of room outside the edge, so that a consonant can ring out
LONGEST_PADDING = 0.15  # seconds; chosen
QUIET_DB = 10.0  # padding ends where it gets this much louder than the edge: the next word
FADE_MS = 5  # against a click; the cut is at a quiet moment
GAP_MS = 300  # between spans that were not spoken one after the other
LONGEST = 900.0  # seconds of one quote: it is held in memory
# Seconds by which an edge may lie in the word before, in the word after, and in the passage's own first or
# last word: recognisers may be wrong about all of them. Of 160 edges where nobody pauses, 70 were heard
# with a word too many, too few or another while an edge might lie 0.03 in both neighbours and anywhere in
# half of its own word; with these it is 40.
_INTO_BEFORE = 0.03
_INTO_AFTER = 0.0
_INTO_OWN = 0.05
# What the whole reach costs: a pause wins over a dip within a word, a near pause over a far one.
_FAR_DB = 5.0
_STEP = 0.01  # seconds between levels
_BLUR = (0.25, 0.5, 0.25)  # weights of three steps: a level over 20 ms
_ENCODER = ("-c:a", "libmp3lame", "-bitexact", "-id3v2_version", "0")
_FULL = ("-b:a", "128k")
_SMALL = ("-ac", "1", "-ar", "24000", "-b:a", "32k")  # speech, 4 KB a second: for a mail


class Room(NamedTuple):
    """Between which seconds each edge of a span may lie, so that it does not leave its word.

    The quietest moment near an edge may be the pause on the other side of a short word.
    """

    earliest_start: float = -math.inf
    latest_start: float = math.inf
    earliest_end: float = -math.inf
    latest_end: float = math.inf

    def later(self, seconds: float) -> "Room":
        """The same room in a time that is behind by so many seconds."""
        return Room(*(limit - seconds for limit in self))


_ANYWHERE = Room()


class Passage(NamedTuple):
    """Seconds `start` to `end` of the master, which stand in the sound of a quote from second `at` on."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Sound:
    """The samples of a quote, and the passages that they are joined of."""

    samples: bytes
    form: Form
    passages: Sequence[Passage]

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.form.size(1.0)


def sound_of(master: Path, quote: Quote, transcript: Transcript) -> Sound:
    """The sound of a quote, each edge beside the words of its passage."""
    words, found = transcript.words, quote.passages(len(transcript.words))
    spans = [(words[first].start, words[last - 1].end) for first, last in found]
    return joined(master, spans, [room_of(words, first, last) for first, last in found])


def room_of(words: Sequence[Word], first: int, last: int) -> Room:
    """Where the edges of words `[first, last)` may lie: beside the words of the passage."""

    def into(index: int, seconds: float) -> float:
        return min(seconds, (words[index].end - words[index].start) / 2)

    return Room(
        words[first - 1].end - into(first - 1, _INTO_BEFORE) if first else -math.inf,
        words[first].start + into(first, _INTO_OWN),
        words[last - 1].end - into(last - 1, _INTO_OWN),
        words[last].start + into(last, _INTO_AFTER) if last < len(words) else math.inf,
    )


def cut(
    master: Path, spans: Sequence[tuple[float, float]], out: Path, *, small: bool = False
) -> float:
    """Write the spans (start, end in seconds of `master`) to the MP3 `out`, and return its seconds."""
    return write(joined(master, spans), out, small=small)


def write(sound: Sound, out: Path, *, small: bool = False) -> float:
    """Write the MP3 `out`, and return its seconds; with `small` in mono, at a quarter of the size.

    The same input gives the same bytes.
    """
    encoder = [*_ENCODER, *(_SMALL if small else _FULL)]
    arguments = [*sound.form.arguments, *encoder, "-f", "mp3", ffmpeg.file_url(out)]
    with explained(out):
        ffmpeg.write(arguments, iter((sound.samples,)))
    return sound.seconds


def joined(
    master: Path, spans: Sequence[tuple[float, float]], rooms: Sequence[Room] | None = None
) -> Sound:
    """The sound of spans (start, end in seconds of `master`), whose edges stay within `rooms`, one a span.

    Several are joined with a short silence, as [...] joins them in print. Memory grows with the spans,
    not with the master.
    """
    total = sum(end - start for start, end in spans)
    if not spans or any(end <= start for start, end in spans) or total > LONGEST:
        raise AudioError(
            f"{master}: no sound can be cut at {[tuple(span) for span in spans]}",
            f"a quote's spans must have a length, and {LONGEST:.0f} seconds at most together",
        )
    info = probe(master)
    form = Form(info.sample_rate, min(info.channels, 2))
    whole: Any = segment(b"", form)
    found = []
    for number, (start, end) in enumerate(spans):
        if number:
            whole += segment(bytes(form.size(GAP_MS / 1000)), form)
        sound, first = _passage(master, form, start, end, rooms[number] if rooms else _ANYWHERE)
        at = len(whole.raw_data) / form.size(1.0)
        whole += sound
        found.append(Passage(at, first, first + len(sound.raw_data) / form.size(1.0)))
    return Sound(whole.raw_data, form, found)


def _passage(master: Path, form: Form, start: float, end: float, room: Room) -> tuple[Any, float]:
    """One span with quiet edges, as a pydub AudioSegment, and the second of the master where it begins."""
    margin = REACH + LONGEST_PADDING + _STEP
    begin = max(0.0, start - margin)
    samples = _window(master, form, begin, end + margin - begin)
    if not samples:
        raise AudioError(
            f"{master}: there is no sound at {start:.1f} seconds",
            "the transcript belongs to another recording; run the episode again",
        )
    levels = _levels(samples, form)
    first, last = edges(levels, start - begin, end - begin, room.later(begin))
    sound = segment(samples, form)[round(first * 1000) : round(last * 1000)]
    return sound.fade_in(FADE_MS).fade_out(FADE_MS), begin + first


def edges(
    levels: NDArray[np.float32], start: float, end: float, room: Room = _ANYWHERE
) -> tuple[float, float]:
    """Where to cut, in seconds of the window whose levels (dB, one each 10 ms) are given.

    Each edge moves to the quietest moment within reach and within its room, and stays on its side of the
    middle. Then it moves outwards by the padding, as far as there is room.
    """
    middle = (start + end) / 2
    earliest, latest = max(0.0, room.earliest_start), min(len(levels) * _STEP, room.latest_end)
    first = _quietest(
        levels, start, max(start - REACH, earliest), min(start + REACH, middle, room.latest_start)
    )
    last = _quietest(
        levels, end, max(end - REACH, middle, room.earliest_end), min(end + REACH, latest)
    )
    return (
        max(min(first, earliest), first - _padding(levels[: _index(first)][::-1], levels, first)),
        min(max(last, latest), last + _padding(levels[_index(last) :], levels, last)),
    )


def _quietest(levels: NDArray[np.float32], at: float, low: float, high: float) -> float:
    """The quietest moment between `low` and `high`; of equally quiet ones the nearest to `at`."""
    indices = np.arange(_index(low), min(_index(high) + 1, len(levels)))
    if not len(indices):
        return min(at, len(levels) * _STEP)
    cost = levels[indices] + _FAR_DB * np.abs(indices * _STEP - at) / REACH
    return float(indices[np.argmin(cost)]) * _STEP


def _padding(outside: NDArray[np.float32], levels: NDArray[np.float32], edge: float) -> float:
    """Seconds to add outside an edge: up to where it gets loud, within the bounds."""
    quiet = levels[min(_index(edge), len(levels) - 1)] + QUIET_DB
    reach = outside[: round(LONGEST_PADDING / _STEP)]
    loud = np.flatnonzero(reach > quiet)
    free = (int(loud[0]) if len(loud) else round(LONGEST_PADDING / _STEP)) * _STEP
    return max(SHORTEST_PADDING, free)


def _index(seconds: float) -> int:
    return round(seconds / _STEP)


def _levels(samples: bytes, form: Form) -> NDArray[np.float32]:
    """The level in dB each 10 ms, over 20 ms, of all channels together."""
    sound = np.frombuffer(samples, dtype="<i4").reshape(-1, form.channels).mean(axis=1) / 2**31
    size = round(_STEP * form.rate)
    frames = sound[: len(sound) // size * size].reshape(-1, size)
    power = np.mean(np.square(frames), axis=1)
    smooth = np.convolve(power, _BLUR, mode="same") if len(power) else power
    return (10 * np.log10(smooth + 1e-10)).astype(np.float32)


def _window(master: Path, form: Form, start: float, seconds: float) -> bytes:
    """Decode a part of the master, starting a little earlier: an MP3 frame needs those before it."""
    early = min(start, PREROLL)
    arguments = [
        *ffmpeg.source(master, start=start - early),
        *["-map", "0:a:0", "-af", layout(form.rate, form.channels)],
        *["-t", f"{seconds + early:.6f}", "-f", "s32le"],
    ]
    with explained(master):
        return b"".join(ffmpeg.read(arguments, 1 << 20))[form.size(early) :]
