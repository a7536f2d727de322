"""`gc`: remove media that nothing public refers to any more."""

from datetime import UTC

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.feeds.contents.heads import HEAD
from pipeline.storage.local.store import open_store
from pipeline.storage.release.garbage import LIMIT, PATIENCE, collect
from pipeline.workspace import Workspace


@command("gc")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=LIMIT,
    show_default=True,
    help="Remove at most so many objects.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what it did as JSON.")
def gc(app: App, dry_run: bool, limit: int, as_json: bool) -> None:
    """Remove recordings, clips, covers and assets that were unreferenced for a month.

    An object goes only when neither the live feed, the releases that `rollback` can go back to, a
    page nor an episode on this machine refers to it, in two runs at least 30 days apart. Uploads that
    broke off a week ago are ended. A guest's page goes when its last day is over.
    """
    store = open_store(app.workspace, app.show)
    found = collect(store, in_use=_local_keys(app.workspace), limit=limit, dry_run=dry_run)
    if as_json:
        emit_json({
            "deleted": list(found.deleted),
            "bytes": found.bytes_deleted,
            "waiting": {key: at.astimezone(UTC).isoformat() for key, at in found.waiting.items()},
            "left": found.left,
            "kept": found.kept,
            "broken_off": list(found.broken_off),
            "dry_run": dry_run,
        })  # fmt: skip
        return
    for key, size in found.deleted.items():
        note(f"{'would remove' if dry_run else 'removed'} {key} ({size / 1e6:.1f} MB)")
    for key in found.broken_off:
        note(f"{'would end' if dry_run else 'ended'} an upload of {key} that broke off long ago")
    for key, since in found.waiting.items():
        note(
            f"unreferenced since {since:%Y-%m-%d}, removed after {since + PATIENCE:%Y-%m-%d}: {key}"
        )
    if found.left:
        note(f"{found.left} more are left for the next run")
    verb = "would be removed" if dry_run else "removed"
    removed = f"{len(found.deleted)} {verb} ({found.bytes_deleted / 1e6:.1f} MB)"
    say(f"{removed}, {len(found.waiting)} waiting, {found.kept} in use")


def _local_keys(workspace: Workspace) -> set[str]:
    """What the episodes of this machine consist of, published or not."""
    found: set[str] = set()
    for slug in workspace.slugs():
        if known := HEAD.known(workspace.new_episode(slug)):
            found |= {each.key for each in known.objects}
    return found
