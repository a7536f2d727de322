"""The feed stage in the engine, over the golden items."""

import hashlib
import json
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from lxml import etree

from pipeline.artefacts import QUOTES, Proven
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import ConfigError
from pipeline.feeds.build.item_xml import render_items
from pipeline.feeds.contents.channel import Channel
from pipeline.feeds.contents.model import ItemFile
from pipeline.models import Quote
from pipeline.stages.feed import STAGE
from pipeline.workspace import Workspace

ITEMS = Path(__file__).parents[1] / "data/feeds"
EPISODE = """
title = "{slug}"
guid = "{slug}"
date = 2024-05-02T12:00:00Z
"""
# The header of a PNG picture of 3000 x 3000 pixels, 8 bits, RGB; the stage decodes no more of it.
COVER = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBB", 13, b"IHDR", 3000, 3000, 8, 2) + b"...IDAT"


def copy_item(ctx: StageContext[NoSettings]) -> None:
    ctx.write_text("build/item.json", (ITEMS / f"{ctx.slug}.item.json").read_text("utf-8"))


BEFORE = Stage(
    name="before",
    run=copy_item,
    inputs=("episode.toml",),
    outputs=("build/item.json",),
    settings=NoSettings,
)


def publish(ctx: StageContext[NoSettings]) -> None:
    ctx.write_text("//feed/build/published.json", ctx.input("//published").read_text("utf-8"))


# Stands in for the command that lists what the host has published.
PUBLISH = Stage(
    name="publish",
    run=publish,
    inputs=("//published",),
    outputs=("//feed/build/published.json",),
    settings=NoSettings,
    scope="show",
)


@pytest.fixture
def workspace(tmp_path: Path, new_show: Callable[..., Workspace]) -> Workspace:
    episodes = {slug: EPISODE.format(slug=slug) for slug in ("hello", "why-bridges-hum")}
    workspace = new_show(tmp_path, 'guid = "917393e3-1b1e-5cef-ace4-edaa54e1f810"\n', episodes)
    (tmp_path / "feed/artwork.png").write_bytes(COVER)
    (tmp_path / "published").write_text('{"episodes": ["hello", "why-bridges-hum"]}')
    return workspace


@pytest.fixture
def runner(workspace: Workspace) -> Runner:
    runner = Runner(workspace, [BEFORE, PUBLISH, STAGE])
    for slug in workspace.slugs():
        runner.run(slug)
    return runner


def test_the_feed_holds_every_item(workspace: Workspace, runner: Runner) -> None:
    assert runner.run_show().ran == ("publish", "feed")
    root = etree.parse(workspace.feed / "build/feed.xml").getroot()
    assert root.xpath("//item/title/text()") == ["Why bridges hum", "Trailer"]
    (cover,) = json.loads((workspace.feed / "build/objects.json").read_bytes())["objects"]
    digest = hashlib.sha256(COVER).hexdigest()
    assert cover == {
        "key": f"art/cover-{digest[:8]}.png",
        "path": "feed/artwork.png",
        "sha256": digest,
        "type": "image/png",
    }
    assert str(root.xpath("string(channel/image/url)")).endswith(cover["key"])
    assert runner.run_show().ran == ()


def test_an_episode_that_was_only_built_stays_out(workspace: Workspace, runner: Runner) -> None:
    (workspace.root / "published").write_text('{"episodes": ["hello"]}')
    runner.run_show()
    root = etree.parse(workspace.feed / "build/feed.xml").getroot()
    assert root.xpath("//item/title/text()") == ["Trailer"]


def test_corrections_are_a_feed_from_the_first_one_on(workspace: Workspace, runner: Runner) -> None:
    """A show without one has no such feed; one that had some keeps what its pages link to."""
    feed, item = (
        workspace.feed / "build/corrections.xml",
        workspace.episode("hello").build / "item.json",
    )
    before = item.read_bytes()
    runner.run_show()
    assert not feed.exists()
    errata = [
        {"date": "2026-12-01", "said": "never", "says": "", "why": "Misheard.", "quote": "k3v9"},
        {"date": "2026-11-29", "said": "a <b> ]]>", "says": "c & d", "why": "I misspoke."},
    ]
    told = json.loads(before)
    told["item"]["errata"] = errata

    def build(content: bytes) -> None:
        """As another release of the stage before would."""
        item.write_bytes(content)
        lock = workspace.episode("hello").lock
        rows = json.loads(lock.read_bytes())
        rows["stages"]["before"]["outputs"]["build/item.json"] = hashlib.sha256(content).hexdigest()
        lock.write_text(json.dumps(rows))
        assert runner.run_show().ran == ("feed",)

    build(json.dumps(told).encode())
    root = etree.parse(feed).getroot()
    assert root.findtext("channel/title") == "Iron & Air: corrections"
    assert [each.text for each in root.iterfind(".//item/title")] == ["Trailer", "Trailer"]
    first, second = (each.text or "" for each in root.iterfind(".//item/description"))
    assert "It was taken out." in first
    assert "It said: “a &lt;b&gt; ]]&gt;”" in second
    assert (root.findtext(".//item/pubDate") or "").startswith("Tue, 01 Dec 2026 00:00:00")
    guids = [each.text or "" for each in root.iterfind(".//item/guid")]
    anchor = guids[0].removeprefix("correction-").partition(":")[0]
    assert (root.findtext(".//item/link") or "").endswith(f"/episodes/hello.html#c-{anchor}")
    assert [guid.partition(":")[2] for guid in guids] == [told["guid"]] * 2
    objects = json.loads((workspace.feed / "build/objects.json").read_bytes())["objects"]
    assert [each["key"] for each in objects] == [objects[0]["key"], "corrections.xml"]
    errata[1]["why"] = "I misspoke, as I found out later."
    build(json.dumps(told).encode())
    assert [each.text for each in etree.parse(feed).iterfind(".//item/guid")] == guids
    (workspace.feed / "build/corrections.json").write_text("{}")
    build(before)
    written = feed.read_text()
    assert "<item>" not in written
    assert "<lastBuildDate>" not in written


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The slugs of the items that were rendered, in order."""
    seen: list[str] = []

    def spy(items: Sequence[ItemFile], channel: Channel) -> list[bytes]:
        seen.extend(item.slug for item in items)
        return render_items(items, channel)

    monkeypatch.setattr("pipeline.feeds.build.item_xml.render_items", spy)
    return seen


def test_an_item_is_written_again_when_it_or_what_the_show_says_of_it_has_changed(
    workspace: Workspace, runner: Runner, rendered: list[str]
) -> None:
    feed = workspace.feed / "build/feed.xml"
    (workspace.root / "published").write_text('{"episodes": ["why-bridges-hum"]}')
    runner.run_show()
    (workspace.root / "published").write_text('{"episodes": ["hello", "why-bridges-hum"]}')
    runner.run_show()
    assert rendered == ["why-bridges-hum", "hello"]  # only the one that came to it
    first = feed.read_bytes()
    rendered.clear()
    runner.run_show(force=["feed"])
    assert sorted(rendered) == ["hello", "why-bridges-hum"]
    assert feed.read_bytes() == first
    rendered.clear()
    with workspace.show_toml.open("a", encoding="utf-8") as file:
        file.write('[[people]]\nname = "Grace"\nimg = "images/grace.png"\n')
    (workspace.feed / "images").mkdir()
    (workspace.feed / "images/grace.png").write_bytes(COVER)
    runner.run_show()
    assert len(rendered) == 2
    assert feed.read_text().count(">Grace</podcast:person>") == 3
    rendered.clear()
    (workspace.feed / "images/grace.png").write_bytes(COVER + b"another")  # on every item
    runner.run_show()
    assert len(rendered) == 2
    rendered.clear()
    feed.unlink()  # and nothing that could be taken over
    runner.run_show()
    assert len(rendered) == 2


def test_moving_the_store_writes_another_feed(workspace: Workspace, runner: Runner) -> None:
    runner.run_show()
    with workspace.show_toml.open("a", encoding="utf-8") as file:
        file.write('[storage]\nbucket = "b"\npublic_url = "https://cdn.example.org/x"\n')
    assert runner.run_show().ran == ("feed",)
    feed = (workspace.feed / "build/feed.xml").read_text(encoding="utf-8")
    assert 'href="https://cdn.example.org/x/feed.xml"' in feed
    assert "127.0.0.1" not in feed


def test_a_show_needs_one_right_cover(workspace: Workspace, runner: Runner) -> None:
    cover = workspace.feed / "artwork.png"
    (workspace.feed / "artwork.svg").write_bytes(b"<svg/>")  # what the picture was made from
    assert runner.run_show().ran == ("publish", "feed")
    (workspace.feed / "artwork.jpg").write_bytes(COVER)
    with pytest.raises(
        ConfigError, match=r"more than one cover: feed/artwork.jpg, feed/artwork.png"
    ):
        runner.run_show()
    cover.unlink()
    with pytest.raises(
        ConfigError, match=r"feed/artwork.jpg: the name ends in .jpg, but the picture"
    ):
        runner.run_show()
    (workspace.feed / "artwork.jpg").unlink()
    with pytest.raises(ConfigError, match="the show has no cover"):
        runner.run_show()


def test_older_pages_are_uploaded_beside_the_feed(
    workspace: Workspace, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.feeds.build.paging.OPEN", 1)
    runner.run_show()
    page = workspace.feed / "build/pages/0001.xml"
    assert etree.parse(page).getroot().xpath("//item/title/text()") == ["Trailer"]
    _, uploaded = json.loads((workspace.feed / "build/objects.json").read_bytes())["objects"]
    assert uploaded == {
        "key": "feed/0001.xml",
        "path": "feed/build/pages/0001.xml",
        "sha256": hashlib.sha256(page.read_bytes()).hexdigest(),
        "type": "application/rss+xml; charset=utf-8",
    }
    assert runner.run_show().ran == ()
    monkeypatch.undo()
    runner.run_show(force=["feed"])
    assert not page.exists()


def test_link_posts_get_a_feed_of_their_own(workspace: Workspace, runner: Runner) -> None:
    runner.run_show()
    assert not (workspace.feed / "build/posts.xml").exists()
    posts = workspace.episode("hello").build / "posts"
    posts.mkdir()
    (posts / "link-post.html").write_text("<body><h1>A</h1><p>Quote</p></body>", encoding="utf-8")
    quotes = posts.parent / "quotes.json"
    quotes.write_text('{"quotes": []}')
    runner.run_show()
    assert not (workspace.feed / "build/posts.xml").exists()  # it would be empty
    quoted = Quote("k3v9", "", "Quote", None, 0.0, 1.0, [], [], "verbatim")
    quotes.write_text(QUOTES.dump(Proven(quotes=[quoted])))
    assert "feed" in runner.run_show().ran
    root = etree.parse(workspace.feed / "build/posts.xml").getroot()
    assert root.xpath("//item/title/text()") == ["Trailer"]
    assert root.xpath("string(//item/description)") == "<p>Quote</p>"
    objects = json.loads((workspace.feed / "build/objects.json").read_bytes())["objects"]
    assert [(each["key"], each["path"]) for each in objects[1:]] == [
        ("posts.xml", "feed/build/posts.xml")
    ]
    (workspace.root / "published").write_text('{"episodes": ["why-bridges-hum"]}')
    runner.run_show()
    assert not (workspace.feed / "build/posts.xml").exists()
