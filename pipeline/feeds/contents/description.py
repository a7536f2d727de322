"""The short description of an item: the essentials, in the HTML that every app shows (I-06, X-07)."""

import html
from collections.abc import Iterator, Sequence

from pipeline.feeds.contents.model import TextLink
from pipeline.models import Chapter
from pipeline.settings.fields import BODY
from pipeline.text.cleaning import as_paragraph, clean_line
from pipeline.times import clock

MIN_CHAPTERS = 3  # Spotify and YouTube make chapters of three or more lines, the first at 0 (P-06)


def item_description(
    title: str, summary: str, thesis: str, chapters: Sequence[Chapter], links: Sequence[TextLink]
) -> str:
    """HTML of at most 4,000 bytes: the summary, then as much as fits of thesis, chapters and links.

    The full notes stand in `content:encoded`. A summary that is too long alone is the caller's to
    refuse.
    """
    written = as_paragraph(summary or thesis or title)
    parts = [as_paragraph(thesis)] if summary and thesis else []
    parts += [*_chapter_lines(chapters), *_link_list(links)]
    for part in parts:
        if len((written + part).encode()) <= BODY:
            written += part
    return written


def _chapter_lines(chapters: Sequence[Chapter]) -> Iterator[str]:
    if len(chapters) >= MIN_CHAPTERS and int(chapters[0].start) == 0:
        lines = [
            f"{clock(int(chapter.start))} {_escape(clean_line(chapter.title))}"
            for chapter in chapters
        ]
        yield f"<p>{'<br>'.join(lines)}</p>"


def _link_list(links: Sequence[TextLink]) -> Iterator[str]:
    if links:
        rows = [
            f'<li><a href="{html.escape(link.url)}">{_escape(link.text)}</a></li>' for link in links
        ]
        yield f"<ul>{''.join(rows)}</ul>"


def _escape(text: str) -> str:
    return html.escape(text, quote=False)
