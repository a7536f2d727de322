"""`post` and `discuss`: an episode's post, sent to a house that has an API, and threads about it."""

from typing import Any

import click

from pipeline.commands.app import App, command, counted, emit_json, note, say
from pipeline.errors import ConfigError
from pipeline.show import discussions
from pipeline.show.sending.sending import known_post, letter_for, send


@command("post")
@click.argument("slug")
@click.option("--to", "house", required=True, metavar="HOUSE", help="Where, such as bluesky.")
@click.option("--dry-run", is_flag=True, help="Show what would be posted, send nothing (default).")
@click.option("--now", is_flag=True, help="Post it.")
@click.option(
    "--replace", is_flag=True, help="Post it in the place of what stands there, whoever changed it."
)
@click.option("--discuss", is_flag=True, help="Then link the episode to it: see pullquote discuss.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def post(
    app: App,
    slug: str,
    house: str,
    dry_run: bool,
    now: bool,
    replace: bool,
    discuss: bool,
    as_json: bool,
) -> None:
    """Post about the episode SLUG: to bluesky, mastodon, ghost or wordpress.

    It stands there once: said again, it is left alone, or changed where words have changed. Addresses and
    secrets come from the environment: BLUESKY_HANDLE and BLUESKY_APP_PASSWORD (BLUESKY_PDS for a server of
    your own); MASTODON_SERVER and MASTODON_ACCESS_TOKEN; GHOST_URL and GHOST_ADMIN_KEY; WORDPRESS_URL,
    WORDPRESS_USER and WORDPRESS_APP_PASSWORD. What was posted is kept in posted.json beside episode.toml.
    """
    if now and dry_run:
        raise ConfigError("--now and --dry-run at once", "give one of them")
    episode = app.episode(slug)
    if not now:
        _rehearse(app, slug, house, as_json)
        return
    letter = letter_for(episode, house)
    note(*(f"left out: {line}" for line in letter.post.left_out))
    sent = send(episode, house, instead=replace)
    linked = discussions.follow(episode, sent.before, sent.address)
    linked |= discuss and discussions.discuss(episode, sent.address) is not None
    if as_json:
        emit_json({"slug": slug, "house": house, "done": sent.what, "address": sent.address})
        return
    say(f"{sent.what}  {sent.address}")
    if linked:
        note(
            f"episodes/{slug}/episode.toml lists it; from the next release on the episode links to it"
        )
    elif not discuss and sent.what == "posted":
        note(f"to link the episode to it: pullquote discuss {slug} {sent.address}")


def _rehearse(app: App, slug: str, house: str, as_json: bool) -> None:
    """Show a post, and what would become of it as far as posted.json tells."""
    episode = app.episode(slug)
    letter, known = letter_for(episode, house), known_post(episode, house)
    parts = [part.text.rstrip("\n") for part in letter.post.parts]
    if as_json:
        value: dict[str, Any] = {"slug": slug, "house": house, "done": "nothing", "parts": parts}
        emit_json(value | {"address": known.address if known else ""})
        return
    say("\n\n---\n\n".join(parts))
    note(*(f"left out: {line}" for line in letter.post.left_out))
    sizes = ", ".join(map(str, letter.post.lengths))
    count = counted(len(parts), "part")
    note(f"{letter.post.house.title}: {count}{f', {sizes}' if sizes else ''}")
    if known:
        note(f"posted before, at {known.address}")
    note(f"nothing was sent; to post it: pullquote post {slug} --to {house} --now")


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
    added = discussions.discuss(episode, url, title)
    if added is None:
        note(f"{name} lists {url} already")
        return
    say(f"{name} now lists {added.title}: {added.url}")
    note(
        f"its page, notes, feed and posts link to it from the next release on: pullquote publish {slug}"
    )
