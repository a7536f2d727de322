"""`pullquote review`: decide on an episode's quotes, on a page."""

import click

from pipeline.commands.app import App, command, say


@command("review")
@click.argument("slug")
@click.option("--no-open", is_flag=True, help="Open no browser; only print the page's address.")
@click.option("--port", type=click.IntRange(1, 65535), help="Serve the page on this port.")
def review(app: App, slug: str, no_open: bool, port: int | None) -> None:
    """Decide on the quotes of the episode SLUG: keep, trim, join, sign, order or reject them.

    Opens a page on this machine only. Every decision is saved at once; stop it and run the command
    again to go on. Without a browser, edit the episode's quotes.toml and run: pullquote quotes check.
    """
    from pipeline.desk.serving.serve import serve

    serve(app.workspace, slug, port, not no_open, say)
