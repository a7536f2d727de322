"""What a plan says besides: what stays as others or an earlier release left it, and shared links that die.

A link to a quote dies when a page that is about to change has the quote no more.
"""

import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from pipeline.storage.planning.live_feed import LiveFeed, printable
from pipeline.storage.planning.merge import Merged
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import page_key, quote_anchor

_ANCHOR = re.compile(rf'\bid="{quote_anchor("([a-z0-9]{2,16})")}"')
_TEXT = re.compile(r"<blockquote[^>]*>(.*?)</blockquote>", re.DOTALL)
_SHOWN = 60  # letters of a quote


def notes_of(
    merged: Merged,
    before: LiveFeed,
    new: LiveFeed,
    mine: Mapping[str, str],
    files: Iterable[ReleaseObject],
) -> Iterator[str]:
    """What of a merged feed is not as this clone has it; `mine` are episodes changed here.

    `files` were changed elsewhere and not here.
    """
    pull = "git pull to have it here too"
    for guid in merged.kept:
        yield f"'{new.items[guid].title}' was published from elsewhere and stays in the feed: {pull}"
    for slug in sorted(mine.values()):
        yield f"{slug} has changes that were not released: pullquote publish {slug} sends them"
    for guid in merged.theirs:
        if guid not in mine:
            yield f"'{before.items[guid].title}' was changed from elsewhere and stays so: {pull}"
    if merged.left_out:
        yield (
            f"{len(merged.left_out)} episode(s) were taken out of the feed from elsewhere and stay "
            "out: publish them by name to bring them back"
        )
    if merged.their_channel:
        yield f"the show's own texts were changed from elsewhere and stay so: {pull}"
    for item in files:
        yield f"{item.key} was changed from elsewhere and stays so: {pull}"


def dying_links(
    store: ObjectStore, changed: Iterable[ReleaseObject], listed: Collection[str]
) -> Iterator[str]:
    """A line for each quote that the live page of a changed page still has, and the new one has not."""
    for item in changed:
        slug = item.slug
        if item.key != page_key(slug) or item.key not in listed or not item.path.is_file():
            continue
        before = store.content(item.key).decode("utf-8", "replace")
        after = set(_ANCHOR.findall(item.path.read_text("utf-8", "replace")))
        for found in _ANCHOR.finditer(before):
            if found[1] not in after:
                yield (
                    f"{slug}: links to #{quote_anchor(found[1])} die, its quote is gone"
                    f"{_said(before[found.end() :])}; if another quote took its place, give it "
                    f'id = "{found[1]}" in episodes/{slug}/quotes.toml'
                )


def _said(page: str) -> str:
    """The words of the quote that a page goes on with; a template of the host's may show none."""
    found = _TEXT.search(page)
    if found is None or _ANCHOR.search(page[: found.start()]):
        return ""
    text = printable(" ".join(html.unescape(re.sub(r"<[^>]*>", " ", found[1])).split()))
    short = text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + "…"
    return f": {short}"
