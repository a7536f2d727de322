"""Every house: what is written for it, as recorded, and from what people may type."""

import dataclasses
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import lxml.etree
import lxml.html
import pytest
from markdown_it import MarkdownIt

from pipeline.errors import ConfigError
from pipeline.models import Chapter, Quote
from pipeline.rendering.text import safe_url, split_urls
from pipeline.settings.fields import LINE
from pipeline.settings.podcasting import Discussion, Link, Person
from pipeline.settings.posts import HOUSES
from pipeline.writing.facts import Facts
from pipeline.writing.posting.house import house_of
from pipeline.writing.posting.post import Post, write
from pipeline.writing.posting.source import Source

GOLDEN = Path(__file__).resolve().parents[2] / "data" / "writing" / "houses"
FORMS = [(name, form) for name in HOUSES for form in house_of(name).forms]


def test_every_house_stands_under_its_own_name() -> None:
    assert [house_of(name).name for name in HOUSES] == list(HOUSES)


def test_a_house_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="no house 'blusky'; did you mean 'bluesky'"):
        house_of("blusky")


def test_a_form_that_a_house_does_not_take_is_refused(sample: Source) -> None:
    with pytest.raises(ConfigError, match="Bluesky gets no html"):
        write(sample, "bluesky", "html")


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_the_sample_is_written_as_recorded(name: str, form: str, sample: Source) -> None:
    post = write(sample, name, form)
    assert post.text == (GOLDEN / f"{name}.{form}").read_text(encoding="utf-8")
    assert all(length.fits for length in post.lengths)


def test_of_a_few_quotes_soundbites_go_first_and_the_rest_is_counted(
    facts: Facts, quotes: list[Quote]
) -> None:
    chosen = [quotes[0], dataclasses.replace(quotes[1], soundbite=True), quotes[2]]
    post = write(Source(facts=facts, quotes=chosen), "hackernews")
    assert "The knowledge was in three people [1]" in post.text
    assert "*And had you?*" in post.text
    assert post.left_out == ["2 of 3 quotes: Hacker News gets 1"]


def test_what_a_text_has_no_room_for_is_left_out_whole(facts: Facts, quotes: list[Quote]) -> None:
    long = dataclasses.replace(quotes[0], text="Word " * 700 + "end.")
    post = write(Source(facts=facts, quotes=[long, quotes[2]]), "linkedin")
    assert "Word" not in post.text
    assert "every forecast" in post.text
    assert post.left_out == ["the quote at 0:23: there is no room for it"]


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_no_post_leads_to_the_transcript_of_an_episode_without_words(
    name: str, form: str, facts: Facts
) -> None:
    wordless = facts.model_copy(update={"wordless": True})
    assert "transcript" not in write(Source(facts=wordless, quotes=[]), name, form).text.lower()


@pytest.mark.parametrize(
    ("video", "said"),
    [("", "the audio here."), ("https://v.example/1", "the audio and video here.")],
)
def test_a_post_of_an_episode_without_words_says_where_to_listen(
    video: str, said: str, facts: Facts
) -> None:
    wordless = facts.model_copy(update={"wordless": True, "video": video or None})
    text = write(Source(facts=wordless, quotes=[]), "lesswrong", "md").text
    assert f"You can find {said}" in re.sub(r"\[(.*?)\]\(.*?\)", r"\1", text)


def test_front_matter_says_when_and_where(facts: Facts, quotes: list[Quote]) -> None:
    dated = facts.model_copy(update={"date": datetime(2026, 5, 1, 8, 0, tzinfo=UTC)})
    text = write(Source(facts=dated, quotes=quotes), "hugo").text
    assert text.startswith(f'---\ntitle: "{facts.title}"\ndate: 2026-05-01T08:00:00+00:00\n')
    assert f'canonicalURL: "{facts.page_url}"' in text


def test_chapters_of_youtube_begin_at_zero(
    facts: Facts, quotes: list[Quote], chapters: list[Chapter]
) -> None:
    text = write(Source(facts=facts, quotes=quotes, chapters=chapters), "youtube").text
    assert "\n0:00 Brass wheels\n1:06:30 3. Three people\n" in text


def test_weights_of_x() -> None:
    count = house_of("x").limits[0].count
    assert count("“Hello” – it’s") == 14
    assert count("日本") == 4
    assert count("👨‍👩‍👧‍👦🇩🇪") == 4
    assert count("at https://media.example.org/show/episodes/tide-machines.html#q-1 now") == 30
    assert count("adept.ai, w.r.t. GPT-3.5") == 23 + 16, "a name of a site is a link there"


NO_ROOM = "there is no room for it"
HOSTILE = {
    "html": "<script>alert(1)</script><b>bold</b>",
    "attribute": "\"><img src=x onerror=alert(1)> x='y'",
    "comment": "<!-- wp:html --> --> <![CDATA[x]]>",
    "entities": "&lt;b&gt; &amp;amp; AT&T &copy &#60;",
    "link": "[click](javascript:alert(1))",
    "reference": "[x]: https://evil.example/ [x][y] ![img](https://evil.example/i.png)",
    "autolink": "<https://evil.example/> <a@evil.example>",
    "heading": "# not a heading ## == --",
    "lines": "line\n\n## one\n\n- two\n\n1. three\n> four",
    "setext": "over\n====\nunder\n----",
    "emphasis": "*a* **b** _c_ __d__ ~~e~~ ***f*** a*b*c",
    "code": "`code` ``more`` ```fence``` \\`x",
    "backslash": "\\ \\\\ \\[ \\* C:\\dir\\ end\\",
    "footnote": "[^1] [^1]: note [1] [...] [99]",
    "table": "| a | b | $x^2$ ${y} {{ z }} {% raw %} {{< hugo >}}",
    "template": "{{ episode.title }} {% if x %} %(show)s {show} %s 100 %",
    "shortcode": '[gallery ids="1"] [audio src="x"] [/audio]',
    "superscript": "x^2 ^(lifted) >!spoiler!< u/name r/sub @name #tag",
    "rtl": "שלום עולם \u202egnirts\u202c \u2067abc\u2069 العربية",
    "emoji": "👨‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 e\u0301 👍🏽 ☕️",
    "controls": "bell\x07 null\x00 escape\x1b[31m del\x7f tab\there\ufeff\u200b",
    "graphemes": "👩‍🚀" * 300,
    "long": "word " * 60,
    "yaml": "key: value # no comment: - x ? y & z ! t | 'q' \"r\" \\u0041",
    "dots": "1. one 1) two - + = : ...",
}


def hostile(facts: Facts, quotes: list[Quote], text: str) -> Source:
    """An episode in which everything that a person may type is `text`, as long as settings allow."""
    line = text[:LINE]
    said = dataclasses.replace(
        quotes[1],
        heading=line,
        text=f"Yes {text} so.",
        question=line,
        speaker=line,
        footnotes={"1": text},
    )
    guests = [Person.model_construct(name=line, role=role) for role in ("host", "guest")]
    typed = {
        "title": line,
        "show_title": line,
        "thesis": text,
        "topics": [line],
        "people": guests,
        "links": [Link.model_construct(title=line, url="https://example.org/a?b=1&c=[2]")],
        "discussions": [Discussion.model_construct(title=line, url="https://example.org/d")],
    }
    return Source(
        facts=facts.model_copy(update=typed),
        quotes=[said, dataclasses.replace(quotes[2], speaker="Ada")],
        chapters=[Chapter(place * 60.0, line) for place in range(4)],
    )


def plain(text: str) -> str:
    """What a reader sees of typed text: no characters that no document holds, blanks as one."""
    kept = re.sub("[\x00-\x08\x0b-\x1f\x7f\ufeff\u202a-\u202e\u2066-\u2069]", "", text)
    return " ".join(kept.split())


def curled(text: str) -> str:
    """Marks of every shape as one: quotes get those of printers."""
    return re.sub("[\"'“”‘’]", "'", plain(text))


def read_back(post: Post) -> tuple[str, list[str]]:
    """The text of a post as its house shows it, and where its links lead."""
    text = post.text
    if post.form == "txt":
        return text, [link.url for part in post.parts for link in part.links]
    if post.form == "md":
        body = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
        body = re.sub(r"(?<!\\)\[\^(\d+)\]:?", r"\\[\1\\]", body)
        text = MarkdownIt("commonmark", {"html": True}).render(body)
    lxml.etree.fromstring(f"<div>{text}</div>".replace("<hr>", "<hr/>"))  # every tag is closed
    document = lxml.html.document_fromstring(f"<div>{text}</div>")
    tags = {element.tag for element in document.iter() if isinstance(element.tag, str)}
    assert tags <= TAGS, tags - TAGS
    for element in document.iter():
        attributes = set(element.attrib) if isinstance(element.tag, str) else set()
        assert attributes <= {"href", "id", "rel", "style", "class", "lang", "dir"}, attributes
    anchors = [str(element.get("href")) for element in document.iter("a")]
    return "".join(str(piece) for piece in document.itertext()), anchors


TAGS = set("html body div p a em strong h1 h2 blockquote ul li hr sup cite br span".split())  # noqa: SIM905


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize(("name", "form"), FORMS)
def test_whatever_is_typed_is_read_back_as_it_is(
    name: str, form: str, kind: str, facts: Facts, quotes: list[Quote]
) -> None:
    source = hostile(facts, quotes, HOSTILE[kind])
    post = write(source, name, form)
    limited = [each for each in post.lengths if each.what != "title"]
    assert all(each.fits for each in limited)
    read, links = read_back(post)
    assert not [link for link in links if not re.match(r"https?://[^<>\s\"]+$|#ftnt", link)]
    noted = {safe_url(piece) for piece, is_url in split_urls(HOSTILE[kind]) if is_url}
    if form != "txt":
        assert {link for link in links if "evil" in link} <= noted, "footnotes alone link addresses"
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", post.text)
    if name == "youtube":
        read = read.replace("‹", "<").replace("›", ">")
    if name == "hackernews":
        read = read.replace("\\*", "*")
    if not house_of(name).thread and f"the quote at 1:07:38: {NO_ROOM}" not in post.left_out:
        assert curled(f"Yes {HOSTILE[kind]} so.") in curled(read)
    if name in ("hugo", "jekyll", "eleventy"):
        (title,) = re.findall(r"^title: (.*)$", post.text, re.MULTILINE)
        assert json.loads(title) == plain(HOSTILE[kind][:LINE])
