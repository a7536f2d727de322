"""Each tag of a foreign feed is in ours afterwards, or in the list of what was not kept."""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from pipeline.cli import main
from pipeline.engine.running.runner import Runner
from pipeline.settings.show import load_episode, load_show
from pipeline.stages import all_stages
from pipeline.workspace import Workspace

NAMES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
}
RECIPIENT = '<podcast:valueRecipient name="A" type="node" address="02" split="1"/>'
VALUE = f'<podcast:value type="lightning" method="keysend">{RECIPIENT}</podcast:value>'
TOLD = "2026-11-29: “in 1938” → “in 1940”: I misspoke."
SOCIAL = '<podcast:socialInteract protocol="{}" uri="{}" accountId="{}" accountUrl="{}"/>'

#: A tag of the channel, and where it stands in our feed or which words of a loss name it.
CHANNEL = {
    "owner": ("", "itunes:owner/itunes:name[.='Ada']"),  # as in the feed of the fixtures
    "a longer summary": (
        "<itunes:summary>Things that stand, and why they fall.</itunes:summary>",
        "<itunes:summary> says more",
    ),
    "a trailer of its own": (
        '<podcast:trailer url="https://old.example.org/t.mp3" pubdate="x">Hello</podcast:trailer>',
        "the trailer 'Hello' is no episode",
    ),
    "a trailer that is an episode": (
        '<podcast:trailer url="https://old.example.org/one.mp3" pubdate="x">One</podcast:trailer>', None,
    ),
    "two txt of one purpose": (
        '<podcast:txt purpose="verify">a</podcast:txt><podcast:txt purpose="verify">b</podcast:txt>',
        "podcast:txt[@purpose='verify'][2][.='b']",
    ),
    "a second value": (VALUE + VALUE, "only the first of several <podcast:value>"),
    "a course": ("<podcast:medium>course</podcast:medium>", "podcast:medium[.='course']"),
    "one that may": (
        '<podcast:block>yes</podcast:block><podcast:block id="google">no</podcast:block>',
        "podcast:block[@id='google'][.='no']",
    ),
    "not locked": ("", "podcast:locked[.='no']"),
    "a season's name": ("", None),
    "a thread": (
        SOCIAL.format("activitypub", "https://social.example/web/1", "@ada", "https://social.example/@ada"),
        "podcast:socialInteract[@protocol='activitypub'][@accountUrl='https://social.example/@ada']",
    ),
    "no comments": (
        '<podcast:socialInteract protocol="disabled"/>', "podcast:socialInteract[@protocol='disabled']",
    ),
    "a picture": (
        '<podcast:image href="https://old.example.org/b.jpg" purpose="banner" aspect-ratio="4/1"/>',
        "podcast:image[@purpose='banner'][@aspect-ratio='4/1']",
    ),
    "who publishes it": (
        '<podcast:publisher><podcast:remoteItem medium="publisher" feedUrl="https://p.example.org/" '
        'feedGuid="003af0a0-6a45-55cf-b765-68e3d349551a"/></podcast:publisher>',
        "podcast:publisher/podcast:remoteItem[@medium='publisher'][@feedUrl='https://p.example.org/']",
    ),
}  # fmt: skip

ITEM = {
    "inline chapters": (
        '<psc:chapters version="1.2"><psc:chapter start="0:10" title="B" image="https://o.example.org/b.jpg"/>'
        '<psc:chapter start="0" title="A"/></psc:chapters>',
        "psc:chapters/psc:chapter[@title='B'][@image='https://o.example.org/b.jpg']",
    ),
    "their JSON": (
        '<psc:chapters version="1.2"><psc:chapter start="0" title="A"/></psc:chapters>',
        "podcast:chapters[@type='application/json+chapters']",
    ),
    "an author of its own": ("<itunes:author>Bo</itunes:author>", "itunes:author[.='Bo']"),
    "the show's author": ("<itunes:author>Ada</itunes:author>", None),
    "Apple's title": ("<itunes:title>Short</itunes:title>", "itunes:title[.='Short']"),
    "season 0": (
        '<itunes:season>0</itunes:season><podcast:season name="Before">0</podcast:season>',
        "podcast:season[@name='Before'][.='0']",
    ),
    "what is shown for a number": (
        '<podcast:episode display="Part two">2</podcast:episode>',
        "podcast:episode[@display='Part two'][.='2']",
    ),
    "a number that is none": ("<podcast:episode>1e999</podcast:episode>", "is no decimal number"),
    "half a number": ("<podcast:episode>4.5</podcast:episode>", "podcast:episode[.='4.5']"),
    "a thread of any server": (
        SOCIAL.format("activitypub", "https://social.example/notice/1", "@ada", ""),
        "podcast:socialInteract[@uri='https://social.example/notice/1'][@accountId='@ada']",
    ),
    "a thread of no protocol": (
        '<podcast:socialInteract protocol="gopher" uri="https://social.example/2"/>',
        "of an unknown protocol",
    ),
    "a correction of ours": (
        f'<podcast:txt purpose="correction">{TOLD} https://o.example.org/one.html#q-k3v9</podcast:txt>'
        "<link>https://o.example.org/one.html</link>",
        f"podcast:txt[@purpose='correction'][.='{TOLD} https://o.example.org/one.html#q-k3v9']",
    ),
    "one of others": (
        f'<podcast:txt purpose="correction">{TOLD}</podcast:txt>'
        '<podcast:txt purpose="correction">It was 1940.</podcast:txt>',
        f"podcast:txt[@purpose='correction'][.='It was 1940.'][../podcast:txt[.='{TOLD}']]",
    ),
    "a video": (
        '<podcast:alternateEnclosure type="video/mp4" length="9" bitrate="900000.5" height="720">'
        '<podcast:source uri="https://old.example.org/v.mp4"/></podcast:alternateEnclosure>',
        "podcast:alternateEnclosure[@type='video/mp4'][@height='720']"
        "/podcast:source[@uri='https://old.example.org/v.mp4']",
    ),
    "a relative link": ("<link>/episodes/one</link>", "link[.='https://old.example.org/episodes/one']"),
    "a relative picture": (
        '<itunes:image href="art/one.jpg"/>', "itunes:image[@href='https://old.example.org/art/one.jpg']",
    ),
}  # fmt: skip
SELF = '<atom:link rel="self" href="https://old.example.org/feed.xml"/>'

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBB", 13, b"IHDR", 300, 300, 8, 2) + b"...IDAT"
STORAGE = """
[storage]
endpoint_url = "https://s3.example.org"
bucket = "b"
public_url = "https://m.example.org"
"""

Import = Callable[..., dict[str, Any]]
Built = Callable[[Workspace], etree._Element]


def is_kept(node: etree._Element, expected: str | None, report: dict[str, Any]) -> bool:
    """Whether the path stands below the node, or its words in the losses; for None there are none."""
    lost = "\n".join(report["not_kept"])
    if expected is None:
        return not [line for line in report["not_kept"] if "no cover" not in line]
    if " " in expected and "[" not in expected:
        return expected in lost
    return bool(node.xpath(expected, namespaces=NAMES))


@pytest.mark.parametrize("name", CHANNEL)
def test_a_tag_of_the_show(
    name: str, workspace: Workspace, item: Any, feed: Any, imported: Import, built: Built
) -> None:
    tag, expected = CHANNEL[name]
    report = imported(workspace, feed(item("one"), channel=tag))
    assert is_kept(built(workspace)[0], expected, report), report["not_kept"]


@pytest.mark.parametrize("name", ITEM)
def test_a_tag_of_an_episode(
    name: str, workspace: Workspace, item: Any, feed: Any, imported: Import, built: Built
) -> None:
    tag, expected = ITEM[name]
    report = imported(workspace, feed(item("one", more=tag), channel=SELF))
    (episode,) = built(workspace).iter("item")
    assert is_kept(episode, expected, report), report["not_kept"]


def test_a_correction_is_one_again(
    workspace: Workspace, item: Any, feed: Any, imported: Import
) -> None:
    tag = f'<podcast:txt purpose="correction">{TOLD} https://o.example.org/a#q-k3v9</podcast:txt>'
    imported(workspace, feed(item("one", more=tag)))
    episode = load_episode(workspace, "episode-one")
    (erratum,) = episode.erratum
    assert (erratum.said, erratum.says, erratum.quote) == ("in 1938", "in 1940", "k3v9")
    assert not episode.txt
    assert "“in 1938”" in (workspace.feed / "build/feed.xml").read_text()
    assert "It said: “in 1938”" in (workspace.feed / "build/corrections.xml").read_text()


def test_a_chapters_picture_may_be_a_file(
    workspace: Workspace, item: Any, feed: Any, imported: Import
) -> None:
    """The JSON chapters of an imported episode name it by its address; they had none."""
    chapter = '<psc:chapters version="1.2"><psc:chapter start="0" title="A"/></psc:chapters>'
    imported(workspace, feed(item("one", more=chapter)))
    episode = workspace.episode("episode-one")
    (episode.directory / "images").mkdir()
    (episode.directory / "images" / "a.png").write_bytes(PNG)
    text = episode.toml.read_text()
    episode.toml.write_text(text.replace('title = "A"', 'title = "A"\nimage = "images/a.png"'))

    def run(base_url: str) -> str:
        command = ["run", "episode-one", "--root", str(workspace.root)]
        assert CliRunner().invoke(main, command).exit_code == 0
        built = json.loads((episode.build / "item.json").read_text())
        (key,) = [each["key"] for each in built["objects"] if each["path"] == "images/a.png"]
        (said,) = json.loads((episode.build / "imported.chapters.json").read_text())["chapters"]
        assert said == {"startTime": 0.0, "title": "A", "img": f"{base_url}{key}"}
        return str(key)

    run(load_show(workspace).store.base_url)
    workspace.show_toml.write_text(workspace.show_toml.read_text() + STORAGE)
    run("https://m.example.org/")
    lock = json.loads(episode.lock.read_text())
    del lock["stages"]["item"]["settings"]["show.toml [store] base_url"]  # as older locks are
    episode.lock.write_text(json.dumps(lock))
    assert Runner(workspace, all_stages()).explain("episode-one")[0].state == "fresh"


def test_links_in_texts_lead_on_from_the_feed(
    workspace: Workspace, item: Any, feed: Any, imported: Import, built: Built
) -> None:
    text = '&lt;a href="/more"&gt;more&lt;/a&gt;'
    imported(workspace, feed(item("one", description=text), channel=SELF))
    assert b'href="https://old.example.org/more"' in etree.tostring(built(workspace))


def test_a_list_of_people_replaces_that_of_the_show(
    workspace: Workspace, item: Any, feed: Any, imported: Import, built: Built
) -> None:
    """An episode that a guest hosted names nobody of the show; one with the hosts in it names all once."""
    hosts = "<podcast:person>Ada</podcast:person>"
    guest = '<podcast:person role="guest">Cleo</podcast:person>'
    content = feed(
        item("alone", 1, more=guest),
        item("both", 2, more=hosts + guest),
        item("none", 3),
        channel=hosts,
    )
    imported(workspace, content)
    people = {
        episode.findtext("guid"): [
            person.text for person in episode.iterfind("podcast:person", NAMES)
        ]
        for episode in built(workspace).iter("item")
    }
    assert people == {"alone": ["Cleo"], "both": ["Ada", "Cleo"], "none": ["Ada"]}
    toml = {
        path.parent.name: path.read_text() for path in Path(workspace.episodes).glob("*/*.toml")
    }
    assert ["guest_hosted" in text for _, text in sorted(toml.items())] == [True, False, False]


@pytest.mark.parametrize("title", ["\u202e", "\u2800", "&amp;zwj;", "\u00ad"])
def test_a_title_that_nobody_sees_is_none(
    title: str, workspace: Workspace, item: Any, feed: Any, imported: Import, built: Built
) -> None:
    report = imported(workspace, feed(item("one", title=title)))
    assert built(workspace).findtext("channel/item/title") == "Untitled"
    assert "an item without a title is called Untitled" in "\n".join(report["not_kept"])
