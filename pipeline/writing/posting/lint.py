"""What is wrong with a post before it is pasted: a line each, for the host."""

import itertools
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lxml.html import document_fromstring
from markdown_it import MarkdownIt

from pipeline.rendering.quotation import quoted
from pipeline.rendering.text import split_urls
from pipeline.times import short_clock
from pipeline.web import addresses
from pipeline.writing.posting.post import Post
from pipeline.writing.posting.source import Source

_STRAIGHT = re.compile(r"""["']""")
_NUMBER = re.compile(r"\s*\[\d{1,4}\]")  # of a footnote: a post with fewer quotes counts anew
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_NOTE = re.compile(r"(?<!\\)\[\^(\d+)\](:)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a post is held against; None where it is not known.

    `duration` is the episode's in seconds, `anchors` the ids that its page has, `empty` the headings of
    the ledger that have no quote.
    """

    duration: float | None = None
    anchors: Collection[str] | None = None
    empty: Collection[str] = ()


def findings(post: Post, source: Source, ground: Ground) -> list[str]:
    """Everything that the host should look at before the post goes out."""
    found = [f"{length}: too long" for length in post.lengths if not length.fits]
    found += _of_episode(post, source, ground)
    found += _of_times(source, ground)
    found += _of_page(source, ground)
    if post.form != "txt":
        found += _of_markup(post, source)
    return found


def _of_episode(post: Post, source: Source, ground: Ground) -> Iterator[str]:
    facts = source.facts
    if not facts.thesis:
        yield "there is no thesis, the sentence that says why to read on: thesis in episode.toml"
    for heading in ground.empty:
        yield f"the heading '{heading}' has no quotes: they, or it, are missing in quotes.toml"
    headings = dict.fromkeys(quote.heading for quote in source.quotes)
    named = {"title": [facts.title], "thesis": [facts.thesis], "heading": headings}
    named |= {"topic": facts.topics, "question": [q.question or "" for q in source.quotes]}
    named["footnote"] = [note for quote in source.quotes for note in quote.footnotes.values()]
    if post.house.curly:
        yield from _straight(named)
    shortest = post.house.shortest_chapter
    for before, after in itertools.pairwise(source.chapters):
        if shortest and after.start - before.start < shortest:
            title = post.house.title
            yield f"the chapter '{before.title}' is too short: {title} wants {shortest} seconds of all"


def _straight(named: Mapping[str, Collection[str]]) -> Iterator[str]:
    for name, texts in named.items():
        for text in texts:
            if any(_STRAIGHT.search(piece) for piece, is_url in split_urls(text) if not is_url):
                yield f"the {name} has straight quotation marks: {text}"


def _of_times(source: Source, ground: Ground) -> Iterator[str]:
    if ground.duration is None:
        return
    end = short_clock(ground.duration)
    for quote in source.quotes:
        if quote.start < 0 or quote.end > ground.duration + 1:
            yield f"the quote at {short_clock(quote.start)} ends after the episode, at {end}"
    for chapter in source.chapters:
        if chapter.start > ground.duration:
            yield f"the chapter '{chapter.title}' begins after the episode ends, at {end}"


def _of_page(source: Source, ground: Ground) -> Iterator[str]:
    """Permalinks that do not play: the page plays from the quote that an address names."""
    if ground.anchors is None:
        return
    for quote in source.quotes:
        if (anchor := addresses.quote_anchor(quote.id)) not in ground.anchors:
            yield (
                f"the link at {short_clock(quote.start)} does not play: the page has no #{anchor} "
                "(pullquote run SLUG)"
            )


def _of_markup(post: Post, source: Source) -> Iterator[str]:
    """What the markup says, read back: its text, its links and its anchors."""
    page: Any = document_fromstring(post.text if post.form == "html" else as_html(post.text))
    links, anchors = page.xpath("//@href"), page.xpath("//@id")
    known = _known(source)
    for address in links:
        if not address or address == "#":
            yield "a link has no address"
        elif address.startswith("#") and address[1:] not in anchors:
            yield f"the link to {address} leads nowhere in the post"
        elif not address.startswith("#") and unquote(address) not in known:
            yield f"a link that nobody gave: {address} (an unescaped bracket?)"
    yield from _notes(post)
    printed, language = _unnumbered(page.text_content()), source.facts.language
    for section in source.values(source.quotes)["sections"]:
        for quote in section.quotes:
            text = _unnumbered(quoted(quote.text, language))
            if quote.url in links and text not in printed:
                at = short_clock(quote.start)
                yield f"the quote at {at} does not come out as it is: an unescaped sign in a template?"


def _notes(post: Post) -> Iterator[str]:
    """Footnotes of Markdown: each mark has its note."""
    if post.form != "md":
        return
    marks = list(_NOTE.finditer(post.text))
    noted = {match[1] for match in marks if match[2]}
    for number in sorted({match[1] for match in marks} - noted, key=int):
        yield f"the footnote [^{number}] has no text"


def _known(source: Source) -> set[str]:
    """The addresses that a post may lead to, decoded: parsers of Markdown encode more than we do."""
    facts = source.facts
    page = facts.page_url
    known = {page, facts.index_url, facts.video or "", f"{page}#listen", f"{page}#transcript"}
    known |= {f"{page}#{addresses.quote_anchor(quote.id)}" for quote in source.quotes}
    for linked in (*getattr(facts, "links", ()), *getattr(facts, "discussions", ())):
        known.add(linked.url)
    notes = [note for quote in source.quotes for note in quote.footnotes.values()]
    known |= {piece for note in notes for piece, is_url in split_urls(note) if is_url}
    return {unquote(address) for address in known}


def as_html(markdown: str) -> str:
    """A post in Markdown as a browser gets it; its footnotes as numbers in brackets."""
    body = _FRONT_MATTER.sub("", markdown)
    html: str = MarkdownIt("commonmark").render(_NOTE.sub(r"\\[\1\\]", body))
    return html


def _unnumbered(text: str) -> str:
    return " ".join(_NUMBER.sub("", text).split())
