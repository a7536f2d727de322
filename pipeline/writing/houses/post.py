"""A post as it is written for one house: its parts, their lengths, and what was left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.models import Quote
from pipeline.rendering.text import one_line, split_links, split_urls
from pipeline.times import short_clock
from pipeline.writing.houses.house import House, house_at, house_of
from pipeline.writing.houses.threads import thread
from pipeline.writing.notes import tidy
from pipeline.writing.posts import Source


@dataclass(frozen=True, slots=True)
class Link:
    """Words of a part that lead somewhere: bytes `first` to `last` (excluded) of its UTF-8."""

    first: int
    last: int
    url: str


@dataclass(frozen=True, slots=True)
class Length:
    """How long a text is in what the house counts, and how long it may be; `what` is measured."""

    what: str
    unit: str
    count: int
    most: int

    @property
    def fits(self) -> bool:
        """Whether the house takes it."""
        return self.count <= self.most

    def __str__(self) -> str:
        return f"{self.what}: {self.count:,} of {self.most:,} {self.unit}"


@dataclass(frozen=True, slots=True)
class Part:
    """What is posted at once; `links` are those of a plain text."""

    text: str
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post for a house in one form; only a thread has several parts.

    `title` and `address` (the episode's page, which is canonical) have fields of their own in many
    houses. `left_out` has a line for whatever the house has no room for.
    """

    house: House
    form: str
    title: str
    address: str
    parts: Sequence[Part]
    left_out: Sequence[str] = ()

    @property
    def text(self) -> str:
        """All of it, the parts of a thread apart by a line."""
        return "\n---\n\n".join(part.text for part in self.parts)

    @property
    def lengths(self) -> Sequence[Length]:
        """What is limited: the title, then of each limit the longest part."""
        found = []
        if limit := self.house.title_limit:
            found.append(Length("title", limit.unit, limit.count(self.title), limit.most))
        what = "longest part" if self.house.thread else "text"
        for limit in self.house.limits:
            longest = max(limit.count(part.text.rstrip("\n")) for part in self.parts)
            found.append(Length(what, limit.unit, longest, limit.most))
        return found


def write(source: Source, name: str, form: str | None = None) -> Post:
    """Write a post for the house `name`, in the form that is pasted there mostly or in another."""
    house = house_of(name)
    form = form or house.forms[0]
    threads = [each for each in source.facts.discussions if house_at(each.url) != house]
    source = replace(source, facts=source.facts.model_copy(update={"discussions": threads}))
    texts, left_out = (_thread if house.thread else _whole)(source, house, form)
    return Post(
        house=house,
        form=form,
        title=one_line(source.facts.title),
        address=source.facts.page_url,
        parts=[_part(text, form) for text in texts],
        left_out=left_out,
    )


def _thread(source: Source, house: House, form: str) -> tuple[Sequence[str], Sequence[str]]:
    return thread(source, f"{house.name}.{form}.j2", lambda text: _fits(house, text))


def _whole(source: Source, house: House, form: str) -> tuple[Sequence[str], Sequence[str]]:
    """One text, with as many quotes as the house takes and has room for."""

    def written(quotes: Sequence[Quote]) -> str:
        text = source.render(f"{house.name}.{form}.j2", quotes)
        return house.finish(text if form == "html" else tidy(text))

    if not house.limits and house.quotes is None:
        return [written(source.quotes)], []
    kept: list[Quote] = []
    most = len(source.quotes) if house.quotes is None else house.quotes
    too_long = []
    for quote in sorted(source.quotes, key=lambda quote: not quote.soundbite):
        if len(kept) == most:
            break
        tried = [each for each in source.quotes if each in (*kept, quote)]
        if _fits(house, written(tried)):
            kept = tried
        else:
            too_long.append(f"the quote at {short_clock(quote.start)}: there is no room for it")
    more = len(source.quotes) - len(kept) - len(too_long)
    unasked = [f"{more} more quotes: {house.title} gets {most}"] if more else []
    return [written(kept)], [*too_long, *unasked]


def _fits(house: House, text: str) -> bool:
    read, _ = split_links(text)
    return all(limit.count(read.rstrip("\n")) <= limit.most for limit in house.limits)


def _part(text: str, form: str) -> Part:
    read, links = split_links(text)
    if form == "txt":
        links = sorted({*links, *_spelled_out(read)})
    return Part(
        read,
        [
            Link(len(read[:first].encode()), len(read[:last].encode()), url)
            for first, last, url in links
        ],
    )


def _spelled_out(text: str) -> Iterator[tuple[int, int, str]]:
    """First and last character of every web address, and itself."""
    at = 0
    for piece, is_address in split_urls(text):
        if is_address:
            yield at, at + len(piece), piece
        at += len(piece)
