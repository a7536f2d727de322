"""A feed that is too long in pages (RFC 5005, A-04): the subscribed one holds the newest items.

Apple and Spotify are not known to follow pages: what stands on an older one is hidden from most
listeners. So all items stay in the subscribed feed, up to the size that is taken everywhere, unless the
host asks for pages (`paged_feed`). Pages are filled from the oldest episode on and then closed, so
that a new episode changes the subscribed page only, and now and then makes one page more. Each page
is a feed of its own; each GUID stands in one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.feeds.build.build import document
from pipeline.feeds.contents.channel import Channel
from pipeline.feeds.contents.heads import PageLinks, Rendered
from pipeline.web.addresses import FEED_KEY, feed_page_key

CLOSED = 450_000  # bytes of items at which an older page is full
#: Bytes of items up to which the subscribed page grows. The smallest fixed limit that is known of those
#: who check or list feeds is the 5,000,000 bytes of the W3C Feed Validation Service (`MAXDATALENGTH` in
#: its source; X-08); Apple publishes none. What is left of it is the channel's.
OPEN = 4_900_000
ASKED = 900_000  # the same where the host asks for pages: below a megabyte, polling stays cheap


@dataclass(frozen=True, slots=True)
class Page:
    """One file of the feed; `number` is 0 for the subscribed page, else 1 for the oldest."""

    key: str
    number: int
    content: bytes


def split(sizes: Sequence[int], room: int) -> list[range]:
    """Positions of the items on each page, the subscribed page first; `sizes` in bytes, newest first.

    `room` is what the subscribed page may hold. Every closed page holds at least one item; the
    subscribed page does, when there is one.
    """
    end, remaining = len(sizes), sum(sizes)
    closed: list[range] = []
    while remaining > room and end > 1:
        start, size = end - 1, sizes[end - 1]
        while start > 1 and size + sizes[start - 1] <= CLOSED:
            start -= 1
            size += sizes[start]
        closed.append(range(start, end))
        end, remaining = start, remaining - size
    return [range(end), *reversed(closed)]


def build_pages(channel: Channel, items: Sequence[Rendered]) -> Iterator[Page]:
    """The feed as one page or several, the subscribed one first; `items` checked, newest first."""
    room = min(ASKED, OPEN) if channel.show.paged_feed else OPEN
    pages = split([len(item.xml) for item in items], room)
    trailers = [item.head for item in items if item.head.type == "trailer"]
    keys = [FEED_KEY, *(feed_page_key(number) for number in range(len(pages) - 1, 0, -1))]
    for position, (key, held) in enumerate(zip(keys, pages, strict=True)):
        older = keys[position + 1] if position + 1 < len(keys) else None
        newer = keys[position - 1] if position else None
        links = PageLinks(key, older, newer, keys[-1]) if len(keys) > 1 else None
        # A trailer belongs to the show, and a closed page does not change for one.
        told = [] if position else trailers
        content = document(channel, items[held.start : held.stop], told, links)
        yield Page(key, len(pages) - position if position else 0, content)
