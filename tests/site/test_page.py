import json
import re
import time
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from pipeline.models import Chapter, Quote, Transcript, Word
from pipeline.settings.podcasting import Erratum, Person
from pipeline.site.page import PageFacts, episode_page

BASE = "https://media.example.org/show/"


class Parsed(HTMLParser):
    """Elements of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {attrs}"
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def attributes(self, name: str) -> list[str]:
        return [
            value or "" for _, attrs in self.elements for key, value in attrs.items() if key == name
        ]

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}


@pytest.fixture
def page(sample: Any) -> str:
    return episode_page(
        sample.facts(), sample.QUOTES, sample.CHAPTERS, sample.spoken(), overrides={}
    )


@pytest.fixture
def bare(sample: Any) -> PageFacts:
    """An episode of which the host said only what must be said."""
    empty = {"summary": "", "thesis": "", "notes": "", "season": None, "episode": None}
    lists: dict[str, Any] = {name: [] for name in ("people", "links", "discussions", "topics")}
    facts: PageFacts = sample.facts(
        **empty, **lists, license=None, license_url=None, artwork_key=None
    )
    return facts


def test_everything_is_on_the_page(page: str, sample: Any) -> None:
    text = Parsed(page).text
    for part in (
        "The machine that added up the moon",
        "1 May 2026",
        "2 min",
        "Season 1, episode 4",
        "A forecast that hides its doubt",
        "“The knowledge was in three people. Two of them had retired, and the third one said, "
        "‘you don’t oil it, you listen to it’ [1].”",
        "[1] He is in the photograph",
        "When the tables were wrong",
        "harbour museum",
        "How tide tables were made",
        "CC BY 4.0",
    ):
        assert part in text, part
    transcript = text.partition("plain text")[2]
    for _, said in sample.TURNS:
        assert said.split(". ")[0] in transcript


def test_links_between_pages_are_relative_and_previews_absolute(page: str, sample: Any) -> None:
    parsed = Parsed(page)
    own = [h for h in parsed.attributes("href") if not re.match(r"https?:|#|data:", h)]
    assert own
    assert all(href.startswith("../") for href in own)
    assert {f"../transcripts/tide-machines{s}" for s in (".vtt", ".srt", ".json", ".txt")} < set(
        own
    )
    metas = {a.get("property"): a.get("content") for tag, a in parsed.elements if tag == "meta"}
    assert metas["og:url"] == f"{BASE}episodes/tide-machines.html"
    assert metas["og:image"] == f"{BASE}art/cover-00112233.jpg"
    assert metas["og:audio"] == BASE + sample.AUDIO_KEY


def test_every_fragment_leads_somewhere_and_ids_are_unique(page: str) -> None:
    parsed = Parsed(page)
    ids = parsed.attributes("id")
    assert len(ids) == len(set(ids))
    targets = {h[1:] for h in parsed.attributes("href") if h.startswith("#")}
    assert targets <= set(ids)
    assert "q-k3v9" in ids
    contexts = re.findall(r'<a href="#(t=[\d.]+)">In the transcript', page)
    assert len(contexts) == 3
    assert set(contexts) <= set(ids)


def test_a_quote_plays_without_a_script_from_a_file(page: str, sample: Any) -> None:
    """Its own sound, which is its words and nothing else; of an old template, the audio from its time."""
    assert f'href="../{sample.AUDIO_KEY}#t=58.0" data-t="58.0"' in page
    facts, quotes, chapters = sample.facts(), sample.QUOTES, sample.CHAPTERS
    page = episode_page(facts, quotes, chapters, sample.spoken(), {}, clips=sample.CLIPS)
    assert f'href="../{sample.CLIPS["m2p7"]}" data-clip' in page
    assert f'href="../{sample.AUDIO_KEY}#t=58.0"' not in page


def test_structured_data_is_json(page: str) -> None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert data["duration"] == "PT150S"
    assert data["partOfSeries"]["webFeed"] == f"{BASE}feed.xml"


def test_a_bare_episode_has_no_empty_parts(bare: PageFacts) -> None:
    page = episode_page(bare, [], [], Transcript([], []), overrides={})
    parsed = Parsed(page)
    assert 'href=""' not in page
    assert "None" not in parsed.text
    for absent in ('id="quotes"', 'id="chapters"', 'id="notes"', "og:image", "With", "License"):
        assert absent not in page
    assert "posts.xml" not in page  # without any quote, a show has none
    assert not re.search(r"<(ul|ol|p|h\d)[^>]*>\s*</\1>", page)


def test_right_to_left_shows_are_laid_out_so(bare: PageFacts) -> None:
    page = episode_page(
        bare.model_copy(update={"language": "he"}), [], [], Transcript([], []), overrides={}
    )
    assert '<html lang="he" dir="rtl">' in page


DAY = date(2026, 5, 2)


def test_a_correction_stands_on_the_page_and_its_quote_leads_to_it(sample: Any) -> None:
    told = [
        Erratum(
            date=DAY, said="a single ideal", says="a single idea", why="Misheard.", quote="t8w1"
        ),
        Erratum(date=DAY, said="It never failed.", why="He asked for it.", quote="gone"),
    ]
    page = episode_page(
        sample.facts(erratum=told), sample.QUOTES, sample.CHAPTERS, sample.spoken(), overrides={}
    )
    text = " ".join(Parsed(page).text.split())
    said = "It said: “a single ideal” It says: “a single idea” Why: Misheard."
    gone = "It said: “It never failed.” It was taken out. Why: He asked for it."
    assert f"2 May 2026 The quote {said} 2 May 2026 {gone} Transcript" in text
    assert page.count("Corrected on 2 May 2026") == 1
    assert page.count('href="../corrections.xml"') == 2
    test_every_fragment_leads_somewhere_and_ids_are_unique(page)
    assert 'id="q-gone"' in page  # links to it that were shared end at the correction


def test_pages_of_a_show_with_corrections_lead_to_their_feed_and_others_do_not(
    page: str, sample: Any
) -> None:
    assert "orrections.xml" not in page
    other = episode_page(
        sample.facts(corrected=True), sample.QUOTES, sample.CHAPTERS, sample.spoken(), overrides={}
    )
    assert other.count('href="../corrections.xml"') == 2
    assert "#corrections" not in other


HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title></style></textarea><svg onload=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus='",
    "{{ 7*7 }}{% raw %}",
    "&lt;img src=x onerror=alert(1)&gt;",
    "<!-- comment",
    "]]>",
    "שלום \u202egnp.exe \u2066",
    "null\x00 bell\x07 \ufffe",
    "emoji 🎙️👩‍🚀 x́",
    "x" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_is_typed_or_said_becomes_markup(text: str, sample: Any) -> None:
    quote = Quote("a1", text, text, text, 1, 2, (), (), "verbatim", text, {"1": text})
    words = [Word(text, 0, 1, None, text), Word("b", 1, 2, None, text)]
    facts = sample.facts(
        title=text,
        show_title=text,
        summary=text,
        thesis=text,
        notes=text,
        license=text,
        topics=[text],
        people=[Person.model_construct(name=text, role=text)],  # past what `settings` refuses
        erratum=[Erratum.model_construct(date=DAY, said=text, says=text, why=text, quote="a1")],
    )
    page = episode_page(
        facts, [quote], [Chapter(0, text)], Transcript(words, [[0], [1]]), overrides={}
    )
    parsed = Parsed(page)
    assert parsed.tags() <= SAFE_TAGS
    assert not [name for _, attrs in parsed.elements for name in attrs if name.startswith("on")]
    assert page.count("<script") == 2  # structured data and ours
    assert not re.search("[\x00\x07\u202e\u2066\ufffe]", page)
    assert "49" not in parsed.text.partition("Transcript")[0] or "{{" not in text
    page.encode()


SAFE_TAGS = frozenset(
    {"html", "head", "meta", "title", "link", "script", "body", "header", "main", "nav", "footer"}
    | {
        "section",
        "form",  # the search field
        "input",
        "button",
        "figure",
        "blockquote",
        "figcaption",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "ul",
        "ol",
        "li",
    }
    | {
        "a",
        "span",
        "b",
        "bdi",
        "time",
        "audio",
        "em",
        "strong",
        "code",
        "pre",
        "img",
        "details",
        "summary",
    }
    | {"button", "svg", "path", "text", "select", "option", "input", "label", "output"}
    | {"dialog", "dl", "dt", "dd", "kbd"}
)


def test_a_hundred_minutes_of_talk_render_in_a_moment(sample: Any) -> None:
    spoken = sample.spoken().words
    words = [
        Word(
            spoken[i % len(spoken)].text,
            i * 0.4,
            i * 0.4 + 0.3,
            0.9,
            spoken[i % len(spoken)].speaker,
        )
        for i in range(30_000)
    ]
    episode_page(
        sample.facts(), [], [], Transcript(words[:9], [[i] for i in range(9)]), overrides={}
    )  # compile
    began = time.process_time()
    page = episode_page(
        sample.facts(),
        sample.QUOTES,
        sample.CHAPTERS,
        Transcript(words, [[i] for i in range(30_000)]),
        overrides={},
    )
    assert time.process_time() - began < 1
    assert len(page) < 500_000  # measured: 350 kB, 30 kB gzipped


@pytest.mark.parametrize(
    ("people", "language", "shown"),
    [
        ([("Ines Okafor", "host")], "en", "Ines Okafor"),
        ([("Ines Okafor", "Host"), ("Ada <b>", "co-host")], "en", "Ines Okafor and Ada <b>"),
        ([("Tomas Lind", "guest")], "en", "With Tomas Lind"),
        ([("Tomas Lind", "guest")], "de", "Mit Tomas Lind"),
        ([("Tomas Lind", "guest")], "fr", "Avec Tomas Lind"),
        ([("Tomas Lind", "guest")], "es", "Con Tomas Lind"),
        (
            [("Ines Okafor", "host"), ("Tomas Lind", "guest")],
            "en",
            "With Ines Okafor and Tomas Lind",
        ),
    ],
)
def test_who_is_heard_reads_right_for_one_voice_too(
    people: list[tuple[str, str]], language: str, shown: str, bare: PageFacts, sample: Any
) -> None:
    """A single name stood there with its marks, `With <bdi>…</bdi>`; nobody is with a lone host."""
    who = [Person(name=name, role=role) for name, role in people]
    facts = bare.model_copy(update={"people": who, "language": language})
    page = episode_page(facts, [], [], sample.spoken(), overrides={})
    line = page.partition('<p class="people">')[2].partition("</p>")[0]
    assert Parsed(line).text == shown
    assert line.count("<bdi>") == len(people)


def test_readers_are_told_that_quotes_are_lightly_edited(sample: Any) -> None:
    def text(**rule: bool) -> str:
        facts = sample.facts(**rule)
        page = episode_page(facts, sample.QUOTES, sample.CHAPTERS, sample.spoken(), {})
        return Parsed(page).text

    told = "Quotes are lightly edited: small words and false starts"
    assert told in text(lightly_edited=True)
    assert told not in text()
