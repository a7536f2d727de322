"""A host's Markdown as sanitised HTML, and web addresses in plain text as links."""

import itertools
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from pipeline.rendering.text import inner_escape, one_line, plain, safe_url, split_urls

if TYPE_CHECKING:
    from markdown_it.token import Token

#: The HTML that every podcast app shows (feed requirement X-07).
FEED_TAGS = frozenset({"p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br"})
#: What a host's Markdown may become on a page of ours.
PAGE_TAGS = FEED_TAGS | {"h3", "h4", "h5", "h6", "blockquote", "code", "pre", "hr"}

_ADDRESSLESS = re.compile(r"<a(?: rel=\"noopener\")?>(.*?)</a>", re.DOTALL)


def markdown_html(text: str, *, feed: bool = False) -> str:
    """A host's Markdown (CommonMark) as sanitised HTML; raw HTML in it is shown, not obeyed.

    The highest heading becomes an h3, below ours. With `feed`, only `FEED_TAGS` and absolute links
    are left: headings become bold paragraphs, code plain text, pictures their description.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False})
    tokens = parser.parse(plain(text))
    lowered = 3 - min((int(t.tag[1]) for t in tokens if t.type == "heading_open"), default=3)
    for token in tokens:
        _adapt_block(token, lowered, feed)
        for child in token.children or ():
            if child.type == "image":  # its description: a page loads nothing from elsewhere
                child.type = "text"
    if feed:
        _embolden_headings(tokens)
    html = parser.renderer.render(tokens, parser.options, {})
    return sanitise(html, FEED_TAGS if feed else PAGE_TAGS)


def sanitise(html: str, tags: Iterable[str]) -> str:
    """Keep only `tags`, and of attributes only a link's absolute http(s) or mailto address."""
    import nh3

    clean = nh3.clean(
        html,
        tags=set(tags),
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel=None if set(tags) <= FEED_TAGS else "noopener",
    )
    return _ADDRESSLESS.sub(r"\1", clean).strip()


def _adapt_block(token: "Token", lowered: int, feed: bool) -> None:
    """Rewrite a token that our pages, or podcast apps, have no place for."""
    if token.type in {"heading_open", "heading_close"}:
        token.tag = "p" if feed else f"h{min(int(token.tag[1]) + lowered, 6)}"
    elif feed and token.type in {"fence", "code_block"}:
        token.type = "html_block"
        lines = map(escape, token.content.rstrip("\n").split("\n"))
        token.content = f"<p>{'<br>'.join(lines)}</p>\n"


def _embolden_headings(tokens: "Sequence[Token]") -> None:
    from markdown_it.token import Token

    for before, token in itertools.pairwise(tokens):
        if before.type == "heading_open":
            inner = token.children or []
            ends = (Token("strong_open", "strong", 1), Token("strong_close", "strong", -1))
            token.children = [ends[0], *inner, ends[1]]


def linked_html(text: str) -> Markup:
    link = Markup('<a href="{0}" rel="noopener">{1}</a>')
    return Markup("").join(
        link.format(safe_url(part), part) if is_url else plain(part)
        for part, is_url in split_urls(text)
    )


def linked_markdown(text: str) -> str:
    parts = split_urls(one_line(text))
    return "".join(
        f"<{safe_url(part)}>" if is_url else inner_escape(part) for part, is_url in parts
    )
