"""When an episode may be public: apps hide an item of the future, or show it as new for ever (I-05)."""

import contextlib
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel

from pipeline.errors import ConfigError, Refused
from pipeline.feeds.contents.live_feed import LiveFeed, read_feed
from pipeline.settings.episode import Episode, PublishAt
from pipeline.settings.tables import load_table
from pipeline.storage.planning.changes import instant, slug_of
from pipeline.workspace import Workspace

_SKEW = timedelta(minutes=5)  # by which the clocks of two machines may differ
_ZONES = timedelta(hours=14)  # by which a day begins earlier somewhere than in UTC, at most


class _Held(BaseModel):
    """When an episode shall be public. Whatever else is wrong in its file is told when that has come."""

    publish_at: PublishAt | None = None


def is_due(episode: Episode) -> bool:
    """Whether an episode may be public by now, by this machine's clock."""
    return episode.publish_at is None or episode.publish_at <= datetime.now(UTC)


def due_slugs(workspace: Workspace, shown: Collection[str]) -> list[str]:
    """Episodes with a time of their own that has come; not those that the feed shows."""
    found = []
    for slug in (each for each in workspace.slugs() if each not in shown):
        with contextlib.suppress(ConfigError):
            held = load_table(_Held, workspace.episode(slug).toml, slug)
            if held.publish_at is not None and held.publish_at <= datetime.now(UTC):
                found.append(slug)
    return found


def refuse_future_date(slug: str, episode: Episode) -> None:
    """A date that has not come is a slip, or means `publish_at`; only the host knows which."""
    now = datetime.now(UTC)
    if episode.publish_at is None and episode.date > now + _SKEW:
        raise Refused(
            f"episodes/{slug}/episode.toml: date: {episode.date} is in the future (it is"
            f" {now:%Y-%m-%d %H:%M} UTC)",
            f"to hold it back until then, add: publish_at = {episode.date.isoformat()}; to publish"
            " it now, give it the date of today",
        )
    for erratum in episode.errata:
        if erratum.date > (now + _ZONES).date():
            raise Refused(
                f"episodes/{slug}/episode.toml: erratum: {erratum.date} is in the future",
                "give it the day on which it is told",
            )


def refuse_future_items(
    feed: bytes, published: Collection[str], live: LiveFeed, guids: Mapping[str, str]
) -> None:
    """Refused for an item of the feed that has no date of today or before, unless it stays as it is."""
    now = datetime.now(UTC)
    for guid, item in read_feed(feed).items.items():
        there = live.items.get(guid)
        moment = instant(item.date)
        is_ahead = isinstance(moment, datetime) and moment > now + _SKEW
        is_ours = there is None or (guid in published and there.date != item.date)
        if is_ahead and is_ours:
            raise Refused(
                f"{slug_of(item, guids) or guid}: the feed would say {item.date}, and it"
                f" is {now:%Y-%m-%d %H:%M} UTC now",
                "give it the date of today or before; or unpublish it, and set publish_at",
            )
