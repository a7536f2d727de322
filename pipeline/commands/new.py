"""`new`: an episode's folder from a recording."""

import datetime as dt
import shutil
import uuid
from pathlib import Path

import click
import tomlkit

from pipeline.commands.app import App, command, note
from pipeline.errors import ConfigError
from pipeline.workspace import EpisodePaths, atomic_path, write_text

TEMPLATE = """\
# This episode. `pullquote settings episode` describes every key.
title = {title}
guid = {guid}   # assigned once; never change it
date = {date}{held_back}

summary = ""      # one or two sentences for lists of episodes
thesis = ""       # the key insight, one sentence in your voice; it opens the link post
topics = []

# [[people]]      # guests; the show's hosts are added by themselves
# name = "Ada Lovelace"
# role = "guest"
# href = "https://example.org/ada"

# [[links]]
# title = "A paper that we talk about"
# url = "https://example.org/paper"

# [[chapters]]
# at = "00:00:00"
# title = "Introduction"
"""


@command("new")
@click.argument("slug")
@click.option(
    "--audio",
    required=True,
    type=click.Path(path_type=Path),
    help="The recording, in any format that ffmpeg reads; or a folder of tracks, one a speaker.",
)
@click.option("--title", help="The episode's title (default: from the slug).")
@click.option(
    "--date",
    "date_text",
    help="When it appears, as 2026-05-01T08:00:00+02:00; the future: it is held back until then.",
)
def new(app: App, slug: str, audio: Path, title: str | None, date_text: str | None) -> None:
    """Make the episode SLUG from a recording, which is copied into the show."""
    paths = app.workspace.new_episode(slug)
    if paths.toml.exists():
        raise ConfigError(f"there is an episode '{slug}' already", f"edit {paths.toml}")
    if not audio.exists():
        raise ConfigError(f"{audio}: there is no such file", "name the recording with --audio")
    date = _date(date_text)
    _copy_recording(audio, paths)
    values = {
        "title": tomlkit.string(title or slug.replace("-", " ").capitalize()).as_string(),
        "guid": tomlkit.string(str(uuid.uuid4())).as_string(),
        "date": date.isoformat(),
        "held_back": "",
    }
    if date > dt.datetime.now(dt.UTC):
        values["held_back"] = f"\npublish_at = {date.isoformat()}   # not public before"
        note("it is held back until then; pullquote publish --due publishes it (cron or CI can)")
    write_text(paths.toml, TEMPLATE.format(**values))
    note(f"made {paths.directory}; its title and people are in {paths.toml}")
    note(f"next: make publish EPISODE={slug}")


def _date(text: str | None) -> dt.datetime:
    if text is None:
        return dt.datetime.now().astimezone().replace(microsecond=0)
    try:
        date = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f"--date {text}: no date", "write it as 2026-05-01T08:00:00+02:00"
        ) from None
    return date if date.tzinfo else date.astimezone()


def _copy_recording(audio: Path, paths: EpisodePaths) -> None:
    """Copy the file to `audio.<ending>`, or a folder's files to `tracks/`."""
    if audio.is_dir():
        tracks = sorted(file for file in audio.iterdir() if file.is_file())
        if not tracks:
            raise ConfigError(f"{audio}: the folder is empty", "put one file a speaker in it")
        targets = [(file, paths.directory / "tracks" / file.name) for file in tracks]
    else:
        targets = [(audio, paths.directory / f"audio{audio.suffix.lower()}")]
    for source, target in targets:
        with atomic_path(target) as temporary:
            try:
                shutil.copyfile(source, temporary)
            except OSError as error:
                raise ConfigError(f"{source}: {error.strerror}", "is it readable?") from None
