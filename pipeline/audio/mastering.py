"""The published file: a recording brought to the show's loudness, measured after the encoding.

Two passes: measure, then apply the gain that was missing. Speech with rare loud peaks cannot reach
-16 LUFS by gain alone, so where the peaks would pass the ceiling they are limited at 192 kHz, where
samples show true peaks. MP3 raises peaks again by an amount that only the result shows. So the
result is measured, and encoded once more with what was learnt when it misses.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pipeline.audio import ffmpeg, joining
from pipeline.audio.decode import explain, layout, unchanged
from pipeline.audio.ffmpeg import FfmpegFailed, Progress
from pipeline.audio.joining import Form, Music
from pipeline.audio.loudness import Loudness, Recording, measure, refuse_silence
from pipeline.errors import AudioError

TOLERANCE_LU = 0.5  # what passes through, and the most that a result may be off
_AIM_LU = 0.3  # what a result is sent back for: a meter prints tenths
_PEAK_MARGIN_DB = 0.05  # a printed tenth may be this much too low
_MP3_HEADROOM_DB = 0.4  # what the encoding usually adds to limited peaks
#: LAME makes everything softer by bitrate: by so many dB (measured), and by 0.45 below these.
_LAME_LOSS_DB = {192: 0.27, 224: 0.18, 256: 0.0, 320: 0.0}
#: A limiter costs speech about 0.1 LU for each dB that its highest peak is over, and then takes back
#: about a third of each further dB of gain (medians over 110 recordings; single ones differ widely).
_LIMITER_LOSS = 0.1
_LIMITED_SLOPE = 0.7
_ATTEMPTS = 6
_TRACK_RANGE_LU = 12.0  # a track this much softer than the loudest holds a listener, not a speaker
_OVERSAMPLED = 192_000  # Hz
_RATES = (32_000, 44_100, 48_000)  # of MPEG-1: what every player and every host takes
_BITRATES = range(48, 321)  # kbit/s


@dataclass(frozen=True, slots=True)
class Target:
    """What a show publishes; loudness in LUFS, ceiling in dBTP, bitrate in kbit/s, fade in seconds."""

    lufs: float = -16.0
    true_peak: float = -1.0
    bitrate: int = 128
    channels: Literal["source", "mono", "stereo"] = "source"
    fade: float = 1.0


@dataclass(frozen=True, slots=True)
class Programme:
    """What is mastered: one recording, or one track a speaker, all inspected; and the music around it."""

    voices: Sequence[Recording]
    intro: Recording | None = None
    outro: Recording | None = None


@dataclass(frozen=True, slots=True)
class Master:
    """The finished file; `offset` is the second at which the recording begins in it."""

    loudness: Loudness
    sample_rate: int
    channels: int
    bitrate: int
    encoded: bool
    offset: float


@dataclass(frozen=True, slots=True)
class _Levels:
    """One attempt: dB of gain after the voices are level, and dBTP at which to limit; None: no limiter."""

    gain: float
    ceiling: float | None


def master(
    programme: Programme, target: Target, out: Path, progress: Progress | None = None
) -> Master:
    """Write the MP3 to `out` and say what it is.

    A single MP3 that is within tolerance already is copied byte for byte. AudioError when nobody can
    be heard, the recording changes meanwhile, or no gain reaches the target.
    """
    music = [part for part in (programme.intro, programme.outro) if part]
    if all(voice.silent for voice in programme.voices):
        raise refuse_silence(programme.voices[0].path)
    for part in music:
        joining.check_length(part)
        if part.silent:
            raise refuse_silence(part.path)
    with unchanged(*(part.path for part in (*programme.voices, *music))):
        if _passes(programme, target):
            return _copy(programme.voices[0], out)
        plan = _Plan(programme, target)
        loudness = _approach(plan, target, out, progress)
    form = plan.form
    return Master(loudness, form.rate, form.channels, target.bitrate, True, round(plan.offset, 3))


def _passes(programme: Programme, target: Target) -> bool:
    """Whether the recording is the finished MP3 already: encoding it again would only lose quality."""
    if len(programme.voices) > 1 or programme.intro or programme.outro:
        return False
    voice = programme.voices[0]
    info, loudness = voice.info, voice.loudness
    wanted = {"source": (1, 2), "mono": (1,), "stereo": (2,)}[target.channels]
    # Players trust the header's length; one that is missing or wrong makes them seek wrongly.
    length_known = info.duration is not None and abs(info.duration - loudness.seconds) < 1
    return (
        info.container == "mp3"
        and info.codec.startswith("mp3")
        and info.channels in wanted
        and info.sample_rate in _RATES
        and _bitrate(voice) in _BITRATES
        and length_known
        and abs(loudness.lufs - target.lufs) <= TOLERANCE_LU
        and loudness.true_peak <= target.true_peak
    )


def _copy(voice: Recording, out: Path) -> Master:
    shutil.copyfile(voice.path, out)
    info = voice.info
    return Master(voice.loudness, info.sample_rate, info.channels, _bitrate(voice), False, 0.0)


def _bitrate(voice: Recording) -> int:
    """kbit/s: the stream's, as the container says; else size over time."""
    if voice.info.bitrate:
        return voice.info.bitrate
    return round(voice.path.stat().st_size * 8 / 1000 / voice.loudness.seconds)


def _approach(plan: "_Plan", target: Target, out: Path, progress: Progress | None) -> Loudness:
    """Encode and measure until the result is within tolerance."""
    levels = plan.first
    tried: list[tuple[float, float]] = []
    for _ in range(_ATTEMPTS):
        plan.encode(levels, out, progress)
        result = measure(out, progress, plan.seconds)
        tried.append((levels.gain, result.lufs))
        missing = target.lufs - result.lufs
        over = result.true_peak - (target.true_peak - _PEAK_MARGIN_DB)
        if abs(missing) <= _AIM_LU and over <= 0:
            return result
        levels = _corrected(levels, missing, over, tried, target)
    raise AudioError(
        f"{plan.path}: cannot be brought to {target.lufs} LUFS with peaks below {target.true_peak}"
        f" dBTP: it ends at {result.lufs} LUFS and {result.true_peak} dBTP",
        "is it speech? If so, lower [audio] lufs in show.toml",
    )


def _corrected(
    levels: _Levels, missing: float, over: float, tried: list[tuple[float, float]], target: Target
) -> _Levels:
    """The next attempt. A limiter takes back a part of each dB, which the last two attempts show."""
    slope = 1.0 if levels.ceiling is None else _LIMITED_SLOPE
    if len(tried) > 1 and abs(tried[-1][0] - tried[-2][0]) > 0.05:
        slope = (tried[-1][1] - tried[-2][1]) / (tried[-1][0] - tried[-2][0])
    gain = levels.gain + missing / min(1.0, max(0.25, slope))
    ceiling = levels.ceiling
    if over > 0:
        ceiling = _ceiling(target) if ceiling is None else ceiling - over - 0.1
    elif ceiling is None and missing > 0:
        ceiling = _ceiling(target)  # the gain that was missing may lift the peaks over it
    return _Levels(gain, ceiling)


def _lame_loss(target: Target) -> float:
    return _LAME_LOSS_DB.get(target.bitrate, 0.45)


def _ceiling(target: Target) -> float:
    """Where to limit, in dBTP before the encoding."""
    return min(0.0, target.true_peak - _MP3_HEADROOM_DB + _lame_loss(target))


class _Plan:
    """How a programme becomes one stream of samples, and how that is encoded."""

    def __init__(self, programme: Programme, target: Target) -> None:
        self._voices = programme.voices
        self._target = target
        self.path = programme.voices[0].path
        parts = [*programme.voices, *filter(None, (programme.intro, programme.outro))]
        self.form = Form(_rate(parts), _channels(parts, target))
        voices_seconds = max(voice.loudness.seconds for voice in self._voices)
        self._intro, self._outro = (
            self._music(recording, voices_seconds)
            for recording in (programme.intro, programme.outro)
        )
        self.offset = self._intro[0].seconds - self._intro[1] if self._intro else 0.0
        after = self._outro[0].seconds - self._outro[1] if self._outro else 0.0
        self.seconds = self.offset + voices_seconds + after

    @property
    def first(self) -> _Levels:
        """The first attempt. Limit where the peaks will pass the ceiling, or where that is unknown."""
        gain, ceiling = _lame_loss(self._target), _ceiling(self._target)
        if len(self._voices) > 1 or self._intro or self._outro:
            return _Levels(gain, ceiling)
        over = self._voices[0].loudness.true_peak + self._voice_gains()[0] + gain - ceiling
        if over <= 0:
            return _Levels(gain, None)
        return _Levels(gain + _LIMITER_LOSS * over, ceiling)

    def encode(self, levels: _Levels, out: Path, progress: Progress | None) -> None:
        """Write the MP3; the same bytes for the same programme and levels."""
        try:
            if self._intro or self._outro:
                self._encode_joined(levels, out, progress)
            else:
                graph = f"{self._mix(0.0)}[mix];[mix]{self._finish(levels)}[out]"
                arguments = [*self._sources(), "-filter_complex", graph, "-map", "[out]"]
                ffmpeg.run([*arguments, *self._mp3(out)], progress, self.seconds)
        except FfmpegFailed as error:
            raise explain(self.path, error.log) from None

    def _encode_joined(self, levels: _Levels, out: Path, progress: Progress | None) -> None:
        graph = f"{self._mix(-joining.HEADROOM_DB)}[out]"
        voices = ffmpeg.read(
            [*self._sources(), "-filter_complex", graph, "-map", "[out]", "-f", "s32le"],
            self.form.size(10.0),
        )
        shape = ["-f", "s32le", "-ar", str(self.form.rate), "-ac", str(self.form.channels)]
        louder = replace(levels, gain=levels.gain + joining.HEADROOM_DB)
        filters = ["-af", self._finish(louder)]
        programme = joining.join(voices, self.form, self._intro, self._outro)
        ffmpeg.write(
            [*shape, "-i", "pipe:0", *filters, *self._mp3(out)],
            _counted(programme, self.form, self.seconds, progress),
        )

    def _sources(self) -> list[str]:
        return [part for voice in self._voices for part in ffmpeg.source(voice.path)]

    def _mix(self, gain: float) -> str:
        """The graph of all voices, each at the target's loudness, `gain` dB above it."""
        shape = layout(self.form.rate, self.form.channels)
        chains = [
            f"[{number}:a:0]{shape},volume={own + gain:.3f}dB"
            for number, own in enumerate(self._voice_gains())
        ]
        if len(chains) == 1:
            return chains[0]
        names = [f"[v{number}]" for number in range(len(chains))]
        tracks = ";".join(chain + name for chain, name in zip(chains, names, strict=True))
        return f"{tracks};{''.join(names)}amix=inputs={len(chains)}:duration=longest:normalize=0"

    def _voice_gains(self) -> list[float]:
        """What makes the speakers equally loud, in dB; a track that hardly holds speech is not torn up."""
        loudest = max(voice.loudness.lufs for voice in self._voices)
        return [
            self._target.lufs - max(voice.loudness.lufs, loudest - _TRACK_RANGE_LU)
            for voice in self._voices
        ]

    def _music(self, recording: Recording | None, voices: float) -> tuple[Music, float] | None:
        if recording is None:
            return None
        music = Music(recording, self._target.lufs - recording.loudness.lufs)
        return music, joining.seam(self._target.fade, music, voices)

    def _finish(self, levels: _Levels) -> str:
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


def _channels(parts: Sequence[Recording], target: Target) -> int:
    if target.channels != "source":
        return 1 if target.channels == "mono" else 2
    return 2 if any(part.info.channels > 1 for part in parts) else 1


def _counted(
    blocks: Iterator[bytes], form: Form, total: float, progress: Progress | None
) -> Iterator[bytes]:
    """The same blocks, with progress in seconds of sound."""
    done = 0
    for block in blocks:
        yield block
        done += len(block)
        if progress:
            progress(done / form.size(1.0), total, "s")
