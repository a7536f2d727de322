"""Audiograms of the sample, small ones: what their frames show, how long they are, what is refused."""

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result

from pipeline.artefacts import CANDIDATES
from pipeline.audio.decoding import ffmpeg
from pipeline.audio.film import LARGEST, RATE, film
from pipeline.errors import PullquoteError
from pipeline.show.audiograms import making
from pipeline.show.audiograms.drawing import SHAPES, Shape, drawing_for
from pipeline.show.audiograms.timing import Shown
from pipeline.show.episode import LocalEpisode
from pipeline.transcript.formats.foreign import read_transcript
from pipeline.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[3]
SAMPLE = "why-bridges-hum"
JOINED, SHORT = "aw97", "giyy"  # of two passages; of ten seconds
SMALL = Shape(
    320, 320, (20, 20, 60, 60), (90, 20, 200, 60), (20, 20, 280, 60), (12, 100, 296, 130),
    (20, 250, 280, 40), 20,
)  # fmt: skip

Run = Callable[..., Result]


@pytest.fixture
def episode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalEpisode:
    """The sample as it is committed; its recording has the times of its master."""
    monkeypatch.setitem(SHAPES, "square", SMALL)
    ignored = shutil.ignore_patterns("tracks", "script", "lock.json")
    shutil.copytree(REPOSITORY / "feed", tmp_path / "feed", ignore=shutil.ignore_patterns("build"))
    source, there = REPOSITORY / "episodes" / SAMPLE, tmp_path / "episodes" / SAMPLE
    shutil.copytree(source, there, ignore=ignored)
    shutil.copy2(source / "audio.mp3", there / "build/master.mp3")
    return LocalEpisode(Workspace.at(tmp_path), SAMPLE)


@pytest.fixture
def run(episode: LocalEpisode, pullquote_at: Callable[[Path], Run]) -> Run:
    return pullquote_at(episode.workspace.root)


def frame(film: Path, seconds: float) -> Any:
    """The light of a frame's pixels."""
    arguments = ["-ss", f"{seconds:.3f}", "-i", ffmpeg.file_url(film), "-frames:v", "1"]
    form = ["-f", "rawvideo", "-pix_fmt", "gray"]
    found = b"".join(ffmpeg.read([*arguments, *form], 1 << 16))
    return np.frombuffer(found, dtype=np.uint8).reshape(SMALL.height, SMALL.width).astype(int)


def test_a_film_of_a_joined_quote_lights_each_word_while_it_is_said(
    episode: LocalEpisode, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, Any] = {}

    def keep(picture: Any, shots: Any, sound: Any, *rest: Any) -> None:
        kept.update(picture=picture, shots=shots, sound=sound)
        film(picture, shots, sound, *rest)

    monkeypatch.setattr(making, "film", keep)
    out = tmp_path / "out" / "a b, 'c': %d.mp4"
    done = run("audiogram", SAMPLE, JOINED, "--out", str(out))
    assert done.stdout.strip() == str(out)
    assert out.stat().st_size <= LARGEST
    said = ffmpeg.probe_log(out)
    assert re.search(r"Video: h264 \(High\).*yuv420p.*320x320.*25 fps", said)
    assert "Audio: aac" in said
    (seconds,) = re.findall(r"Duration: 00:00:([\d.]+)", said)
    assert float(seconds) == pytest.approx(kept["sound"].seconds, abs=1 / RATE)
    content = out.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # it plays before it is loaded

    pages, shots = kept["picture"].pages, kept["shots"]
    assert {page for page, _ in shots} == set(range(len(pages)))
    for number in range(0, len(shots), 37):
        page, lights = shots[number]
        light = frame(out, number / RATE)
        above = [light[y + 3, x + w // 2] for x, y, w, _ in pages[page].words]  # no letter is there
        lit = {n for n, ground in enumerate(above) if ground > light[-1, -1] + 15}
        assert lit == {n for n, each in enumerate(lights) if each == 1}, number / RATE

    told = read_transcript(out.with_suffix(".vtt"))
    assert "sound like. [...] A wind tunnel" in " ".join(word.text for word in told.words)
    assert told.words[-1].end <= kept["sound"].seconds
    assert out.with_suffix(".srt").read_text("utf-8").startswith("1\n00:00:00")
    assert out.with_suffix(".jpg").read_bytes().startswith(b"\xff\xd8")


def test_it_is_kept_until_the_quote_changes(episode: LocalEpisode, run: Run) -> None:
    first = run("audiogram", SAMPLE, SHORT)
    film = Path(first.stdout.strip())
    assert film.parent == episode.workspace.state / "audiograms"
    before = film.stat().st_mtime_ns
    again = run("audiogram", SAMPLE, SHORT)
    assert again.stdout == first.stdout
    assert again.stderr.endswith("it was there already\n")
    assert film.stat().st_mtime_ns == before
    change(episode, "A structure is never alone.", "A structure is never alone!")
    changed = json.loads(run("audiogram", SAMPLE, SHORT, "--json").stdout)
    assert changed["film"] != str(film)
    assert sorted(map(str, film.parent.iterdir())) == sorted(
        [changed["film"], changed["picture"], *changed["captions"]]
    )


def test_what_may_not_be_published_is_no_film(episode: LocalEpisode, run: Run) -> None:
    change(episode, "A structure is never alone.", "A structure is alone.")
    said = run("audiogram", SAMPLE, SHORT, code=4).stderr.splitlines()[-2:]
    assert said[0].startswith(f"{SHORT} cannot be published as it stands: needs your consent")
    assert said[1] == f"  pullquote quotes check {SAMPLE} says what to sign or to change"
    unknown = run("audiogram", SAMPLE, "zzzz", code=2).stderr.splitlines()[-2:]
    assert unknown[0] == f"{SAMPLE}: there is no quote zzzz"
    assert "aw97, 1id0, pqfh, giyy, cto3" in unknown[1]
    candidates = CANDIDATES.of(episode.paths).candidates
    kept = {entry.id for _, entry in episode.ledger.entries}
    free = next(each.id for each in candidates if each.id not in kept)
    assert "is a candidate that is not kept" in run("audiogram", SAMPLE, free, code=4).stderr
    assert not list((episode.workspace.state / "audiograms").glob("*"))


def test_a_film_that_is_stopped_leaves_nothing(
    episode: LocalEpisode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))

    def stop(done: float, total: float, unit: str) -> None:
        if done > 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        making.make(episode, SHORT, "square", None, stop)
    assert list((episode.workspace.state / "audiograms").iterdir()) == []
    assert list(scratch.iterdir()) == []


def test_names_are_only_text(episode: LocalEpisode) -> None:
    title = r"</text><svg onload=x> {\b1}\N %{n} مرحبا 😀 & <"
    toml = episode.workspace.show_toml
    text = toml.read_text("utf-8").replace('"Ordinary Physics"', f"'{title}'")
    toml.write_text(text, "utf-8")
    drawn = drawing_for(episode, title, "square")
    assert (drawn.by, drawn.show) == (title, title)
    words = [Shown(word, True, None) for word in title.split()]
    assert len(drawn.picture([words]).pages[0].words) == len(words)
    with pytest.raises(PullquoteError, match="no font that comes along has these signs: ⵣ"):
        drawn.picture([[Shown("ⵣ", True, None)]])


def change(episode: LocalEpisode, before: str, after: str) -> None:
    ledger = episode.paths.ledger
    text = ledger.read_text("utf-8")
    assert before in text
    ledger.write_text(text.replace(before, after), "utf-8")
