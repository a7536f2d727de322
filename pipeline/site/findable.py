"""What a listener can find of an episode: its words, quotes and chapters, each at a moment that plays.

HTML for Pagefind, which nobody else reads. Before the words of each moment stands a mark. Its id holds
what a result needs: the fragment of the episode's page, the number of who speaks, and the time.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import NamedTuple

from pipeline.models import Chapter
from pipeline.site.transcript import moment


class Said(NamedTuple):
    """Words of one speaker, who may have no name; `start` in seconds."""

    start: float
    speaker: str
    text: str


class Quoted(NamedTuple):
    """A quote's words; `fragment` is where it stands on the episode's page."""

    fragment: str
    start: float
    text: str


@dataclass(frozen=True)
class Findable:
    """An episode as it is public. `page` is where its moments play: a key, or an address elsewhere.

    `date` is as readers see it, `language` a BCP 47 tag.
    """

    title: str
    date: str
    page: str
    language: str
    summary: str = ""
    said: Sequence[Said] = ()
    chapters: Sequence[Chapter] = ()
    quotes: Sequence[Quoted] = ()

    @cached_property
    def speakers(self) -> list[str]:
        """Those who have a name, in the order in which they are heard."""
        return list(dict.fromkeys(each.speaker for each in self.said if each.speaker))

    def html(self) -> str:
        """The document that is indexed."""
        facts = {"date": self.date, "page": self.page, "speakers": json.dumps(self.speakers)}
        return "".join(
            [
                f'<!doctype html><html lang="{escape(self.language)}"><body>',
                f"<h1>{escape(self.title)}</h1>",
                *(_attribute("meta", name, value) for name, value in facts.items()),
                _attribute("filter", "episode", self.title),
                *(_attribute("filter", "speaker", name) for name in self.speakers),
                f"<p>{escape(self.summary)}</p>",
                *self._moments(),
                *self._quoted(),
                "</body></html>",
            ]
        )

    def _moments(self) -> Iterator[str]:
        coming = sorted(self.chapters, key=lambda chapter: chapter.start)
        for said in self.said:
            while coming and coming[0].start <= said.start + 0.5:
                chapter = coming.pop(0)
                mark = self._mark(moment(chapter.start), "", chapter.start)
                yield f'<h2 id="{mark}">{escape(chapter.title)}</h2>'
            mark = self._mark(moment(said.start), said.speaker, said.start)
            yield f'<p><i id="{mark}"></i>{escape(said.text)}</p>\n'

    def _quoted(self) -> Iterator[str]:
        for quote in self.quotes:
            before = [said.speaker for said in self.said if said.start <= quote.start + 0.5]
            mark = self._mark(quote.fragment, before[-1] if before else "", quote.start)
            yield f'<p data-pagefind-weight="2"><i id="{mark}"></i>{escape(quote.text)}</p>\n'

    def _mark(self, fragment: str, speaker: str, start: float) -> str:
        number = self.speakers.index(speaker) if speaker else "-"
        return escape(f"{fragment}/{number}/{round(start, 1):g}")


def _attribute(kind: str, name: str, value: str) -> str:
    """A fact that is kept beside the words."""
    return f'<i data-pagefind-{kind}="{name}[title]" title="{escape(value)}"></i>'
