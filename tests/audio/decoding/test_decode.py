import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.audio.decoding import ffmpeg
from pipeline.audio.decoding.decode import probe, stream_pcm
from pipeline.errors import AudioError

Convert = Callable[..., Path]
# name, options of the encoder, codec that the probe must name
FORMATS = {
    "16.wav": (["-c:a", "pcm_s16le"], "pcm_s16le"),
    "24.wav": (["-c:a", "pcm_s24le"], "pcm_s24le"),
    "float.wav": (["-c:a", "pcm_f32le"], "pcm_f32le"),
    "a.mp3": ([], "mp3"),
    "a.m4a": (["-c:a", "aac"], "aac"),
    "alac.m4a": (["-c:a", "alac"], "alac"),
    "a.flac": ([], "flac"),
    "a.ogg": (["-c:a", "libvorbis"], "vorbis"),
    "a.opus": (["-c:a", "libopus"], "opus"),
    "a.aiff": ([], "pcm_s16be"),
    "a.wma": (["-c:a", "wmav2"], "wmav2"),
    "a.mkv": (["-c:a", "flac"], "flac"),
    "a.webm": (["-c:a", "libopus"], "opus"),
}


def level(samples: NDArray[np.float32]) -> float:
    return float(10 * np.log10(np.mean(np.square(samples)) + 1e-12))


def heard(path: Path, rate: int = 16_000, **window: Any) -> NDArray[np.float32]:
    return np.concatenate(list(stream_pcm(path, rate, **window)))


@pytest.fixture(scope="session")
def video(speech_wav: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MP4 with picture and sound."""
    path = tmp_path_factory.mktemp("video") / "talk.mp4"
    picture = ["-f", "lavfi", "-i", "color=s=64x64:r=5:d=8"]
    run = [ffmpeg.executable(), "-v", "error", "-nostdin", "-y", *picture, "-i", str(speech_wav)]
    subprocess.run([*run, "-c:v", "mpeg4", "-c:a", "aac", "-shortest", str(path)], check=True)
    return path


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("channels", [1, 2])
def test_containers_and_codecs(
    name: str, channels: int, speech_wav: Path, tmp_path: Path, convert: Convert
) -> None:
    options, codec = FORMATS[name]
    # The same sound in both channels: ffmpeg's own spreading would make each softer.
    spread = ["-af", "pan=stereo|c0=c0|c1=c0"] if channels == 2 else []
    path = convert(speech_wav, tmp_path / name, *spread, *options)
    info = probe(path)
    assert (info.codec, info.channels) == (codec, channels)
    assert info.sample_rate == (48_000 if codec == "opus" else 44_100)
    assert info.duration == pytest.approx(8, abs=0.1)
    samples = heard(path)
    assert len(samples) / 16_000 == pytest.approx(8, abs=0.1)
    assert level(samples) == pytest.approx(level(heard(speech_wav)), abs=0.6)


@pytest.mark.parametrize("rate", [8000, 11_025, 22_050, 48_000, 96_000, 192_000])
def test_sample_rates(rate: int, speech_wav: Path, tmp_path: Path, convert: Convert) -> None:
    path = convert(speech_wav, tmp_path / "a.wav", "-ar", str(rate))
    assert probe(path).sample_rate == rate
    assert len(heard(path)) == pytest.approx(128_000, abs=20)


def test_sound_of_a_video(video: Path) -> None:
    assert probe(video).codec == "aac"
    assert len(heard(video)) / 16_000 == pytest.approx(8, abs=0.1)


def test_a_cover_is_no_video(speech_wav: Path, tmp_path: Path, convert: Convert) -> None:
    picture = tmp_path / "cover.png"
    make = [ffmpeg.executable(), "-v", "error", "-f", "lavfi", "-i", "color=s=64x64:d=1"]
    subprocess.run([*make, "-frames:v", "1", str(picture)], check=True)
    cover = ["-i", str(picture), "-map", "0:a", "-map", "1:v", "-c:v", "copy"]
    path = convert(speech_wav, tmp_path / "a.mp3", *cover)
    assert probe(path).codec == "mp3"
    assert len(heard(path)) / 16_000 == pytest.approx(8, abs=0.05)


def test_metadata_cannot_pretend_to_be_a_stream(
    speech_wav: Path, tmp_path: Path, convert: Convert
) -> None:
    lie = "x\n  Stream #0:0: Audio: evil, 1 Hz, stereo\n  Duration: 99:00:00.00, start: 0"
    path = convert(speech_wav, tmp_path / "a.mp3", "-metadata", f"title={lie}")
    info = probe(path)
    assert (info.codec, info.sample_rate) == ("mp3", 44_100)
    assert info.duration == pytest.approx(8, abs=0.1)  # encoders pad an MP3


def test_blocks_have_the_asked_length(speech_wav: Path) -> None:
    blocks = list(stream_pcm(speech_wav, 8000, block_seconds=1.5))
    assert [len(block) for block in blocks] == [12_000] * 5 + [4000]
    assert all(block.dtype == np.float32 and np.abs(block).max() <= 1 for block in blocks)


def test_how_far_it_is_is_told(speech_wav: Path) -> None:
    told: list[tuple[float, float, str]] = []
    blocks = stream_pcm(
        speech_wav, 8000, block_seconds=3, progress=lambda *way: told.append(way), total=9, unit="x"
    )
    assert sum(map(len, blocks)) == 64_000
    assert told == [(3, 9, "x"), (6, 9, "x"), (8, 9, "x")]


@pytest.mark.parametrize("name", ["a.mp3", "a.flac", "a.ogg", "24.wav"])
def test_a_window_is_a_part_of_the_whole(
    name: str, speech_wav: Path, tmp_path: Path, convert: Convert
) -> None:
    path = convert(speech_wav, tmp_path / name, *FORMATS[name][0])
    window = heard(path, start=3.2, duration=1.5)
    assert len(window) == 24_000
    whole = heard(path)[51_200:75_200]
    assert level(window - whole) < level(whole) - 14


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 7.5), st.floats(0.05, 2))
def test_any_window_of_an_mp3_is_a_part_of_the_whole(
    speech_mp3: Path, start: float, duration: float
) -> None:
    rate = 44_100  # the file's own: no resampler between
    first = round(start * rate)
    whole = np.pad(heard(speech_mp3, rate), 1)
    window = heard(speech_mp3, rate, start=start, duration=duration)
    assert len(window) == pytest.approx(min(duration * rate, len(whole) - 2 - first), abs=2)
    # It begins at a sample of the file: at the nearest, before or after it.
    parts = [whole[first + shift : first + shift + len(window)] for shift in (0, 1, 2)]
    parts = [np.pad(part, (0, len(window) - len(part))) for part in parts]
    assert min(np.abs(window - part).max() for part in parts) < 1e-3


def test_equal_channels_stay_as_loud_as_one(
    speech_wav: Path, tmp_path: Path, convert: Convert
) -> None:
    stereo = convert(speech_wav, tmp_path / "st.wav", "-af", "pan=stereo|c0=c0|c1=c0")
    assert level(heard(stereo)) == pytest.approx(level(heard(speech_wav)), abs=0.05)


def truncated(source: Path, target: Path, share: float) -> Path:
    content = source.read_bytes()
    target.write_bytes(content[: int(len(content) * share)])
    return target


def test_empty_missing_and_folder(tmp_path: Path) -> None:
    empty = tmp_path / "empty.wav"
    empty.touch()
    (tmp_path / "folder.wav").mkdir()
    for name, words in [
        ("empty.wav", "empty"),
        ("none.wav", "no such file"),
        ("folder.wav", "a folder"),
    ]:
        with pytest.raises(AudioError, match=f"{name}.*{words}") as caught:
            probe(tmp_path / name)
        assert caught.value.hint
        with pytest.raises(AudioError, match=words):
            heard(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_is_told_and_never_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.wav"
    os.mkfifo(path)
    with pytest.raises(AudioError, match="what is piped in is not read"):
        probe(path)


def test_a_file_that_may_not_be_read(tmp_path: Path, speech_wav: Path) -> None:
    path = tmp_path / "secret.wav"
    shutil.copy(speech_wav, path)
    path.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)  # root may read everything
    try:
        with pytest.raises(AudioError, match="may not read") as caught:
            probe(path)
    finally:
        if root:
            os.seteuid(0)
    assert "chmod" in caught.value.hint


@pytest.mark.parametrize("name", ["letter.wav", "letter.mp3", "letter.m4a"])
def test_text_is_no_audio(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("Dear host,\n" + "this is a letter and no recording at all.\n" * 200)
    with pytest.raises(AudioError, match=name):
        heard(path)
    with pytest.raises(AudioError, match=name):
        probe(path)


def test_a_video_without_sound(video: Path, tmp_path: Path) -> None:
    path = tmp_path / "mute.mp4"
    run = [ffmpeg.executable(), "-v", "error", "-i", str(video), "-an", "-c", "copy", str(path)]
    subprocess.run(run, check=True)
    with pytest.raises(AudioError, match="video without sound"):
        probe(path)
    with pytest.raises(AudioError, match=r"mute\.mp4"):
        heard(path)


def test_an_mp4_cut_off_before_its_index(
    tmp_path: Path, speech_wav: Path, convert: Convert
) -> None:
    whole = convert(speech_wav, tmp_path / "whole.m4a")
    with pytest.raises(AudioError, match="cut off"):
        probe(truncated(whole, tmp_path / "cut.m4a", 0.6))


def test_a_header_without_sound(tmp_path: Path, speech_wav: Path) -> None:
    path = tmp_path / "header.wav"
    path.write_bytes(speech_wav.read_bytes()[:44])
    with pytest.raises(AudioError, match="without sound"):
        heard(path)


def test_noise_bytes_are_no_audio(tmp_path: Path) -> None:
    path = tmp_path / "noise.mp3"
    path.write_bytes(np.random.default_rng(3).bytes(50_000))
    with pytest.raises(AudioError, match=r"noise\.mp3"):
        heard(path)


def test_a_file_that_vanishes_while_it_is_read(tmp_path: Path, speech_wav: Path) -> None:
    path = tmp_path / "gone.wav"
    shutil.copy(speech_wav, path)
    blocks = stream_pcm(path, block_seconds=1)
    next(blocks)
    path.unlink()
    with pytest.raises(AudioError, match="gone while it was read"):
        list(blocks)


def test_a_file_that_changes_while_it_is_read(tmp_path: Path, speech_wav: Path) -> None:
    path = tmp_path / "growing.wav"
    shutil.copy(speech_wav, path)
    blocks = stream_pcm(path, block_seconds=1)
    next(blocks)
    with path.open("ab") as file:
        file.write(bytes(1000))
    with pytest.raises(AudioError, match="changed while it was read"):
        list(blocks)


def test_broken_files_from_elsewhere_end_in_words(shared: Path) -> None:
    broken = [
        path
        for folder in shared.glob("*")
        if folder.name.startswith(("broken-", "mutagen-", "taglib-"))
        for path in folder.iterdir()
        if path.suffix not in {".json", ".txt"}
    ]
    assert len(broken) > 20
    for path in broken:
        with contextlib.suppress(AudioError):
            assert len(heard(path))
            continue
        with pytest.raises(AudioError, match=re.escape(path.name)) as caught:
            heard(path)
        assert caught.value.hint
