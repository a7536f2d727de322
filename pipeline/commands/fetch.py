"""`fetch`: published files that git does not carry, back from the store by their hash."""

import click

from pipeline.commands.app import App, command, note


@command("fetch")
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG...")
def fetch(app: App, slugs: tuple[str, ...]) -> None:
    """Bring back what was published of the episode SLUG and is not on this machine.

    A file whose hash is not the recorded one is refused. One that lies here, left behind by a git pull, is
    put aside into .pullquote/replaced/. The mastered sound comes back too, which is
    all that a correction or a new quote needs: the recording itself stays where it is.
    """
    from pipeline.show.publishing import fetching  # late: boto3 and its start
    from pipeline.storage.local.store import open_store

    for slug in slugs:
        fetching.fetch(app.workspace, slug, lambda: open_store(app.workspace, app.show), note)
