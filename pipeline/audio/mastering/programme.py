"""What is mastered, and how it becomes one stream of samples and then an MP3.

The graph of filters: every voice at the target's loudness, mixed; intro and outro around it; gain;
where needed a limiter at 192 kHz, where samples show true peaks.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.audio.decoding import ffmpeg
from pipeline.audio.decoding.decode import explained, layout
from pipeline.audio.mastering import joining
from pipeline.audio.mastering.joining import Form, Music
from pipeline.audio.mastering.loudness import Recording, meter, metered
from pipeline.engine.progress import Progress
from pipeline.settings.production import AudioSettings

_TRACK_RANGE_LU = 12.0  # a track this much softer than the loudest holds a listener, not a speaker
_OVERSAMPLED = 192_000  # Hz, at which peaks between samples show; four times the fastest rate
_OFTEN = 48_000  # samples a second, at least, while a voice is stretched
_FINEST = 500_000  # at most: a drift below a part in a million is left, 4 ms an hour
_EXCERPTS = 12  # of a rehearsal, spread over the programme
_EXCERPT_SECONDS = 10.0  # of each
_BLOCK_SECONDS = 10.0  # mixed at once where music is joined


@dataclass(frozen=True, slots=True)
class Programme:
    """What is mastered: one recording, or one track a speaker, all inspected; and the music around it.

    `starts` are the seconds at which each voice begins; none: all at once. `rates` say how much longer
    each lasts than its own clock says; none: none does. With `folded` every voice is brought to the
    middle, whichever channel it was recorded on.
    """

    voices: Sequence[Recording]
    intro: Recording | None = None
    outro: Recording | None = None
    starts: Sequence[float] = ()
    rates: Sequence[float] = ()
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Levels:
    """One attempt: dB of gain after the voices are level, and dBTP at which to limit; None: no limiter."""

    gain: float
    ceiling: float | None


class Plan:
    """How a programme becomes one stream of samples, and how that is encoded."""

    def __init__(self, programme: Programme, target: AudioSettings) -> None:
        self._voices = programme.voices
        self._starts = programme.starts or [0.0] * len(programme.voices)
        self._rates = programme.rates or [1.0] * len(programme.voices)
        self._folded = programme.folded
        self._target = target
        self.path = programme.voices[0].path
        parts = [*programme.voices, *filter(None, (programme.intro, programme.outro))]
        self.form = Form(_rate(parts), _channels(programme, target))
        self._ends = [
            start + rate * voice.loudness.seconds
            for start, rate, voice in zip(self._starts, self._rates, self._voices, strict=True)
        ]
        voices_seconds = max(self._ends)
        self._intro, self._outro = (
            self._music(recording, voices_seconds)
            for recording in (programme.intro, programme.outro)
        )
        self.offset = self._intro.alone if self._intro else 0.0
        self.seconds = self.offset + voices_seconds + (self._outro.alone if self._outro else 0.0)

    @property
    def peak(self) -> float | None:
        """True peak in dBTP of the voices at the target's loudness; None where it takes the mix to know."""
        if len(self._voices) > 1 or self._intro or self._outro or self._folded:
            return None
        return self._voices[0].loudness.true_peak + self._voice_gains()[0]

    def rehearse(self, gains: Sequence[float], ceiling: float) -> list[float]:
        """How many LU a limiter at `ceiling` would take back of each gain, heard on excerpts of the voices.

        Two minutes tell it well enough for hours, and cost a hundredth of an encoding.
        """
        period = max(_EXCERPT_SECONDS, self.seconds / _EXCERPTS)
        finishes = ["anull", *(self._finish(Levels(gain, ceiling)) for gain in gains)]
        branches = [
            f"[x{number}]{finish},{meter(number)}[o{number}]"
            for number, finish in enumerate(finishes)
        ]
        numbers = range(len(branches))
        excerpts = (
            f"{self._mix(0.0)},aselect='lt(mod(t,{period:.3f}),{_EXCERPT_SECONDS})',asetpts=N/SR/TB,"
            f"asplit={len(branches)}{''.join(f'[x{number}]' for number in numbers)}"
        )
        graph = ";".join([excerpts, *branches])
        # Every branch is an output: ffmpeg 7.0 dies of one that ends in an anullsink.
        outputs = [part for number in numbers for part in ("-map", f"[o{number}]")]
        arguments = [*self._sources(), "-filter_complex", graph, *outputs, "-f", "null", "-"]
        with explained(self.path):
            before, *after = metered(ffmpeg.run(arguments)[0])
        return [before + gain - level for gain, level in zip(gains, after, strict=True)]

    def encode(self, levels: Levels, out: Path, progress: Progress) -> None:
        """Write the MP3; the same bytes for the same programme and levels."""
        with explained(self.path):
            if self._intro or self._outro:
                self._encode_joined(levels, out, progress)
            else:
                graph = f"{self._mix(0.0)}[mix];[mix]{self._finish(levels)}[out]"
                arguments = [*self._sources(), "-filter_complex", graph, "-map", "[out]"]
                ffmpeg.run([*arguments, *self._mp3(out)], progress, self.seconds)

    def _encode_joined(self, levels: Levels, out: Path, progress: Progress) -> None:
        graph = f"{self._mix(-joining.HEADROOM_DB)}[out]"
        voices = ffmpeg.read(
            [*self._sources(), "-filter_complex", graph, "-map", "[out]", "-f", "s32le"],
            self.form.size(_BLOCK_SECONDS),
        )
        louder = replace(levels, gain=levels.gain + joining.HEADROOM_DB)
        filters = ["-af", self._finish(louder)]
        programme = joining.join(voices, self.form, self._intro, self._outro)
        ffmpeg.write(
            [*self.form.arguments, *filters, *self._mp3(out)],
            _counted(programme, self.form, self.seconds, progress),
        )

    def _sources(self) -> list[str]:
        return [part for voice in self._voices for part in ffmpeg.source(voice.path)]

    def _mix(self, gain: float) -> str:
        """The graph of all voices, each at the target's loudness, `gain` dB above it."""
        shape = layout(self.form.rate, self.form.channels)
        if self._folded:
            shape = f"{layout(self.form.rate, 1)},{shape}"
        count = len(self._voices)
        # amix divides by the voices that still sound, and only ffmpeg 4.4 can be told not to: so all
        # but the longest go on in silence, and each is louder by what it is divided by.
        gain += 20 * math.log10(count)
        channels = self.form.channels
        chains = [
            f"[{number}:a:0]{voice.info.mended}{_paced(rate)}{shape}{_delayed(start, channels)},"
            f"volume={own + gain:.3f}dB"
            for number, (voice, own, start, rate) in enumerate(
                zip(self._voices, self._voice_gains(), self._starts, self._rates, strict=True)
            )
        ]
        if count == 1:
            return chains[0]
        longest = max(range(count), key=self._ends.__getitem__)
        others = [number for number in range(count) if number != longest]
        tracks = [f"{chains[longest]}[v{longest}]"]
        tracks += [f"{chains[number]},apad[v{number}]" for number in others]
        names = "".join(f"[v{number}]" for number in (longest, *others))
        return f"{';'.join(tracks)};{names}amix=inputs={count}:duration=first"

    def _voice_gains(self) -> list[float]:
        """What makes the speakers equally loud, in dB; a track that hardly holds speech is not torn up."""
        loudest = max(voice.loudness.lufs for voice in self._voices)
        return [
            self._target.lufs - max(voice.loudness.lufs, loudest - _TRACK_RANGE_LU)
            for voice in self._voices
        ]

    def _music(self, recording: Recording | None, voices: float) -> Music | None:
        if recording is None:
            return None
        gain = self._target.lufs - recording.loudness.lufs
        return Music(recording, gain, joining.seam(self._target.fade, recording, voices))

    def _finish(self, levels: Levels) -> str:
        filters = f"volume={levels.gain:.3f}dB"
        if levels.ceiling is not None:
            limit = f"{10 ** (levels.ceiling / 20):.6f}"
            filters += (
                f",aresample={_OVERSAMPLED},alimiter=limit={limit}:attack=5:release=50:level=0"
            )
        return f"{filters},aresample={self.form.rate}"

    def _mp3(self, out: Path) -> list[str]:
        """A constant bitrate, so that players seek exactly, and nothing that differs between runs."""
        return [
            *["-map_metadata", "-1", "-map_chapters", "-1", "-bitexact"],
            *["-c:a", "libmp3lame", "-b:a", f"{self._target.bitrate}k"],
            *["-ar", str(self.form.rate), "-ac", str(self.form.channels)],
            *["-id3v2_version", "0", "-write_xing", "1", "-f", "mp3", ffmpeg.file_url(out)],
        ]


def _rate(parts: Sequence[Recording]) -> int:
    """48 kHz where a part has it (or a multiple), else 44.1 kHz, which every player takes."""
    return 48_000 if any(part.info.sample_rate % 48_000 == 0 for part in parts) else 44_100


def _channels(programme: Programme, target: AudioSettings) -> int:
    if target.channels != "source":
        return 1 if target.channels == "mono" else 2
    parts = [*filter(None, (programme.intro, programme.outro))]
    parts += [] if programme.folded else programme.voices
    return 2 if any(part.info.channels > 1 for part in parts) else 1


def _paced(rate: float) -> str:
    """Filters that make a voice last `rate` times as long, by samples that are taken for some others.

    So many samples a second are made that a few more or less of them are the whole difference: exact to
    a part in a hundred million. The pitch changes as little as the time, which nobody hears.
    """
    drift = abs(rate - 1)
    if drift * _FINEST < 0.5:
        return ""
    fewer = math.ceil(drift * _OFTEN)
    made = min(round(fewer / drift), _FINEST)
    taken = made - fewer if rate > 1 else made + fewer
    return f"aresample={made},asetrate={taken},"


def _delayed(seconds: float, channels: int) -> str:
    """A filter for a voice that begins later; ffmpeg 4.2 wants to hear it for each channel."""
    delays = "|".join([f"{seconds * 1000:.0f}"] * channels)
    return f",adelay={delays}" if seconds else ""


def _counted(
    blocks: Iterator[bytes], form: Form, total: float, progress: Progress
) -> Iterator[bytes]:
    """The same blocks, with progress in seconds of sound."""
    done = 0
    for block in blocks:
        yield block
        done += len(block)
        progress(done / form.size(1.0), total, "s")
