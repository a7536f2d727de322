"""`publish`: run an episode's stages, then release it with the show's feed."""

import dataclasses
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.commands.options import forcing, renewing
from pipeline.engine.progress import reporter
from pipeline.engine.running.runner import Runner
from pipeline.errors import ConfigError, Waiting
from pipeline.settings.show import Show, load_episode
from pipeline.show.keeping import kept_lines, renewed
from pipeline.show.publishing.publication import advice, refuse_twins
from pipeline.show.words import waiting as waiting_words
from pipeline.show.words.following import run_following
from pipeline.web.addresses import FEED_KEY, page_key, post_key, public_url
from pipeline.workspace import Workspace

if TYPE_CHECKING:
    from pipeline.show.publishing.publisher import Publisher
    from pipeline.storage.planning.plan import Plan
    from pipeline.storage.release.release import ReleaseReport


@command("publish")
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--due", is_flag=True, help="Publish every episode whose publish_at has come.")
@click.option(
    "--restore",
    is_flag=True,
    help="Release again what was last released from here: the store has lost it.",
)
@click.option(
    "--review",
    type=click.Choice(["host", "auto", "none"]),
    default="host",
    show_default=True,
    help="Who decides on the quotes: you; the ranking (for a back catalogue); or publish without.",
)
@click.option(
    "--dry-run", is_flag=True, help="Build everything, say what would be sent, send nothing."
)
@click.option(
    "--allow", metavar="WHAT", multiple=True, help="Allow a change that was refused, by name."
)
@forcing
@renewing
@click.option("--json", "as_json", is_flag=True, help="Print the release as JSON.")
def publish(
    app: App,
    slugs: tuple[str, ...],
    due: bool,
    restore: bool,
    review: str,
    dry_run: bool,
    allow: tuple[str, ...],
    force: tuple[str, ...],
    remaster: bool,
    retag: bool,
    as_json: bool,
) -> None:
    """Run every stage of the episode SLUG, or of several, and release it with the show's feed.

    All other episodes stay as they were last released.
    Stops with exit code 3 while its quotes wait for your review, and with 4 when the release would
    hurt listeners (see `pullquote plan`). An episode with a publish_at is built, and held back until
    then; `--due` publishes what is due, for cron or CI.
    """
    from pipeline.show.publishing.publisher import Publisher, due_slugs  # late: boto3 and its start

    if bool(slugs) + due + restore != 1:
        raise ConfigError("name an episode, or give --due or --restore", "pullquote publish SLUG")
    for slug in slugs:
        app.workspace.episode(slug)
    publisher = Publisher.open(app.workspace, restores=restore)
    again = Again(*publisher.runner.split(force), renewed(remaster, retag))
    if restore:
        here = sorted(publisher.released_here())
        _release(publisher, here, again, dry_run=dry_run, allow=allow, as_json=as_json)
        return
    chosen = slugs or due_slugs(publisher)
    if not chosen:
        note("nothing is due")
    publish_all(
        publisher, chosen, review, dry_run=dry_run, allow=allow, as_json=as_json, again=again
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Again:
    """Stages that run though they are fresh: an episode's, the show's; and those made anew though kept."""

    forced: Sequence[str] = ()
    of_show: Sequence[str] = ()
    renewed: Sequence[str] = ()


_ONCE = Again()


def publish_all(
    publisher: "Publisher",
    slugs: Sequence[str],
    review: str,
    *,
    dry_run: bool,
    allow: Collection[str],
    as_json: bool,
    again: Again = _ONCE,
) -> None:
    """Build `slugs`, then release those that are due, in one release.

    One that waits for its review does not stop the others; Waiting is raised at the end.
    """
    from pipeline.show.publishing.publisher import refuse_future_date

    for slug in slugs:
        refuse_future_date(slug, load_episode(publisher.workspace, slug))
    refuse_twins(publisher.workspace, slugs, publisher.statuses)
    publisher.refuse_placeholders(allow)
    waiting = [found for slug in slugs if (found := _build(publisher, slug, review, again))]
    blocked = {slug for slug, _ in waiting}
    ready = [slug for slug in slugs if slug not in blocked and _may_go(publisher, slug)]
    if ready:
        _release(publisher, ready, again, dry_run=dry_run, allow=allow, as_json=as_json)
    elif as_json:
        emit_json(_answer(publisher, [], None, dry_run))
    if waiting:
        raise waiting[0][1]


def _build(
    publisher: "Publisher", slug: str, review: str, again: Again
) -> tuple[str, Waiting] | None:
    from pipeline.show.publishing.publisher import MEDIA

    done = decide(publisher.runner, publisher.workspace, publisher.show, slug, review, again.forced)
    result = run_following(
        publisher.runner,
        publisher.workspace,
        publisher.show,
        slug,
        need=MEDIA,
        force=[name for name in again.forced if name not in done],
        renew=again.renewed,
        reporter=publisher.reporter,
    )
    for line in (
        *waiting_words.lines(publisher.workspace, slug),
        *kept_lines(slug, publisher.runner.explain(slug)),
    ):
        note(line)
    if result.waiting:
        return slug, result.waiting
    for line in advice(publisher.workspace, slug):
        note(line)
    return None


def _may_go(publisher: "Publisher", slug: str) -> bool:
    from pipeline.show.publishing.publisher import is_due

    episode = load_episode(publisher.workspace, slug)
    if is_due(episode) or episode.guid in publisher.live.items:
        return True
    note(
        f"{slug} is built and held back until {episode.publish_at}: then run "
        "pullquote publish --due (cron or CI can)"
    )
    return False


def _release(
    publisher: "Publisher",
    slugs: Sequence[str],
    again: Again,
    *,
    dry_run: bool,
    allow: Collection[str],
    as_json: bool,
) -> None:
    from pipeline.commands.plan_text import plan_lines

    def announce(plan: "Plan") -> None:
        for line in plan_lines(plan, publisher.base_url):
            note(line)

    with publisher.offer(slugs, keep=not dry_run, force=again.of_show) as offer:
        report = offer.release(
            allow, announce=announce, what=slugs[0] if slugs else "restore", dry_run=dry_run
        )
    if as_json:
        emit_json(_answer(publisher, slugs, report, dry_run))
        return
    for line in (*report.notes, *(each.line for each in report.told)):
        note(line)
    note(summary(report, dry_run))
    if not dry_run:
        say(f"feed  {public_url(publisher.base_url, FEED_KEY)}")
        for page in filter(None, (_page(publisher, slug) for slug in slugs)):
            say(f"page  {page}")
        for post in filter(None, (_post(publisher, slug) for slug in slugs)):
            say(f"post  {post}")


def _answer(
    publisher: "Publisher", slugs: Sequence[str], report: "ReleaseReport | None", dry_run: bool
) -> dict[str, Any]:
    """The release for scripts; without a report, that there was none."""
    return {
        "sent": report.sent if report else [],
        "bytes_sent": report.bytes_sent if report else 0,
        "episodes": list(slugs),
        "release": report.release_id if report else "",
        "dry_run": dry_run,
        "notes": report.notes if report else [],
        "told": [dataclasses.asdict(each) for each in report.told] if report else [],
        "feed": public_url(publisher.base_url, FEED_KEY),
        "page": _page(publisher, slugs[0]) if slugs else "",
        "post": _post(publisher, slugs[0]) if slugs else "",
    }


def _page(publisher: "Publisher", slug: str) -> str:
    """The episode's page; an imported one stays where it was, and may have none."""
    episode = load_episode(publisher.workspace, slug)
    if episode.enclosure:
        return episode.link or ""
    return public_url(publisher.base_url, page_key(slug))


def _post(publisher: "Publisher", slug: str) -> str:
    """Where the episode's link post is read; an imported one has none."""
    made = publisher.workspace.episode(slug).build / "posts" / "link-post.html"
    return public_url(publisher.base_url, post_key(slug)) if made.is_file() else ""


def summary(report: "ReleaseReport", dry_run: bool) -> str:
    """What was sent, in a sentence."""
    from pipeline.commands.plan_text import file_size

    if report.nothing_to_release:
        return "nothing to release: the store holds this already"
    count = len(report.sent)
    files = f"{count} file{'s' if count != 1 else ''}, {file_size(report.bytes_sent)}"
    if dry_run:
        return f"nothing was sent; without --dry-run it would be {files}"
    return f"sent {files}; release {report.release_id}"


def decide(
    runner: Runner,
    workspace: Workspace,
    show: Show,
    slug: str,
    review: str,
    force: Collection[str] = (),
) -> set[str]:
    """With `auto` or `none`, write the decision into the ledger unless the host has decided.

    Returns the stages that ran for it, some of `force` among them.
    """
    from pipeline.quotes.deciding.acceptance import accept_best, accept_none, is_decided

    ledger = workspace.episode(slug).ledger
    if review == "host" or is_decided(ledger) or load_episode(workspace, slug).enclosure:
        return set()
    where = f"written into {ledger.relative_to(workspace.root)}"
    if review == "none":
        accept_none(ledger)
        note(f"{slug}: no quotes, as --review none says; {where}")
        return set()
    ran = set(
        runner.run(slug, force=tuple(force), reporter=reporter()).ran
    )  # it waits for a decision
    titles = load_episode(workspace, slug).own_titles
    accepted = accept_best(ledger, workspace.episode(slug).build, show.quotes.auto, titles)
    note(f"{slug}: {accepted.line}; {where}")
    return ran
