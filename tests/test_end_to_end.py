"""From the sample's recording to a feed that parsers read: real speech, weights and store."""

import hashlib
import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from click.testing import Result

from pipeline.models import Recognition, Transcript, decode

REPOSITORY = Path(__file__).resolve().parents[1]
EPISODE = REPOSITORY / "episodes" / "why-bridges-hum"

Run = Callable[..., Result]

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("no_proxy")]


@pytest.fixture
def run(published: Any, pullquote_at: Callable[[Path], Run]) -> Run:
    return pullquote_at(published.root)


def get(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request) as answer:
        return answer.status, answer.read(), dict(answer.headers)


def test_the_words_that_were_spoken_are_recognised(published: Any) -> None:
    spoken = (EPISODE / "script" / "conversation.toml").read_text().lower()
    raw = published.build / "transcript.raw.json"
    recognition = decode(Recognition, raw.read_bytes(), raw.name)
    assert recognition.engine == "openai-whisper"
    heard = [word.text.strip(".,?!").lower() for word in recognition.words]
    assert len(heard) > 400
    # tiny.en mishears names and rare words; nine words of ten are the script's
    assert sum(word in spoken for word in heard) / len(heard) > 0.9
    assert all(0 <= word.start <= word.end <= recognition.duration for word in recognition.words)


def test_tracks_say_who_speaks(published: Any) -> None:
    words = published.build / "transcript.words.json"
    transcript = decode(Transcript, words.read_bytes(), words.name)
    speakers = {word.speaker for word in transcript.words}
    assert speakers == {"Mara Quill", "Joe Harrow"}
    first = [word.speaker for word in transcript.words[:8]]
    assert set(first) == {"Mara Quill"}


@pytest.mark.proves("H-03", "H-13")
def test_the_feed_and_all_that_it_points_to_can_be_had(published: Any) -> None:
    status, content, headers = get(published.feed_url)
    assert (status, headers["Content-Type"]) == (200, "application/rss+xml; charset=utf-8")
    feed = feedparser.parse(content)
    assert not feed.bozo
    (entry,) = feed.entries
    (enclosure,) = entry.enclosures
    status, audio, headers = get(enclosure.href)
    assert len(audio) == int(enclosure.length) == int(headers["Content-Length"])
    assert headers["Content-Type"] == enclosure.type == "audio/mpeg"
    assert audio == (published.build / "enclosure.mp3").read_bytes()
    assert "immutable" in headers["Cache-Control"]
    assert "Content-Encoding" not in headers
    urls = {
        node.attrib["url"]
        for node in ElementTree.fromstring(content).iter()
        if "url" in node.attrib
    }
    ours = {url for url in urls if url.startswith(published.feed_url.removesuffix("feed.xml"))}
    assert len(ours) >= 5  # enclosure, chapters and three transcripts
    assert all(get(url)[0] == 200 for url in ours)
    assert get(enclosure.href, Range="bytes=0-9")[0] == 206


def test_the_page_shows_quotes_that_were_said(published: Any) -> None:
    page = get(published.page_url)[1].decode()
    quotes = json.loads((published.build / "quotes.json").read_bytes())["quotes"]
    assert quotes
    for quote in quotes:
        assert quote["status"] == "verbatim"
        assert f'id="q-{quote["id"]}"' in page


def test_publishing_again_sends_nothing(published: Any, run: Run) -> None:
    before = tree(published.root)
    done = run("publish", published.slug)
    assert "nothing to release" in done.stderr
    assert f"to copy: pullquote posts {published.slug} --open" in done.stderr
    assert tree(published.root) == before


def test_the_store_refuses_strangers_to_write(published: Any) -> None:
    request = urllib.request.Request(published.feed_url, data=b"<rss/>", method="PUT")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    with caught.value as refusal:
        assert refusal.code == 403


def test_no_key_is_printed_or_kept_in_the_show(published: Any) -> None:
    keys = json.loads((published.root / ".pullquote" / "store" / "keys.json").read_bytes())
    secret = keys["secret_key"]
    assert secret not in published.output
    for folder in ("feed", "episodes"):
        for path in (published.root / folder).rglob("*"):
            assert not path.is_file() or secret.encode() not in path.read_bytes()


def test_history_and_fetch(published: Any, run: Run) -> None:
    assert "live" in published.pullquote("history").stdout
    clip = next((published.build / "clips").iterdir())
    content = clip.read_bytes()
    clip.unlink()
    run("fetch", published.slug)
    assert clip.read_bytes() == content


def test_media_that_a_pull_left_behind_its_lock_is_put_aside_for_what_is_recorded(
    published: Any, run: Run
) -> None:
    clip = next((published.build / "clips").iterdir())
    content = clip.read_bytes()
    clip.write_bytes(b"of an earlier quote")
    refused = run("run", published.slug, code=4).stderr
    assert f"(after a git pull): pullquote fetch {published.slug}\n" in refused
    run("fetch", published.slug)
    assert clip.read_bytes() == content
    aside = published.root / ".pullquote/replaced" / published.slug / clip.name
    assert aside.read_bytes() == b"of an earlier quote"
    assert "nothing is missing" in run("fetch", published.slug).stderr


def test_the_committed_sample_is_fresh(tmp_path: Path) -> None:
    """A fresh clone runs nothing: what is committed is what the stages would make."""
    files = subprocess.run(
        ["git", "ls-files", "-z", "feed", "episodes"],
        cwd=REPOSITORY, capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    from pipeline.engine.running.runner import Runner
    from pipeline.stages import all_stages
    from pipeline.workspace import Workspace, write_bytes

    for name in filter(None, files.split("\0")):
        write_bytes(tmp_path / name, (REPOSITORY / name).read_bytes())
    runner = Runner(Workspace(tmp_path), all_stages())
    states = [*runner.explain(EPISODE.name), *runner.explain()]
    stale = {
        state.stage: [str(r) for r in state.reasons] for state in states if state.state != "fresh"
    }
    assert stale == {}


def tree(root: Path) -> dict[str, str]:
    """Hashes of the show's files, without the machine's own state."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".pullquote" not in path.parts
    }
