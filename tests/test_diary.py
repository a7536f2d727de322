"""Three weeks of a show, on real speech: what each command says, and that it re-does nothing unmeant.

A diary is one long test, since each day stands on the days before it.
"""

import json
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import feedparser
import imageio_ffmpeg
import pytest
import tomlkit

SPEECH = Path(__file__).resolve().parent / "data" / "speech"
WORK = ("master.mp3", "transcript.raw.json", "speakers.json", "enclosure.mp3")

pytestmark = [
    pytest.mark.network,
    pytest.mark.usefixtures("no_proxy"),
    pytest.mark.timeout(600),
    pytest.mark.long,
]


class Diary:
    """A show and what its host does; after each day, what listeners and the next plan see."""

    def __init__(self, root: Path, run: Callable[..., Any]) -> None:
        self.root = root
        self.run = run

    def set(self, name: str, **values: Any) -> None:
        """Edit a TOML file of the show as a host would; `None` takes a key out."""
        path = self.root / name
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
        for key, value in values.items():
            if isinstance(value, dict) and key in document:
                document[key].update(value)
            else:
                document[key] = value
        path.write_text(tomlkit.dumps(document), encoding="utf-8")

    def publish(self, slug: str, *options: str) -> Any:
        return self.run("publish", slug, *options)

    def plan(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """What a release would change; it must not do minutes of work to say so."""
        before = self.works()
        found: dict[str, Any] = json.loads(self.run("plan", *arguments, "--json", code=code).stdout)
        assert self.works() == before
        return found

    def works(self) -> dict[str, int]:
        """When each output that costs minutes, or downloads, was written (ns)."""
        return {
            str(path.relative_to(self.root)): path.stat().st_mtime_ns
            for name in WORK
            for path in sorted(self.root.glob(f"episodes/*/build/{name}"))
        }

    @property
    def base(self) -> str:
        status = json.loads(self.run("store", "status", "--json").stdout)
        return str(status["public_url"]).rstrip("/") + "/"

    def get(self, name: str) -> bytes:
        with urllib.request.urlopen(self.base + name.removeprefix(self.base)) as answer:
            content: bytes = answer.read()
        return content

    def feed(self) -> Any:
        found = feedparser.parse(self.get("feed.xml"))
        assert not found.bozo
        return found

    def enclosures(self) -> dict[str, str]:
        """The address of each episode's recording, by title."""
        return {entry.title: entry.enclosures[0].href for entry in self.feed().entries}

    def captions(self, title: str) -> str:
        """The captions that the feed names for an episode, as listeners get them."""
        item = self.get("feed.xml").decode().partition(f"<title>{title}</title>")[2]
        (address, *_) = re.findall(r'<podcast:transcript url="([^"]+\.vtt)"', item)
        return self.get(address).decode()

    def is_settled(self, *pages_of: str) -> bool:
        """Whether nothing is left to release, but for files such as the pages of the episodes named."""
        plan = self.plan()
        left = {row["slug"] for row in plan["episodes"] if row["change"] == "files"}
        others = [row for row in plan["episodes"] if row["change"] != "files"]
        return left == set(pages_of) and not (others or plan["dangers"] or plan["feed_changes"])


@pytest.fixture
def diary(tmp_path: Path, pullquote_at: Callable[[Path], Any], kill_store: Any) -> Iterator[Diary]:
    root = tmp_path / "show"
    diary = Diary(root, pullquote_at(root))
    diary.run("init", str(root))
    try:
        yield diary
    finally:
        kill_store(root)


def test_three_weeks(diary: Diary, tmp_path: Path, pullquote_at: Any, kill_store: Any) -> None:
    first_week(diary)
    second_week(diary)
    corrections(diary)
    renaming(diary)
    another_recording(diary)
    taking_it_back(diary)
    moving_in(diary, tmp_path / "moved", pullquote_at, kill_store)


def first_week(diary: Diary) -> None:
    """An empty show, its first episode, and nothing left to do."""
    diary.set("feed/show.toml", title="Tea and Towers", author="Ada", email="tea@example.org")
    diary.run("new", "one", "--audio", str(SPEECH / "lighthouse.mp3"), "--title", "The lighthouse")
    diary.publish("one", "--review", "auto")
    assert list(diary.enclosures()) == ["The lighthouse"]
    assert diary.is_settled()
    before = diary.works()
    assert "nothing to release" in diary.publish("one").stderr
    assert diary.works() == before


def second_week(diary: Diary) -> None:
    """Music and a cover are new: they are for what comes, and week one keeps its sound and its bytes."""
    before = diary.enclosures(), diary.works()
    sounds = diary.root / "feed/sounds"
    sounds.mkdir()
    shutil.copy(SPEECH / "repetition.mp3", sounds / "intro.mp3")
    diary.set("feed/show.toml", audio={"intro": "sounds/intro.mp3", "fade": 0.5})
    paint_cover(diary.root / "feed/artwork.jpg")

    plan = diary.plan()
    assert plan["dangers"] == []
    assert [(row["slug"], row["change"]) for row in plan["episodes"]] == [
        ("one", "files")
    ]  # its page
    assert not [upload for upload in plan["uploads"] if upload["key"].startswith("audio/")]
    assert "keeps the sound and tags of its release" in diary.run("status").stdout

    diary.run("new", "two", "--audio", str(SPEECH / "repetition.mp3"), "--title", "Again")
    diary.publish("two", "--review", "none")
    after = diary.enclosures()
    assert list(after) == ["Again", "The lighthouse"]
    assert after["The lighthouse"] == before[0]["The lighthouse"]
    assert {name: diary.works()[name] for name in before[1]} == before[1]
    audio = json.loads((diary.root / "episodes/two/build/audio.json").read_bytes())
    assert audio["offset"] > 10  # seconds: the music is heard in week two
    assert diary.is_settled("one")  # which was not named, so its page has the cover of week one


def corrections(diary: Diary) -> None:
    """A word is mended: the captions change, the recording does not, and only on the host's word."""
    before = diary.enclosures(), diary.works()
    (diary.root / "episodes/one/corrections.toml").write_text(
        '[[replace]]\nsaid = "every night"\ntext = "each night"\n', encoding="utf-8"
    )
    diary.publish("one")
    assert "each night" in diary.captions("The lighthouse")
    assert (diary.enclosures(), diary.works()) == before
    assert diary.is_settled()


def renaming(diary: Diary) -> None:
    """Another title, here and of the show, and threads about it: listeners' files stay the same bytes."""
    before = diary.enclosures()
    threads = (
        "https://bsky.app/profile/ada.example/post/3kq",
        "https://www.lesswrong.com/posts/a/b",
    )
    for thread in threads:
        diary.run("discuss", "one", thread)
    diary.set("feed/show.toml", title="Towers and Tea")
    diary.set("episodes/one/episode.toml", title="Two brothers and a lamp")
    plan = diary.plan("one")
    assert [row["slug"] for row in plan["episodes"]] == ["one"]
    assert plan["dangers"] == []
    diary.publish("one")
    after = diary.enclosures()
    assert after["Two brothers and a lamp"] == before["The lighthouse"]
    assert after["Again"] == before["Again"]
    assert diary.feed().feed.title == "Towers and Tea"
    for name in ("feed.xml", "episodes/one.html", "posts/one.html"):
        assert all(thread in diary.get(name).decode() for thread in threads), name
    assert (
        f'protocol="atproto" uri="{threads[0]}" accountId="@ada.example"'
        in diary.get("feed.xml").decode()
    )
    assert diary.is_settled("two")  # whose page has the show's old title until it is published


def another_recording(diary: Diary) -> None:
    """A longer cut of week one: its bytes, captions and page are new, week two stays."""
    before = diary.enclosures(), diary.works()
    diary.run("replace-audio", "one", str(SPEECH / "repetition.mp3"), "--review", "none")
    after = diary.enclosures()
    assert after["Two brothers and a lamp"] != before[0]["Two brothers and a lamp"]
    assert after["Again"] == before[0]["Again"]
    assert "each night" not in diary.captions("Two brothers and a lamp")
    two = {name: written for name, written in before[1].items() if "/two/" in name}
    assert {name: diary.works()[name] for name in two} == two
    assert diary.is_settled("two")


def taking_it_back(diary: Diary) -> None:
    """A rollback past it: sound, captions and page are those of before, all of them."""
    diary.run("rollback")
    assert "each night" in diary.captions("Two brothers and a lamp")
    page = diary.get("episodes/one.html").decode()
    assert diary.enclosures()["Two brothers and a lamp"] in page


def moving_in(diary: Diary, root: Path, pullquote_at: Any, kill_store: Any) -> None:
    """Another show imports this one's feed: nobody downloads an episode again."""
    moved = Diary(root, pullquote_at(root))
    moved.run("init", str(root))
    try:
        moved.run("import", diary.base + "feed.xml")
        slugs = sorted(path.name for path in (root / "episodes").iterdir())
        assert len(slugs) == 2
        for slug in slugs:
            moved.publish(slug)
        theirs, ours = diary.feed(), moved.feed()
        assert ours.feed.title == theirs.feed.title
        assert [entry.id for entry in ours.entries] == [entry.id for entry in theirs.entries]
        assert moved.enclosures() == diary.enclosures()
        assert moved.is_settled()
    finally:
        kill_store(root)


def paint_cover(path: Path) -> None:
    """A square of one colour, as large as directories ask for."""
    picture = ["-f", "lavfi", "-i", "color=c=0x225588:s=1400x1400", "-frames:v", "1", str(path)]
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([ffmpeg, "-y", "-loglevel", "error", *picture], check=True)
