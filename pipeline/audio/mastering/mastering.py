"""The published file: a recording brought to the show's loudness, measured after the encoding.

Two passes: measure, then apply the gain that was missing. Speech with rare loud peaks cannot reach
-16 LUFS by gain alone, so where the peaks would pass the ceiling they are limited at 192 kHz, where
samples show true peaks. MP3 raises peaks again by an amount that only the result shows. So the
result is measured, and encoded once more with what was learnt when it misses.
"""

import shutil
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.artefacts import Audio
from pipeline.audio.decoding.decode import unchanged
from pipeline.audio.mastering import joining
from pipeline.audio.mastering.loudness import Loudness, Recording, measure, refuse_silence
from pipeline.audio.mastering.programme import Levels, Plan, Programme
from pipeline.engine.progress import Progress, silent
from pipeline.errors import AudioError
from pipeline.settings.production import AudioSettings
from pipeline.workspace import file_sha256

TOLERANCE_LU = 0.5  # what passes through, and the most that a result may be off
_AIM_LU = 0.35  # what is encoded once more
_METER_STEP = 0.05  # a printed tenth may be this much too low
_MP3_HEADROOM_DB = 0.4  # what the encoding usually adds to limited peaks
#: LAME makes everything softer by bitrate: by so many dB (measured), and below these by the second.
_LAME_LOSS_DB, _LAME_LOSS_BELOW_DB = {192: 0.27, 224: 0.18, 256: 0.0, 320: 0.0}, 0.45
_LIMITED_SLOPE = 0.7  # of each further dB, a limiter leaves speech about so much
_LEAST_SLOPE = 0.12  # of each dB: at less, one attempt would ask for eight
_CLEARLY_DB = 0.1  # lower than the peaks ask for, so that the next attempt is the last
_GAINS = (0.0, 1.0, 2.0, 4.0, 8.0)  # dB that a rehearsal tries
_SPARE_DB = 1.5  # below what is allowed: peaks that need not be cut so deep
_ATTEMPTS = 6  # chosen
_PATIENCE = 2  # attempts that aim for more than the tolerance
_RATES = (32_000, 44_100, 48_000)  # of MPEG-1: what every player and every host takes
_BITRATES = range(48, 321)  # kbit/s


def master(
    programme: Programme, target: AudioSettings, out: Path, progress: Progress = silent
) -> Audio:
    """Write the MP3 to `out` and say what it is. Of `target` music and folding are in the programme.

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
            return _copied(programme.voices[0], out)
        plan = Plan(programme, target)
        loudness = _approach(plan, target, out, progress)
    return Audio(
        sample_rate=plan.form.rate,
        channels=plan.form.channels,
        bitrate=target.bitrate,
        offset=round(plan.offset, 3),
        **_found(loudness, out),
    )


def _passes(programme: Programme, target: AudioSettings) -> bool:
    """Whether the recording is the finished MP3 already: encoding it again would only lose quality."""
    if len(programme.voices) > 1 or programme.intro or programme.outro or programme.folded:
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


def _copied(voice: Recording, out: Path) -> Audio:
    shutil.copyfile(voice.path, out)
    return Audio(
        sample_rate=voice.info.sample_rate,
        channels=voice.info.channels,
        bitrate=_bitrate(voice),
        encoded=False,
        **_found(voice.loudness, out),
    )


def _found(loudness: Loudness, out: Path) -> dict[str, Any]:
    return {
        "duration": round(loudness.seconds, 3),
        "lufs": loudness.lufs,
        "true_peak": loudness.true_peak,
        "bytes": out.stat().st_size,
        "sha256": file_sha256(out),
    }


def _bitrate(voice: Recording) -> int:
    """kbit/s: the stream's, as the container says; else size over time."""
    if voice.info.bitrate:
        return voice.info.bitrate
    return round(voice.path.stat().st_size * 8 / 1000 / voice.loudness.seconds)


def _approach(plan: Plan, target: AudioSettings, out: Path, progress: Progress) -> Loudness:
    """Encode and measure until the result is on target, or after a few attempts within tolerance."""
    levels = _first(plan, target)
    tried: list[tuple[float, float]] = []
    for attempt in range(_ATTEMPTS):
        plan.encode(levels, out, progress)
        result = measure(out, progress, plan.seconds)
        tried.append((levels.gain, result.lufs))
        missing = target.lufs - result.lufs
        over = result.true_peak - (target.true_peak - _METER_STEP)
        aim = _AIM_LU if attempt < _PATIENCE else TOLERANCE_LU - _METER_STEP
        if abs(missing) <= aim and over <= 0:
            return result
        levels = _corrected(levels, missing, over, tried, target)
    raise AudioError(
        f"{plan.path}: cannot be brought to {target.lufs} LUFS with peaks below {target.true_peak}"
        f" dBTP: it ends at {result.lufs} LUFS and {result.true_peak} dBTP",
        "is it speech? If so, lower [audio] lufs in show.toml",
    )


def _first(plan: Plan, target: AudioSettings) -> Levels:
    """The first attempt: where peaks will pass the ceiling, with what a rehearsal of the limiter tells."""
    loss, ceiling = _lame_loss(target), _ceiling(target)
    if plan.peak is not None and plan.peak + loss <= ceiling:
        return Levels(loss, None)
    gains = [loss + gain for gain in _GAINS]
    taken = plan.rehearse(gains, ceiling)
    left = [gain - back for gain, back in zip(gains, taken, strict=True)]
    return Levels(float(np.interp(loss, left, gains)), ceiling)


def _corrected(
    levels: Levels,
    missing: float,
    over: float,
    tried: list[tuple[float, float]],
    target: AudioSettings,
) -> Levels:
    """The next attempt. A limiter takes back a part of each dB, which the last two attempts show."""
    slope = 1.0 if levels.ceiling is None else _LIMITED_SLOPE
    if len(tried) > 1 and abs(tried[-1][0] - tried[-2][0]) > _METER_STEP:
        slope = (tried[-1][1] - tried[-2][1]) / (tried[-1][0] - tried[-2][0])
    gain = levels.gain + missing / min(1.0, max(_LEAST_SLOPE, slope))
    ceiling = levels.ceiling
    if ceiling is None:
        # Gain that was missing may lift the peaks over the ceiling.
        ceiling = _ceiling(target) if over > 0 or missing > 0 else None
    elif over > 0 or over < -_SPARE_DB:
        ceiling = min(_ceiling(target), ceiling - over - _CLEARLY_DB)
    return Levels(gain, ceiling)


def _lame_loss(target: AudioSettings) -> float:
    return _LAME_LOSS_DB.get(target.bitrate, _LAME_LOSS_BELOW_DB)


def _ceiling(target: AudioSettings) -> float:
    """Where to limit, in dBTP before the encoding."""
    return min(0.0, target.true_peak - _MP3_HEADROOM_DB + _lame_loss(target))
