"""`transcript compare` and `transcript accept`: a new transcription that waits beside the old one."""

from collections.abc import Sequence
from typing import Any

import click

from pipeline.commands.app import App, command, emit_json, note, say, tell_left
from pipeline.errors import stopped
from pipeline.show.words import waiting
from pipeline.times import clock
from pipeline.workspace import Workspace


@command("compare")
@click.argument("slugs", nargs=-1)
@click.option(
    "--all", "everything", is_flag=True, help="Every episode in which one waits, in a line."
)
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
def compare(app: App, slugs: Sequence[str], everything: bool, as_json: bool) -> None:
    """Show where a new transcription of an episode, which waits, differs from the one in force.

    The old one stays in force until you take the new one with `transcript accept`. Of several episodes,
    each is a line, and those come first whose quotes would be touched.
    """
    episodes = app.chosen(slugs, everything)
    if len(slugs) != 1:
        _compare_all(app.workspace, [each.slug for each in episodes], as_json)
        return
    (slug,), found = slugs, waiting.newer(*episodes)
    if as_json:
        emit_json(_json(found) if found else {**_NONE, "slug": slug})
    elif found:
        for row in found.rows():
            old, new = (row[side] or "(nothing)" for side in ("old", "new"))
            say(f"{clock(row['at'], 1)}  {old} -> {new}")
        note(found.line)
    if not found:
        note(f"{slug}: no new transcription waits")


_NONE: dict[str, Any] = {"slug": "", "differing": 0, "quotes": [], "differences": []}


def _json(newer: waiting.Newer) -> dict[str, Any]:
    found = {"differing": newer.differing, "quotes": newer.quotes}
    return {"slug": newer.slug, **found, "differences": list(newer.rows())}


def _compare_all(workspace: Workspace, slugs: Sequence[str], as_json: bool) -> None:
    from pipeline.show.backfilling.catalogue import new_transcripts

    found = new_transcripts(workspace, slugs)
    if as_json:
        emit_json([_json(newer) for newer in found])
        return
    for newer in found:
        say(newer.line)
    touched = [newer for newer in found if newer.quotes]
    note(
        f"{len(found)} new transcriptions wait; quotes of {len(touched)} episodes would be touched"
    )


@command("accept")
@click.argument("slugs", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every episode in which one waits.")
def accept(app: App, slugs: Sequence[str], everything: bool) -> None:
    """Let new transcriptions of the episodes SLUGS take the place of those in force.

    That is one which waits beside it, or one that was refused and is then made again. The old one is
    kept in .pullquote/replaced/. Corrections whose words the new one hears otherwise get its words.
    """
    chosen = app.chosen(slugs, everything)
    wanted = [each.slug for each in chosen if slugs or waiting.waits(each)]

    def take(slug: str) -> None:
        for line in waiting.accept(app.episode(slug)):
            note(line)

    left = stopped(wanted, take)
    done = [slug for slug in wanted if slug not in left]
    if len(done) == 1:
        note(
            f"the old transcript lies in .pullquote/replaced/{done[0]}/; now: pullquote run {done[0]}"
        )
    else:
        note(
            f"{len(done)} accepted; the old ones lie in .pullquote/replaced/; now: pullquote backfill"
        )
    tell_left(left)
