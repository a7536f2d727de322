"""Moving in: a foreign feed becomes a show whose feed no app takes for a new one."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from lxml import etree

from pipeline.artefacts import PUBLISHED, published
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.settings.show import load_episode, load_show
from pipeline.show.public.publication import list_published, published_slugs
from pipeline.storage.planning.changes import Danger, dangers
from pipeline.workspace import Workspace

Text = Callable[..., str]
RunImport = Callable[..., Result]
Imported = Callable[..., dict[str, Any]]
Built = Callable[[Workspace], etree._Element]
Identities = Callable[[etree._Element], list[tuple[str, str, str, str]]]

SHARED = Path(__file__).resolve().parents[4] / "shared/feeds"
REAL = (
    "rw-animated-no-agenda.xml",
    "rw-dk-podcast.xml",
    "rw-gitbar-it.xml",
    "rw-homegrown-hits.xml",
    "rw-lautsprecher-de.xml",
    "rw-no-agenda.xml",
    "rw-podcasting20.xml",
    "ns-example.xml",
    "pt-example.xml",
    "pt-podverse-test.xml",
    "pt-legacy.xml",
)
NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "psc": "http://podlove.org/simple-chapters",
}


@pytest.fixture(scope="module")
def schema() -> etree.RelaxNG:
    path = Path(__file__).parents[2] / "feeds/feed.rnc"
    return etree.RelaxNG.from_rnc_string(path.read_text())


def complaints(schema: etree.RelaxNG, feed: etree._Element) -> list[str]:
    """What the schema says, once lengths that nobody knows are filled in: those first."""
    complete = copy.deepcopy(feed)
    unknown = complete.findall("*/item/enclosure[@length='0']")
    for enclosure in unknown:
        enclosure.set("length", "1")
    schema.validate(complete)
    return ["length"] * bool(unknown) + [str(entry) for entry in schema.error_log]


def dangers_between(source: Path, workspace: Workspace) -> list[Danger]:
    """What the plan would say of a release of the new feed over the old one."""
    new = (workspace.feed / "build/feed.xml").read_bytes()
    return dangers(read_feed(source.read_bytes()), read_feed(new))


@pytest.mark.parametrize("name", REAL)
def test_real_feeds_keep_what_apps_know_an_episode_by(
    workspace: Workspace,
    name: str,
    run_import: RunImport,
    built: Built,
    identities: Identities,
    schema: etree.RelaxNG,
) -> None:
    source = SHARED / name
    if not source.is_file():
        pytest.skip("the shared feeds are not beside the repository")
    done = run_import(workspace, str(source), "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    old = etree.parse(source, etree.XMLParser(recover=True, resolve_entities=False)).getroot()
    for node in list(old.iter("item")):
        if node.find("enclosure") is None and (parent := node.getparent()) is not None:
            parent.remove(node)
    known: dict[str, tuple[str, str, str, str]] = {}
    for identity in identities(old):
        known.setdefault(identity[0] or identity[2], identity)
    new = built(workspace)
    told = "\n".join(report["not_kept"])
    assert complaints(schema, new) == ["length"] * ("nobody says how many bytes" in told)
    ours = {identity[0]: identity for identity in identities(new)}
    assert len(report["imported"]) == len(ours)
    assert set(ours) == set(known) or "that another has is not imported" in told
    for guid, (_, date, url, length) in ours.items():
        _, old_date, old_url, old_length = known[guid]
        assert url == old_url or "is encoded" in told
        assert date == old_date or "moved by a second" in told or "is none and becomes" in told
        assert length == old_length or not old_length.isdigit() or int(old_length) == 0
    if "not well-formed" not in told:
        named = {danger.name.partition(":")[0] for danger in dangers_between(source, workspace)}
        assert named <= ({"date-moved"} if "moved by a second" in told else set()) | (
            {"item-gone"} if "not imported" in told else set()
        )
    for tag in ("podcast:transcript", "podcast:chapters", "psc:chapter", "podcast:person"):
        before = old.xpath(
            f"count(//item/{tag}) + count(//item/psc:chapters/{tag})", namespaces=NAMESPACES
        )
        after = new.xpath(f"count(//item/{tag})", namespaces=NAMESPACES)
        assert isinstance(before, float)
        assert isinstance(after, float)
        assert after >= before or tag == "psc:chapter"  # these stay in episode.toml
    assert run_import(workspace, str(source), "--json").stdout.count('"imported": []') == 1


def test_everything_that_we_have_words_for_is_kept(
    workspace: Workspace, item: Text, feed: Text, imported: Imported, built: Built
) -> None:
    more = """
    <link>https://iron.example.org/7</link>
    <itunes:season>2</itunes:season><itunes:episode>7</itunes:episode>
    <itunes:duration>1:02:03</itunes:duration><itunes:explicit>yes</itunes:explicit>
    <itunes:image href="https://iron.example.org/7.jpg"/>
    <podcast:season name="Big things">2</podcast:season>
    <podcast:transcript url="https://iron.example.org/7.vtt" type="text/vtt"/>
    <podcast:chapters url="https://iron.example.org/7.json" type="application/json+chapters"/>
    <podcast:soundbite startTime="10.5" duration="20">A bite</podcast:soundbite>
    <podcast:person role="guest" img="https://iron.example.org/cleo.jpg">Cleo</podcast:person>
    <podcast:location osm="W123">Tacoma</podcast:location>
    <psc:chapters version="1.2"><psc:chapter start="00:00:01.500" title="One"/></psc:chapters>
    """
    channel = '<podcast:locked owner="a@example.org">no</podcast:locked>'
    report = imported(workspace, feed(item("g7", more=more), channel=channel))
    assert report["imported"] == ["episode-g7"]
    show = load_show(workspace)
    assert (show.title, show.email, show.language) == ("Iron & Air", "a@example.org", "en-gb")
    assert show.categories == ["Science > Physics"]
    assert (show.guid, show.locked) == ("917393e3-1b1e-5cef-ace4-edaa54e1f810", False)
    episode = load_episode(workspace, "episode-g7")
    assert (episode.season, episode.season_name, episode.episode) == (2, "Big things", 7)
    assert [(mark.at, mark.title) for mark in episode.chapters] == [("00:00:01.500", "One")]
    assert episode.enclosure is not None
    assert episode.enclosure.duration == 3723
    root = built(workspace)
    for path, expected in {
        "//item/link": "https://iron.example.org/7",
        "//item/itunes:image/@href": "https://iron.example.org/7.jpg",
        "//item/itunes:duration": "3723",
        "//item/itunes:explicit": "true",
        "//item/podcast:transcript/@url": "https://iron.example.org/7.vtt",
        "//item/podcast:transcript/@language": "en-gb",
        "//item/podcast:chapters/@url": "https://iron.example.org/7.json",
        "//item/podcast:soundbite/@startTime": "10.5",
        "//item/podcast:person/@img": "https://iron.example.org/cleo.jpg",
        "//item/podcast:location/@osm": "W123",
        "//item/guid/@isPermaLink": "false",
    }.items():
        assert root.xpath(f"string({path})", namespaces=NAMESPACES) == expected
    index = (workspace.feed / "build/index.html").read_text(encoding="utf-8")
    assert 'href="https://iron.example.org/7"' in index


def test_what_cannot_be_kept_is_listed(
    workspace: Workspace, item: Text, feed: Text, imported: Imported
) -> None:
    report = imported(
        workspace,
        feed(
            item("a", 3, more='<podcast:person role="guru">Bo</podcast:person>'),
            item("a", 2),
            item("c", 1, more="<podcast:liveItem/><link>https://x.example</link>"),
            "<item><title>A link</title><guid>l</guid></item>",
            channel='<podcast:metaBoost/><itunes:category text="Podcasts"/><ttl>60</ttl>'
            "<itunes:keywords>bridges</itunes:keywords>"
            "<itunes:new-feed-url>https://new.example.org/</itunes:new-feed-url>",
        ),
    )
    told = "\n".join(report["not_kept"])
    for expected in (
        "<podcast:metaBoost> is not kept: the show",
        "<ttl> is not kept: the show",
        "<itunes:keywords> is not kept: the show",
        "the feed says that it has moved to https://new.example.org/",
        "<podcast:liveItem> is not kept: 'Episode c'",
        "the category 'Podcasts' is not in Apple's list",
        "the role 'guru' of 'cast' is not in the taxonomy and becomes host: 'Episode a'",
        "an item with a GUID or a recording that another has is not imported: 'Episode a'",
        "an item without audio is not imported: 'A link'",
    ):
        assert expected in told
    assert report["imported"] == ["episode-a", "episode-c"]


def test_html_keeps_what_texts_are_made_of_and_tells_the_rest(
    workspace: Workspace, item: Text, feed: Text, imported: Imported, built: Built
) -> None:
    rich = (
        "&lt;h2 style='color:red'&gt;Guests&lt;/h2&gt;&lt;p&gt;Cleo &lt;a href='https://x.example'"
        " target='_blank'&gt;here&lt;/a&gt;&lt;img src='https://x.example/p.png'&gt;&lt;/p&gt;"
        "&lt;iframe src='https://x.example'&gt;&lt;/iframe&gt;"
    )
    more = "<itunes:subtitle>Short</itunes:subtitle>"
    told = imported(workspace, feed(item("a", description=rich, more=more)))["not_kept"]
    for lost in (
        "<h2> in the description is removed",
        "<img> in the description is removed",
        "<h2 style> in the notes is removed",
        "<iframe> in the notes is removed",
        "<itunes:subtitle> is not kept",
    ):
        assert f"{lost}: 'Episode a'" in told
    root = built(workspace)
    notes = root.findtext("channel/item/{http://purl.org/rss/1.0/modules/content/}encoded") or ""
    assert "<h2>Guests</h2>" in notes
    assert '<img src="https://x.example/p.png">' in notes
    assert "iframe" not in notes
    description = root.findtext("channel/item/description")
    assert description == 'Guests<p>Cleo <a href="https://x.example">here</a></p>'


def test_a_second_import_adds_only_what_is_new(
    workspace: Workspace,
    item: Text,
    feed: Text,
    imported: Imported,
    built: Built,
    identities: Identities,
) -> None:
    imported(workspace, feed(item("a", 1)))
    toml = workspace.episode("episode-a").toml
    toml.write_text(toml.read_text() + "# mine\n")
    report = imported(workspace, feed(item("b", 2), item("a", 1)))
    assert (report["imported"], report["known"]) == (["episode-b"], 1)
    assert toml.read_text().endswith("# mine\n")
    assert [guid for guid, *_ in identities(built(workspace))] == ["b", "a"]


def test_an_import_that_was_stopped_goes_on(
    workspace: Workspace,
    item: Text,
    feed: Text,
    imported: Imported,
    built: Built,
    identities: Identities,
    run_import: RunImport,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    old = workspace.root / "old.xml"
    old.write_text(feed(item("b", 2), item("a", 1)), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.show.importing.feed._build", stopped)
        assert run_import(workspace, str(old)).exit_code == 130
    assert workspace.slugs() == ["episode-a", "episode-b"]
    again = run_import(workspace, str(old))
    assert "did not get so far: episode-b, episode-a\n" in again.stderr
    assert "imported 2 episodes\n" in again.stdout
    assert [guid for guid, *_ in identities(built(workspace))] == ["b", "a"]
    again = run_import(workspace, str(old))
    assert "imported 0 episodes, 2 were here already" in again.stdout
    assert "taken up" not in again.stderr


def test_another_import_publishes_nothing_that_the_host_has_held_back_or_recorded(
    workspace: Workspace,
    item: Text,
    feed: Text,
    imported: Imported,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = feed(item("c", 3), item("b", 2), item("a", 1))
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.show.importing.feed._build", lambda *_: [])  # as if it was stopped
        imported(workspace, old)
    later, own = (workspace.episode(f"episode-{each}").toml for each in "ab")
    later.write_text(f'publish_at = "2199-01-01 08:00 UTC"\n{later.read_text()}')
    own.write_text(own.read_text().partition("[enclosure]")[0])  # of a recording that is to come
    report = imported(workspace, old)
    assert (report["imported"], report["known"]) == (["episode-c"], 2)
    assert published_slugs(workspace) == ["episode-c"]


def test_a_show_of_ones_own_is_not_overwritten(
    workspace: Workspace, item: Text, feed: Text, imported: Imported
) -> None:
    mine = workspace.show_toml.read_text().replace("An untitled show", "Mine")
    workspace.show_toml.write_text(mine)
    imported(workspace, feed(item("a")))
    assert workspace.show_toml.read_text() == mine


def test_dates_and_texts_that_are_none_are_mended_and_told(
    workspace: Workspace,
    item: Text,
    feed: Text,
    imported: Imported,
    built: Built,
    identities: Identities,
) -> None:
    broken = item("b", 2).replace("Thu, 02 May 2024 12:00:00 +0200", "yesterday")
    long = item("c", 1, description="&lt;p&gt;" + "é" * 3000 + " end&lt;/p&gt;")
    report = imported(workspace, feed(item("a", 3), broken, long, item("d", 1)))
    told = "\n".join(report["not_kept"])
    assert "the date 'yesterday' is none and becomes 2024-05-03T11:59:00+02:00" in told
    assert "a description over 4,000 bytes is shortened" in told
    assert "the date of another item: moved by a second" in told
    assert len(identities(built(workspace))) == 4


def test_an_episode_of_the_future_is_held_back(
    workspace: Workspace,
    item: Text,
    feed: Text,
    imported: Imported,
    built: Built,
    identities: Identities,
) -> None:
    later = item("b", 2).replace("Thu, 02 May 2024", "Thu, 02 May 2199")
    report = imported(workspace, feed(later, item("a", 1)))
    assert "a date that has not come: held back until then: 'Episode b'" in report["not_kept"]
    assert [guid for guid, *_ in identities(built(workspace))] == ["a"]
    episode = load_episode(workspace, "episode-b")
    assert episode.publish_at == episode.date
    assert episode.date.year == 2199


def test_a_feed_without_audio_gives_its_show_only(
    workspace: Workspace, feed: Text, run_import: RunImport
) -> None:
    path = workspace.root / "old.xml"
    path.write_text(feed("<item><title>A link</title><guid>l</guid></item>"))
    done = run_import(workspace, str(path))
    assert done.exit_code == 0
    assert "an item without audio is not imported: 'A link'" in done.stdout
    assert "make its first with: pullquote new SLUG --audio FILE" in done.stderr
    assert load_show(workspace).title == "Iron & Air"
    assert not PUBLISHED.path(workspace).exists()


def test_what_was_taken_out_of_the_feed_stays_known_over_another_import(
    workspace: Workspace, feed: Text, item: Text, run_import: RunImport
) -> None:
    path = workspace.root / "old.xml"
    path.write_text(feed(item("one"), item("two")))
    assert run_import(workspace, str(path)).exit_code == 0
    gone, kept = published_slugs(workspace)
    list_published(workspace, {kept})
    path.write_text(feed(item("three", 3)))
    done = run_import(workspace, str(path))
    assert done.exit_code == 0, done.output
    assert len(published(workspace).episodes) == 2
    assert published(workspace).ever > {gone}


def test_nothing_that_runs_comes_through(
    workspace: Workspace, item: Text, feed: Text, imported: Imported
) -> None:
    evil = (
        "&lt;script&gt;alert(1)&lt;/script&gt;&lt;a href='javascript:x' onclick='x'&gt;a&lt;/a&gt;"
    )
    title = "&lt;b&gt;../../etc/passwd&#8238; \x7f"
    report = imported(workspace, feed(item("../../x", title=title, description=evil)))
    told = "\n".join(report["not_kept"])
    for lost in ("<script>", "<a onclick>", "<a href>"):
        assert f"{lost} in the description is removed" in told
    (slug,) = report["imported"]
    assert slug == "etc-passwd"
    written = (workspace.feed / "build/feed.xml").read_text(encoding="utf-8")
    for word in ("<script", "javascript", "onclick"):
        assert word not in written
    assert {path.name for path in workspace.root.parent.iterdir()} == {"show"}
