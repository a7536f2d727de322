"""`store`: the show's own object store on this machine."""

import shlex
from typing import Any
from urllib.parse import urlsplit

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.settings.production import LocalStorage, StorageSettings
from pipeline.storage.local.store import REGION, LocalStore


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
