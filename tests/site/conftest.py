"""An episode of our own, published as a folder that a browser can open."""

import contextlib
import http.server
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page

from pipeline.models import Chapter, Quote, Transcript, Word
from pipeline.settings.podcasting import Discussion, Link, Person
from pipeline.site.assets import asset_keys, read_assets
from pipeline.site.index import IndexFacts, Listed, index_page
from pipeline.site.page import PageFacts, episode_page
from pipeline.site.quote import QuoteFacts, quote_page
from pipeline.web.addresses import ICON_KEYS, quote_page_key

#: As `site.listing` writes it, newest first.
EPISODES = """[
["episodes/after.html", "What came after"],
["episodes/tide-machines.html", "The machine that added up the moon"],
["episodes/lock-keeper.html", "The last lock keeper"]
]"""
AUDIO_KEY = "audio/tide-machines-0a1b2c3d.mp3"
SECONDS = 150.0

TURNS = (
    (
        "Ines Okafor",
        "Welcome back. A hundred years ago a machine of brass wheels told every harbour in the "
        "empire when to expect high water. Today I talk with Tomas Lind, who repaired one of them. "
        "Tomas, what did you see when you first opened it?",
    ),
    (
        "Tomas Lind",
        "Forty pulleys and one wire. Each pulley is a single idea about the moon or the sun. You "
        "turn a handle, all forty move at once, and the wire adds them up. It is arithmetic that "
        "you can put your hand into. The first time I turned it I heard it think, and I stopped, "
        "because I was sure that I had broken something.",
    ),
    ("Ines Okafor", "And had you?"),
    (
        "Tomas Lind",
        "No. That noise is the machine being right. We replaced it with computers in the sixties, "
        "and nobody wrote down how to oil it. The knowledge was in three people. Two of them had "
        'retired, and the third one said, "you don\'t oil it, you listen to it". So that is what we '
        "did for about a year. We listened, and we wrote everything down this time.",
    ),
    (
        "Ines Okafor",
        "Let us talk about the mistakes. The tables were trusted with ships. How often were they "
        "wrong?",
    ),
    (
        "Tomas Lind",
        "Almost never because of the wheels. The weather does what it wants: a storm can add two "
        "metres, and no wheel knows about it. The tables said so on the first page, and nobody read "
        "the first page. I think every forecast should have its doubt printed in the same size as "
        "its number.",
    ),
)


def spoken() -> Transcript:
    """The turns as words, two and a half a second."""
    words: list[Word] = []
    for speaker, text in TURNS:
        for word in text.split():
            start = round(len(words) * 0.4, 2)
            words.append(Word(word, start, start + 0.35, 0.9, speaker))
    return Transcript(words, [[i] for i in range(len(words))], language="en")


def facts(**changes: Any) -> PageFacts:
    """What the sample page says; `changes` replace fields."""
    values: dict[str, Any] = {
        "slug": "tide-machines",
        "title": "The machine that added up the moon",
        "date": datetime(2026, 5, 1, 8, 0, tzinfo=UTC),
        "duration": SECONDS,
        "language": "en",
        "show_title": "Brass and Water",
        "base_url": "https://media.example.org/show/",
        "audio_key": AUDIO_KEY,
        "audio_bytes": 1_201_000,
        "artwork_key": ARTWORK_KEY,
        "summary": "Tomas Lind spent a year repairing a tide predictor of 1908. We talk about what it "
        "knew, what it could not know, and who kept it alive.",
        "thesis": "A forecast that hides its doubt is a worse tool than a slower one that shows it.",
        "notes": "The machine stands in the *harbour museum* and runs on Sundays.\n\n"
        "## Corrections\n\nThe first version said 1907; the plate says **1908**.",
        "season": 1,
        "episode": 4,
        "people": [
            Person(name="Ines Okafor"),
            Person(name="Tomas Lind", role="guest", href="https://example.org/lind"),
        ],
        "links": [Link(title="How tide tables were made", url="https://example.org/tides")],
        "discussions": [Discussion(title="On the forum", url="https://forum.example.org/t/4")],
        "topics": ["Analogue computers", "Forecasts"],
        "license": "CC BY 4.0",
        "license_url": "https://creativecommons.org/licenses/by/4.0/",
    }
    return PageFacts(**values).model_copy(update=changes)


def quote_facts(**changes: Any) -> QuoteFacts:
    """What the pages of its quotes say of the episode; `changes` replace fields."""
    said = facts()
    shared = {
        name: getattr(said, name)
        for name in ("slug", "title", "date", "show_title", "language", "base_url", "artwork_key")
    }
    return QuoteFacts(**shared | {"errata": [], "clips": CLIPS, "seconds": {}} | changes)


def quote(name: str, heading: str, text: str, start: float, **more: Any) -> Quote:
    """A quote of the guest, ten seconds long."""
    return Quote(name, heading, text, "Tomas Lind", start, start + 10, (), (), "verbatim", **more)


QUOTES = (
    quote(
        "k3v9",
        "Arithmetic you can touch",
        "You turn a handle, all forty move at once, and the wire adds them up. It is arithmetic that "
        "you can put your hand into [...] That noise is the machine being right.",
        23.6,
    ),
    quote(
        "m2p7",
        "What three people knew",
        'The knowledge was in three people. Two of them had retired, and the third one said, "you '
        "don't oil it, you listen to it\" [1].",
        58.0,
        question="And had you?",
        footnotes={"1": "He is in the photograph at https://example.org/photo."},
    ),
    quote(
        "t8w1",
        "What three people knew",
        "I think every forecast should have its doubt printed in the same size as its number.",
        105.2,
    ),
)
#: The sound of the first two quotes; of the third there is none, as where a show's own template has none.
CLIPS = {
    "k3v9": "quotes/tide-machines-k3v9-00000001.mp3",
    "m2p7": "quotes/tide-machines-m2p7-00000002.mp3",
}
CLIP_SECONDS = 1.5
ARTWORK_KEY = "art/cover-00112233.jpg"
CHAPTERS = (
    Chapter(0.0, "Brass wheels"),
    Chapter(50.8, "Three people"),
    Chapter(81.2, "When the tables were wrong", "https://example.org/tides"),
)


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """This module: the sample episode's texts and what is made of them."""
    return sys.modules[__name__]


@dataclass(frozen=True)
class Site:
    """A folder laid out by object keys, and the address of the server that shows it."""

    folder: Path
    url: str

    def put(self, key: str, content: str | bytes) -> str:
        """Store an object; returns its address."""
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.url + key


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, and parts of them: a player cannot seek without ranges."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if not wanted or not path.is_file():
            super().do_GET()
            return
        content = path.read_bytes()
        first = int(wanted[1])
        part = content[first : int(wanted[2]) + 1 if wanted[2] else None]
        self.send_response(206)
        self.send_header("Content-Type", "audio/mpeg")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(content)}")
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # the player has heard enough
            self.wfile.write(part)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory,
    serving: Callable[[http.server.HTTPServer], AbstractContextManager[str]],
) -> Iterator[Site]:
    """The sample site on 127.0.0.1: a page, the index, assets and two and a half minutes of sound."""
    folder = tmp_path_factory.mktemp("site")
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(_Handler, directory=str(folder))
    )
    with serving(server) as address:
        shown = Site(folder, f"{address}/")
        for name, key in asset_keys({}, language="en").items():
            shown.put(key, read_assets({}, language="en")[name])
        shown.put(
            "episodes/tide-machines.html",
            episode_page(facts(), QUOTES, CHAPTERS, spoken(), overrides={}, clips=CLIPS),
        )
        for place, each in enumerate(QUOTES):
            shown.put(
                quote_page_key("tide-machines", each.id),
                quote_page(quote_facts(), QUOTES, place, overrides={}),
            )
        shown.put("index.html", sample_index())
        shown.put("episodes.json", EPISODES)
        _make(folder / AUDIO_KEY, f"sine=frequency=220:duration={SECONDS}", "-b:a", "32k")
        for key in CLIPS.values():
            _make(folder / key, f"sine=frequency=330:duration={CLIP_SECONDS}", "-b:a", "32k")
        for key in (ARTWORK_KEY, *ICON_KEYS.values()):
            _make(folder / key, "color=c=0x8a5a1d:s=160x160", "-frames:v", "1")
        yield shown


def sample_index(artwork_key: str | None = None) -> str:
    """The index of a show with two episodes."""
    return index_page(
        IndexFacts(
            title="Brass and Water",
            description="Conversations with people who repair what others have forgotten.",
            language="en",
            author="Ines Okafor",
            base_url="https://media.example.org/show/",
            artwork_key=artwork_key,
            people=[Person(name="Ines Okafor")],
        ),
        [
            Listed(
                "lock-keeper",
                "The last lock keeper",
                datetime(2026, 4, 1, 8, 0, tzinfo=UTC),
                4322.0,
                "A canal, forty gates and one man with a bicycle.",
            ),
            Listed(
                "tide-machines",
                "The machine that added up the moon",
                datetime(2026, 5, 1, 8, 0, tzinfo=UTC),
                SECONDS,
                "Tomas Lind spent a year repairing a tide predictor of 1908.",
            ),
        ],
        overrides={},
    )


def _make(path: Path, source: str, *options: str) -> None:
    """A file of what ffmpeg makes up."""
    from imageio_ffmpeg import get_ffmpeg_exe

    path.parent.mkdir(parents=True, exist_ok=True)
    command = [get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", source, *options, str(path)]
    subprocess.run(command, check=True)


Open = Callable[..., Page]


@pytest.fixture
def show(browser: Browser, site: Any) -> Iterator[Open]:
    """Open a page; whatever the console says or the network misses fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def complain(what: str) -> None:
        complaints.append(what)

    def refuse(dialog: Dialog) -> None:
        complain("a dialog opened")
        dialog.dismiss()

    def watch(url: str, status: int) -> None:
        if status >= 400 or not url.startswith((site.url, "data:")):
            complain(f"{status} {url}")

    def open_page(path: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1180, "height": 900}} | options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complain(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complain(str(error)))
        page.on("dialog", refuse)
        page.on("request", lambda request: watch(request.url, 200))
        page.on("response", lambda response: watch(response.url, response.status))
        page.goto(site.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def playing_at(page: Page, seconds: float) -> None:
    """Wait until the player plays within ten seconds after `seconds`: a busy machine looks late."""
    page.wait_for_function(
        "s => { const a = document.querySelector('audio');"
        " return !a.paused && a.readyState > 2 && a.currentTime >= s && a.currentTime < s + 10; }",
        arg=seconds,
    )
