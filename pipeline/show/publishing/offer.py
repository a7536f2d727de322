"""What a clone would publish, once its stages have made it: planned first, then released."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.show.public.publication import examine, paging_note
from pipeline.storage.planning.plan import Plan, Sides, make_plan
from pipeline.storage.release.release import ReleaseReport, release
from pipeline.storage.store.release_object import ReleaseObject

if TYPE_CHECKING:
    from pipeline.show.publishing.publisher import Publisher


@dataclass(frozen=True)
class Offer:
    """What this clone would publish, as its stages made it."""

    publisher: "Publisher"
    objects: Sequence[ReleaseObject]
    feed: bytes
    sides: Sides

    def plan(self, allow: Collection[str], scratch: Path) -> Plan:
        """What a release would do; reads only."""
        store = self.publisher.store
        plan = make_plan(
            store, self.objects, self.feed, allow=allow, sides=self.sides, scratch=scratch
        )
        examine(plan.missing)
        return self._told(plan)

    def _told(self, plan: Plan) -> Plan:
        """The plan with notes on what follows from it, and which episodes apps get to see."""
        paged = paging_note(self.publisher.workspace, asked=self.publisher.show.paged_feed)
        again = "all episodes stand in the feed that apps subscribe to again: it has no older pages"
        follows = "search.html and its index are made of what goes out, and sent with it"
        kept = (
            "the feed stays the same, so rollback takes this back only together with the last release "
            "that changed it: git has what was before"
        )
        told = {
            follows: plan.sent,
            kept: plan.sent and not plan.feed_changes,
            paged: paged,
            again: not paged and self.publisher.live.older_url,
        }
        return replace(plan, notes=(*plan.notes, *(line for line in told if told[line])))

    def release(
        self,
        allow: Collection[str],
        *,
        announce: Callable[[Plan], None],
        what: str,
        dry_run: bool = False,
    ) -> ReleaseReport:
        """Carry the plan out; `announce` is shown it first."""

        def look_first(plan: Plan) -> None:
            announce(self._told(plan))
            examine(plan.missing)

        with self.publisher.reporter.stage(what, "release") as progress:
            report = release(
                self.publisher.store,
                self.objects,
                self.feed,
                allow=allow,
                dry_run=dry_run,
                progress=progress,
                sides=self.sides,
                announce=look_first,
                tell=self.publisher.tell,
            )
        if not dry_run:
            self.publisher.past.remember(
                report.feed, report.public, report.release_id, report.items, report.trail
            )
        return report
