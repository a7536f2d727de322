"""Tracks of one conversation that were switched on one after the other."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.decoding import ffmpeg
from pipeline.audio.tracks.starts import Start, starts
from pipeline.errors import ConfigError

Samples = NDArray[np.float32]
Voice = Callable[..., Samples]
WriteWav = Callable[..., Path]
RATE = 16_000
SECONDS = 40


def microphones(voice: Voice, bleed_db: float) -> list[Samples]:
    """Three people in turn, every one of whom also arrives softly at the others' microphones."""
    clean = [np.zeros(SECONDS * RATE, dtype=np.float32) for _ in range(3)]
    for turn in range(SECONDS // 5):
        sound = voice(4.5, pitch=100.0 + 50 * (turn % 3), seed=turn, rate=RATE)
        clean[turn % 3][turn * 5 * RATE : turn * 5 * RATE + len(sound)] = sound
    room = sum(clean)
    random = np.random.default_rng(7)
    bleed = np.float32(10 ** (bleed_db / 20))
    return [
        (own + bleed * (room - own) + random.normal(0, 2e-4, len(own))).astype(np.float32)
        for own in clean
    ]


def test_the_sound_says_when_each_track_began(
    tmp_path: Path, voice: Voice, write_wav: WriteWav
) -> None:
    tracks = microphones(voice, -18)
    late = (0.0, 3.21, 1.5)
    paths = [
        write_wav(tmp_path / f"{number}.wav", track[round(seconds * RATE) :], RATE)
        for number, (track, seconds) in enumerate(zip(tracks, late, strict=True))
    ]
    found = starts(paths, {})
    assert [start.how for start in found] == ["sound"] * 3
    assert [start.seconds for start in found] == pytest.approx(late, abs=0.011)
    # The first file need not be the one that began first.
    turned = starts([paths[1], paths[0]], {})
    assert [start.seconds for start in turned] == pytest.approx([3.21, 0.0], abs=0.011)


def test_time_stamps_where_nobody_hears_the_others(
    tmp_path: Path, voice: Voice, write_wav: WriteWav
) -> None:
    paths = []
    for number, track in enumerate(microphones(voice, -200)[:2]):
        wav = write_wav(tmp_path / f"plain-{number}.wav", track, RATE)
        paths.append(tmp_path / f"{number}.wav")
        since_midnight = 10 * 3600 * RATE + number * RATE * 5 // 2
        stamp = ["-metadata", f"time_reference={since_midnight}", "-write_bext", "1"]
        ffmpeg.run(["-i", str(wav), *stamp, str(paths[-1])])
    assert starts(paths, {}) == [Start(0.0, "together"), Start(2.5, "time stamp")]


def test_the_host_knows_best(tmp_path: Path, voice: Voice, write_wav: WriteWav) -> None:
    paths = [
        write_wav(tmp_path / f"{name}.wav", track, RATE)
        for name, track in zip(("ada", "bob"), microphones(voice, -18), strict=False)
    ]
    assert starts(paths, {"ada": 4.0, "bob": 1.25}) == [Start(2.75, "told"), Start(0.0, "told")]
    with pytest.raises(ConfigError, match="no track 'cy'") as caught:
        starts(paths, {"cy": 1.0})
    assert caught.value.hint == "there are: ada, bob"


def test_tracks_that_say_nothing_begin_together(
    tmp_path: Path, voice: Voice, write_wav: WriteWav
) -> None:
    one = write_wav(tmp_path / "one.wav", voice(20, seed=1, rate=RATE), RATE)
    mute = write_wav(tmp_path / "mute.wav", np.zeros(20 * RATE, dtype=np.float32), RATE)
    assert starts([one, mute], {}) == [Start(0.0, "together"), Start(0.0, "together")]


@pytest.mark.parametrize("parts_in_a_million", [300, -300])
def test_the_sound_says_how_fast_a_clock_ran(
    tmp_path: Path, write_wav: WriteWav, parts_in_a_million: int
) -> None:
    random = np.random.default_rng(3)
    rate, seconds, late = 8000, 290, 2.5
    loudness = np.repeat(random.random(seconds * 10) ** 3, rate // 10)
    room = random.normal(0, 0.2, seconds * rate) * loudness
    mine = np.arange(seconds * rate) // (7 * rate) % 2 == 0  # they speak in turn
    pace = 1 + parts_in_a_million * 1e-6
    times = late + np.arange(round(280 * rate / pace)) / rate * pace
    other = np.interp(times, np.arange(len(room)) / rate, room * np.where(mine, 0.1, 1))
    paths = [
        write_wav(tmp_path / "ada.wav", (room * np.where(mine, 1, 0.1)).astype(np.float32), rate),
        write_wav(tmp_path / "bob.wav", other.astype(np.float32), rate),
    ]
    first, second = starts(paths, {})
    assert (first.rate, second.how) == (1.0, "sound")
    assert second.rate == pytest.approx(pace, abs=6e-5)
    assert second.seconds + 280 * second.rate == pytest.approx(late + 280 * pace, abs=0.015)
