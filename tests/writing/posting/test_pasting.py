"""What is left of a post after it was pasted into the editors of the houses that it is for."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import lxml.etree
import lxml.html
import pytest
from lxml.html import HtmlElement
from playwright.sync_api import Browser, BrowserContext

from pipeline.models import Quote
from pipeline.writing.facts import Facts
from pipeline.writing.posting.post import write
from pipeline.writing.posting.source import Source, link_posts
from tests.writing.posting.editors import ADDRESS, copy, pasted
from tests.writing.posting.test_houses import HOSTILE, hostile

EDITORS = {
    "lesswrong": "lexical",
    "eaforum": "ckeditor",
    "substack": "prosemirror",
    "ghost": "lexical",
    "wordpress": "wordpress",
}
BLOCKS = {"p": "", "h1": "# ", "h2": "## ", "h3": "### ", "li": "- ", "hr": "---", "cite": "— "}
MARKS = {"em": "/", "i": "/", "strong": "*", "b": "*", "sup": "^"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("editors")


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context() as context:
        yield context


@pytest.fixture
def hostiles(facts: Facts, quotes: list[Quote]) -> Source:
    """One post with all that people may type."""
    sources = [hostile(facts, quotes, text) for text in HOSTILE.values()]
    said = [
        replace(source.quotes[0], id=f"q{place}", start=60.0 * place)
        for place, source in enumerate(sources)
    ]
    return replace(hostile(facts, quotes, " ".join(HOSTILE.values())), quotes=said)


@pytest.fixture(params=["sample", "seed", "hostile"])
def source(request: pytest.FixtureRequest, facts: Facts) -> Source:
    if request.param == "seed":
        return Source(facts=facts, quotes=request.getfixturevalue("seed"))
    found: Source = request.getfixturevalue({"hostile": "hostiles"}.get(request.param, "sample"))
    return found


@pytest.mark.parametrize("house", EDITORS)
def test_a_paste_loses_nothing(
    house: str, source: Source, context: BrowserContext, folder: Path
) -> None:
    html = write(source, house, "html").text
    copy(context, html)
    with pasted(context, EDITORS[house], folder) as page:
        assert lines(page.evaluate("read()")) == lines(html)
        arrived = page.evaluate("pasted")
    assert arrived == html
    if house in ("lesswrong", "eaforum"):
        footnotes_arrive(arrived)


@pytest.mark.parametrize("editor", ["lexical", "ckeditor"])
def test_the_page_of_the_link_post_may_be_copied_by_hand(
    editor: str, sample: Source, context: BrowserContext, folder: Path
) -> None:
    page_of_post = link_posts(sample.facts, sample.quotes)["html"]
    copy(context, page_of_post, by_hand=True)
    with pasted(context, editor, folder) as page:
        body = page_of_post.partition("<body>")[2].removesuffix("</body>\n</html>\n")
        read, arrived = page.evaluate("[read(), pasted]")
    assert lines(read.replace(ADDRESS, "")) == lines(body)
    footnotes_arrive(arrived.replace(ADDRESS, ""))


def footnotes_arrive(html: str) -> None:
    """What both forums' own code asks of the HTML that is pasted, before their editor reads it."""
    anchors = list(lxml.html.document_fromstring(html).iter("a"))
    marks = [each for each in anchors if each.get("id", "").startswith("ftnt_ref")]
    notes = [each for each in anchors if each.get("id") and each not in marks]
    names = [str(place + 1) for place in range(len(notes))]
    for found, here, there in ((marks, "ftnt_ref", "ftnt"), (notes, "ftnt", "ftnt_ref")):
        assert [each.get("id") for each in found] == [here + name for name in names] != []
        assert [each.get("href") for each in found] == [f"#{there}{name}" for name in names]
    before = "hr"  # which both take away
    for note in notes:
        paragraph, whole, *_ = note.iterancestors()
        assert (whole.tag, len(whole), paragraph.tag) == ("div", 1, "p")
        assert not (note.tail or "").strip(), "the EA Forum keeps elements, and drops bare text"
        assert next(each.tag for each in whole.itersiblings(preceding=True)) == before
        before = "div"
    assert not list(whole.itersiblings()), "what follows the notes is dropped"


def lines(html: str) -> list[str]:
    """The blocks of a document, each with its links and emphasis, however an editor spells them."""
    found: list[tuple[HtmlElement, str]] = []
    styled = ""
    for node in lxml.html.fragment_fromstring(html, create_parent="div").xpath(".//text() | .//hr"):
        around = [node] if isinstance(node, HtmlElement) else _around(node)
        block = next((each for each in reversed(around) if each.tag in BLOCKS), None)
        if block is None:
            assert not node.strip(), "every text stands in a block"
            continue
        if not found or found[-1][0] is not block:
            quoted = any(each.tag == "blockquote" for each in around)
            found.append((block, ("> " if quoted else "") + BLOCKS[block.tag]))
            styled = ""
        style = "".join(sorted({MARKS[each.tag] for each in around if each.tag in MARKS}))
        style += "".join(f"<{each.get('href')}>" for each in around if each.tag == "a")
        text = "" if isinstance(node, HtmlElement) else str(node)
        found[-1] = (block, found[-1][1] + ("" if style == styled else f"{{{style}}}") + text)
        styled = style
    return [re.sub(r"\s+", " ", line).strip() for _, line in found]


def _around(text: lxml.etree._ElementUnicodeResult) -> list[HtmlElement]:
    """The elements that hold a text, the innermost first."""
    holder = text.getparent()
    assert holder is not None
    return [*([] if text.is_tail else [holder]), *holder.iterancestors()]
