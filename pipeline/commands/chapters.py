"""`chapters`: what is proposed for an episode, and keeping it."""

import click

from pipeline.commands.app import App, command, counted, emit_json, note, say
from pipeline.show.words.chaptering import keep_all, open_proposals
from pipeline.times import clock
from pipeline.transcript.chapters.marks import with_chapter
from pipeline.transcript.chapters.outline import Part


@command("chapters")
@click.argument("slug")
@click.option("--keep", is_flag=True, help="Write those that have a title into episode.toml.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def chapters(app: App, slug: str, keep: bool, as_json: bool) -> None:
    """Show the chapters that are proposed for the episode SLUG, as episode.toml would have them.

    Where the subject changes, a part is called by what was said there. Nothing of it is published
    before you keep it, here or on the review page, unless show.toml says chapters = "auto".
    """
    episode = app.episode(slug)
    found = keep_all(episode) if keep else open_proposals(episode)
    name = episode.name(episode.paths.toml)
    if as_json:
        emit_json([{"at": clock(p.start, 1), "title": p.title, "said": p.said} for p in found])
    elif keep:
        say(*(f"{clock(part.start)}  {part.title}" for part in found))
    else:
        say("\n\n".join(map(_table, found)))
    note(_told(slug, name, found, keep))


def _table(part: Part) -> str:
    """A chapter as TOML; commented out where it has no title yet."""
    text = with_chapter("", part.start, part.title, part.said).strip()
    if part.title:
        return text
    lines = ("nothing that is said here makes a title: write one", *text.splitlines())
    return "\n".join(f"# {line}" for line in lines)


def _told(slug: str, name: str, found: list[Part], keep: bool) -> str:
    if keep:
        if not found:
            return "none of what is proposed has a title; write one on the review page"
        count = counted(len(found), "chapter")
        return f"{count} written into {name}; they go out with: pullquote publish {slug}"
    if not found:
        return f"no further chapters are proposed for {slug}"
    untitled = sum(not part.title for part in found)
    none = f", {untitled} without a title" if untitled else ""
    return (
        f"{len(found)} proposed{none}; paste what you like into {name}, or keep all that have a title:"
        f" pullquote chapters {slug} --keep"
    )
