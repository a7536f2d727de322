"""The whole way of sound over real builds of ffmpeg: 4.2, Debian's 5.1, 7.0 and the packaged one."""

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import resvg_py
from numpy.typing import NDArray

from pipeline.audio.alternate import Codec, encode
from pipeline.audio.cutting import cut, joined
from pipeline.audio.decoding import ffmpeg
from pipeline.audio.decoding.decode import probe, stream_pcm
from pipeline.audio.film import Area, Page, Picture, film, frames_of, poster
from pipeline.audio.mastering.loudness import inspect, measure
from pipeline.audio.mastering.mastering import master
from pipeline.audio.mastering.programme import Programme
from pipeline.audio.tags import Tags, tag
from pipeline.audio.tracks.channels import channel_turns
from pipeline.audio.trial import try_all
from pipeline.engine.progress import silent
from pipeline.errors import AudioError
from pipeline.models import Chapter
from pipeline.settings.production import AudioSettings

Samples = NDArray[np.float32]
DEBIAN = Path("/usr/bin/ffmpeg")


def build(name: str) -> Path:
    """The binary of a build; the test is skipped where it is not installed."""
    if name == "debian":
        found = [DEBIAN] if DEBIAN.exists() else []
    else:
        folder = Path(sys.prefix) / f"ffmpeg-{name}"
        found = sorted(folder.glob("imageio_ffmpeg/binaries/ffmpeg-*"))
    if not found:
        pytest.skip(f"no ffmpeg of {name} here: make setup, or apt install ffmpeg")
    return found[0]


# The oldest, the newest, and what people have; between them there is 7.0.
BUILDS = ["0.4.9", "debian", pytest.param("0.6.0", marks=pytest.mark.slow), "packaged"]


@pytest.fixture(params=BUILDS)
def named(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Each build in turn is the one that is used."""
    if request.param == "packaged":
        monkeypatch.delenv(ffmpeg.VARIABLE, raising=False)
    else:
        monkeypatch.setenv(ffmpeg.VARIABLE, str(build(request.param)))
    ffmpeg.executable.cache_clear()
    ffmpeg.version.cache_clear()
    yield request.param
    ffmpeg.executable.cache_clear()
    ffmpeg.version.cache_clear()


def test_the_whole_way_of_sound(
    named: str, tmp_path: Path, voice: Callable[..., Samples], write_wav: Callable[..., Path]
) -> None:
    """Two tracks that began at other times, a limiter at work, music, chapters, a quote, encodings."""
    knock = voice(6)
    knock[44_100 : 44_100 + 60] = 1.0
    tracks = [
        inspect(write_wav(tmp_path / "a.wav", knock)),
        inspect(write_wav(tmp_path / "b.wav", voice(5, pitch=210, seed=2), 44_100)),
    ]
    music = inspect(write_wav(tmp_path / "intro.wav", voice(2, pitch=300)))
    out = tmp_path / "master.mp3"
    programme = Programme(tracks, intro=music, starts=[0.0, 1.5], rates=[1.0, 1.0002])
    result = master(programme, AudioSettings(fade=0.5), out)
    assert result.lufs == pytest.approx(-16, abs=0.5)
    assert result.true_peak
    assert result.true_peak <= -1.0
    assert result.duration == pytest.approx(2 - 0.5 + 6.5, abs=0.03)
    assert result.offset == pytest.approx(1.5)
    assert channel_turns(out, ("left", "right")) is None

    heard = np.concatenate(list(stream_pcm(out)))
    assert len(heard) / 16_000 == pytest.approx(8.0, abs=0.03)
    assert cut(out, [(2.0, 3.0), (4.0, 5.0)], tmp_path / "quote.mp3") == pytest.approx(2.3, abs=0.9)
    assert measure(tmp_path / "quote.mp3").lufs > -30

    tagged = tmp_path / "tagged.mp3"
    chapters = [Chapter(0.0, "First"), Chapter(3.0, "Second")]
    date = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    tags = Tags(
        title="One", author="Ada", show="Air", date=date, language="en", season=None, episode=None
    )
    tag(out, tagged, tags, 8.0, chapters)
    assert probe(tagged).duration == pytest.approx(8.0, abs=0.1)
    assert "Second" in ffmpeg.probe_log(tagged)
    codecs: list[Codec] = ["opus", "aac", "mp3"]
    for codec in codecs:
        encode(tagged, tmp_path / f"other.{codec}", codec, 32, mono=True)
        assert probe(tmp_path / f"other.{codec}").duration == pytest.approx(8.0, abs=0.2)


def test_the_trial_of_doctor_passes(named: str) -> None:
    try_all(["opus", "aac", "mp3"])


def test_the_trial_blames_ffmpeg_and_not_the_sound_that_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = tmp_path / "ffmpeg"
    silent.write_text("#!/bin/sh\nexit 0\n")
    silent.chmod(0o755)
    monkeypatch.setenv(ffmpeg.VARIABLE, str(silent))
    ffmpeg.executable.cache_clear()
    ffmpeg.version.cache_clear()
    try:
        with pytest.raises(
            AudioError, match=r"this ffmpeg cannot do what is asked of it: sound\.wav"
        ):
            try_all(codecs=())
    finally:
        ffmpeg.executable.cache_clear()
        ffmpeg.version.cache_clear()


def test_broken_samples_are_silence_and_are_counted(
    named: str, tmp_path: Path, voice: Callable[..., Samples], write_floats: Callable[..., Path]
) -> None:
    """One infinite sample and NaN in every thousandth: no meter and no encoder may meet them."""
    sound = voice(4)
    whole = inspect(write_floats(tmp_path / "whole.wav", sound))
    assert whole.loudness.broken == 0
    broken = sound.copy()
    broken[::1000] = np.nan
    broken[50_001] = np.inf
    recording = inspect(write_floats(tmp_path / "broken.wav", broken))
    assert recording.loudness.broken == 178
    assert recording.loudness.lufs == pytest.approx(whole.loudness.lufs, abs=0.3)
    result = master(Programme([recording]), AudioSettings(), tmp_path / "out.mp3")
    assert result.lufs == pytest.approx(-16, abs=0.5)
    heard = np.concatenate(list(stream_pcm(recording.path)))
    assert np.isfinite(heard).all()
    assert np.abs(heard - np.concatenate(list(stream_pcm(whole.path)))).mean() < 0.005


def test_a_torn_recording_is_still_told_as_damaged(
    named: str, tmp_path: Path, speech_wav: Path, convert: Callable[..., Path]
) -> None:
    content = bytearray(convert(speech_wav, tmp_path / "a.m4a").read_bytes())
    (tmp_path / "cut.m4a").write_bytes(content[: len(content) // 2])
    with pytest.raises(AudioError, match=r"cut\.m4a: (cut off|damaged)"):
        inspect(tmp_path / "cut.m4a")


def test_a_film(
    named: str, tmp_path: Path, voice: Callable[..., Samples], write_wav: Callable[..., Path]
) -> None:
    """Its picture and its sound, as every build reads them back."""
    sound = joined(write_wav(tmp_path / "voice.wav", voice(3)), [(0.5, 2.5)])
    word = Area(32, 16, 32, 16)
    page = Page((_png(word, "#555"), _png(word, "#fff"), _png(word, "#999")), [word])
    whole = Area(0, 0, 128, 96)
    ink = (255, 255, 255, 1.0)
    picture = Picture(
        128, 96, _png(whole, "#204060"), [page], whole, Area(0, 64, 128, 32), (ink, ink)
    )
    shots = [(0, (number % 3,)) for number in range(frames_of(sound))]
    out = tmp_path / "film.mp4"
    film(picture, shots, sound, out, silent)
    assert probe(out).duration == pytest.approx(sound.seconds, abs=0.05)
    arguments = ["-i", ffmpeg.file_url(out), "-f", "rawvideo", "-pix_fmt", "rgb24"]
    frames = np.frombuffer(b"".join(ffmpeg.read(arguments, 1 << 20)), dtype=np.uint8)
    frames = frames.reshape(-1, 96, 128, 3).astype(int)
    assert len(frames) == len(shots)
    assert (
        np.abs(frames[:, 24, 48, 0] - [(85, 255, 153)[n % 3] for n in range(len(shots))]).max() < 20
    )
    assert np.abs(frames[:, 8, 8] - (0x20, 0x40, 0x60)).max() < 20
    poster(picture, tmp_path / "film.jpg")
    assert (tmp_path / "film.jpg").read_bytes().startswith(b"\xff\xd8")


def _png(area: Area, colour: str) -> bytes:
    x, y, width, height = area
    return resvg_py.svg_to_bytes(
        svg_string='<svg xmlns="http://www.w3.org/2000/svg" width="128" height="96">'
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}"/></svg>'
    )
