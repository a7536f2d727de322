"""Copying the recordings of an imported show: only what is sound is taken, and compared with the feed."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import tomlkit

from pipeline.audio.decoding.decode import SourceInfo, check_sound
from pipeline.engine.progress import Reporter
from pipeline.errors import AudioError, PullquoteError
from pipeline.feeds.importing.fetching import RECORDING_LIMIT, Fetcher
from pipeline.feeds.importing.foreign_values import Losses
from pipeline.feeds.importing.migrated_items import Migrated
from pipeline.host_files import change_input
from pipeline.settings.tables import read_toml
from pipeline.workspace import Workspace, write_bytes

_DIFFERENT = 60.0  # seconds by which a recording may be longer or shorter than its feed says
_IGNORED = "episodes/*/enclosure.*\n"


class _Family(NamedTuple):
    """Files that apps play: the media type that we publish, its other names, the endings."""

    type: str
    types: frozenset[str]
    endings: tuple[str, ...]


#: By the first name that ffmpeg has for the container; no other may be in a feed (I-03).
_FAMILIES = {
    "mp3": _Family(
        "audio/mpeg",
        frozenset({"audio/mpeg", "audio/mp3", "audio/x-mp3", "audio/mpeg3", "audio/x-mpeg"}),
        (".mp3",),
    ),
    "mov": _Family(
        "audio/mp4",
        frozenset(
            {"audio/mp4", "audio/x-m4a", "audio/m4a", "audio/aac", "video/mp4", "video/x-m4v"}
            | {"video/quicktime"}
        ),
        (".m4a", ".mp4", ".m4v", ".mov"),
    ),
}


def copy_recordings(
    workspace: Workspace,
    fetcher: Fetcher,
    episodes: Sequence[Migrated],
    losses: Losses,
    reporter: Reporter,
) -> None:
    """Fetch what is not here; a recording that cannot be had, or is none, stays where it is."""
    _ignore_recordings(workspace)
    episodes = [each for each in episodes if _is_linked(workspace, each.slug)]
    for number, episode in enumerate(episodes, start=1):
        place = losses.at(episode.values["title"])
        try:
            target = _copy(workspace, fetcher, episode, place)
        except PullquoteError as error:
            place.add(f"the recording is not copied and stays where it is ({error.message})")
            reporter.note(f"{number} of {len(episodes)}: {episode.slug}: {error}")
        else:
            reporter.note(f"{number} of {len(episodes)}: {target.relative_to(workspace.root)}")


def _copy(workspace: Workspace, fetcher: Fetcher, episode: Migrated, losses: Losses) -> Path:
    folder = workspace.new_episode(episode.slug).directory
    url = episode.values["enclosure"]["url"]
    ending = Path(urlsplit(url).path).suffix.lower()[:5]
    incoming = folder / f".incoming{ending}"
    try:
        fetcher.save(url, incoming, RECORDING_LIMIT)
        try:
            info = check_sound(incoming)
        except AudioError as error:
            what = error.message.removeprefix(f"{incoming}: ")
            raise AudioError(f"no recording: {what}", f"open {url} in a browser") from None
        family = _FAMILIES.get(info.container.partition(",")[0])
        if family is None:
            raise AudioError(
                f"{info.container} is no format that a feed may carry",
                "convert it to MP3, and put it beside its episode.toml as enclosure.mp3",
            )
        _compare(workspace, episode, info, family, losses)
        target = folder / f"enclosure{ending if ending in family.endings else family.endings[0]}"
        incoming.replace(target)
        return target
    finally:
        incoming.unlink(missing_ok=True)


def _compare(
    workspace: Workspace, episode: Migrated, info: SourceInfo, family: _Family, losses: Losses
) -> None:
    """Say what the feed had told otherwise; its media type is put right."""
    told = episode.values["enclosure"]
    size = info.path.stat().st_size
    if told["length"] and told["length"] != size:
        losses.add(f"the recording has {size:,} bytes, where the feed said {told['length']:,}")
    length = told.get("duration")
    if length and info.duration and abs(info.duration - length) > _DIFFERENT:
        losses.add(
            f"the recording has {info.duration:.0f} s, where the feed said {length:.0f}: hear it"
        )
    if told["type"] not in family.types:
        losses.add(f"the recording is {family.type}, where the feed said {told['type']}")
        change_input(
            workspace.episode(episode.slug).toml, lambda text: _with_type(text, family.type)
        )


def _with_type(text: str, media_type: str) -> str:
    table = tomlkit.parse(text)
    table["enclosure"]["type"] = media_type
    return tomlkit.dumps(table)


def _is_linked(workspace: Workspace, slug: str) -> bool:
    """Whether an episode's recording still lies where it was published, and only there."""
    paths = workspace.episode(slug)
    table = read_toml(paths.toml, f"episodes/{slug}/episode.toml")
    return "enclosure" in table and not any(paths.directory.glob("enclosure.*"))


def _ignore_recordings(workspace: Workspace) -> None:
    """Keep copied recordings out of git."""
    path = workspace.root / ".gitignore"
    before = path.read_bytes() if path.is_file() else b""
    if _IGNORED.encode() not in before:
        write_bytes(path, before.rstrip(b"\n") + b"\n" * bool(before) + _IGNORED.encode())
