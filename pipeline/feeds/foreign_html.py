"""HTML of a foreign feed: nothing that runs stays in it, and what goes is told."""

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

from pipeline.feeds.migration import Losses

DESCRIPTION_TAGS = frozenset({"p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br"})
_NAME = 30  # letters of a tag's name that are told; a stranger may write any


def clean_notes(markup: str, losses: Losses) -> str:
    """Full notes: the tags that texts are made of, without scripts, styles and forms."""
    import nh3

    cleaned = nh3.clean(markup, link_rel=None)
    for name in _lost(markup, cleaned):
        losses.add(f"{name} in the notes is removed")
    return cleaned


def clean_description(markup: str, losses: Losses) -> str:
    """A short description: the few tags that every app shows."""
    import nh3

    cleaned = nh3.clean(markup, tags=set(DESCRIPTION_TAGS), link_rel=None)
    for name in _lost(markup, cleaned):
        losses.add(f"{name} in the description is removed")
    return cleaned


def has_other_tags(markup: str) -> bool:
    """Whether a description would lose tags, and not only attributes."""
    return not {name for name in _inventory(markup) if " " not in name} <= DESCRIPTION_TAGS


def _lost(before: str, after: str) -> Iterator[str]:
    """`<script>`, `<a onclick>`: the tags and attributes that are not there any more."""
    for name in sorted(_inventory(before) - _inventory(after)):
        yield f"<{name}>"


def _inventory(markup: str) -> Counter[str]:
    reader = _Inventory(convert_charrefs=True)
    reader.feed(markup)
    reader.close()
    return reader.found


class _Inventory(HTMLParser):
    """Counts tags, and attributes by their tag."""

    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.found: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag[:_NAME]] += 1
        self.found.update(f"{tag[:_NAME]} {name[:_NAME]}" for name, _ in attrs)
