"""The show as its feed presents it: what `show.toml` says, and what that cannot know."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.feeds.contents.artwork import Pictures
from pipeline.feeds.contents.common import common
from pipeline.feeds.contents.model import Credit, License, Note, PublishedImage, Thread
from pipeline.feeds.contents.rules import Report
from pipeline.settings.channel import ChannelSettings
from pipeline.settings.podcasting import Funding, Location
from pipeline.text.cleaning import clean_body, clean_line
from pipeline.web.addresses import FEED_KEY, INDEX_KEY, public_url


@dataclass(frozen=True)
class Channel:
    """`show` is what the host says, the rest what it becomes in a feed; `base_url` ends in a slash."""

    show: ChannelSettings
    base_url: str
    artwork: str  # object key
    hubs: Sequence[str]  # WebSub
    uses_podping: bool
    people: Sequence[Credit]
    license: License | None
    funding: Sequence[Funding]
    txt: Sequence[Note]
    discussions: Sequence[Thread]
    images: Sequence[PublishedImage]
    locations: Sequence[Location]

    @property
    def feed_url(self) -> str:
        return public_url(self.base_url, FEED_KEY)

    @property
    def link(self) -> str:
        return self.show.link or public_url(self.base_url, INDEX_KEY)

    @property
    def guid(self) -> str | None:
        """The show's id as every directory writes it (P-01)."""
        return str(uuid.UUID(self.show.guid)) if self.show.guid else None

    @cached_property
    def seasons(self) -> Mapping[int, str]:
        return {int(number): name for number, name in sorted(self.show.seasons.items())}


def make_channel(
    show: ChannelSettings,
    base_url: str,
    artwork: str,
    *,
    hubs: Sequence[str],
    uses_podping: bool,
    pictures: Pictures,
) -> Channel:
    """The channel of a show; ConfigError with every picture of its settings that is not there."""
    report = Report("feed/show.toml")
    said = common(report, show, pictures)
    report.raise_problems()
    lines = {name: clean_line(value) for name, value in show if isinstance(value, str)}
    show = show.model_copy(update=lines | {"description": clean_body(show.description)})
    return Channel(show, base_url, artwork, hubs, uses_podping, **said)
