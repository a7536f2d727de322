"""`init`: an empty show that can be published to the local store as it is."""

from pathlib import Path

import click

from pipeline.commands.app import App, command, note
from pipeline.show.beginning import make_show


@command("init")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
def init(app: App, directory: Path) -> None:
    """Make an empty show in DIRECTORY.

    It has placeholder texts and artwork, which `pullquote doctor` points out, and a GUID of its own.
    """
    show_toml = make_show(directory)
    note(f"made a show in {directory}; its title and people are in {show_toml}")
    note(f"next: pullquote new my-first-episode --audio RECORDING --root {directory}")
