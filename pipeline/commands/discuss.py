"""`discuss`: where an episode is talked about."""

import click

from pipeline.commands.app import App, command, note, say
from pipeline.show.discussions import discuss as add


@command("discuss")
@click.argument("slug")
@click.argument("url")
@click.option("--title", help="The link's words (default: the site's name).")
def discuss(app: App, slug: str, url: str, title: str | None) -> None:
    """Link the episode SLUG to a thread about it elsewhere.

    The thread is added to its episode.toml. Page, show notes, feed and link post show it from the next
    release on; apps that read comments find those of Bluesky, Mastodon and the like.
    """
    episode = app.episode(slug)
    name = episode.name(episode.paths.toml)
    added = add(episode, url, title)
    if added is None:
        note(f"{name} lists {url} already")
        return
    say(f"{name} now lists {added.title}: {added.url}")
    note(
        f"its page, notes, feed and posts link to it from the next release on: pullquote publish {slug}"
    )
