import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.audio.mastering.loudness import inspect, measure, missing_bytes
from pipeline.errors import AudioError

WriteWav = Callable[..., Path]
Convert = Callable[..., Path]


def sine(
    frequency: float, peak_db: float, rate: int, seconds: float, phase: float = 0.0
) -> NDArray[np.float32]:
    time = np.arange(round(seconds * rate)) / rate
    wave = 10 ** (peak_db / 20) * np.sin(2 * np.pi * frequency * time + phase)
    return wave.astype(np.float32)


@pytest.mark.parametrize("peak_db", [-23.0, -33.0])
def test_the_meter_agrees_with_ebu_tech_3341(
    peak_db: float, tmp_path: Path, write_wav: WriteWav
) -> None:
    """Cases 1 and 2: a stereo 1 kHz tone at -23 dBFS is -23 LUFS, at -33 dBFS -33 LUFS."""
    tone = sine(1000, peak_db, 48_000, 20)
    path = write_wav(tmp_path / "tone.wav", np.stack((tone, tone), axis=1), 48_000)
    assert measure(path).lufs == pytest.approx(peak_db, abs=0.1)


def test_true_peaks_lie_between_samples(tmp_path: Path, write_wav: WriteWav) -> None:
    """Tech 3341, case 15 and following: a quarter of the rate, 45 degrees: samples are 3 dB too low."""
    tone = sine(12_000, -6.0, 48_000, 3, np.pi / 4)
    ramp = np.minimum(1, np.arange(len(tone)) / 4800).astype(np.float32)  # no click at the ends
    path = write_wav(tmp_path / "tone.wav", tone * ramp * ramp[::-1], 48_000)
    assert measure(path).true_peak == pytest.approx(-6.0, abs=0.4)


def test_inspection_of_a_good_recording(speech_wav: Path) -> None:
    told: list[tuple[float, float, str]] = []
    recording = inspect(speech_wav, lambda *report: told.append(report))
    assert recording.loudness.seconds == pytest.approx(8, abs=0.001)
    assert -40 < recording.loudness.lufs < -10
    assert not recording.silent
    assert recording.path == speech_wav
    assert told[-1][:2] == pytest.approx((8, 8), abs=0.01)


def test_silence_is_known(tmp_path: Path, write_wav: WriteWav) -> None:
    assert inspect(write_wav(tmp_path / "a.wav", np.zeros(44_100 * 2, dtype=np.float32))).silent


def test_too_short(
    tmp_path: Path, write_wav: WriteWav, voice: Callable[..., NDArray[np.float32]]
) -> None:
    path = write_wav(tmp_path / "short.wav", voice(3)[: 44_100 * 9 // 10])
    with pytest.raises(AudioError, match=r"short\.wav: too short: 0\.90 seconds"):
        inspect(path)


@pytest.mark.parametrize(
    "name", ["cut.wav", "cut.mp3", "cut.flac", "cut.mka", "cut.aiff", "cut.m4a"]
)
@pytest.mark.parametrize("share", [0.05, 0.6])
def test_cut_off_recordings(
    name: str, share: float, tmp_path: Path, speech_wav: Path, convert: Convert
) -> None:
    options = ["-movflags", "faststart"] if name.endswith("m4a") else []
    whole = convert(speech_wav, tmp_path / f"whole{Path(name).suffix}", *options)
    cut = tmp_path / name
    content = whole.read_bytes()
    cut.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(AudioError, match=f"{name}: (cut off|damaged)") as caught:
        inspect(cut)
    assert "copy it again" in caught.value.hint


@pytest.mark.parametrize("size", [b"\xff\xff\xff\xff", b"\x00\xf0\xff\x7f", bytes(4)])
def test_a_stream_without_a_length_is_whole(size: bytes, tmp_path: Path, speech_wav: Path) -> None:
    """A recorder that writes to a pipe cannot go back and fill in the length."""
    content = bytearray(speech_wav.read_bytes())
    content[4:8] = content[40:44] = size
    path = tmp_path / "piped.wav"
    path.write_bytes(content)
    assert inspect(path).loudness.seconds == pytest.approx(8, abs=0.01)


def test_a_cut_off_wav_of_more_than_4_gib(tmp_path: Path, speech_wav: Path) -> None:
    """RF64 keeps the true size in a chunk of its own; chunks of any kind may come before the sound."""
    content = speech_wav.read_bytes()
    sound = content[44:]
    ds64 = struct.pack("<4sI3QI", b"ds64", 28, 0, 6_000_000_000, 0, 0)
    odd = struct.pack("<4sI", b"junk", 3) + b"abc\0"
    header = b"RF64" + b"\xff" * 4 + b"WAVE" + ds64 + odd + content[12:36]
    path = tmp_path / "huge.wav"
    path.write_bytes(header + struct.pack("<4sI", b"data", 0xFFFFFFFF) + sound)
    assert missing_bytes(path) == 6_000_000_000 - len(sound)
    with pytest.raises(AudioError, match=r"huge\.wav: cut off: 8\.0 of"):
        inspect(path)
    assert missing_bytes(speech_wav) == 0


def test_a_wav_of_which_the_header_counts_a_part_is_not_published_in_part(
    tmp_path: Path, speech_wav: Path
) -> None:
    """A recorder whose count went over 4 GB, and began anew; what is no sound may follow it."""
    content = bytearray(speech_wav.read_bytes())
    path = tmp_path / "wrapped.wav"
    length = len(content) - 44
    path.write_bytes(content + struct.pack("<4sI", b"LIST", 5) + b"INFO\0\0")
    assert missing_bytes(path) == 0
    struct.pack_into("<I", content, 40, length // 4)
    path.write_bytes(content)
    assert missing_bytes(path) == length // 4 - length
    with pytest.raises(AudioError, match=r"its header counts 2\.0 of 8\.0 seconds"):
        inspect(path)


@given(st.binary(max_size=60))
def test_no_header_confuses_the_reader(
    tmp_path_factory: pytest.TempPathFactory, tail: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.wav"
    path.write_bytes(b"RIFF\0\0\0\0WAVE" + tail)
    assert -len(tail) <= missing_bytes(path)


def test_a_torn_frame_is_forgiven_and_many_are_not(
    tmp_path: Path, speech_wav: Path, convert: Convert
) -> None:
    content = bytearray(convert(speech_wav, tmp_path / "a.flac").read_bytes())
    middle = len(content) // 2
    content[middle : middle + 50] = bytes(50)
    (tmp_path / "torn.flac").write_bytes(content)
    assert inspect(tmp_path / "torn.flac").loudness.seconds == pytest.approx(8, abs=0.3)
    for place in range(9000, len(content), 2000):
        content[place : place + 200] = bytes(200)
    (tmp_path / "torn.flac").write_bytes(content)
    with pytest.raises(AudioError, match=r"torn\.flac"):
        inspect(tmp_path / "torn.flac")


def test_a_file_that_grows_meanwhile(tmp_path: Path, speech_wav: Path) -> None:
    path = tmp_path / "growing.wav"
    shutil.copy(speech_wav, path)

    def append(done: float, total: float, unit: str) -> None:
        with path.open("ab") as file:
            file.write(bytes(100))

    with pytest.raises(AudioError, match=r"growing\.wav: changed while it was read") as caught:
        inspect(path, append)
    assert "wait" in caught.value.hint


def test_a_file_that_vanishes_meanwhile(tmp_path: Path, speech_wav: Path) -> None:
    path = tmp_path / "gone.wav"
    shutil.copy(speech_wav, path)
    with pytest.raises(AudioError, match="gone while it was read"):
        inspect(path, lambda *report: path.unlink(missing_ok=True))
