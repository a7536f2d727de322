"""`demo`: publish a copy of an episode from its recording alone, so that every stage is seen at work.

The copy is a show of its own below `.pullquote/`, with a store of its own: whatever the show publishes
to, nothing leaves this machine, and no file that git knows changes.
"""

from pathlib import Path

import click

from pipeline.commands.app import App, command, note
from pipeline.engine.exclusive import exclusive
from pipeline.errors import Refused
from pipeline.show.publishing.copies import copy_inputs, is_current
from pipeline.workspace import Workspace


@command("demo")
@click.argument("slug")
def demo(app: App, slug: str) -> None:
    """Publish a copy of the episode SLUG from its recording alone, on this machine only.

    Running it again takes seconds and changes nothing, until the episode or the show has changed: then
    the copy is made anew.
    """
    episode = app.workspace.episode(slug)
    root = app.workspace.state / "demo"
    with exclusive(app.workspace, "_demo", "the demo"):  # no slug holds an underscore
        if is_current(app.workspace, episode, root):
            try:
                _publish(root, slug)
                return
            except Refused:
                note("the demo was made by other stages; it is made anew")
        copy_inputs(app.workspace, episode, root)
        try:
            _publish(root, slug)
        except Refused as refusal:
            note(
                f"{refusal.message}\n  this machine hears some words otherwise: quotes are chosen anew"
            )
            Workspace(root).episode(slug).ledger.unlink()
            _publish(root, slug, review="auto")


def _publish(root: Path, slug: str, review: str = "host") -> None:
    from pipeline.commands.publish import publish_and_tell
    from pipeline.show.publishing.publisher import Publisher  # late: boto3 and its start
    from pipeline.show.publishing.publishing import Order

    publisher = Publisher.open(Workspace.at(root))
    publish_and_tell(publisher, [slug], Order(review), as_json=False)
