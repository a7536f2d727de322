"""The types of the fixtures that make feeds, and of those that look into them."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from pipeline.feeds.channel import Channel
from pipeline.feeds.model import ItemFile

NewItem = Callable[..., ItemFile]
NewChannel = Callable[..., Channel]
BuildFeed = Callable[..., bytes]
AllOf = Callable[[etree._Element, str], list[Any]]
One = Callable[[etree._Element, str], str]
