"""`demo`: a copy of an episode is published from its recording alone; the show itself stays as it is."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest
from click.testing import CliRunner, Result

from pipeline.audio.decoding import ffmpeg
from pipeline.cli import main
from pipeline.workspace import EpisodePaths, Workspace

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = "why-bridges-hum"
EPISODE = 'title = "Why bridges hum"\nguid = "one"\ndate = 2024-05-02T12:00:00Z\n'
BUCKET = """
[storage]
endpoint_url = "https://s3.example.org"
bucket = "mine"
public_url = "https://media.example.org"
[notify]
websub = ["https://hub.example.org"]
"""


@pytest.fixture
def show(tmp_path: Path, kill_store: Callable[[Path], None]) -> Iterator[Workspace]:
    """The sample's show with 15 seconds of real speech, published to somebody's bucket."""
    workspace = Workspace(tmp_path)
    for name in ("show.toml", "artwork.jpg"):
        (tmp_path / "feed").mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / "feed" / name, tmp_path / "feed")
    with workspace.show_toml.open("a") as file:
        file.write(BUCKET)
    episode = EpisodePaths(SAMPLE, tmp_path / "episodes" / SAMPLE)
    episode.build.mkdir(parents=True)
    source = REPOSITORY / "episodes" / SAMPLE
    episode.toml.write_text(EPISODE)
    whole = ffmpeg.source(source / "audio.mp3", start=30)
    ffmpeg.run([*whole, "-t", "15", "-c", "copy", str(episode.directory / "audio.mp3")])
    episode.ledger.write_text('review = "none"\n')
    (episode.build / "made.txt").write_text("of another run")
    yield workspace
    kill_store(workspace.state / "demo")


def demo(show: Workspace) -> Result:
    result = CliRunner().invoke(main, ["demo", SAMPLE, "--root", str(show.root)])
    assert result.exit_code == 0, result.output
    return result


def files(show: Workspace) -> dict[str, bytes]:
    found = (path for path in show.root.rglob("*") if ".pullquote" not in path.parts)
    return {str(path): path.read_bytes() for path in found if path.is_file()}


@pytest.mark.long
@pytest.mark.slow
def test_every_stage_is_seen_and_the_show_stays_as_it_is(show: Workspace) -> None:
    before = files(show)
    first = demo(show)
    for stage in ("master", "transcribe", "suggest", "enclosure", "feed"):
        assert f"{stage}  done" in first.stderr
    addresses = re.findall(r"^(\w+)  (http://127\.0\.0\.1:\S+)$", first.stdout, re.MULTILINE)
    assert [name for name, _ in addresses] == ["feed", "page", "post"]
    assert addresses[0][1].endswith("/feed.xml")
    client = build_opener(ProxyHandler({}))
    for _, address in addresses:
        with client.open(address) as answer:
            assert b"Why bridges hum" in answer.read()
    copy = show.state / "demo"
    assert not (copy / "episodes" / SAMPLE / "build/made.txt").exists(), "builds are not copied"
    assert "hub.example.org" not in (copy / "feed/show.toml").read_text()

    again = demo(show)
    assert "done" not in again.stderr.replace("release  done", "")
    assert "nothing to release" in again.stderr
    assert again.stdout == first.stdout
    assert files(show) == before

    # git pull brought another sample: other words in the notes, another recording under the same GUID
    episode = show.episode(SAMPLE)
    ffmpeg.run(
        [
            *ffmpeg.source(REPOSITORY / "episodes" / SAMPLE / "audio.mp3", start=60),
            *("-t", "12", "-c", "copy", str(episode.directory / "audio.mp3")),
        ]
    )
    newer = demo(show)
    assert "transcribe  done" in newer.stderr
    assert "1 new" in newer.stderr
