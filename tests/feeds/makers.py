"""The types of the fixtures that make feeds, and of those that look into them."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from pipeline.feeds.contents.channel import Channel
from pipeline.feeds.contents.heads import HEAD, ItemHead
from pipeline.feeds.contents.model import ItemFile
from pipeline.models import encode
from pipeline.workspace import dump_json

NewItem = Callable[..., ItemFile]
NewChannel = Callable[..., Channel]
BuildFeed = Callable[..., bytes]
AllOf = Callable[[etree._Element, str], list[Any]]
One = Callable[[etree._Element, str], str]


def head_of(item: ItemFile) -> ItemHead:
    """What the feed reads of an item first."""
    return HEAD.decode(dump_json(encode(item)).encode(), item.slug)
