"""`new`: an episode's folder from a recording."""

import datetime as dt
import shutil
import uuid
from pathlib import Path

import click
import tomlkit

from pipeline.commands.app import App, command, note
from pipeline.engine.exclusive import exclusive
from pipeline.errors import ConfigError
from pipeline.workspace import EpisodePaths, Workspace, atomic_path, write_text

TITLE_LENGTH = 255  # as in config.Episode

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
    path = Path(
        audio
    ).expanduser()  # `make new AUDIO=~/oolong.wav`: not every shell expands it there
    paths = app.workspace.new_episode(slug)
    if paths.toml.exists():
        raise ConfigError(f"there is an episode '{slug}' already", f"edit {paths.toml}")
    if not path.exists():
        from pipeline.audio.decoding.decode import missing  # late: numpy

        raise ConfigError(*missing(path))
    if len(title := _title(title, slug)) > TITLE_LENGTH:
        raise ConfigError(
            f"--title: {len(title)} letters, and apps cut off what is longer than {TITLE_LENGTH}",
            "give a shorter one",
        )
    date = _date(date_text) if date_text else _now(app.workspace)
    recordings = _recordings(path)
    _check_that_there_is_none(paths, recordings)
    values = {
        "title": tomlkit.string(title).as_string(),
        "guid": tomlkit.string(str(uuid.uuid4())).as_string(),
        "date": date.isoformat(),
        "held_back": "",
    }
    if date > dt.datetime.now(dt.UTC):
        values["held_back"] = f"\npublish_at = {date.isoformat()}   # not public before"
        note("it is held back until then; pullquote publish --due publishes it (cron or CI can)")
    _make(app.workspace, paths, recordings, TEMPLATE.format(**values))
    note(f"made {paths.directory}; its title and people are in {paths.toml}")
    note(f"next: make publish EPISODE={slug}")


def _title(given: str | None, slug: str) -> str:
    shown = "".join(c if c.isprintable() or c.isspace() else "" for c in given or "")
    return " ".join(shown.split()) or slug.replace("-", " ").capitalize()


def _now(workspace: Workspace) -> dt.datetime:
    """Now, or the last second before it that no episode has: apps show one of two with one date."""
    taken = {
        line.removeprefix("date = ")
        for slug in workspace.slugs()
        for line in workspace.episode(slug).toml.read_text("utf-8", "replace").splitlines()
    }
    date = dt.datetime.now().astimezone().replace(microsecond=0)
    while date.isoformat() in taken:
        date -= dt.timedelta(seconds=1)
    return date


def _date(text: str) -> dt.datetime:
    try:
        date = dt.datetime.fromisoformat(text).replace(microsecond=0)  # a feed knows whole seconds
        return date if date.tzinfo else date.astimezone()
    except (ValueError, OverflowError):
        raise ConfigError(
            f"--date {text}: no date", "write it as 2026-05-01T08:00:00+02:00"
        ) from None


def _recordings(audio: Path) -> dict[str, Path]:
    """What to copy, by its name in the episode: the file, or the tracks of the folder."""
    from pipeline.audio.decoding.decode import ending_of  # late: numpy

    if not audio.is_dir():
        return {f"audio{ending_of(audio)}": audio}
    tracks = sorted(
        file for file in audio.iterdir() if file.is_file() and not file.name.startswith(".")
    )
    if not tracks:
        raise ConfigError(f"{audio}: the folder is empty", "put one file a speaker in it")
    for track in tracks:
        ending_of(track)
    return {f"tracks/{track.name}": track for track in tracks}


def _check_that_there_is_none(paths: EpisodePaths, recordings: dict[str, Path]) -> None:
    """ConfigError where the folder holds another recording: an episode has one."""
    there = [*paths.directory.glob("audio.*"), *paths.directory.glob("tracks/*")]
    other = [
        path
        for path in there
        if not any(path.exists() and path.samefile(source) for source in recordings.values())
    ]
    if other:
        raise ConfigError(
            f"{other[0]}: there is a recording already, without an episode.toml beside it",
            f"give it to --audio, or move {paths.directory} away",
        )


def _make(
    workspace: Workspace, paths: EpisodePaths, recordings: dict[str, Path], toml: str
) -> None:
    """Make the episode aside and move it into place, so that what stops it leaves no half of one."""
    with exclusive(workspace, paths.slug, f"episode {paths.slug}"):
        aside = workspace.state / "new" / paths.slug
        shutil.rmtree(aside, ignore_errors=True)  # of a run that was killed
        try:
            for name, source in recordings.items():
                with atomic_path(aside / name) as temporary:
                    shutil.copyfile(source, temporary)
            write_text(aside / paths.toml.name, toml)
            _move(aside, paths.directory, [*recordings, paths.toml.name])
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _move(aside: Path, folder: Path, names: list[str]) -> None:
    """Move the folder as a whole, or its files into one that is there; the last makes it an episode."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(aside, folder)
        return
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.move(aside / name, folder / name)
