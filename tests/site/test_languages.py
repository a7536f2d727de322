"""Pages in other languages: each fixed word is translated, and a German page is as recorded."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from pipeline.models import Chapter, Quote, Transcript, Word
from pipeline.settings.podcasting import Discussion, Link, Person
from pipeline.site.assets import read_assets
from pipeline.site.index import IndexFacts, index_page
from pipeline.site.page import episode_page

GOLDEN = Path(__file__).resolve().parents[1] / "data" / "site"
FORMATS = ("WebVTT", "SubRip", "JSON")  # names
SPOKEN_ATTRIBUTES = {"aria-label", "title", "alt", "placeholder", "content"}


class Heard(HTMLParser):
    """What a person sees or hears of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.skips = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skips = tag in {"script", "style", "kbd"}  # a key's own letter
        given = dict(attrs)
        if tag == "meta" and not re.search("title|description|site_name", str(given)):
            return
        self.texts += [str(given[name]) for name in SPOKEN_ATTRIBUTES & given.keys()]

    def handle_endtag(self, tag: str) -> None:
        self.skips = False

    def handle_data(self, data: str) -> None:
        if not self.skips:
            self.texts.append(data)


def unwrapped(html: str) -> str:
    """What is read on a page beside wrapped messages, addresses and names of formats."""
    text = re.sub("<iframe.*?</iframe>", "", "".join(Heard(html).texts))  # code to copy
    text = re.sub(r"https?://\S+", "", text)
    while (shorter := re.sub("⟦[^⟦⟧]*⟧", "", text)) != text:
        text = shorter
    return re.sub("|".join(FORMATS), "", text)


def russian(text: str) -> str:
    """Letters that no message of ours has."""
    return re.sub("[A-Za-z]", "ж", text)


@pytest.fixture
def foreign(sample: Any) -> Any:
    """The sample episode's facts in letters of another script."""
    facts = sample.facts(video="https://video.example.org/1", language="ru")
    texts = ("title", "show_title", "summary", "thesis", "notes", "license")
    return facts.model_copy(
        update={
            **{name: russian(getattr(facts, name)) for name in texts},
            "people": [Person(name="Анна", role="host"), Person(name="Борис", role="guest")],
            "links": [Link(title="Ссылка", url="https://example.org/")],
            "discussions": [Discussion(title="Форум", url="https://example.org/")],
            "topics": ["Приливы"],
        }
    )


def foreign_quotes(quotes: Any, heading: str = "О машинах") -> list[Quote]:
    return [
        replace(
            q, heading=heading, text=russian(q.text), speaker="Анна", question=None, footnotes={}
        )
        for q in quotes
    ]


@pytest.mark.parametrize("heading", ["", "О машинах"])
def test_every_fixed_word_of_an_episode_s_page_can_be_translated(
    foreign: Any, sample: Any, wrapped_words: str, heading: str
) -> None:
    words = [
        Word(russian(word.text), word.start, word.end, None, russian(word.speaker))
        for word in sample.spoken().words
    ]
    spoken = Transcript(words, [[i] for i in range(len(words))], language="ru")
    chapters = [Chapter(c.start, russian(c.title), c.url) for c in sample.CHAPTERS]
    own = {"ru.po": wrapped_words}
    for season in (1, None):
        page = episode_page(
            foreign.model_copy(update={"season": season}),
            foreign_quotes(sample.QUOTES, heading),
            chapters,
            spoken,
            own,
        )
        assert not re.findall("[A-Za-z]+", unwrapped(page))


def test_every_fixed_word_of_the_index_can_be_translated(foreign: Any, wrapped_words: str) -> None:
    own = {"ru.po": wrapped_words}
    facts = IndexFacts(
        title="Медь",
        description="О воде.",
        language="ru",
        author="Анна",
        base_url="https://x.example/",
        artwork_key="a.jpg",
    )
    empty = index_page(facts, [], own)
    full = index_page(facts.model_copy(update={"people": foreign.people}), [], own)
    assert {*re.findall("[A-Za-z]+", unwrapped(empty) + unwrapped(full))} == {"AntennaPod"}
    script = read_assets(own, "ru")["page.js"].decode()
    set_by_script = re.findall(r'textContent = "(.*?)";', script)
    assert len(set_by_script) == 2
    assert all(text.startswith("\\u27e6") for text in set_by_script)


def test_a_german_page_is_as_recorded(sample: Any) -> None:
    facts = sample.facts(language="de", video="https://video.example.org/1")
    page = episode_page(facts, sample.QUOTES, sample.CHAPTERS, sample.spoken(), overrides={})
    unhashed = re.sub("assets/page-[0-9a-f]{8}", "assets/page", page)
    assert unhashed == (GOLDEN / "episode.de.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "de-AT",
            (
                "Abonnieren",
                "Staffel 1, Folge 4",
                "Mit <bdi>Ines Okafor</bdi> und <a",
                "1. Mai 2026",
                "2 Min.",
            ),
        ),
        (
            "fr",
            ("S’abonner", "Saison 1, épisode 4", "1 mai 2026", "1,2\u202fMo", "«\u00a0You turn"),
        ),
        (
            "es",
            ("Suscribirse", "1 de mayo de 2026", "Tomas Lind</bdi></a>, invitado/a", "«You turn"),
        ),
        ("nl", ("Subscribe", "1 mei 2026", "Ines Okafor</bdi> en <a", "1,2 MB")),
    ],
)
def test_a_page_speaks_the_language_of_the_show(
    language: str, words: tuple[str, ...], sample: Any
) -> None:
    facts = sample.facts(language=language)
    page = episode_page(facts, sample.QUOTES, sample.CHAPTERS, sample.spoken(), overrides={})
    assert f'<html lang="{language}" dir="ltr">' in page
    for word in words:
        assert word in page
    again = episode_page(facts, sample.QUOTES, sample.CHAPTERS, sample.spoken(), overrides={})
    assert page == again
