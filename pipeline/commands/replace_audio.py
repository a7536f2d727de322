"""`replace-audio`: another recording for an episode that is published already."""

import contextlib
from pathlib import Path

import click

from pipeline.commands.app import App, allowing, command, note


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
@allowing
@click.option("--dry-run", is_flag=True, help="Build everything, show the plan, send nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the release as JSON.")
def replace_audio(
    app: App,
    slug: str,
    file: Path,
    review: str,
    allow: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Publish FILE as the recording of the episode SLUG, under the same GUID.

    It gets a key of its own, and the old one stays in the store, so nobody's download breaks off.
    The recording that was there is kept in .pullquote/replaced/: give it to this command to have it
    back. With --dry-run all is made in a copy of the show, which is thrown away.
    """
    from pipeline.commands.publish import publish_and_tell  # late: boto3, numpy and their start
    from pipeline.show.publishing.copies import rehearsal
    from pipeline.show.publishing.publisher import Publisher
    from pipeline.show.publishing.publishing import Order
    from pipeline.show.publishing.replacing import check_recording, put_in_place

    file = file.expanduser()
    name = check_recording(app.workspace, slug, file)
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
        kept = put_in_place(publisher.workspace, slug, file, name)
        note(*(f"the recording that was there is kept as {each}" for each in kept))
        order = Order(review, [*allow, f"enclosure-changed:{slug}"], dry_run)
        publish_and_tell(publisher, [slug], order, as_json)
