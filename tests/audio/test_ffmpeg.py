import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.audio import ffmpeg
from pipeline.audio.decode import probe
from pipeline.errors import AudioError

ENDLESS = ["-f", "lavfi", "-i", "anullsrc=r=8000", "-f", "s16le"]


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Every ffmpeg that the test starts."""
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def record(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        started.append(popen(*arguments, **options))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(ffmpeg.subprocess, "Popen", record)  # type: ignore[attr-defined]
    return started


def test_the_packaged_ffmpeg_is_used_where_path_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ffmpeg.executable.cache_clear()
    try:
        assert "imageio_ffmpeg" in ffmpeg.executable()
        monkeypatch.setitem(__import__("sys").modules, "imageio_ffmpeg", None)
        ffmpeg.executable.cache_clear()
        with pytest.raises(AudioError, match="no ffmpeg") as caught:
            ffmpeg.executable()
        assert "pip install imageio-ffmpeg" in caught.value.hint
    finally:
        ffmpeg.executable.cache_clear()


def test_an_ffmpeg_on_path_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "ffmpeg"
    own.symlink_to(shutil.which("true") or "/bin/true")
    monkeypatch.setenv("PATH", str(tmp_path))
    ffmpeg.executable.cache_clear()
    try:
        assert ffmpeg.executable() == str(own)
    finally:
        ffmpeg.executable.cache_clear()


@pytest.mark.parametrize(
    "name",
    [
        "-i.wav",
        "-version",
        "http:__host.wav",
        "concat:a.wav|b.wav",
        "pipe:0",
        "%03d.wav",
        'it\'s "so" $HOME `id`.wav',
        "née 😀.wav",
        "two\nlines.wav",
        " ",
    ],
)
def test_a_name_is_only_a_name(
    name: str, tmp_path: Path, speech_wav: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(speech_wav, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert probe(Path(name)).duration == pytest.approx(8)


@pytest.mark.parametrize("suffix", [".wav", ".m3u8", ".mp3", ".txt"])
@pytest.mark.parametrize(
    "text",
    [
        "ffconcat version 1.0\nfile {secret}\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\n{secret}\n#EXT-X-ENDLIST\n",
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{secret}</BaseURL></MPD>',
        "RTSPtext\nrtsp://127.0.0.1/{secret}\n",
    ],
)
def test_lists_that_would_open_other_files_are_refused(
    text: str, suffix: str, tmp_path: Path, speech_wav: Path
) -> None:
    script = tmp_path / f"audio{suffix}"
    script.write_text(text.format(secret=speech_wav.name))
    shutil.copy(speech_wav, tmp_path)
    with pytest.raises(AudioError, match=script.name):
        probe(script)


def test_closing_the_stream_ends_the_child(children: list[subprocess.Popen[bytes]]) -> None:
    blocks = ffmpeg.read(ENDLESS, 4096)
    assert len(next(blocks)) == 4096
    blocks.close()  # type: ignore[attr-defined]
    assert [child.poll() is not None for child in children] == [True]


def test_an_exception_ends_the_child(children: list[subprocess.Popen[bytes]]) -> None:
    def stop(done: float, total: float, unit: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ffmpeg.run(["-re", *ENDLESS[:-2], "-f", "null", "-"], stop)
    assert [child.poll() is not None for child in children] == [True]


def test_an_exception_of_whoever_feeds_it_ends_the_child(
    children: list[subprocess.Popen[bytes]],
) -> None:
    def blocks() -> object:
        yield bytes(10)
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        ffmpeg.write(["-f", "s16le", "-i", "pipe:0", "-f", "null", "-"], blocks())  # type: ignore[arg-type]
    assert [child.poll() is not None for child in children] == [True]


def test_feeding_a_child_that_died_tells_why() -> None:
    with pytest.raises(ffmpeg.FfmpegFailed, match="nonsense"):
        ffmpeg.write(
            ["-f", "nonsense", "-i", "pipe:0", "-f", "null", "-"], iter([bytes(1 << 20)] * 9)
        )


def test_progress_grows_to_the_whole(speech_wav: Path) -> None:
    told: list[tuple[float, float, str]] = []
    report = ffmpeg.run(
        [*ffmpeg.source(speech_wav), "-f", "null", "-"], lambda *seen: told.append(seen), 8.0
    )
    assert report.seconds == pytest.approx(8, abs=0.001)
    assert told == sorted(told)
    assert told[-1] == (report.seconds, 8.0, "s")


def test_a_complaint_carries_no_control_characters() -> None:
    log = "[info] fine\n[mp3 @ 0x55d0] [error] bad \x1b[31mthing\x07\n[error] later\n"
    assert ffmpeg.first_complaint(log) == "bad [31mthing"
    assert ffmpeg.first_complaint("") == ""


def test_a_long_log_keeps_beginning_and_end(
    monkeypatch: pytest.MonkeyPatch, speech_wav: Path
) -> None:
    monkeypatch.setattr(ffmpeg, "_LOG_LIMIT", 1000)
    filters = "asetnsamples=441,ashowinfo,ebur128=framelog=quiet"
    log = ffmpeg.run([*ffmpeg.source(speech_wav), "-af", filters, "-f", "null", "-"]).log
    assert len(log) < 1100
    assert "Input #0" in log
    assert "LRA high" in log
