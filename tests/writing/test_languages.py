"""Show notes and link posts in other languages."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.models import Chapter, Quote
from pipeline.settings.podcasting import Discussion, Link, Person
from pipeline.writing.facts import Facts
from pipeline.writing.notes import show_notes
from pipeline.writing.posting.source import link_posts

GOLDEN = Path(__file__).resolve().parents[1] / "data" / "writing"


def unwrapped(text: str) -> str:
    """What is read beside wrapped messages, tags and addresses."""
    text = re.sub(r"<head>.*</head>", "", text, flags=re.DOTALL)
    text = re.sub(r"<[^<>]*>|\]\([^()\s]*\)|https?://\S+?(?=[⟧\]]|\s|$)", "", text)
    while (shorter := re.sub("⟦[^⟦⟧]*⟧", "", text)) != text:
        text = shorter
    return text


@pytest.mark.parametrize("video", [None, "https://video.example.org/1"])
@pytest.mark.parametrize("people", [[], [Person(name="Борис", role="guest")]])
@pytest.mark.parametrize("quoted", [False, True])
def test_every_fixed_word_can_be_translated(
    video: str | None,
    people: Sequence[Person],
    quoted: bool,
    facts: Facts,
    quotes: list[Quote],
    wrapped_words: str,
) -> None:
    foreign = facts.model_copy(
        update={
            "title": "Луна",
            "show_title": "Медь",
            "language": "ru",
            "summary": "Да.",
            "thesis": "Да.",
            "notes": "Да.",
            "people": people,
            "links": [Link(title="Ссылка", url="https://example.org/")],
            "discussions": [Discussion(title="Форум", url="https://example.org/")],
            "topics": ["Приливы"],
            "video": video,
        }
    )
    said = [replace(quotes[0], heading="О машинах", text="Да.", speaker="Анна")] * quoted
    own = {"ru.po": wrapped_words}
    post = link_posts(foreign, said, own)
    notes = show_notes(foreign, said, [Chapter(i * 60.0, "Да") for i in range(3)], own)
    for text in (post["md"], post["html"], notes.markdown, notes.html):
        assert not re.findall("[A-Za-z]+", unwrapped(text)), text


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_german_post_is_written_as_recorded(facts: Facts, quotes: list[Quote], form: str) -> None:
    post = link_posts(facts.model_copy(update={"language": "de"}), quotes)
    written = post[form]
    assert written == (GOLDEN / f"link-post.de.{form}").read_text(encoding="utf-8")


def test_notes_and_posts_speak_the_language_of_the_show(
    facts: Facts, quotes: list[Quote], chapters: list[Chapter]
) -> None:
    notes = show_notes(facts.model_copy(update={"language": "fr"}), quotes, chapters)
    for word in (
        "## Citations",
        "## Chapitres",
        "## À écouter et à lire",
        "Tomas Lind",
        "invité(e)",
    ):
        assert word in notes.markdown
    assert ">Page de l’épisode</a>, avec <a" in notes.html
    spanish = facts.model_copy(update={"language": "es", "topics": ["El mar"]})
    post = link_posts(spanish, quotes)["md"]
    assert "Algunas citas de un episodio de mi pódcast, [Brass and Water](" in post
    assert ", con Tomas Lind. Puede encontrar [el audio](" in post
    assert "**Temas**" in post


def test_several_guests_are_listed_as_the_language_does(facts: Facts) -> None:
    guests = [Person(name=name, role="Guest") for name in ("A*", "Bo", "Inés")]
    several = facts.model_copy(update={"people": guests})
    assert "with A\\*, Bo and Inés. You" in link_posts(several, [])["md"]
    spanish = link_posts(several.model_copy(update={"language": "es"}), [])
    assert "con A\\*, Bo e Inés. Puede" in spanish["md"]
    assert "con A*, Bo e Inés. Puede" in spanish["html"]


def test_a_voice_without_a_name_is_numbered_in_the_language(
    facts: Facts, quotes: list[Quote]
) -> None:
    said = [replace(quotes[0], speaker="Speaker 2"), quotes[1]]
    german = facts.model_copy(update={"language": "de"})
    assert "“ — Stimme 2 (" in link_posts(german, said)["md"]
    assert "“ — Stimme 2 (" in show_notes(german, said, []).html
    assert "” — Speaker 2 (" in link_posts(facts, said)["html"]


def test_a_post_runs_as_its_script_does(facts: Facts) -> None:
    assert (
        '<html lang="ar" dir="rtl">'
        in link_posts(facts.model_copy(update={"language": "ar"}), [])["html"]
    )
    assert '<html lang="en">' in link_posts(facts, [])["html"]
