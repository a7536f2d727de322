"""`store` and `gc`: the show's own object store on this machine, and what nothing in a store needs."""

import shlex
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.feeds.contents.heads import HEAD
from pipeline.settings.production import LocalStorage, StorageSettings
from pipeline.storage.local.store import REGION, LocalStore, open_store
from pipeline.storage.release.garbage import LIMIT, PATIENCE, collect
from pipeline.workspace import Workspace


@click.group("store")
def store() -> None:
    """The show's own object store on this machine."""


@command("up", store)
@click.option("--json", "as_json", is_flag=True, help="Print the address as JSON.")
def up(app: App, as_json: bool) -> None:
    """Start the store; does nothing when it runs."""
    _tell_unused(app)
    address = LocalStore(app.workspace).up()
    _print(address, running=True, as_json=as_json)


@command("down", store)
def down(app: App) -> None:
    """Stop the store; what it holds stays."""
    stopped = LocalStore(app.workspace).down()
    note("stopped" if stopped else "it was not running")


@command("status", store)
@click.option("--json", "as_json", is_flag=True, help="Print endpoint_url, bucket, public_url.")
def status(app: App, as_json: bool) -> None:
    """Say where releases go, and whether the local store runs."""
    running = LocalStore(app.workspace).is_running()
    _print(app.show.store, running=running, as_json=as_json)


@command("env", store)
def env(app: App) -> None:
    """Print `export` lines with which any S3 client reaches the local store: eval "$(…)"."""
    _tell_unused(app)
    local = LocalStore(app.workspace)
    address, keys = local.up(), local.keys()
    values = {
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_ENDPOINT_URL": address.endpoint_url or "",
        "AWS_ENDPOINT_URL_S3": address.endpoint_url or "",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }
    for name, value in values.items():
        say(f"export {name}={shlex.quote(value)}")


def _tell_unused(app: App) -> None:
    if not isinstance(app.show.store, LocalStorage):
        note("feed/show.toml has a [storage] table: releases do not go to the local store")


def _without_password(url: str | None) -> str | None:
    """An address as it may be shown: somebody may have put a password into it."""
    if url is None:
        return None
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _print(address: StorageSettings, *, running: bool, as_json: bool) -> None:
    local = isinstance(address, LocalStorage)
    endpoint = _without_password(address.endpoint_url)
    values: dict[str, Any] = {
        "endpoint_url": endpoint,
        "bucket": address.bucket,
        "public_url": address.public_url,
        "local": local,
        "running": running,
    }
    if as_json:
        emit_json(values)
        return
    say(f"releases go to bucket '{address.bucket}' at {endpoint or 'AWS S3'}")
    say(f"listeners read {address.base_url}")
    if local:
        say(
            "the local store runs"
            if running
            else "it does not run; start it with: pullquote store up"
        )


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
