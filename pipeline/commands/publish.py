"""`publish`: run an episode's stages, then release it with the show's feed."""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.app import (
    App,
    allowing,
    command,
    counted,
    emit_json,
    forcing,
    note,
    renewing,
    say,
    tell_left,
)
from pipeline.commands.plan_text import announce, file_size
from pipeline.errors import ConfigError
from pipeline.show.keeping import renewed
from pipeline.web.addresses import FEED_KEY, public_url

if TYPE_CHECKING:
    from pipeline.show.publishing.publisher import Publisher
    from pipeline.show.publishing.publishing import Order, Published
    from pipeline.storage.release.release import ReleaseReport


@command("publish")
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--due", is_flag=True, help="Publish every episode whose publish_at has come.")
@click.option(
    "--all", "everything", is_flag=True, help="Publish what `pullquote plan` lists, in one release."
)
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
@allowing
@forcing
@renewing
@click.option("--json", "as_json", is_flag=True, help="Print the release as JSON.")
def publish(
    app: App,
    slugs: tuple[str, ...],
    due: bool,
    everything: bool,
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
    hurt listeners (see `pullquote plan`). One that waits or fails is named, and the others go out. An
    episode with a publish_at is built, and held back until then; `--due` publishes what is due, for
    cron or CI.
    """
    from pipeline.show.public.due import due_slugs  # late: boto3, numpy and their start
    from pipeline.show.publishing import publishing
    from pipeline.show.publishing.planning import changed_slugs, unpublished
    from pipeline.show.publishing.publisher import Publisher

    if bool(slugs) + due + everything + restore != 1:
        raise ConfigError(
            "name an episode, or give --due, --all or --restore", "pullquote publish SLUG"
        )
    for slug in slugs:
        app.workspace.episode(slug)
    publisher = Publisher.open(app.workspace, restores=restore)
    own, of_show = publisher.runner.split(force)
    order = publishing.Order(review, allow, dry_run, own, of_show, renewed(remaster, retag))
    if restore:
        done = publishing.restore(publisher, order, announce(publisher.base_url))
        tell_release(publisher, done, order, as_json)
        return
    chosen: Sequence[str] = slugs
    if everything:
        chosen, sends = changed_slugs(publisher, allow)
        order = dataclasses.replace(order, whole=sends)
    elif due:
        chosen = due_slugs(app.workspace, publisher.shown())
    if not (chosen or order.whole):
        note("nothing has changed" if everything else "nothing is due")
    if everything and (line := unpublished(publisher)):
        note(line)
    publish_and_tell(publisher, chosen, order, as_json)


def publish_and_tell(
    publisher: "Publisher", slugs: Sequence[str], order: "Order", as_json: bool
) -> None:
    """Publish, and print what was released; then raised is why an episode was not, others are told."""
    from pipeline.show.publishing import publishing

    done = publishing.publish(publisher, slugs, order, announce(publisher.base_url))
    tell_release(publisher, done, order, as_json)
    tell_left(done.left)


def tell_release(publisher: "Publisher", done: "Published", order: "Order", as_json: bool) -> None:
    report = done.report
    if as_json:
        emit_json(_answer(publisher, done, order.dry_run))
        return
    if not report:
        return
    note(*report.notes, *(each.line for each in report.told))
    note(summary(report, order.dry_run))
    if order.dry_run:
        return
    say(f"feed  {public_url(publisher.base_url, FEED_KEY)}")
    for name, address_of in (("page", publisher.page_of), ("post", publisher.post_of)):
        for address in filter(None, map(address_of, done.slugs)):
            say(f"{name}  {address}")
    _tell_posts(publisher, [slug for slug in done.slugs if publisher.post_of(slug)])


def _tell_posts(publisher: "Publisher", slugs: Sequence[str]) -> None:
    """What is wrong with the posts about these episodes, and where they are."""
    from pipeline.show.episode import LocalEpisode
    from pipeline.show.posting import warnings

    for slug in slugs:
        for line in warnings(LocalEpisode(publisher.workspace, slug)):
            note(f"{slug}: {line}")
    if slugs:
        which = slugs[0] if len(slugs) == 1 else "SLUG"
        note(f"posts for forums, networks and blogs, to copy: pullquote posts {which} --open")


def _answer(publisher: "Publisher", done: "Published", dry_run: bool) -> dict[str, Any]:
    """The release for scripts; without a report, that there was none."""
    report, slugs = done.report, done.slugs
    return {
        "sent": report.sent if report else [],
        "bytes_sent": report.bytes_sent if report else 0,
        "episodes": list(slugs),
        "release": report.release_id if report else "",
        "dry_run": dry_run,
        "notes": report.notes if report else [],
        "told": report.told if report else [],
        "left": {slug: why.message for slug, why in done.left.items()},
        "feed": public_url(publisher.base_url, FEED_KEY),
        "page": publisher.page_of(slugs[0]) if slugs else "",
        "post": publisher.post_of(slugs[0]) if slugs else "",
    }


def summary(report: "ReleaseReport", dry_run: bool) -> str:
    if report.nothing_to_release:
        return "nothing to release: the store holds this already"
    files = f"{counted(len(report.sent), 'file')}, {file_size(report.bytes_sent)}"
    if dry_run:
        return f"nothing was sent; without --dry-run it would be {files}"
    return f"sent {files}; release {report.release_id}"
