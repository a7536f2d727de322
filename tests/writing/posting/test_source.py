import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from pipeline.models import Quote
from pipeline.settings.posts import Wording
from pipeline.writing.facts import Facts
from pipeline.writing.posting.source import link_posts

GOLDEN = Path(__file__).resolve().parents[2] / "data" / "writing"


class _Lines(HTMLParser):
    """The text of a page, a line for each block."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.feed(html.partition("<body>")[2])

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in {"p", "h1", "h2", "li"}:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        self.lines[-1] += data.replace("\n", " ")

    @property
    def text(self) -> list[str]:
        return [line.strip() for line in self.lines if line.strip()]


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_post_is_written_as_recorded(facts: Facts, quotes: list[Quote], form: str) -> None:
    post = link_posts(facts, quotes)
    written = post[form]
    assert written == (GOLDEN / f"link-post.{form}").read_text(encoding="utf-8")


def test_both_forms_say_the_same(facts: Facts, quotes: list[Quote]) -> None:
    post = link_posts(facts, quotes)
    unmarked = re.sub(r"\[\^(\d+)\]:?", r"\\[\1\\]", post["md"])
    rendered = _Lines("<body>" + MarkdownIt("commonmark").render(unmarked))
    assert rendered.text == _Lines(post["html"]).text


def test_the_order_is_that_of_a_link_post(facts: Facts, quotes: list[Quote]) -> None:
    lines = _Lines(link_posts(facts, quotes)["html"]).text
    assert lines[0] == facts.title
    assert lines[1] == f"Link post: {facts.page_url}"
    assert lines[2].endswith(facts.thesis)
    assert lines[3] == "Arithmetic you can touch"
    assert "Topics" not in lines, "which nobody gave"
    assert lines[-5:-3] == ["Discussions", "On the forum"]
    assert [line[:3] for line in lines[-3:]] == ["[1]", "[2]", "[3]"]


def test_the_seed_comes_out_as_its_host_published_it(shared: Path, facts: Facts) -> None:
    """Headings, quotes, [...], [1] and inner marks of a real link post, typed with straight marks."""
    lines = (shared / "seed" / "link-post.txt").read_text(encoding="utf-8").splitlines()
    body = [line.strip() for line in lines[1 : lines.index("Link post") - 1]]
    heading = ""
    seeds: list[Quote] = []
    for line in body:
        if line.startswith("“"):
            typed = line.strip("“”").replace("’", "'").replace("‘", "'")
            seeds.append(Quote(f"q{len(seeds)}", heading, typed, "E", 1, 2, (), (), "verbatim"))
        else:
            heading = line
    printed = _Lines(link_posts(facts, seeds)["html"]).text
    first = printed.index(body[0])
    got = [re.sub(r" \(0:01\)$", "", line) for line in printed[first : first + len(body)]]
    # The seed opens two inner quotations with the wrong mark and puts blanks before closing ones.
    flat = [re.sub(r"\s+”$", "”", line).replace("‘", "’") for line in body]
    assert [line.replace("‘", "’") for line in got] == flat


def test_topics_are_listed_where_the_host_gave_some(facts: Facts, quotes: list[Quote]) -> None:
    topics = facts.model_copy(update={"topics": ["Tides & *time*"]})
    post = link_posts(topics.model_copy(update={"discussions": []}), quotes[:1])["md"]
    assert post.partition("**Topics**")[2] == "\n\n- Tides \\& \\*time\\*\n"
    assert "Topics" not in link_posts(facts, quotes)["md"], "headings are no topics"


def test_footnotes_are_the_houses_own(facts: Facts, quotes: list[Quote]) -> None:
    """LessWrong and the EA Forum turn `[^1]` of Markdown and these anchors of HTML into footnotes."""
    twice = replace(quotes[2], text="Its doubt [1], printed [2] in the same size [1].")
    post = link_posts(facts, [*quotes[:2], twice])
    assert "three people [^1]. Two" in post["md"]
    assert "\n[^1]: Their names are on the plate.\n" in post["md"]
    assert "doubt [^3], printed \\[2\\] in the same size [^3]" in post["md"], (
        "that is no mark of it"
    )
    html = post["html"]
    assert 'people <sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup>. Two' in html
    assert '<div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a> <span>Their names' in html
    assert "printed [2] in" in html
    assert (html.count('href="#ftnt3"'), html.count('id="ftnt_ref3"')) == (2, 1)


def test_the_frame_is_in_the_host_s_own_words(facts: Facts, quotes: list[Quote]) -> None:
    own = Wording(
        linkpost="This is a link post for {address}.",
        opening="100 % of <my> *favourite* lines from {show}, with {guests}:",
        where="Hear it {here}; there is {video}, too.",
    )
    post = link_posts(facts, quotes, wording=own)
    page = facts.page_url
    assert f"This is a link post for [{page}]({page}).\n" in post["md"]
    assert "100 % of \\<my\\> \\*favourite\\* lines from [Brass and Water](" in post["md"]
    assert "100 % of &lt;my&gt; *favourite* lines from <a" in post["html"]
    assert f'>here</a>; there is <a href="{facts.video}">video</a>, too.' in post["html"]
    silent = link_posts(facts.model_copy(update={"video": None, "people": []}), quotes, wording=own)
    assert "You can find the [audio]" in silent["md"], "a sentence with a gap is not said"
    assert "Some quotes from an episode of my podcast, [Brass" in silent["md"]


def test_a_footnote_that_no_mark_calls_is_called_at_the_end(
    facts: Facts, quotes: list[Quote]
) -> None:
    quote = replace(quotes[0], footnotes={"1": "It was brass."})
    post = link_posts(facts, [quote])["md"]
    assert "being right. [^1]”" in post
    assert "\n[^1]: It was brass." in post


def test_brackets_that_are_no_footnotes_stay(facts: Facts, quotes: list[Quote]) -> None:
    post = link_posts(facts, [replace(quotes[0], text="He [the man] said [2] [...] so.")])["html"]
    assert "“He [the man] said [2] [...] so.”" in post


def test_speakers_are_named_when_there_are_several(facts: Facts, quotes: list[Quote]) -> None:
    assert "— Tomas Lind" not in link_posts(facts, quotes)["md"]
    mixed = [quotes[0], replace(quotes[1], speaker="Ines Okafor")]
    assert "” — Tomas Lind ([0:23](" in link_posts(facts, mixed)["md"]


def test_a_post_without_quotes_video_or_thesis_has_no_empty_link(facts: Facts) -> None:
    post = link_posts(facts.model_copy(update={"video": None, "thesis": "", "people": []}), [])
    assert "]()" not in post["md"]
    assert 'href=""' not in post["html"]
    assert "\n\nAn episode of my podcast" in post["md"], "which promises no quotes"
    assert "<p>An episode of my podcast" in post["html"]
    assert "Topics" not in post["md"]
    assert "video" not in post["html"]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "[click](javascript:alert(1))",
        "# not a heading",
        "line\n\n## one\n\n- two",
        "שלום \u202e gnirts \x07",
        "x" * 10_000,
    ],
)
def test_whatever_is_typed_comes_out_as_text(facts: Facts, quotes: list[Quote], text: str) -> None:
    hostile = [replace(quotes[0], heading=text, text=text, question=text, footnotes={"1": text})]
    post = link_posts(
        facts.model_copy(
            update={"title": text, "thesis": text, "show_title": text, "topics": [text]}
        ),
        hostile,
    )
    assert "<script" not in post["html"]
    assert "<img" not in post["html"]
    rendered = MarkdownIt("commonmark", {"html": True}).render(post["md"])
    assert not re.search(r'<script|<img|href="javascript', rendered)
    assert "\u202e" not in post["html"] + post["md"]
    headings = [line for line in post["md"].splitlines() if line.startswith("#")]
    assert len(headings) == 2
    assert post["md"].rstrip().splitlines()[-1].startswith("[^1]: ")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Quotes are lightly edited: "),
        ("de", "Zitate sind behutsam redigiert: "),
        ("fr", "Les citations sont légèrement retouchées"),
        ("es", "Las citas están ligeramente editadas: "),
    ],
)
def test_readers_are_told_that_quotes_are_lightly_edited(
    facts: Facts, quotes: list[Quote], language: str, said: str
) -> None:
    ruled = facts.model_copy(update={"lightly_edited": True, "language": language})
    for text in link_posts(ruled, quotes).values():
        assert text.count(said) == 1
    for text in (*link_posts(ruled, []).values(), *link_posts(facts, quotes).values()):
        assert said not in text
