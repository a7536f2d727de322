"""Show notes: the text that a podcast app shows with an episode, as Markdown and as simple HTML."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from pipeline.errors import ConfigError
from pipeline.models import Chapter, Quote
from pipeline.rendering.markdown import FEED_TAGS, markdown_html, sanitise
from pipeline.rendering.templates import render
from pipeline.rendering.text import plain
from pipeline.web import addresses
from pipeline.writing.facts import Facts, names_speakers, sections

FEWEST_CHAPTERS = 3  # apps read `00:00:00 Title` lines as chapters from three on

_SENTINEL = "notes-end"


@dataclass(frozen=True, slots=True)
class ShowNotes:
    """Both forms of the show notes; `html` holds only `rendering.FEED_TAGS` and absolute links."""

    markdown: str
    html: str


def show_notes(
    facts: Facts,
    quotes: Sequence[Quote],
    chapters: Sequence[Chapter],
    overrides: Mapping[str, str] | None = None,
) -> ShowNotes:
    """Write the notes from the templates `show-notes.md.j2` and `show-notes.html.j2`."""
    check_closed(facts.notes)
    values = {
        "episode": facts,
        "sections": sections(quotes),
        "name_speakers": names_speakers(quotes),
        "chapters": listed_chapters(chapters, facts.title),
        "anchor": addresses.quote_anchor,
    }
    notes = plain(facts.notes).strip()
    markdown = render(
        "show-notes.md.j2",
        values | {"notes": Markup(notes)},  # noqa: S704 - the host's own Markdown
        overrides,
        facts.language,
    )
    html = render(
        "show-notes.html.j2",
        values | {"notes": Markup(markdown_html(notes, feed=True))},  # noqa: S704 - sanitised
        overrides,
        facts.language,
    )
    return ShowNotes(tidy(markdown), tidy(sanitise(html, FEED_TAGS)))


def listed_chapters(chapters: Sequence[Chapter], title: str) -> list[Chapter]:
    """The chapters for lines of `00:00:00 Title`: none below three, and the first one at zero."""
    if len(chapters) < FEWEST_CHAPTERS:
        return []
    first, *rest = chapters
    if first.start < 1:
        return [replace(first, start=0.0), *rest]
    return [Chapter(0.0, title), *chapters]


def check_closed(notes: str) -> None:
    """Refuse Markdown that would swallow what follows it: a code block or comment left open."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(f"{notes}\n\n{_SENTINEL}\n")
    if not any(token.type == "inline" and token.content == _SENTINEL for token in tokens):
        raise ConfigError(
            "episode.toml: notes: a code block or an HTML comment in it is never closed",
            "close it with ``` or --> on a line of its own",
        )


def tidy(text: str) -> str:
    """No blank lines at the ends and never two in a row; blanks at a line's end are kept."""
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
