"""`unpublish`: an episode out of the feed; what was published of it stays where it is."""

import dataclasses
import hashlib
import re
import tempfile
from pathlib import Path

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.commands.plan_text import plan_lines
from pipeline.errors import PullquoteError
from pipeline.show.publishing.publication import PAGE_TYPE
from pipeline.show.publishing.publisher import Publisher, with_objects
from pipeline.storage.planning.plan import Plan
from pipeline.storage.planning.release_object import ReleaseObject
from pipeline.web.addresses import FEED_KEY, page_key, public_url

_MAIN = re.compile(rb"<main\b[^>]*>")
_NOTICE = (
    b'<p role="note"><strong>This episode was taken out of the feed.</strong> '
    b"It stays here for those who have its address.</p>"
)


@command("unpublish")
@click.argument("slug")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option(
    "--allow", metavar="WHAT", multiple=True, help="Allow a change that was refused, by name."
)
@click.option("--json", "as_json", is_flag=True, help="Print what it did as JSON.")
def unpublish(app: App, slug: str, dry_run: bool, allow: tuple[str, ...], as_json: bool) -> None:
    """Take the episode SLUG out of the feed and the list of episodes.

    Its page stays and says so; its recording and files stay too, since apps may still play them.
    `publish SLUG` brings it back, under the same GUID.
    """
    app.workspace.episode(slug)
    publisher = Publisher.open(app.workspace)
    if publisher.guid_of(slug) not in publisher.live.items and slug not in publisher.shown():
        raise PullquoteError(f"{slug} is not in the feed", "pullquote status lists the episodes")

    def announce(plan: Plan) -> None:
        for line in plan_lines(plan, publisher.base_url):
            note(line)

    with tempfile.TemporaryDirectory(prefix="pullquote-") as folder:
        page = _withdrawn_page(publisher, slug, Path(folder))
        with publisher.offer(remove={slug}, keep=not dry_run) as offer:
            report = with_objects(offer, page).release(
                allow, announce=announce, what=slug, dry_run=dry_run
            )
    if as_json:
        emit_json({"slug": slug, "sent": report.sent, "release": report.release_id,
                   "dry_run": dry_run, "feed": public_url(publisher.base_url, FEED_KEY),
                   "notes": report.notes,
                   "told": [dataclasses.asdict(each) for each in report.told]})  # fmt: skip
        return
    for line in (*report.notes, *(each.line for each in report.told)):
        note(line)
    verb = "would be" if dry_run else "is"
    say(f"{slug} {verb} out of the feed; its page and its recording stay")
    note("apps that have downloaded it keep it; most others stop showing it within a day")


def withdrawn(page: bytes) -> bytes:
    """An episode's page with the notice that the feed does not show it."""
    return page if _NOTICE in page else _MAIN.sub(lambda found: found[0] + _NOTICE, page, count=1)


def _withdrawn_page(publisher: Publisher, slug: str, folder: Path) -> list[ReleaseObject]:
    """The episode's page, as it is public, with a notice; nothing where there is none."""
    found = publisher.store.get(page_key(slug))
    if found is None:
        return []
    content = withdrawn(found[0])
    target = folder / "page.html"
    target.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return [ReleaseObject(page_key(slug), target, digest, PAGE_TYPE)]
