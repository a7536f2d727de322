"""Another recording for an episode, in the place of the one that is there, which is kept."""

import itertools
import shutil
from pathlib import Path

from pipeline.artefacts import NEW, RAW
from pipeline.audio.decoding.decode import ending_of
from pipeline.errors import ConfigError
from pipeline.workspace import Workspace, atomic_path


def check_recording(workspace: Workspace, slug: str, file: Path) -> str:
    """The name that a recording gets in its episode's folder; ConfigError where it cannot go there."""
    tracks = workspace.episode(slug).directory / "tracks"
    if not file.is_file():
        raise ConfigError(f"{file}: there is no such file", "name the new recording")
    if tracks.is_dir():
        raise ConfigError(
            f"{slug} is made of tracks, one a speaker",
            f"replace the files in {tracks}, then run: "
            f"pullquote publish {slug} --allow enclosure-changed:{slug}",
        )
    return f"audio{ending_of(file)}"


def put_in_place(workspace: Workspace, slug: str, file: Path, name: str) -> list[Path]:
    """The new file first beside the old one, so that a full disk loses neither.

    Returns where the recordings are kept that were there.
    """
    folder = workspace.episode(slug).directory
    target = folder / name
    if target.exists() and target.samefile(file):
        return []
    incoming = folder / f".incoming{target.suffix}"
    with atomic_path(incoming) as fresh:
        shutil.copyfile(file, fresh)
    away, kept = workspace.state / "replaced" / slug, []
    # What was heard in the old recording: in its place, the words of the new one would only wait.
    for heard in (each.path(workspace.episode(slug)) for each in (RAW, NEW)):
        if heard.is_file():
            shutil.move(heard, _free(away, heard.name))
    for old in sorted(folder.glob("audio.*")):
        kept.append(_free(away, old.name))
        shutil.move(old, kept[-1])
    incoming.replace(target)
    return kept


def _free(folder: Path, name: str) -> Path:
    """A numbered name in `folder` that nothing has: no recording kept there is overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = {path.name.partition("-")[0] for path in folder.iterdir()}
    number = next(number for number in itertools.count(1) if str(number) not in taken)
    return folder / f"{number}-{name}"
