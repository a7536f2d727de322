"""Show notes and posts as they will look with the ledger as it is now."""

from collections.abc import Iterable
from typing import Any

from lxml.etree import Comment
from lxml.html import fragments_fromstring

from pipeline.desk.working.desk import Desk
from pipeline.models import Chapter
from pipeline.quotes.deciding.checking import published
from pipeline.rendering.templates import own_templates
from pipeline.rendering.words import read_words
from pipeline.show.posting import houses_of, listed
from pipeline.transcript.chapters.chapters import with_opening
from pipeline.writing.facts import AllTexts, facts_of
from pipeline.writing.notes import show_notes
from pipeline.writing.posting.house import house_of
from pipeline.writing.posting.lint import as_html
from pipeline.writing.posting.post import Post

_SKIPPED = frozenset({Comment, "head", "style", "script", "title"})


def preview(desk: Desk, name: str = "") -> dict[str, Any]:
    """The notes, and what is posted to the house `name`, else to the first of the show's houses.

    HTML comes as trees of elements that the page builds.
    """
    material = desk.material
    show = material.show
    said, wordless = AllTexts.load(show, material.episode), not material.transcript.words
    facts = facts_of(said, wordless=wordless)
    quotes = published(desk.decisions.verdicts)
    overrides = own_templates(material.workspace)
    catalogue = read_words(material.transcript.language, overrides)
    kept = [Chapter(part.start, part.title) for part in material.parts if part.at]
    chapters = with_opening(kept, catalogue) or material.published
    notes = show_notes(facts, quotes, chapters, overrides)
    names = houses_of(show)
    (found,) = listed(material.local, [name if name in names else names[0]], quotes)
    return {
        "notes": tree(notes.html),
        "houses": [[each, house_of(each).title] for each in names],
        "house": found.house.name,
        "how": found.house.how,
        "lengths": [str(length) for post in found.posts[:1] for length in post.lengths],
        "left_out": [line for post in found.posts[:1] for line in post.left_out],
        "findings": found.findings,
        "posts": [
            {
                "form": post.form,
                "parts": [part.text for part in post.parts],
                "shown": [_shown(post, part.text) for part in post.parts],
            }
            for post in found.posts
        ],
    }


def _shown(post: Post, text: str) -> list[Any]:
    """A part as its house will show it."""
    return [text] if post.form == "txt" else tree(as_html(text) if post.form == "md" else text)


def tree(html: str) -> list[Any]:
    """HTML as nested `[tag, href, children]` and texts: the page builds it without parsing HTML."""
    return _nodes(fragments_fromstring(html))


def _nodes(parts: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for part in parts:
        if isinstance(part, str):
            found.append(part)
            continue
        if part.tag not in _SKIPPED:
            inside = [part.text, *part] if part.text else part
            found.append([part.tag, part.get("href"), _nodes(inside)])
        if part.tail:
            found.append(part.tail)
    return found
