"""What feed, index and release must know of each item: enough to check, order and list them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AliasPath, AwareDatetime, Field

from pipeline.artefacts import Artefact
from pipeline.feeds.contents.model import ITEM, PublishedObject
from pipeline.settings.podcasting import Erratum


def _at(*path: str) -> Any:
    return Field(validation_alias=AliasPath(*path))


@dataclass(frozen=True, slots=True)
class ItemHead:
    """An item without its long texts; `enclosure` is an object key or a URL, `length` its bytes.

    The fields are annotated with their place in `item.json`.
    """

    slug: str
    guid: str
    title: str
    date: AwareDatetime
    duration: float
    enclosure: Annotated[str, _at("enclosure", "key")]
    length: Annotated[int, _at("enclosure", "length")]
    media_type: Annotated[str, _at("enclosure", "type")]
    type: Annotated[str, _at("item", "type")]
    season: Annotated[int | None, _at("item", "season")]
    season_name: Annotated[str | None, _at("item", "season_name")]
    episode: Annotated[int | None, _at("item", "episode")]
    page: Annotated[str, _at("item", "page")]
    summary: Annotated[str, _at("item", "summary")]
    objects: Sequence[PublishedObject]
    errata: Annotated[Sequence[Erratum], _at("item", "errata")] = ()


HEAD = Artefact(ITEM, ItemHead)  # read alone, because a plan reads them all


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

    `older` and `newer` are its neighbours, `last` is the oldest page.
    """

    own: str
    older: str | None
    newer: str | None
    last: str
