"""`replace-audio`: another recording for an episode that is published already."""

import shutil
from pathlib import Path

import click

from pipeline.commands.app import App, command, note
from pipeline.commands.new import check_sound
from pipeline.errors import ConfigError
from pipeline.workspace import EpisodePaths, Workspace, atomic_path


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
    The recording that was there is kept in .pullquote/replaced/, also with --dry-run: give it to
    this command to have it back.
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
    check_sound(file)
    from pipeline.commands.desk import Desk  # late: boto3 and its start
    from pipeline.commands.publish import publish_all

    _put_in_place(app.workspace, paths, file)
    note(
        "the GUID stays: apps that have the episode keep the old recording, most never fetch it "
        "again; those that stream, and everybody new, get the new one"
    )
    note("times in transcript, chapters and quotes are made anew for the new recording")
    publish_all(
        Desk.open(app),
        [slug],
        review,
        dry_run=dry_run,
        allow=[f"enclosure-changed:{slug}"],
        as_json=as_json,
    )


def _put_in_place(workspace: Workspace, paths: EpisodePaths, file: Path) -> None:
    """The new file first beside the old one, so that a full disk loses neither."""
    target = paths.directory / f"audio{file.suffix.lower()}"
    if target.exists() and target.samefile(file):
        return
    with atomic_path(paths.directory / f".incoming{target.suffix}") as fresh:
        shutil.copyfile(file, fresh)
    kept = workspace.state / "replaced" / paths.slug
    kept.mkdir(parents=True, exist_ok=True)
    for old in sorted(paths.directory.glob("audio.*")):
        number = sum(1 for _ in kept.iterdir()) + 1
        shutil.move(old, kept / f"{number}-{old.name}")
        note(f"the recording that was there is kept as {kept / f'{number}-{old.name}'}")
    (paths.directory / f".incoming{target.suffix}").replace(target)
