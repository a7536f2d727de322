"""Taking back: an episode out of the feed, or an earlier release in the place of the last one."""

import re
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

from pipeline.errors import PullquoteError
from pipeline.show.public.gone_quotes import quote_pages
from pipeline.show.public.publication import list_published, published_slugs
from pipeline.show.publishing.publisher import Publisher
from pipeline.storage.planning.inventory import Inventory
from pipeline.storage.planning.plan import Plan
from pipeline.storage.release.release import ReleaseReport
from pipeline.storage.release.rollback import RollbackReport, rollback
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import embed_key, page_key, quote_of

_MAIN = re.compile(rb"<main\b[^>]*>")
_NOTICE = '<p role="note"><strong>{}</strong> It stays here for those who have its address.</p>'


def take_out(
    publisher: Publisher,
    slug: str,
    allow: Collection[str],
    *,
    dry_run: bool,
    announce: Callable[[Plan], None],
) -> ReleaseReport:
    """Release the feed without an episode; its page stays and says so, as do its files."""
    if publisher.guid_of(slug) not in publisher.live.items and slug not in publisher.shown():
        raise PullquoteError(f"{slug} is not in the feed", "pullquote status lists the episodes")
    with tempfile.TemporaryDirectory(prefix="pullquote-") as folder:
        pages = _withdrawn_pages(publisher, slug, Path(folder))
        with publisher.offer(remove={slug}, keep=not dry_run, extra=pages) as offer:
            return offer.release(allow, announce=announce, what=slug, dry_run=dry_run)


def roll_back(publisher: Publisher, steps: int, *, dry_run: bool) -> RollbackReport:
    """Put back the release of so many ago, and let this clone know what is public then."""
    with publisher.alone():
        report = rollback(
            publisher.store, steps, dry_run=dry_run, withdraw=_withdrawn, tell=publisher.tell
        )
        if not dry_run:
            _follow(publisher, report)
        return report


def _withdrawn(key: str, page: bytes) -> bytes:
    """The page of an episode, or of a quote, with the notice that the feed does not show it."""
    of_quote = quote_of(key)[0]
    what = "This quote was taken back." if of_quote else "This episode was taken out of the feed."
    notice = _NOTICE.format(what).encode()
    return page if notice in page else _MAIN.sub(lambda found: found[0] + notice, page, count=1)


def _withdrawn_pages(publisher: Publisher, slug: str, folder: Path) -> list[ReleaseObject]:
    """The pages of the episode and of its quotes, as they are public, with a notice."""
    keys = [page_key(slug), embed_key(slug), *quote_pages(publisher.store, {slug})]
    pages = {key: found[0] for key in keys if (found := publisher.store.get(key))}
    return [ReleaseObject.made(key, _withdrawn(key, page), folder) for key, page in pages.items()]


def _follow(publisher: Publisher, report: RollbackReport) -> None:
    """Let this clone know what is public now."""
    slugs = {slug for guid, slug in publisher.guids.items() if guid in report.guids}
    gone = {slug for guid, slug in publisher.guids.items() if guid in report.gone}
    list_published(publisher.workspace, {*published_slugs(publisher.workspace)} - gone | slugs)
    past = publisher.past.known
    known = Inventory(
        {key: sha for key, sha in report.public.files.items() if key in past.files},
        {guid: sha for guid, sha in report.public.items.items() if guid in past.items},
    )
    publisher.past.remember(
        None, known, report.release_id, report.public.items, report.public.trail
    )
