"""What posts are made of: quotes with links that point back to the moment; and the link post."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.models import Chapter, Quote
from pipeline.rendering.templates import render
from pipeline.rendering.text import one_line
from pipeline.settings.posts import Wording
from pipeline.text.languages import direction
from pipeline.web import addresses
from pipeline.writing.facts import Facts, Section, names_speakers, sections
from pipeline.writing.notes import listed_chapters, tidy

_MARK = re.compile(r"\[([^\[\]\s]{1,3})\]")  # a footnote's number or sign, as in the ledger


#: The link post of an episode's own page is written in each of these, from the template
#: `link-post.<format>.j2`: text for editors that take Markdown, and a page to copy from into rich ones.
FORMATS = ("md", "html")


@dataclass(frozen=True, slots=True)
class PostedQuote:
    """A quote as the post prints it; `text` has the post's own footnote numbers, which are `numbers`."""

    text: str
    speaker: str | None
    question: str | None
    start: float
    url: str
    numbers: Sequence[int] = ()


class Footnotes:
    """Numbers footnotes through the whole post, in order of appearance; each quote begins at [1]."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def renumber(self, quote: Quote) -> tuple[str, Sequence[int]]:
        """The quote's text with the post's numbers, and these; a note that no mark calls is called last."""
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
        return text + "".join(uncalled), tuple(numbers.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """All that posts of an episode are made of; `overrides` are the show's own templates and words.

    `longest` is how many characters the host may post at once, where that is more than everybody may.
    """

    facts: Facts
    quotes: Sequence[Quote]
    chapters: Sequence[Chapter] = ()
    wording: Wording = field(default_factory=Wording)
    overrides: Mapping[str, str] = field(default_factory=dict)
    longest: int | None = None

    def render(self, template: str, quotes: Sequence[Quote]) -> str:
        return self.filled(template, self.values(quotes))

    def filled(self, template: str, values: Mapping[str, Any]) -> str:
        return render(template, values, self.overrides, self.facts.language)

    def values(self, quotes: Sequence[Quote]) -> dict[str, Any]:
        """What templates of posts may print."""
        facts, footnotes = self.facts, Footnotes()
        return {
            "episode": facts,
            "direction": direction(facts.language),
            "guests": _named(facts, "guest"),
            "hosts": _named(facts, "host"),
            "sections": [
                Section(each.heading, [_posted(q, facts, footnotes) for q in each.quotes])
                for each in sections(quotes)
            ],
            "name_speakers": names_speakers(self.quotes),
            "footnotes": footnotes.notes,
            "topics": facts.topics,
            "chapters": listed_chapters(self.chapters, facts.title),
            "wording": self.wording.model_dump(),
        }


def link_posts(
    facts: Facts,
    quotes: Sequence[Quote],
    overrides: Mapping[str, str] | None = None,
    wording: Wording | None = None,
) -> dict[str, str]:
    """Write the episode's own link post in every format."""
    source = Source(
        facts=facts, quotes=quotes, wording=wording or Wording(), overrides=overrides or {}
    )
    written = {form: source.render(f"link-post.{form}.j2", quotes) for form in FORMATS}
    return {form: text if form == "html" else tidy(text) for form, text in written.items()}


def _named(facts: Facts, role: str) -> list[str]:
    return [person.name for person in facts.people if person.role.lower() == role]


def _posted(quote: Quote, facts: Facts, footnotes: Footnotes) -> PostedQuote:
    text, numbers = footnotes.renumber(quote)
    return PostedQuote(
        text=text,
        speaker=quote.speaker,
        question=one_line(quote.question or "") or None,
        start=quote.start,
        url=f"{facts.page_url}#{addresses.quote_anchor(quote.id)}",
        numbers=numbers,
    )
