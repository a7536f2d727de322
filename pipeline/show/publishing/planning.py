"""What a release would change: planned with what is here and takes no minutes; nothing is sent."""

import contextlib
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.artefacts import published
from pipeline.errors import PullquoteError
from pipeline.settings.show import load_episode
from pipeline.show.episode import LocalEpisode
from pipeline.show.guests.standing import hold
from pipeline.show.keeping import left_line
from pipeline.show.public.due import is_due, refuse_future_date
from pipeline.show.public.publication import advice, is_built
from pipeline.show.publishing.publisher import Publisher
from pipeline.show.words.waiting import waits
from pipeline.storage.planning.plan import Plan

_NAMED = 5  # episodes in a line
_SENT = frozenset({"added", "changed", "files"})  # kinds of changes that a release of ours makes


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan, None where nothing was made yet, and a line for each episode that it leaves as it was."""

    plan: Plan | None
    left: Sequence[str]
    stopped: Collection[str] = ()  # those of these that wait or fail


@contextlib.contextmanager
def planned(
    publisher: Publisher, slug: str | None, allow: Collection[str], force: Sequence[str]
) -> Iterator[Planned]:
    """Plan a release of the episode `slug`, or of all that is published, for as long as it is looked at."""
    shown, note = publisher.shown(), publisher.reporter.note
    for each in publisher.statuses:
        if each.error and each.slug not in shown:
            note(f"{each.slug} is left out: {each.error}")
    own, of_show = publisher.runner.split(force)
    looked_at = [slug] if slug else shown
    publisher.mark_corrections(looked_at)
    if slug:
        add, stopped = _added(publisher, slug), set[str]()
        left = _made_ready(publisher, add, own)
    else:
        left, add, stopped = _public(publisher)
    # One that was never made has nothing to plan with, and is named above.
    made = {
        each.slug
        for each in publisher.statuses
        if each.fresh or is_built(publisher.workspace, each.slug)
    }
    if not made:
        yield Planned(None, left)
        return
    add &= made
    for line in advice(publisher.workspace, slug) if slug in add else ():
        note(line)
    if slug in add and (waiting := hold(LocalEpisode(publisher.workspace, slug), publisher.quoted)):
        note(f"not yet: {waiting.message}")
    with (
        tempfile.TemporaryDirectory(prefix="pullquote-") as scratch,
        publisher.offer(add, keep=False, force=of_show) as offer,
    ):
        # What it sends may lie in a folder of the offer's.
        yield Planned(offer.plan(allow, Path(scratch)), left, stopped)


def changed_slugs(publisher: Publisher, allow: Collection[str]) -> tuple[list[str], bool]:
    """The episodes that such a plan of all would add or change, and those that stop on the way.

    And whether it sends anything, be it of the show itself, that shows an episode.
    """
    with planned(publisher, None, allow, ()) as found:
        changes = found.plan.changes if found.plan else ()
        changed = {each.slug for each in changes if each.slug and each.kind in _SENT}
        sends = found.plan is not None and bool(found.plan.sent and found.plan.items)
        return sorted(changed.union(found.stopped)), sends


def unpublished(publisher: Publisher) -> str:
    """A line on the episodes that nobody has published yet; empty where there are none."""
    ever = published(publisher.workspace).ever | publisher.shown()
    slugs = [each.slug for each in publisher.statuses if each.slug not in ever]
    more = f" and {len(slugs) - _NAMED} more" if slugs[_NAMED:] else ""
    which = " ".join(slugs) if slugs and not more else "SLUG..."
    named = ", ".join(slugs[:_NAMED]) + more
    return f"not published yet: {named}; to do it: pullquote publish {which}" if slugs else ""


def _made_ready(
    publisher: Publisher, slugs: Collection[str], force: Sequence[str] = ()
) -> list[str]:
    """Run what takes no minutes of each; returns lines about what was left."""
    left = []
    for slug in sorted(slugs):
        result = publisher.runner.run(slug, force=force, quick=True, reporter=publisher.reporter)
        if result.waiting:
            raise result.waiting
        if result.left:
            left.append(left_line(slug, result.left))
    return left


def _public(publisher: Publisher) -> tuple[list[str], set[str], set[str]]:
    """The published episodes that are finished here; and the others, which stay as they were released."""
    lines: list[str] = []
    found, stopped = publisher.shown(), set[str]()
    stale = {each.slug for each in publisher.statuses if not each.fresh}
    for slug in sorted(stale & found):
        if not is_built(publisher.workspace, slug):
            continue
        try:
            lines += _made_ready(publisher, [slug])
        except PullquoteError as error:
            lines.append(f"{slug} is not finished here, and stays as it was released: {error}")
            stopped.add(slug)
    heard = [each.slug for each in publisher.statuses if each.heard and each.slug in found]
    if new := sum(waits(LocalEpisode(publisher.workspace, slug)) for slug in heard):
        lines.append(
            f"new transcriptions wait, of {new} of {len(found)} episodes, and change nothing yet: "
            "pullquote transcript compare --all"
        )
    return lines, found - stopped, stopped


def _added(publisher: Publisher, slug: str) -> set[str]:
    """The episode, unless its time has not come."""
    episode = load_episode(publisher.workspace, slug)
    refuse_future_date(slug, episode)
    if is_due(episode):
        return {slug}
    publisher.reporter.note(f"{slug} is held back until its publish_at")
    return set()
