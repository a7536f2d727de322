"""The show's pages for a feed that also holds episodes of another clone."""

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from pipeline.artefacts import CORRECTED
from pipeline.feeds.contents.heads import HEAD
from pipeline.feeds.contents.live_feed import LiveFeed, LiveItem
from pipeline.rendering.templates import own_templates
from pipeline.settings.show import Show
from pipeline.site.index import IndexFacts, Listed
from pipeline.site.listing import listing_pages
from pipeline.stages.page import cover
from pipeline.stages.site import listed
from pipeline.times import parse_clock
from pipeline.web.addresses import quote_of
from pipeline.web.headers import moment, whole_number
from pipeline.workspace import Workspace


def merged_pages(
    workspace: Workspace,
    show: Show,
    ours: Mapping[str, str],
    feed: LiveFeed,
    quotes: Collection[str] = (),
) -> dict[str, bytes]:
    """By key, what lists `ours` (slugs by GUID) as the site stage does, and the others from the feed.

    `quotes` are the keys of all public pages of quotes.
    """
    rows = [listed(HEAD.of(workspace.episode(slug))) for slug in ours.values()]
    rows += [
        _theirs(item, [key for key in quotes if quote_of(key)[0] == item.slug])
        for guid, item in feed.items.items()
        if guid not in ours and (item.slug or item.link)
    ]
    pages = listing_pages(index_facts(workspace, show), rows, own_templates(workspace))
    return {key: text.encode() for key, text in pages.items()}


def index_facts(workspace: Workspace, show: Show) -> IndexFacts:
    return IndexFacts.model_construct(
        **dict(show),
        base_url=show.store.base_url,
        **cover(sorted(workspace.feed.glob("artwork.*"))),
        corrected=CORRECTED.path(workspace).is_file(),
    )


def _theirs(item: LiveItem, quotes: Sequence[str]) -> Listed:
    at = moment(item.date) or datetime.fromtimestamp(0, UTC)
    try:
        duration = parse_clock(item.duration)
    except ValueError:
        duration = 0.0
    # An imported episode has its page, and its recording, at another address than ours.
    page = "" if item.slug else item.link
    # Without a summary, the feed repeats the title, and the list would say it twice.
    summary = "" if item.summary == item.title else item.summary
    return Listed(
        item.slug, item.title, at, duration, summary, page,
        season=whole_number(item.season), corrections=[*_corrections(item)], quotes=quotes,
    )  # fmt: skip


def _corrections(item: LiveItem) -> Iterator[date]:
    """The days of the corrections that a feed tells of an episode."""
    for line in item.corrections:
        with contextlib.suppress(ValueError):  # another program's
            yield date.fromisoformat(line.partition(":")[0])
