from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.activity import track_turns
from pipeline.errors import AudioError

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


@pytest.mark.parametrize(("bleed_db", "gain"), [(-100, 1.0), (-25, 0.3), (-15, 1.0), (-12, 2.0)])
def test_turns_are_found_with_bleed_and_different_gains(
    tmp_path: Path,
    voice: Callable[..., Samples],
    write_wav: Callable[..., Path],
    bleed_db: float,
    gain: float,
) -> None:
    found = track_turns(write(conversation(voice, bleed_db, gain), tmp_path, write_wav))
    truth = np.zeros((2, 400), dtype=np.bool_)
    heard = truth.copy()
    for flags, turns in ((truth, TURNS), (heard, found)):
        for name, start, end in turns:
            flags[int(name == "bob"), round(start * 20) : round(end * 20)] = True
    assert (truth & ~heard).sum() / truth.sum() < 0.12  # a voice's own pauses among them
    assert (heard & ~truth).sum() / truth.sum() < 0.03


def test_a_track_that_only_hears_the_others_holds_nobody(
    tmp_path: Path, voice: Callable[..., Samples], write_wav: Callable[..., Path]
) -> None:
    tracks = conversation(voice, -100, 1.0)
    everybody = tracks["ada"] + tracks["bob"]
    tracks["cy"] = (0.2 * np.roll(everybody, 80)).astype(np.float32)
    found = track_turns(write(tracks, tmp_path, write_wav))
    assert {speaker for speaker, _, _ in found} == {"ada", "bob"}


def test_silent_and_shorter_tracks(
    tmp_path: Path, voice: Callable[..., Samples], write_wav: Callable[..., Path]
) -> None:
    tracks = {
        "ada": voice(4, rate=RATE),
        "mute": np.zeros(9 * RATE, dtype=np.float32),
        "hiss": np.random.default_rng(1).normal(0, 0.02, 9 * RATE).astype(np.float32),
    }
    found = track_turns(write(tracks, tmp_path, write_wav))
    assert {speaker for speaker, _, _ in found} == {"ada"}
    assert found[-1][2] <= 4.05


def test_one_track_alone_and_progress(speech_wav: Path) -> None:
    told: list[tuple[float, float, str]] = []
    found = track_turns({"ada": speech_wav}, lambda *report: told.append(report))
    assert sum(end - start for _, start, end in found) > 5
    assert found == sorted(found, key=lambda turn: turn[1])
    assert told[-1][0] == pytest.approx(8)


def test_a_broken_track_is_named(tmp_path: Path, speech_wav: Path) -> None:
    broken = tmp_path / "eve.wav"
    broken.write_text("not sound at all\n")
    with pytest.raises(AudioError, match=r"eve\.wav"):
        track_turns({"ada": speech_wav, "eve": broken})
