"""`replace-audio`: another recording for an episode that is published already."""

import contextlib
import itertools
import shutil
from pathlib import Path

import click

from pipeline.commands.app import App, command, note
from pipeline.commands.new import ending_of
from pipeline.errors import ConfigError
from pipeline.show.publishing.rehearsal import rehearsal
from pipeline.show.words.following import RAW
from pipeline.workspace import Workspace, atomic_path

_TRANSCRIPTS = (RAW, "transcript.new.json")


@command("replace-audio")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--review",
    type=click.Choice(["host", "auto", "none"]),
    default="host",
    show_default=True,
    help="Who decides on quotes that the new recording does not hold.",
)
@click.option("--dry-run", is_flag=True, help="Build everything, show the plan, send nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the release as JSON.")
def replace_audio(
    app: App, slug: str, file: Path, review: str, dry_run: bool, as_json: bool
) -> None:
    """Publish FILE as the recording of the episode SLUG, under the same GUID.

    It gets a key of its own, and the old one stays in the store, so nobody's download breaks off.
    The recording that was there is kept in .pullquote/replaced/: give it to this command to have it
    back. With --dry-run all is made in a copy of the show, which is thrown away.
    """
    file = file.expanduser()
    paths = app.workspace.episode(slug)
    if not file.is_file():
        raise ConfigError(f"{file}: there is no such file", "name the new recording")
    if (paths.directory / "tracks").is_dir():
        raise ConfigError(
            f"{slug} is made of tracks, one a speaker",
            f"replace the files in {paths.directory / 'tracks'}, then run: "
            f"pullquote publish {slug} --allow enclosure-changed:{slug}",
        )
    name = f"audio{ending_of(file)}"
    from pipeline.commands.publish import publish_and_tell
    from pipeline.show.publishing.publisher import Publisher  # late: boto3 and its start
    from pipeline.show.publishing.publishing import Order

    note(
        "the GUID stays: apps that have the episode keep the old recording, most never fetch it "
        "again; those that stream, and everybody new, get the new one"
    )
    note("times in transcript, chapters and quotes are made anew for the new recording")
    publisher = Publisher.open(app.workspace)
    with contextlib.ExitStack() as stack:
        if dry_run:
            copy = stack.enter_context(rehearsal(app.workspace, slug))
            publisher = Publisher(copy, publisher.show, publisher.store)
        _put_in_place(publisher.workspace, slug, file, name)
        order = Order(review, [f"enclosure-changed:{slug}"], dry_run)
        publish_and_tell(publisher, [slug], order, as_json)


def _put_in_place(workspace: Workspace, slug: str, file: Path, name: str) -> None:
    """The new file first beside the old one, so that a full disk loses neither."""
    folder = workspace.episode(slug).directory
    target = folder / name
    if target.exists() and target.samefile(file):
        return
    incoming = folder / f".incoming{target.suffix}"
    with atomic_path(incoming) as fresh:
        shutil.copyfile(file, fresh)
    _put_away_transcripts(workspace, slug)
    for old in sorted(folder.glob("audio.*")):
        kept = _free(workspace.state / "replaced" / slug, old.name)
        shutil.move(old, kept)
        note(f"the recording that was there is kept as {kept}")
    incoming.replace(target)


def _put_away_transcripts(workspace: Workspace, slug: str) -> None:
    """What was heard in the old recording: in its place, the words of the new one would only wait."""
    for name in _TRANSCRIPTS:
        old = workspace.episode(slug).build / name
        if old.is_file():
            shutil.move(old, _free(workspace.state / "replaced" / slug, name))


def _free(folder: Path, name: str) -> Path:
    """A numbered name in `folder` that nothing has: no recording kept there is overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = {path.name.partition("-")[0] for path in folder.iterdir()}
    number = next(number for number in itertools.count(1) if str(number) not in taken)
    return folder / f"{number}-{name}"
