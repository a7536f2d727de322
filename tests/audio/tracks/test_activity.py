from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.tracks.activity import track_turns
from pipeline.audio.tracks.levels import FRAME
from pipeline.audio.tracks.synchrony import Clock, clock
from pipeline.errors import AudioError
from pipeline.models import Turns

Samples = NDArray[np.float32]
RATE = 16_000
TURNS = [("ada", 0.5, 6.0), ("bob", 6.5, 11.0), ("ada", 11.5, 15.0), ("bob", 14.0, 18.0)]


def conversation(voice: Callable[..., Samples], bleed_db: float, gain: float) -> dict[str, Samples]:
    """Two tracks of 20 s in which each voice also arrives at the other's microphone, later and softer."""
    clean = {name: np.zeros(20 * RATE, dtype=np.float32) for name in ("ada", "bob")}
    for number, (name, start, end) in enumerate(TURNS):
        pitch = 210.0 if name == "ada" else 110.0
        sound = voice(end - start, pitch=pitch, seed=number, rate=RATE)
        clean[name][int(start * RATE) : int(start * RATE) + len(sound)] = sound
    bleed = 10 ** (bleed_db / 20)
    random = np.random.default_rng(5)
    tracks: dict[str, Samples] = {}
    for name, other in (("ada", "bob"), ("bob", "ada")):
        arrived = np.roll(clean[other], 60) + 0.3 * np.roll(clean[other], 900)
        tracks[name] = (clean[name] + bleed * arrived).astype(np.float32)
        tracks[name] += random.normal(0, 3e-4, 20 * RATE).astype(np.float32)
    tracks["bob"] *= gain
    return tracks


def write(
    tracks: dict[str, Samples], folder: Path, write_wav: Callable[..., Path]
) -> dict[str, Path]:
    return {name: write_wav(folder / f"{name}.wav", sound, RATE) for name, sound in tracks.items()}


def mixed(
    tracks: dict[str, Samples], folder: Path, write_wav: Callable[..., Path], intro: float = 0.0
) -> Path:
    """The recording: all tracks together, after seconds of something else."""
    length = max(map(len, tracks.values()))
    sound = sum(np.pad(track, (0, length - len(track))) for track in tracks.values())
    noise = np.random.default_rng(9).normal(0, 0.05, round(intro * RATE))
    return write_wav(folder / "mix.wav", np.concatenate((noise, sound)).astype(np.float32), RATE)


def missed_and_invented(found: Turns, later: float = 0.0) -> tuple[float, float]:
    """Shares of the true speech that was not found, and that was found in excess."""
    truth = np.zeros((2, 800), dtype=np.bool_)
    heard = truth.copy()
    moved = [(name, start + later, end + later) for name, start, end in TURNS]
    for flags, turns in ((truth, moved), (heard, found)):
        for name, start, end in turns:
            flags[int(name == "bob"), round(start * 20) : round(end * 20)] = True
    return (truth & ~heard).sum() / truth.sum(), (heard & ~truth).sum() / truth.sum()


@pytest.mark.parametrize(("bleed_db", "gain"), [(-100, 1.0), (-25, 0.3), (-15, 1.0), (-12, 2.0)])
def test_turns_are_found_with_bleed_and_different_gains(
    tmp_path: Path,
    voice: Callable[..., Samples],
    write_wav: Callable[..., Path],
    bleed_db: float,
    gain: float,
) -> None:
    tracks = conversation(voice, bleed_db, gain)
    recording = mixed(tracks, tmp_path, write_wav)
    missed, invented = missed_and_invented(
        track_turns(write(tracks, tmp_path, write_wav), recording, offset=0.0)
    )
    assert missed < 0.12  # a voice's own pauses among them
    assert invented < 0.03


def test_tracks_started_at_any_time_are_laid_where_the_recording_has_them(
    tmp_path: Path, voice: Callable[..., Samples], write_wav: Callable[..., Path]
) -> None:
    tracks = conversation(voice, -14, 0.5)
    recording = mixed(tracks, tmp_path, write_wav, intro=7.0)
    tracks["ada"] = tracks["ada"][round(0.37 * RATE) :]
    room = np.random.default_rng(3).normal(0, 3e-4, round(2.91 * RATE)).astype(np.float32)
    tracks["bob"] = np.concatenate((room, tracks["bob"]))
    found = track_turns(write(tracks, tmp_path, write_wav), recording, offset=0.0)
    missed, invented = missed_and_invented(found, later=7.0)
    assert missed < 0.12
    assert invented < 0.03


def test_a_track_that_only_hears_the_others_holds_nobody(
    tmp_path: Path, voice: Callable[..., Samples], write_wav: Callable[..., Path]
) -> None:
    tracks = conversation(voice, -100, 1.0)
    everybody = tracks["ada"] + tracks["bob"]
    tracks["cy"] = (0.2 * np.roll(everybody, 80)).astype(np.float32)
    recording = mixed(tracks, tmp_path, write_wav)
    found = track_turns(write(tracks, tmp_path, write_wav), recording, offset=0.0)
    assert {speaker for speaker, _, _ in found} == {"ada", "bob"}


def test_silent_and_shorter_tracks(
    tmp_path: Path, voice: Callable[..., Samples], write_wav: Callable[..., Path]
) -> None:
    tracks = {
        "ada": voice(4, rate=RATE),
        "mute": np.zeros(9 * RATE, dtype=np.float32),
        "hiss": np.random.default_rng(1).normal(0, 0.02, 9 * RATE).astype(np.float32),
    }
    recording = mixed({"ada": tracks["ada"]}, tmp_path, write_wav)
    found = track_turns(write(tracks, tmp_path, write_wav), recording, offset=0.0)
    assert {speaker for speaker, _, _ in found} == {"ada"}
    assert found[-1][2] <= 4.05


def test_a_track_of_something_else_begins_where_it_is_said_to(
    tmp_path: Path, voice: Callable[..., Samples], write_wav: Callable[..., Path]
) -> None:
    track = write_wav(tmp_path / "ada.wav", voice(4, seed=1, rate=RATE), RATE)
    other = write_wav(tmp_path / "other.wav", voice(12, seed=2, rate=RATE), RATE)
    found = track_turns({"ada": track}, other, offset=6.0)
    assert found[0][1] == pytest.approx(6.0, abs=0.2)
    assert found[-1][2] == pytest.approx(10.0, abs=0.4)


def test_one_track_alone_and_progress(speech_wav: Path) -> None:
    told: list[tuple[float, float, str]] = []
    found = track_turns(
        {"ada": speech_wav}, speech_wav, progress=lambda *report: told.append(report), offset=0.0
    )
    assert sum(end - start for _, start, end in found) > 5
    assert found == sorted(found, key=lambda turn: turn[1])
    assert told[-1][0] == pytest.approx(8)


def test_a_broken_track_is_named(tmp_path: Path, speech_wav: Path) -> None:
    broken = tmp_path / "eve.wav"
    broken.write_text("not sound at all\n")
    with pytest.raises(AudioError, match=r"eve\.wav"):
        track_turns({"ada": speech_wav, "eve": broken}, speech_wav, offset=0.0)


def test_a_clock_that_runs_fast_is_told() -> None:
    random = np.random.default_rng(4)
    recording = (random.random(60_000) ** 4 * np.repeat(random.random(600), 100)).astype(np.float32)
    truth = Clock(offset=12.0, rate=1.0002)  # 200 parts in a million: 0.1 s in ten minutes
    places = np.rint((truth.offset + np.arange(50_000) * FRAME * truth.rate) / FRAME)
    track = recording[places.astype(np.int64)]
    found = clock(track, recording)
    assert found is not None
    assert found.offset == pytest.approx(12.0, abs=0.02)
    assert found.offset + 500 * found.rate == pytest.approx(12.0 + 500 * 1.0002, abs=0.03)
    placed = found.placed(track, len(recording))
    agreement = np.corrcoef(placed[2000:50_000], recording[2000:50_000])[0, 1]
    assert agreement > 0.6  # frames are kept whole, so half of them lie one beside
    assert not placed[:1100].any()


@pytest.mark.parametrize("rate", [1.0002, 0.9998])
def test_a_clock_is_told_over_hours(rate: float) -> None:
    random = np.random.default_rng(4)
    frames = 700_000  # nearly two hours, in which it gains or loses 1.4 s
    loudness = np.repeat(10 ** random.uniform(-5, -1, frames // 5), 5)
    mine = np.arange(frames) // 700 % 2 == 0  # they speak in turn, and hear each other
    places = np.rint((12 / FRAME) + np.arange(690_000) * rate).astype(np.int64)
    noise = 5e-4 * random.random((2, frames)) ** 2
    track = (loudness * np.where(mine, 1, 0.01) + noise[0])[places].astype(np.float32)
    found = clock(track, (loudness * np.where(mine, 0.01, 1) + noise[1]).astype(np.float32))
    assert found is not None
    for seconds in (0, 3450, 6900):
        expected = 12 + seconds * rate
        assert found.offset + seconds * found.rate == pytest.approx(expected, abs=0.02)
