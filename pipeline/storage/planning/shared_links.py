"""Links to quotes that people have shared: a page that is about to change shows which of them would die."""

import html
import re
from collections.abc import Collection, Iterable, Iterator

from pipeline.storage.planning.live_feed import printable
from pipeline.storage.planning.release_object import ReleaseObject
from pipeline.storage.store.object_store import ObjectStore
from pipeline.web.addresses import page_key, quote_anchor

_ANCHOR = re.compile(rf'\bid="{quote_anchor("([a-z0-9]{2,16})")}"')
_TEXT = re.compile(r"<blockquote[^>]*>(.*?)</blockquote>", re.DOTALL)
_SHOWN = 60  # letters of a quote


def dying_links(
    store: ObjectStore, changed: Iterable[ReleaseObject], listed: Collection[str]
) -> Iterator[str]:
    """A line for each quote that the live page of a changed page still has, and the new one has not."""
    for item in changed:
        slug = item.slug
        if item.key != page_key(slug) or item.key not in listed or not item.path.is_file():
            continue
        live = store.get(item.key)
        if live is None:
            continue
        before = live[0].decode("utf-8", "replace")
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
