"""Show notes: the text that a podcast app shows with an episode, as Markdown and as simple HTML."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline import addresses
from pipeline.errors import ConfigError
from pipeline.models import Chapter, Quote
from pipeline.rendering import FEED_TAGS, markdown_html, plain, render, sanitise
from pipeline.writing.facts import Facts, names_speakers, sections

DESCRIPTION_BYTES = 4000  # Apple's limit for <description>, in bytes of UTF-8 (requirement X-03)
FEWEST_CHAPTERS = 3  # apps read `00:00:00 Title` lines as chapters from three on

_SENTINEL = "notes-end"
_TAG = re.compile(r"""(</?[a-z](?:[^>"]|"[^"]*")*>)""")
_BLOCK_ENDS = frozenset({"</p>", "</li>", "</ul>", "</ol>"})
_SENTENCE = re.compile(r"\S.*?(?:[.!?…][\"”’)\]]*(?=\s|$)|[。！？][」』）]*)", re.DOTALL)


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
    from markupsafe import Markup

    _check_closed(facts.notes)
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
    )
    html = render(
        "show-notes.html.j2",
        values | {"notes": Markup(markdown_html(notes, feed=True))},  # noqa: S704 - sanitised
        overrides,
    )
    return ShowNotes(_tidy(markdown), _tidy(sanitise(html, FEED_TAGS)))


def listed_chapters(chapters: Sequence[Chapter], title: str) -> list[Chapter]:
    """The chapters for lines of `00:00:00 Title`: none below three, and the first one at zero."""
    if len(chapters) < FEWEST_CHAPTERS:
        return []
    first, *rest = chapters
    if first.start < 1:
        return [replace(first, start=0.0), *rest]
    return [Chapter(0.0, title), *chapters]


def description_html(html: str, limit: int = DESCRIPTION_BYTES) -> str:
    """The beginning of `html` (sanitised to `FEED_TAGS`) that fits in `limit` bytes of UTF-8.

    Cut after a whole paragraph, list item or sentence, with every element closed; a sentence that
    alone is too long is cut after a word.
    """
    if len(html.encode()) <= limit:
        return html
    cut = _Cut(limit)
    for piece in _TAG.split(html):
        done = cut.tag(piece) if _TAG.fullmatch(piece) else cut.text(piece)
        if not done:
            break
    return cut.best or cut.in_a_word()


class _Cut:
    """Copies HTML piece by piece and remembers the last good place to stop within the limit."""

    def __init__(self, limit: int) -> None:
        self.best = ""
        self._limit = limit - len("…".encode())
        self._copied: list[str] = []
        self._size = 0
        self._open: list[str] = []  # closing tags that are due, innermost last
        self._rest = ""  # the sentence that did not fit

    def tag(self, tag: str) -> bool:
        """Copy a tag; False when it does not fit, with what it would hold."""
        if tag.startswith("</"):
            self._open.pop()  # there is room for it: it was due
            self._copy(tag)
            if tag in _BLOCK_ENDS and self._copied[-2:-1] != ["</strong>"]:  # not after a heading
                self._stop_here()
            return True
        if tag == "<br>":
            return self._copy(tag)
        closing = f"</{tag[1:-1].split()[0]}>"
        fits = self._copy(tag, len(closing))
        if fits:
            self._open.append(closing)
        return fits

    def text(self, text: str) -> bool:
        """Copy text sentence by sentence; False when one does not fit."""
        end = 0
        for match in _SENTENCE.finditer(text):
            if not self._copy(text[end : match.end()]):
                self._rest = text[end : match.end()]
                return False
            end = match.end()
            self._stop_here()
        if not self._copy(text[end:]):
            self._rest = text[end:]
            return False
        return True

    def in_a_word(self) -> str:
        """No sentence fits: as many words, or letters, of the first as do, and an ellipsis."""
        closing = "".join(reversed(self._open))
        room = max(self._limit - self._size - len(closing), 0)
        start = self._rest.encode()[:room].decode(errors="ignore")
        start = re.sub(r"&[^;\s]*$", "", start)  # half an entity
        words = start.rsplit(None, 1)[0] if re.search(r"\S\s+\S", start) else start
        return "".join([*self._copied, words.rstrip(), "…", closing])

    def _copy(self, piece: str, more: int = 0) -> bool:
        """Copy a piece if it, `more` bytes and all closing tags that are due fit."""
        size = self._size + len(piece.encode())
        if size + more + sum(map(len, self._open)) > self._limit:
            return False
        if piece:
            self._copied.append(piece)
            self._size = size
        return True

    def _stop_here(self) -> None:
        self.best = "".join([*self._copied, *reversed(self._open)]).strip()


def _check_closed(notes: str) -> None:
    """Refuse Markdown that would swallow what follows it: a code block or comment left open."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(f"{notes}\n\n{_SENTINEL}\n")
    if not any(token.type == "inline" and token.content == _SENTINEL for token in tokens):
        raise ConfigError(
            "episode.toml: notes: a code block or an HTML comment in it is never closed",
            "close it with ``` or --> on a line of its own",
        )


def _tidy(text: str) -> str:
    """No blank lines at the ends and never two in a row; blanks at a line's end are kept."""
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
