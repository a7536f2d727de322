"""A post as it is written for one house: its parts, their lengths, and what was left out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import ConfigError
from pipeline.models import Quote
from pipeline.rendering.text import one_line, split_links, split_urls
from pipeline.times import short_clock
from pipeline.writing.notes import tidy
from pipeline.writing.posting.house import House, house_at, house_of
from pipeline.writing.posting.source import Source
from pipeline.writing.posting.threads import thread


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
    if form not in house.forms:
        raise ConfigError(f"{house.title} gets no {form}", f"there is {' and '.join(house.forms)}")
    if source.longest:
        letters, *rest = house.limits
        house = replace(house, limits=(replace(letters, most=source.longest), *rest))
    threads = [each for each in source.facts.discussions if house_at(each.url) != house_of(name)]
    source = replace(source, facts=source.facts.model_copy(update={"discussions": threads}))
    template = f"{house.name}.{form}.j2"
    if house.thread:
        texts, left_out = thread(source, template, lambda text: _fits(house, text))
    else:
        texts, left_out = _whole(source, house, template)
    return Post(
        house=house,
        form=form,
        title=one_line(source.facts.title),
        address=source.facts.page_url,
        parts=[_part(text, form) for text in texts],
        left_out=left_out,
    )


def _whole(source: Source, house: House, template: str) -> tuple[list[str], list[str]]:
    """One text, with as many quotes as the house takes and has room for."""

    def written(of: Source, quotes: Sequence[Quote]) -> str:
        text = of.render(template, quotes)
        return house.finished(text if template.endswith(".html.j2") else tidy(text))

    if not house.limits and house.quotes is None:
        return [written(source, source.quotes)], []
    left_out = []
    for what, shorter in _shorter(source):
        if _fits(house, written(source, [])):
            break
        left_out.append(f"{what}: there is no room for it")
        source = shorter
    kept, too_long = _chosen(source, house, lambda quotes: _fits(house, written(source, quotes)))
    left_out += [f"the quote at {short_clock(q.start)}: there is no room for it" for q in too_long]
    if more := len(source.quotes) - len(kept) - len(too_long):
        left_out.append(f"{more} of {len(source.quotes)} quotes: {house.title} gets {house.quotes}")
    return [written(source, kept)], left_out


def _chosen(
    source: Source, house: House, fits: Callable[[Sequence[Quote]], bool]
) -> tuple[list[Quote], list[Quote]]:
    """The quotes that a house gets, in the host's order, and those that there is no room for."""
    kept: list[Quote] = []
    too_long: list[Quote] = []
    for quote in sorted(source.quotes, key=lambda quote: not quote.soundbite):
        if len(kept) == house.quotes:
            break
        tried = [each for each in source.quotes if each in (*kept, quote)]
        if fits(tried):
            kept = tried
        else:
            too_long.append(quote)
    return kept, too_long


def _shorter(source: Source) -> Iterator[tuple[str, Source]]:
    """What goes first where there is no room even without quotes, and the source without it."""
    for what, gone in (("the links", "links"), ("the thesis", "thesis")):
        if empty := getattr(source.facts, gone, None):
            facts = source.facts.model_copy(update={gone: type(empty)()})
            source = replace(source, facts=facts)
            yield what, source
    if source.chapters:
        yield "the chapters", replace(source, chapters=())


def _fits(house: House, text: str) -> bool:
    read, _ = split_links(text)
    return all(limit.count(read.rstrip("\n")) <= limit.most for limit in house.limits)


def _part(text: str, form: str) -> Part:
    if form != "txt":
        return Part(text)
    read, links = split_links(text)
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
