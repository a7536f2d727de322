"""Publishing: episodes are built, their quotes are decided, and those that may go are released."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.errors import PullquoteError, Waiting, stopped
from pipeline.quotes.deciding.acceptance import accept_best, name_of, open_ledger
from pipeline.quotes.ledger.edits import set_review
from pipeline.quotes.ledger.ledger import change_ledger
from pipeline.settings.show import load_episode
from pipeline.show.episode import LocalEpisode
from pipeline.show.guests.standing import hold
from pipeline.show.public.due import is_due, refuse_future_date
from pipeline.show.public.publication import advice, refuse_twins
from pipeline.show.publishing.fetching import fetch_made
from pipeline.show.publishing.publisher import MEDIA, Publisher
from pipeline.show.words.following import run_following, tell_what_waits
from pipeline.storage.planning.plan import Plan
from pipeline.storage.release.release import ReleaseReport

Announce = Callable[[Plan], None]  # is shown the plan before anything is sent


@dataclass(frozen=True, slots=True)
class Order:
    """What the host asked for: who decides on quotes ("host", "auto", "none"), what is allowed by name.

    `forced` are stages of an episode that run though they are fresh, and `of_show` those of the show.
    `renewed` are those that run although a released episode keeps what they made. `whole`: the feed goes
    out also where no episode does.
    """

    review: str = "host"
    allow: Collection[str] = ()
    dry_run: bool = False
    forced: Sequence[str] = ()
    of_show: Sequence[str] = ()
    renewed: Sequence[str] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """What came of it: the episodes that were released, and why others wait or failed, by their slug."""

    slugs: Sequence[str] = ()
    report: ReleaseReport | None = None
    left: Mapping[str, PullquoteError] = field(default_factory=dict)


def publish(
    publisher: Publisher, slugs: Sequence[str], order: Order, announce: Announce
) -> Published:
    """Build `slugs`, then release those that are due, in one release.

    One that waits or fails does not stop the others.
    """
    here = publisher.workspace
    left = stopped(slugs, lambda slug: refuse_future_date(slug, load_episode(here, slug)))
    dated = [slug for slug in slugs if slug not in left]
    refuse_twins(here, dated, publisher.statuses)
    publisher.refuse_placeholders(order.allow)
    publisher.mark_corrections(dated)
    left |= stopped(dated, lambda slug: _build(publisher, slug, order))
    ready = [slug for slug in dated if slug not in left and _may_go(publisher, slug)]
    report = _release(publisher, ready, order, announce) if ready or order.whole else None
    return Published(ready, report, left)


def restore(publisher: Publisher, order: Order, announce: Announce) -> Published:
    """Release again what was last released from here, into a store that has lost it."""
    slugs = sorted(publisher.released_here())
    return Published(slugs, _release(publisher, slugs, order, announce))


def _release(
    publisher: Publisher, slugs: Sequence[str], order: Order, announce: Announce
) -> ReleaseReport:
    with publisher.offer(slugs, keep=not order.dry_run, force=order.of_show) as offer:
        what = slugs[0] if slugs else "the show"
        return offer.release(order.allow, announce=announce, what=what, dry_run=order.dry_run)


def _build(publisher: Publisher, slug: str, order: Order) -> Waiting | None:
    done = _decide(publisher, slug, order)
    runner, reporter = publisher.runner, publisher.reporter
    episode = LocalEpisode(publisher.workspace, slug)
    fetch_made(publisher.workspace, slug, publisher.store, reporter.note)
    result = run_following(
        runner,
        episode,
        need=MEDIA,
        force=[name for name in order.forced if name not in done],
        renew=order.renewed,
        reporter=reporter,
    )
    tell_what_waits(runner, episode, reporter)
    if not result.waiting:
        for line in advice(publisher.workspace, slug):
            reporter.note(line)
    return result.waiting or hold(episode, publisher.quoted)


def _may_go(publisher: Publisher, slug: str) -> bool:
    episode = load_episode(publisher.workspace, slug)
    if is_due(episode) or episode.guid in publisher.live.items:
        return True
    publisher.reporter.note(
        f"{slug} is built and held back until {episode.publish_at}: then run "
        "pullquote publish --due (cron or CI can)"
    )
    return False


def _decide(publisher: Publisher, slug: str, order: Order) -> set[str]:
    """With `auto` or `none`, write the decision into the ledger unless the host has decided.

    Returns the stages that ran for it, some of those that are forced among them.
    """
    workspace, reporter = publisher.workspace, publisher.reporter
    episode, ledger = load_episode(workspace, slug), workspace.episode(slug).ledger
    if order.review == "host" or open_ledger(ledger).decided or episode.enclosure:
        return set()
    where = f"written into {ledger.relative_to(workspace.root)}"
    if order.review == "none":
        change_ledger(ledger, name_of(ledger), lambda now: set_review(now, "none"))
        reporter.note(f"{slug}: no quotes, as --review none says; {where}")
        return set()
    ran = publisher.runner.run(slug, force=order.forced, reporter=reporter).ran  # up to the review
    limit, titles = publisher.show.quotes.auto, episode.own_titles
    accepted = accept_best(workspace.episode(slug), limit, titles)
    reporter.note(f"{slug}: {accepted.line}; {where}")
    return set(ran)
