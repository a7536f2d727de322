"""HTML of a foreign feed: nothing that runs stays in it, and what goes is told."""

import functools
import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal

import nh3
from lxml import etree

from pipeline.feeds.importing.foreign_values import Losses, plain

DESCRIPTION_TAGS = frozenset({"p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br"})
_ADDED = frozenset({"html", "head", "body", "p"})
LIMIT = 400_000  # letters; an hour of talk has about 60,000
DEPTH = 100  # open tags; the deepest notes in eleven real feeds have 5
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]{0,29})")
_CLOSED_BY_OTHERS = frozenset(
    {"br", "dd", "dt", "hr", "img", "input", "li", "option", "p", "td", "th", "tr", "wbr"}
)
_NAME = 30  # letters of a tag's name that are told; a stranger may write any


def bounded(markup: str, what: str, losses: Losses) -> str:
    """At most `LIMIT` letters and `DEPTH` open tags: cleaning takes the length times the depth.

    With as many tags open as a text can hold, the cleaner took minutes.
    """
    if len(markup) > LIMIT:
        losses.add(f"{what} over {LIMIT:,} letters is cut")
        markup = markup[:LIMIT]
    if _is_deep(markup):
        losses.add(f"{what} with more than {DEPTH} tags inside each other becomes plain text")
        return html.escape(plain(markup), quote=False)
    return markup


def _is_deep(markup: str) -> bool:
    """Whether more than `DEPTH` tags are open somewhere; those that others close count as open."""
    open_tags: Counter[str] = Counter()
    depth = 0
    for end, name in _TAG.findall(markup):
        name = name.lower()
        if not end:
            open_tags[name] += 1
            depth += name not in _CLOSED_BY_OTHERS
        elif open_tags[name]:
            open_tags[name] -= 1
            depth -= name not in _CLOSED_BY_OTHERS
        if depth > DEPTH:
            return True
    return False


def clean_notes(markup: str, losses: Losses, base: str) -> str:
    """Full notes: the tags that texts are made of, without scripts, styles and forms.

    Relative links lead on from `base`, if that is known.
    """
    return _cleaned(markup, "notes", losses, base, None)


def clean_description(markup: str, losses: Losses, base: str) -> str:
    """A short description: the few tags that every app shows; links as in `clean_notes`."""
    return _cleaned(markup, "description", losses, base, set(DESCRIPTION_TAGS))


def _cleaned(markup: str, what: str, losses: Losses, base: str, tags: set[str] | None) -> str:
    cleaned = nh3.clean(markup, tags=tags, link_rel=None, url_relative=_rewriting(base))
    for name in _lost(markup, cleaned):
        losses.add(f"{name} in the {what} is removed")
    return cleaned


@functools.lru_cache(maxsize=64)
def _rewriting(base: str) -> tuple[Literal["rewrite_with_base"], str] | None:
    """How relative links become whole; None where `base` is no address to those who read HTML."""
    try:
        nh3.clean("", url_relative=("rewrite_with_base", base))
    except ValueError:
        return None
    return "rewrite_with_base", base


def has_other_tags(markup: str) -> bool:
    """Whether a description would lose tags, and not only attributes."""
    return not {name for name in _inventory(markup) if " " not in name} <= DESCRIPTION_TAGS


def _lost(before: str, after: str) -> Iterator[str]:
    """`<script>`, `<a onclick>`: tags that are not there any more, and attributes of those that are."""
    lost = _inventory(before) - _inventory(after)
    for name in sorted(lost):
        tag, _, attribute = name.partition(" ")
        if not attribute or tag not in lost:
            yield f"<{name}>"


def _inventory(markup: str) -> Counter[str]:
    """Counts tags, and attributes by their tag; `<p>`, which parsers add by themselves, is none."""
    found: Counter[str] = Counter()
    # html.parser takes hours for a megabyte of `<a <a <a`.
    root = etree.fromstring(markup, etree.HTMLParser(no_network=True)) if markup.strip() else None
    for element in () if root is None else root.iter(etree.Element):
        tag = str(element.tag)[:_NAME]
        found[tag] += tag not in _ADDED
        found.update(f"{tag} {str(name)[:_NAME]}" for name in element.attrib)
    return +found
