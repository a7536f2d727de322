"""`transcript compare` and `transcript accept`: a new transcription that waits beside the old one."""

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.errors import ConfigError
from pipeline.show.words import waiting
from pipeline.times import clock


@command("compare")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
def compare(app: App, slug: str, as_json: bool) -> None:
    """Show where a new transcription of the episode SLUG, which waits, differs from the one in force.

    The old one stays in force until you take the new one with `transcript accept`.
    """
    found = waiting.newer(app.episode(slug))
    rows = list(found.rows()) if found else []
    if as_json:
        differing, quotes = (found.differing, found.quotes) if found else (0, [])
        emit_json({"slug": slug, "differing": differing, "quotes": quotes, "differences": rows})
    for row in () if as_json else rows:
        old, new = (row[side] or "(nothing)" for side in ("old", "new"))
        say(f"{clock(row['at'], 1)}  {old} -> {new}")
    if not found:
        note(f"{slug}: no new transcription waits")
    elif not as_json:
        note(found.line)


@command("accept")
@click.argument("slug", required=False)
@click.option("--all", "everything", is_flag=True, help="Every episode in which one waits.")
def accept(app: App, slug: str | None, everything: bool) -> None:
    """Let a new transcription of the episode SLUG take the place of the one in force.

    That is one which waits beside it, or one that was refused and is then made again. The old one is
    kept in .pullquote/replaced/. Corrections whose words the new one hears otherwise get its words.
    """
    if bool(slug) == everything:
        raise ConfigError("which episode? Name one, or all of them with --all")
    chosen = [app.episode(each) for each in ([slug] if slug else app.workspace.slugs())]
    episodes = [each for each in chosen if slug or waiting.waits(each)]
    for episode in episodes:
        for line in waiting.accept(episode):
            note(line)
    if everything:
        note(f"{len(episodes)} accepted")
