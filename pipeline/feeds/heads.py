"""What the feed as a whole must know of each item: enough to check, order and page them."""

from dataclasses import dataclass
from datetime import datetime

from pipeline.feeds.model import ItemFile


@dataclass(frozen=True, slots=True)
class ItemHead:
    """An item without its texts; `enclosure` is an object key or a URL, `length` its bytes."""

    slug: str
    guid: str
    title: str
    date: datetime
    enclosure: str
    length: int
    media_type: str
    type: str
    season: int | None
    season_name: str | None
    episode: int | None


def head_of(file: ItemFile) -> ItemHead:
    """The head of an item."""
    return ItemHead(
        slug=file.slug,
        guid=file.guid,
        title=file.title,
        date=file.date,
        enclosure=file.enclosure.key,
        length=file.enclosure.length,
        media_type=file.enclosure.type,
        type=file.item.type,
        season=file.item.season,
        season_name=file.item.season_name,
        episode=file.item.episode,
    )


@dataclass(frozen=True, slots=True)
class Rendered:
    """An item as its feed carries it: the `<item>` element in UTF-8, to be indented once."""

    head: ItemHead
    xml: bytes


def newest_first(item: Rendered) -> tuple[float, str]:
    """The order of a feed (I-08), as a sort key: by instant, not by wall clock."""
    return -item.head.date.timestamp(), item.head.slug


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Where a page of a feed stands among the others (RFC 5005), by object key.

    `older` and `newer` are its neighbours; `first` is the subscribed page, `last` the oldest.
    """

    own: str
    older: str | None
    newer: str | None
    first: str
    last: str
