"""Moving in: a foreign feed becomes a show whose feed no app takes for a new one."""

import gzip
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from pipeline.cli import main
from pipeline.config import load_episode, load_show
from pipeline.feeds import foreign
from pipeline.storage.changes import Danger, dangers
from pipeline.storage.live_feed import read_feed
from pipeline.workspace import Workspace

SHARED = Path(__file__).resolve().parents[3] / "shared/feeds"
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
ITEM = """
<item>
  <title>{title}</title>
  <guid isPermaLink="false">{guid}</guid>
  <pubDate>Thu, 0{day} May 2024 12:00:00 +0200</pubDate>
  <enclosure url="{base}{guid}.mp3" length="20000" type="audio/mpeg"/>
  <description>{description}</description>
  {more}
</item>
"""
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:psc="http://podlove.org/simple-chapters">
<channel>
<title>Iron &amp; Air</title><link>https://iron.example.org</link><language>en-gb</language>
<description>Things that stand.</description>
<itunes:author>Ada</itunes:author>
<itunes:owner><itunes:name>Ada</itunes:name><itunes:email>a@example.org</itunes:email></itunes:owner>
<itunes:category text="Science"><itunes:category text="Physics"/></itunes:category>
<itunes:explicit>no</itunes:explicit>
<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>
{channel}
{items}
</channel></rss>"""


def item(guid: str, day: int = 1, **changes: str) -> str:
    values = {
        "title": f"Episode {guid}",
        "base": "https://old.example.org/",
        "description": "Words.",
        "more": "",
    }
    return ITEM.format(guid=guid, day=day, **(values | changes))


def feed(*items: str, channel: str = "") -> str:
    return FEED.format(channel=channel, items="".join(items))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    done = CliRunner().invoke(main, ["init", str(tmp_path / "show")])
    assert done.exit_code == 0
    return Workspace.at(tmp_path / "show")


def run_import(workspace: Workspace, source: str, *options: str) -> Result:
    return CliRunner().invoke(main, ["import", source, "--root", str(workspace.root), *options])


def imported(workspace: Workspace, content: str, *options: str) -> dict[str, Any]:
    path = workspace.root / "old.xml"
    path.write_text(content, encoding="utf-8")
    done = run_import(workspace, str(path), "--json", *options)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def built(workspace: Workspace) -> etree._Element:
    return etree.parse(workspace.feed / "build/feed.xml").getroot()


def identities(root: etree._Element) -> list[tuple[str, str, str, str]]:
    """What apps know an episode by: GUID, instant, recording and its length."""
    found = []
    for node in root.iter("item"):
        enclosure = node.find("enclosure")
        assert enclosure is not None
        date = parsedate_to_datetime(node.findtext("pubDate") or "")
        found.append(
            (
                (node.findtext("guid") or "").strip(),
                str(date.timestamp()),
                str(enclosure.get("url")),
                str(enclosure.get("length")),
            )
        )
    return found


def dangers_between(source: Path, workspace: Workspace) -> list[Danger]:
    """What the plan would say of a release of the new feed over the old one."""
    new = (workspace.feed / "build/feed.xml").read_bytes()
    return dangers(read_feed(source.read_bytes()), read_feed(new))


@pytest.mark.parametrize("name", REAL)
def test_real_feeds_keep_what_apps_know_an_episode_by(workspace: Workspace, name: str) -> None:
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
    ours = {identity[0]: identity for identity in identities(new)}
    assert len(report["imported"]) == len(ours)
    told = "\n".join(report["not_kept"])
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


def test_everything_that_we_have_words_for_is_kept(workspace: Workspace) -> None:
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


def test_what_cannot_be_kept_is_listed(workspace: Workspace) -> None:
    report = imported(
        workspace,
        feed(
            item("a", 3, more='<podcast:person role="guru">Bo</podcast:person>'),
            item("a", 2),
            item("c", 1, more="<podcast:liveItem/><link>https://x.example</link>"),
            "<item><title>A link</title><guid>l</guid></item>",
            channel='<podcast:publisher/><itunes:category text="Podcasts"/>',
        ),
    )
    told = "\n".join(report["not_kept"])
    for expected in (
        "<podcast:publisher> is not kept: the show",
        "<podcast:liveItem> is not kept: 'Episode c'",
        "the category 'Podcasts' is not in Apple's list",
        "the role 'guru' of 'cast' is not in the taxonomy and becomes host: 'Episode a'",
        "an item with a GUID or a recording that another has is not imported: 'Episode a'",
        "an item without audio is not imported: 'A link'",
    ):
        assert expected in told
    assert report["imported"] == ["episode-a", "episode-c"]


def test_a_second_import_adds_only_what_is_new(workspace: Workspace) -> None:
    imported(workspace, feed(item("a", 1)))
    toml = workspace.episode("episode-a").toml
    toml.write_text(toml.read_text() + "# mine\n")
    report = imported(workspace, feed(item("b", 2), item("a", 1)))
    assert (report["imported"], report["known"]) == (["episode-b"], 1)
    assert toml.read_text().endswith("# mine\n")
    assert [guid for guid, *_ in identities(built(workspace))] == ["b", "a"]


def test_a_show_of_ones_own_is_not_overwritten(workspace: Workspace) -> None:
    mine = workspace.show_toml.read_text().replace("An untitled show", "Mine")
    workspace.show_toml.write_text(mine)
    imported(workspace, feed(item("a")))
    assert workspace.show_toml.read_text() == mine


def test_dates_and_texts_that_are_none_are_mended_and_told(workspace: Workspace) -> None:
    broken = item("b", 2).replace("Thu, 02 May 2024 12:00:00 +0200", "yesterday")
    long = item("c", 1, description="&lt;p&gt;" + "é" * 3000 + " end&lt;/p&gt;")
    report = imported(workspace, feed(item("a", 3), broken, long, item("d", 1)))
    told = "\n".join(report["not_kept"])
    assert "the date 'yesterday' is none and becomes 2024-05-03T11:59:00+02:00" in told
    assert "a description over 4,000 bytes is shortened" in told
    assert "the date of another item: moved by a second" in told
    assert len(identities(built(workspace))) == 4


BOMB = '<?xml version="1.0"?><!-- x --><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
BOMB += "".join(
    f'<!ENTITY a{n} "{"&a;" * 10 if n == 1 else f"&a{n - 1};" * 10}">' for n in range(1, 12)
)


@pytest.mark.parametrize(
    "content",
    [
        BOMB + "]><rss><channel><title>&a11;</title></channel></rss>",
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        "<rss><channel><title>&x;</title></channel></rss>",
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/x.dtd"><rss><channel/></rss>',
    ],
    ids=["bomb", "external entity", "external subset"],
)
def test_a_document_type_is_refused(workspace: Workspace, content: str) -> None:
    path = workspace.root / "evil.xml"
    for encoding in ("utf-8", "utf-16"):
        path.write_text(content.replace('<?xml version="1.0"?>', ""), encoding=encoding)
        done = run_import(workspace, str(path))
        assert done.exit_code == 1
        assert "DOCTYPE" in done.output
    assert workspace.slugs() == []


def test_what_is_no_feed_is_refused(workspace: Workspace) -> None:
    path = workspace.root / "page.html"
    for content, words in {
        "<html><body>no</body></html>": "no RSS feed (its root is <html>)",
        "": "no XML at all",
        "words": "no XML at all",
    }.items():
        path.write_text(content)
        done = run_import(workspace, str(path))
        assert done.exit_code == 1
        assert words in done.output
    assert run_import(workspace, str(workspace.root / "none.xml")).exit_code == 2


def test_a_huge_file_is_refused_before_it_is_parsed(workspace: Workspace) -> None:
    path = workspace.root / "huge.xml"
    with path.open("wb") as file:
        file.truncate(foreign.FEED_LIMIT + 1)
    done = run_import(workspace, str(path))
    assert "too large for a feed" in done.output


def test_nothing_that_runs_comes_through(workspace: Workspace) -> None:
    evil = (
        "&lt;script&gt;alert(1)&lt;/script&gt;&lt;a href='javascript:x' onclick='x'&gt;a&lt;/a&gt;"
    )
    title = "&lt;b&gt;../../etc/passwd&#8238; \x7f"
    report = imported(workspace, feed(item("../../x", title=title, description=evil)))
    assert "a script in the notes is removed" in "\n".join(report["not_kept"])
    (slug,) = report["imported"]
    assert slug == "etc-passwd"
    written = (workspace.feed / "build/feed.xml").read_text(encoding="utf-8")
    for word in ("<script", "javascript", "onclick"):
        assert word not in written
    assert {path.name for path in workspace.root.parent.iterdir()} == {"show"}


@dataclass
class Server:
    """A server on this machine: what it answers at each path, and what was asked."""

    url: str
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append(f"{self.command} {self.path}")
            status, headers, body = known.answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known = Server(f"http://127.0.0.1:{http.server_address[1]}/")
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    try:
        yield known
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


@pytest.mark.network
def test_all_pages_of_a_feed_and_their_recordings(workspace: Workspace, server: Server) -> None:
    def page(name: str, older: str, *items: str) -> None:
        link = f'<atom:link rel="next" href="{older}"/>' if older else ""
        body = gzip.compress(feed(*items, channel=link).encode())
        server.answers[f"/{name}"] = (200, {"Content-Encoding": "gzip"}, body)

    page("feed", "2.xml", item("c", 3, base=server.url))
    page("2.xml", "/3.xml", item("b", 2, base=server.url))
    page("3.xml", "/feed", item("a", 1, base=server.url))  # a circle must end
    for name in "abc":
        server.answers[f"/{name}.mp3"] = (200, {}, name.encode() * 20_000)
    done = run_import(workspace, f"{server.url}feed", "--download", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["imported"] == ["episode-c", "episode-b", "episode-a"]
    audio = workspace.episode("episode-a").directory / "enclosure.mp3"
    assert audio.read_bytes() == b"a" * 20_000
    urls = [url for _, _, url, _ in identities(built(workspace))]
    assert all("/show/audio/episode-" in url for url in urls)
    assert "enclosure.*" in (workspace.root / ".gitignore").read_text()


@pytest.mark.network
def test_a_missing_length_is_asked_for(workspace: Workspace, server: Server) -> None:
    unknown = item("a", base=server.url).replace('length="20000"', 'length="0"')
    server.answers["/feed"] = (200, {}, feed(unknown).encode())
    server.answers["/a.mp3"] = (200, {}, b"x" * 777)
    done = run_import(workspace, f"{server.url}feed", "--json")
    assert done.exit_code == 0, done.output
    assert [length for *_, length in identities(built(workspace))] == ["777"]
    assert "HEAD /a.mp3" in server.asked


@pytest.mark.network
@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("file:///etc/passwd", "only http and https are followed"),
        ("http://10.0.0.1/feed", "inside a private network"),
        ("http://169.254.169.254/latest/meta-data", "inside a private network"),
        ("http://[::ffff:192.168.0.1]/", "inside a private network"),
        ("http://0.0.0.0/", "inside a private network"),
        ("/feed", "more than 5 redirects"),
    ],
)
def test_redirects_lead_nowhere_private(
    workspace: Workspace, server: Server, target: str, words: str
) -> None:
    server.answers["/feed"] = (302, {"Location": target}, b"")
    done = run_import(workspace, f"{server.url}feed")
    assert done.exit_code == 1
    assert words in done.output


def test_a_file_cannot_make_us_ask_this_machine(workspace: Workspace, server: Server) -> None:
    channel = f'<itunes:image href="{server.url}cover.jpg"/>'
    unknown = item("a", base=server.url).replace('length="20000"', "")
    report = imported(workspace, feed(unknown, channel=channel), "--download")
    assert server.asked == []
    assert "inside a private network" in "\n".join(report["not_kept"])
    assert not list(workspace.episode("episode-a").directory.glob("enclosure.*"))


@pytest.mark.network
def test_a_small_answer_cannot_unpack_to_a_huge_one(
    workspace: Workspace, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "FEED_LIMIT", 1_000_000)
    body = gzip.compress(b" " * 50_000_000)
    server.answers["/feed"] = (200, {"Content-Encoding": "gzip"}, body)
    done = run_import(workspace, f"{server.url}feed")
    assert done.exit_code == 1
    assert "larger than 1 MB" in done.output
