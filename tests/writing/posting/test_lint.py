"""What is wrong with a post is told in a line, and nothing is where nothing is wrong."""

from dataclasses import replace

import pytest

from pipeline.models import Chapter, Quote
from pipeline.settings.podcasting import Link
from pipeline.settings.posts import HOUSES
from pipeline.writing.facts import Facts
from pipeline.writing.posting.lint import Ground, findings
from pipeline.writing.posting.post import write
from pipeline.writing.posting.source import Source

PAGE = {"listen", "transcript", "q-k3v9", "q-m2p7", "q-t8w1"}


@pytest.fixture
def source(facts: Facts, quotes: list[Quote], chapters: list[Chapter]) -> Source:
    return Source(facts=facts, quotes=quotes, chapters=chapters)


def told(
    source: Source, house: str = "lesswrong", form: str | None = None, **ground: object
) -> list[str]:
    return findings(write(source, house, form), source, Ground(**ground))  # type: ignore[arg-type]


def with_facts(source: Source, **typed: object) -> Source:
    return replace(source, facts=source.facts.model_copy(update=typed))


@pytest.mark.parametrize("house", HOUSES)
def test_a_sound_post_is_told_nothing(house: str, source: Source) -> None:
    assert told(source, house, duration=4200.0, anchors=PAGE) == []


def test_a_thesis_that_is_missing(source: Source) -> None:
    (line,) = told(with_facts(source, thesis=""))
    assert line.startswith("there is no thesis")


def test_a_heading_without_quotes(source: Source) -> None:
    (line,) = told(source, empty=["On tides"])
    assert line.startswith("the heading 'On tides' has no quotes")


def test_straight_marks_where_readers_expect_curly_ones(source: Source) -> None:
    typed = with_facts(source, title="It's late", topics=['The "moon"', "See https://e.org/it's"])
    assert told(typed) == [
        "the title has straight quotation marks: It's late",
        'the topic has straight quotation marks: The "moon"',
    ]
    assert told(typed, "reddit") == []


def test_times_behind_the_end(source: Source) -> None:
    late = replace(source, chapters=[Chapter(5000.0, "After")])
    assert told(late, duration=4100.0) == [
        "the quote at 1:08:25 ends after the episode, at 1:08:20",
        "the chapter 'After' begins after the episode ends, at 1:08:20",
    ]


def test_a_link_to_a_quote_that_the_page_does_not_have(source: Source) -> None:
    (line,) = told(source, anchors=PAGE - {"q-m2p7"})
    assert line == "the link at 1:07:38 does not play: the page has no #q-m2p7 (pullquote run SLUG)"


def test_a_title_over_the_limit(source: Source) -> None:
    long = with_facts(source, title="A title of many words " * 5)
    assert told(long, "hackernews") == ["title: 109 of 80 characters: too long"]


def test_a_short_chapter_hides_all_of_them_on_youtube(source: Source) -> None:
    short = replace(source, chapters=[Chapter(0, "A"), Chapter(20, "B"), Chapter(26, "C")])
    assert told(short, "youtube") == [
        "the chapter 'B' is too short: YouTube wants 10 seconds of all"
    ]
    assert told(short, "email") == []


@pytest.mark.parametrize(
    ("template", "line"),
    [
        (
            "{{ episode.title|safe }}",
            "a link that nobody gave: https://evil.example/ (an unescaped",
        ),
        ("mark [^7] without its note", "the footnote [^7] has no text"),
        ('<a href="#ftnt9">9</a>', "the link to #ftnt9 leads nowhere in the post"),
        ('<a href="#">here</a>', "a link has no address"),
        (
            "{% set q = sections[0].quotes[0] %}{{ q.text|replace('all', 'four') }} [x]({{ q.url }})",
            "the quote at 0:23 does not come out as it is",
        ),
    ],
)
def test_what_a_template_of_the_show_s_own_breaks(template: str, line: str, source: Source) -> None:
    form = "html" if template.startswith("<") else "md"
    own = {f"lesswrong.{form}.j2": template}
    evil = with_facts(source, title="[see](https://evil.example/)")
    found = told(replace(evil, overrides=own), form=form)
    assert any(each.startswith(line) for each in found), found


def test_links_that_the_host_gave_are_known(source: Source) -> None:
    link = Link(title="Tides", url="https://example.org/tides?a=[1]&b='2'")
    own = {"lesswrong.md.j2": "[a]({{ episode.links[0].url|url }})"}
    assert told(replace(with_facts(source, links=[link]), overrides=own)) == []
