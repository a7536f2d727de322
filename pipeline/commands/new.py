"""`init` and `new`: an empty show that can be published as it is, and an episode of a recording."""

import contextlib
import datetime as dt
import shlex
from pathlib import Path

import click

from pipeline.commands.app import App, command, note
from pipeline.errors import ConfigError
from pipeline.show.beginning import make_episode, make_show


@command("new")
@click.argument("slug")
@click.option(
    "--audio",
    required=True,
    metavar="PATH",
    help="The recording, in any format that ffmpeg reads; or a folder of tracks, one a speaker.",
)
@click.option("--title", help="The episode's title (default: from the slug).")
@click.option(
    "--date",
    "date_text",
    help="When it appears, as 2026-05-01T08:00:00+02:00; the future: it is held back until then.",
)
def new(app: App, slug: str, audio: str, title: str | None, date_text: str | None) -> None:
    """Make the episode SLUG from a recording, which is copied into the show."""
    if not audio:  # a folder's Makefile or script with an empty variable
        raise ConfigError("--audio: no recording is named", "make new EPISODE=slug AUDIO=path")
    path = Path(audio).expanduser()  # `AUDIO=~/oolong.wav`: not every shell expands it there
    date = _date(date_text) if date_text else None
    if make_episode(app.workspace, slug, path, title, date):
        note("it is held back until then; pullquote publish --due publishes it (cron or CI can)")
    paths = app.workspace.episode(slug)
    note(f"made {paths.directory}; its title and people are in {paths.toml}")
    note(f"next: make publish EPISODE={slug}")


def _date(text: str) -> dt.datetime:
    with contextlib.suppress(ValueError, OverflowError):
        date = dt.datetime.fromisoformat(text).replace(microsecond=0)  # a feed knows whole seconds
        moment = date if date.tzinfo else date.astimezone()
        # In the night when clocks are set forward, an hour is shown by none.
        if moment.replace(tzinfo=None) == date.replace(tzinfo=None):
            return moment
    raise ConfigError(
        f"--date {text}: no date, or no time of that night", "write it as 2026-05-01T08:00:00+02:00"
    )


@command("init")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
def init(app: App, directory: Path) -> None:
    """Make an empty show in DIRECTORY.

    It has placeholder texts and artwork, which `pullquote doctor` points out, and a GUID of its own.
    """
    show_toml = make_show(directory)
    note(f"made a show in {directory}; its title and people are in {show_toml}")
    note(
        f"next: pullquote new my-first-episode --audio RECORDING --root {shlex.quote(str(directory))}"
    )
