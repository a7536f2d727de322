import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.models import Chapter, Quote
from pipeline.rendering.markdown import FEED_TAGS
from pipeline.settings.podcasting import Erratum
from pipeline.writing.facts import Facts
from pipeline.writing.notes import listed_chapters, show_notes

GOLDEN = Path(__file__).resolve().parents[1] / "data" / "writing"


@pytest.mark.parametrize("form", ["md", "html"])
def test_notes_are_written_as_recorded(
    facts: Facts, quotes: list[Quote], chapters: list[Chapter], form: str
) -> None:
    notes = show_notes(facts, quotes, chapters)
    written = notes.markdown if form == "md" else notes.html
    assert written == (GOLDEN / f"show-notes.{form}").read_text(encoding="utf-8")


def test_html_holds_only_what_every_app_shows_and_absolute_links(
    facts: Facts, quotes: list[Quote], chapters: list[Chapter]
) -> None:
    rich = facts.model_copy(
        update={"notes": "# A\n\n> b\n\n`c` ![d](https://x.example/d.png) [e](/e) <b>f</b>"}
    )
    html = show_notes(rich, quotes, chapters).html
    assert set(re.findall(r"</?([a-z0-9]+)", html)) <= FEED_TAGS
    assert all(url.startswith("https://") for url in re.findall(r'href="([^"]*)"', html))
    assert set(re.findall(r"<\w+ ([a-z]+)=", html)) == {"href"}


def test_chapters_are_lines_that_begin_at_zero(chapters: list[Chapter]) -> None:
    assert listed_chapters(chapters, "T")[0].start == 0
    assert listed_chapters(chapters[1:] + chapters[1:2], "T")[0] == Chapter(0.0, "T")
    assert listed_chapters(chapters[:2], "T") == []


def test_chapters_below_three_are_not_listed(
    facts: Facts, quotes: list[Quote], chapters: list[Chapter]
) -> None:
    notes = show_notes(facts, quotes, chapters[:2])
    assert "Chapters" not in notes.markdown + notes.html


def test_notes_of_an_empty_episode_still_lead_to_its_page(facts: Facts) -> None:
    bare = Facts(
        title="T", show_title="S", language="en", page_url=facts.page_url, index_url=facts.index_url
    )
    notes = show_notes(bare, [], [])
    assert notes.markdown.startswith("## Listen and read\n")
    assert "Quotes" not in notes.html
    assert notes.html.startswith(f'<p><a href="{facts.page_url}">')


@pytest.mark.parametrize("notes", ["```\nopen", "<!-- open", "~~~\n\nopen"])
def test_notes_that_would_swallow_the_rest_are_refused(facts: Facts, notes: str) -> None:
    with pytest.raises(ConfigError, match="never closed"):
        show_notes(facts.model_copy(update={"notes": notes}), [], [])


def test_a_link_without_an_address_in_the_notes_is_refused(facts: Facts) -> None:
    with pytest.raises(ConfigError, match="the link 'the forum' has no address"):
        show_notes(facts.model_copy(update={"notes": "Discuss on [the forum]()."}), [], [])


def test_an_override_is_sanitised_too(facts: Facts) -> None:
    override = {"show-notes.html.j2": "<h1 onclick=x>{{ episode.title }}</h1><script>x</script>"}
    assert show_notes(facts, [], [], override).html == f"{facts.title}\n"


def test_corrections_stand_in_the_notes_newest_first_and_as_text(
    facts: Facts, quotes: list[Quote]
) -> None:
    told = [
        Erratum(
            date=date(2026, 5, 2), said="in <b>1907</b>", says="in 1908 *", why="The plate [1]."
        ),
        Erratum(date=date(2026, 6, 1), said="never", why="Misheard."),
    ]
    notes = show_notes(facts.model_copy(update={"erratum": told}), quotes, [])
    assert (
        "## Corrections\n\n### 1 June 2026\n\nIt said: “never”\n\nIt was taken out.\n"
        in notes.markdown
    )
    assert (
        "It said: “in \\<b\\>1907\\</b\\>”\n\nIt says: “in 1908 \\*”\n\nWhy: The plate \\[1\\].\n"
        in notes.markdown
    )
    assert (
        "<p>2 May 2026</p>\n<p>It said: “in &lt;b&gt;1907&lt;/b&gt;”</p>\n<p>It says: “in 1908 *”</p>\n"
        "<p>Why: The plate [1].</p>" in notes.html
    )
    assert set(re.findall(r"</?([a-z0-9]+)", notes.html)) <= FEED_TAGS
    german = facts.model_copy(update={"erratum": told, "language": "de"})
    assert "Es hieß: „never“" in show_notes(german, quotes, []).html


def test_whatever_is_typed_comes_out_as_text(facts: Facts, quotes: list[Quote]) -> None:
    text = '<script>alert("x")</script> [a](javascript:b) *c*'
    hostile = facts.model_copy(update={"summary": text, "thesis": text, "title": text})
    notes = show_notes(hostile, [replace(quotes[0], heading=text, speaker=text)], [])
    assert "<script" not in notes.html
    assert not re.search(r"(?<!\\)<script", notes.markdown)
    assert '\n\\<script\\>alert("x")\\</script\\> \\[a\\](javascript:b) \\*c\\*\n' in notes.markdown
