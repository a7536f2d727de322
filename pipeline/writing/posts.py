"""Link posts: a page of quotes for a forum or a blog that points back to the episode."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.models import Quote
from pipeline.rendering.templates import render
from pipeline.rendering.text import one_line
from pipeline.text.languages import direction
from pipeline.web import addresses
from pipeline.writing.facts import Facts, names_speakers, sections
from pipeline.writing.notes import tidy

_MARK = re.compile(r"\[([^\[\]\s]{1,3})\]")  # a footnote's number or sign, as in the ledger


#: A link post is written in each of these, from the template `link-post.<format>.j2`: text for
#: editors that take Markdown, and a page to copy from into rich ones.
FORMATS = ("md", "html")


@dataclass(frozen=True, slots=True)
class PostedQuote:
    """A quote as the post prints it; `text` with the post's own footnote numbers in it."""

    text: str
    speaker: str | None
    question: str | None
    start: float
    url: str


@dataclass(frozen=True, slots=True)
class PostedSection:
    """Quotes under a heading, which may be empty."""

    heading: str
    quotes: Sequence[PostedQuote]


class Footnotes:
    """Numbers footnotes through the whole post, in order of appearance; each quote begins at [1]."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def renumber(self, quote: Quote) -> str:
        """The quote's text with the post's numbers; a note that no mark calls is called at the end."""
        numbers: dict[str, int] = {}

        def number(key: str) -> int:
            if key not in numbers:
                self.notes.append(quote.footnotes[key])
                numbers[key] = len(self.notes)
            return numbers[key]

        def replace(match: re.Match[str]) -> str:
            return f"[{number(match[1])}]" if match[1] in quote.footnotes else match[0]

        text = _MARK.sub(replace, quote.text)
        uncalled = [f" [{number(key)}]" for key in quote.footnotes if key not in numbers]
        return text + "".join(uncalled)


def link_posts(
    facts: Facts, quotes: Sequence[Quote], overrides: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Write the post in every format."""
    footnotes = Footnotes()
    printed = [
        PostedSection(section.heading, [_posted(q, facts, footnotes) for q in section.quotes])
        for section in sections(quotes)
    ]
    headings = [section.heading for section in printed if section.heading]
    values = {
        "episode": facts,
        "direction": direction(facts.language),
        "guests": [p.name for p in facts.people if p.role.lower() == "guest"],
        "sections": printed,
        "name_speakers": names_speakers(quotes),
        "footnotes": footnotes.notes,
        "topics": headings or facts.topics,
    }
    written = {
        form: render(f"link-post.{form}.j2", values, overrides, facts.language) for form in FORMATS
    }
    return {form: text if form == "html" else tidy(text) for form, text in written.items()}


def _posted(quote: Quote, facts: Facts, footnotes: Footnotes) -> PostedQuote:
    return PostedQuote(
        text=footnotes.renumber(quote),
        speaker=quote.speaker,
        question=one_line(quote.question or "") or None,
        start=quote.start,
        url=f"{facts.page_url}#{addresses.quote_anchor(quote.id)}",
    )
