"""Show notes and posts as they will look with the ledger as it is now."""

from html.parser import HTMLParser
from typing import Any

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

_VOID = frozenset({"br", "hr", "img", "meta", "link"})
_SKIPPED = frozenset({"head", "style", "script", "title"})


def preview(desk: Desk, name: str = "") -> dict[str, Any]:
    """The notes, and what is posted to the house `name`, else to the first of the show's houses.

    HTML comes as trees of elements that the page builds.
    """
    material = desk.material
    show = material.show
    facts = facts_of(material.slug, AllTexts.load(show, material.episode))
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
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: list[Any] = []
        self._open: list[tuple[str, list[Any]]] = [("", self.root)]
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipping += 1
        elif not self._skipping:
            children: list[Any] = []
            self._open[-1][1].append([tag, dict(attrs).get("href"), children])
            if tag not in _VOID:
                self._open.append((tag, children))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipping = max(0, self._skipping - 1)
            return
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth][0] == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self._open[-1][1].append(data)
