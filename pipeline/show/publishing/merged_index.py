"""The show's page for a feed that also holds episodes of another clone."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.artefacts import CORRECTED
from pipeline.feeds.contents.model import ITEM
from pipeline.rendering.templates import read_overrides
from pipeline.site.index import IndexFacts, Listed, index_page
from pipeline.stages.page import cover
from pipeline.stages.site import listed
from pipeline.times import parse_clock
from pipeline.web.headers import moment

if TYPE_CHECKING:
    from pipeline.settings.show import Show
    from pipeline.storage.planning.live_feed import LiveFeed, LiveItem
    from pipeline.workspace import Workspace


def merged_index(
    workspace: "Workspace", show: "Show", ours: Mapping[str, str], feed: "LiveFeed"
) -> bytes:
    """HTML that lists `ours` (slugs by GUID) as the site stage does, and the others from the feed."""
    rows = [listed(ITEM.of(workspace.episode(slug))) for slug in ours.values()]
    rows += [
        _theirs(item)
        for guid, item in feed.items.items()
        if guid not in ours and (item.slug or item.link)
    ]
    return index_page(index_facts(workspace, show), rows, own_templates(workspace)).encode()


def index_facts(workspace: "Workspace", show: "Show") -> IndexFacts:
    """What the show's pages say of it."""
    return IndexFacts.model_construct(
        **dict(show),
        base_url=show.store.base_url,
        **cover(sorted(workspace.feed.glob("artwork.*"))),
        corrected=CORRECTED.path(workspace).is_file(),
    )


def own_templates(workspace: "Workspace") -> dict[str, str]:
    """The show's own templates and catalogues, by file name."""
    return read_overrides(sorted((workspace.feed / "templates").glob("*")))


def _theirs(item: "LiveItem") -> Listed:
    date = moment(item.date) or datetime.fromtimestamp(0, UTC)
    try:
        duration = parse_clock(item.duration)
    except ValueError:
        duration = 0.0
    # An imported episode has its page, and its recording, at another address than ours.
    page = "" if item.slug else item.link
    # Without a summary, the feed repeats the title, and the list would say it twice.
    summary = "" if item.summary == item.title else item.summary
    return Listed(item.slug, item.title, date, duration, summary, page)
