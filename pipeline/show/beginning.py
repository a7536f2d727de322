"""Beginnings: an empty show that can be published as it is, and an episode of a recording."""

import datetime as dt
import secrets
import shutil
import uuid
from pathlib import Path

import tomlkit

from pipeline.engine.exclusive import exclusive
from pipeline.errors import ConfigError
from pipeline.feeds.contents.rules import podcast_guid
from pipeline.settings.fields import LINE
from pipeline.show.placeholders import PLACEHOLDERS, written_by_init
from pipeline.workspace import EpisodePaths, Workspace, atomic_path, write_bytes, write_text

_CONTENTS = {  # of a show, and what each is called among the templates
    ".gitignore": "gitignore",
    "Makefile": "Makefile",
    "feed/glossary.toml": "glossary.toml",
    "feed/artwork.jpg": "artwork.jpg",
}


def make_show(directory: Path) -> Path:
    """Make an empty show; returns its `show.toml`."""
    show_toml = directory / "feed" / "show.toml"
    if show_toml.exists():
        raise ConfigError(f"{directory} is a show already", "use another folder")
    guid = podcast_guid(secrets.token_hex(16))  # no address is known yet
    (directory / "episodes").mkdir(parents=True, exist_ok=True)
    for name, template in _CONTENTS.items():
        if not (directory / name).exists():  # the folder may be somebody's work already
            write_bytes(directory / name, written_by_init(template))
    toml = written_by_init("show.toml").decode()
    write_text(show_toml, toml.format(guid=guid, **PLACEHOLDERS))
    return show_toml


def make_episode(
    workspace: Workspace, slug: str, audio: Path, title: str | None, date: dt.datetime | None
) -> bool:
    """Make an episode of a recording, or of a folder of tracks; returns whether it is held back."""
    paths = workspace.new_episode(slug)
    if paths.toml.exists():
        raise ConfigError(f"there is an episode '{slug}' already", f"edit {paths.toml}")
    if not audio.exists():
        from pipeline.audio.decoding.decode import missing  # late: numpy

        raise ConfigError(*missing(audio))
    if len(title := _title(title, slug)) > LINE:
        raise ConfigError(
            f"--title: {len(title)} letters, and apps cut off what is longer than {LINE}",
            "give a shorter one",
        )
    date = date or _now(workspace)
    recordings = _recordings(audio)
    _check_that_there_is_none(paths, recordings)
    values = {
        "title": tomlkit.string(title).as_string(),
        "guid": tomlkit.string(str(uuid.uuid4())).as_string(),
        "date": date.isoformat(),
        "held_back": "",
    }
    if held_back := date > dt.datetime.now(dt.UTC):
        values["held_back"] = f"\npublish_at = {date.isoformat()}   # not public before"
    toml = written_by_init("episode.toml").decode()
    _make(workspace, paths, recordings, toml.format(**values))
    return held_back


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
