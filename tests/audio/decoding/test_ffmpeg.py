import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.audio.decoding import ffmpeg
from pipeline.audio.decoding.decode import probe
from pipeline.audio.mastering.loudness import measure
from pipeline.errors import AudioError, for_people

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


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The ffmpeg is looked for again, on a machine that names none; afterwards once more."""
    monkeypatch.delenv(ffmpeg.VARIABLE, raising=False)
    ffmpeg.executable.cache_clear()
    ffmpeg.version.cache_clear()
    yield monkeypatch
    ffmpeg.executable.cache_clear()
    ffmpeg.version.cache_clear()


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_the_packaged_ffmpeg_comes_before_the_one_on_path(
    fresh: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On every machine the same, whatever a distribution brings."""
    program(tmp_path / "ffmpeg", "exit 0")
    fresh.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert "imageio_ffmpeg" in ffmpeg.executable()


def test_the_one_on_path_is_used_where_none_is_packaged(
    fresh: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fresh.setitem(sys.modules, "imageio_ffmpeg", None)
    fresh.setenv("PATH", str(tmp_path))
    with pytest.raises(AudioError, match="no ffmpeg") as caught:
        ffmpeg.executable()
    assert "pip install imageio-ffmpeg" in caught.value.hint
    own = program(tmp_path / "ffmpeg", "exit 0")
    assert ffmpeg.executable() == str(own)


def test_a_variable_names_another_one(fresh: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = program(tmp_path / "mine", "exit 0")
    fresh.setenv(ffmpeg.VARIABLE, str(own))
    assert ffmpeg.executable() == str(own)
    ffmpeg.executable.cache_clear()
    fresh.setenv(ffmpeg.VARIABLE, str(tmp_path / "gone"))
    with pytest.raises(AudioError, match=r"IMAGEIO_FFMPEG_EXE names .*gone, which is no program"):
        ffmpeg.executable()


@pytest.mark.parametrize(
    "complaint",
    [
        "[fatal] Unrecognized option 'protocol_whitelist'.",
        "[Eval @ 0x7ffc] [error] Undefined constant or missing '(' in 'quiet'",
        "[AVFilterGraph @ 0x55] [error] No such filter: 'ebur128'",
        "[fatal] Unknown encoder 'libmp3lame'",
        "[panic] Assertion best_input >= 0 failed at src/fftools/ffmpeg_filter.c:1923",
    ],
)
def test_an_ffmpeg_that_refuses_our_arguments_is_not_a_damaged_recording(
    complaint: str, fresh: pytest.MonkeyPatch, tmp_path: Path, speech_wav: Path
) -> None:
    """The complaints are real ones, of builds 4.2 to 7.0 and of a build without encoders."""
    (tmp_path / "said").write_text(complaint)
    answer = f'test "$1" = -version && echo "ffmpeg version 3.1" || {{ cat {tmp_path}/said >&2; exit 1; }}'
    old = program(tmp_path / "old", answer)
    fresh.setenv(ffmpeg.VARIABLE, str(old))
    for use in (measure, probe):
        with pytest.raises(AudioError, match="this ffmpeg cannot do what is asked") as caught:
            use(speech_wav)
        assert f"({old}, 3.1)" in caught.value.message
        assert speech_wav.name not in caught.value.message
        assert "unset IMAGEIO_FFMPEG_EXE" in caught.value.hint


def test_a_disk_that_takes_bytes_in_order_only_is_not_a_damaged_recording(
    fresh: pytest.MonkeyPatch, tmp_path: Path, speech_wav: Path
) -> None:
    """A real complaint: the host was asked to copy the recording again."""
    said = "[out#0/mp3 @ 0x55] [error] Error writing trailer: Illegal seek"
    answer = (
        f'test "$1" = -version && echo "ffmpeg version 7.0" || {{ echo "{said}" >&2; exit 1; }}'
    )
    fresh.setenv(ffmpeg.VARIABLE, str(program(tmp_path / "late", answer)))
    with pytest.raises(OSError, match="Illegal seek") as caught:
        measure(speech_wav)
    told = for_people(caught.value)
    assert told is not None
    assert "keep the show on a disk of this machine's own" in told.hint


def test_what_does_not_start_is_told(
    fresh: pytest.MonkeyPatch, tmp_path: Path, speech_wav: Path
) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"no program")
    broken.chmod(0o755)
    fresh.setenv(ffmpeg.VARIABLE, str(broken))
    with pytest.raises(AudioError, match="it does not start: Exec format error"):
        probe(speech_wav)


def test_a_limit_of_the_size_of_files_is_told(speech_wav: Path, tmp_path: Path) -> None:
    """`ulimit -f`: the kernel ends ffmpeg, which can't say why."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(OSError, match=r"out\.mp3") as caught:
            ffmpeg.run([*ffmpeg.source(speech_wav), ffmpeg.file_url(tmp_path / "out.mp3")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    error = for_people(caught.value)
    assert error is not None
    assert error.message.endswith("out.mp3: no file may grow as large as this one must")
    assert "ulimit -f" in error.hint


def test_a_killed_ffmpeg_says_nothing_of_the_recording(
    fresh: pytest.MonkeyPatch, tmp_path: Path, speech_wav: Path
) -> None:
    fresh.setenv(ffmpeg.VARIABLE, str(program(tmp_path / "killed", "kill -KILL $$")))
    with pytest.raises(AudioError, match=r"ended from outside \(SIGKILL\)"):
        measure(speech_wav)


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
    with pytest.raises(AudioError, match="nonsense"):
        ffmpeg.write(
            ["-f", "nonsense", "-i", "pipe:0", "-f", "null", "-"], iter([bytes(1 << 20)] * 9)
        )


def test_progress_grows_to_the_whole(speech_wav: Path) -> None:
    told: list[tuple[float, float, str]] = []
    _, seconds = ffmpeg.run(
        [*ffmpeg.source(speech_wav), "-f", "null", "-"], lambda *seen: told.append(seen), 8.0
    )
    assert seconds == pytest.approx(8, abs=0.001)
    assert told == sorted(told)
    assert told[-1] == (seconds, 8.0, "s")


def test_a_complaint_carries_no_control_characters() -> None:
    log = "[info] fine\n[mp3 @ 0x55d0] [error] bad \x1b[31mthing\x07\n[error] later\n"
    assert ffmpeg.first_complaint(log) == "bad [31mthing"
    assert ffmpeg.first_complaint("") == ""


def test_a_long_log_keeps_beginning_and_end(
    monkeypatch: pytest.MonkeyPatch, speech_wav: Path
) -> None:
    monkeypatch.setattr(ffmpeg, "_LOG_LIMIT", 1000)
    filters = "asetnsamples=441,ashowinfo,ebur128=framelog=verbose"
    log = ffmpeg.run([*ffmpeg.source(speech_wav), "-af", filters, "-f", "null", "-"])[0]
    assert len(log) < 1100
    assert "Input #0" in log
    assert "LRA high" in log
