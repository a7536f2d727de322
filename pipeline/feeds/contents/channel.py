"""The show as the feed presents it: checked once, from the settings of `show.toml`."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.feeds.contents.model import Credit, License, Note, PublishedImage, TextLink, Thread
from pipeline.feeds.contents.pictures import Pictures
from pipeline.feeds.contents.rules import BODY, SHORT, Report, check_show_guid
from pipeline.settings.notification import Podping
from pipeline.settings.podcasting import (
    FeedImage,
    Location,
    RemoteShow,
    SpotifySettings,
    Txt,
    Value,
)
from pipeline.settings.show import Discussion, Funding, Person, UpdateFrequency
from pipeline.web.addresses import FEED_KEY, INDEX_KEY, public_url


@dataclass(frozen=True, slots=True)
class ShowFacts:
    """What `show.toml` says of the show; the fields are those of `config.Show`."""

    title: str
    description: str
    language: str
    author: str
    email: str
    categories: Sequence[str]
    base_url: str  # ends in a slash
    link: str | None = None
    explicit: bool = False
    type: str = "episodic"
    guid: str | None = None
    copyright: str | None = None
    license: str | None = None
    license_url: str | None = None
    medium: str = "podcast"
    locked: bool = True
    block: bool = False
    complete: bool = False
    new_feed_url: str | None = None
    update_frequency: UpdateFrequency | None = None
    funding: Sequence[Funding] = ()
    txt: Txt | None = None
    people: Sequence[Person] = ()
    seasons: Mapping[str, str] | None = None
    locations: Sequence[Location] = ()
    podroll: Sequence[RemoteShow] = ()
    value: Value | None = None
    block_services: Sequence[str] = ()
    spotify: SpotifySettings | None = None
    inline_chapters: bool = False
    paged: bool = False  # older items on further pages
    hubs: Sequence[str] = ()  # WebSub
    podping: Podping | None = None
    owner: str | None = None
    discussions: Sequence[Discussion] = ()
    comments: bool = True
    images: Sequence[FeedImage] = ()
    allow_services: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """The channel's values, cleaned; `description` is HTML, `link` the show's page."""

    title: str
    description: str
    language: str
    author: str
    email: str
    categories: Sequence[str]
    base_url: str
    link: str
    artwork: str  # object key
    explicit: bool
    type: str
    guid: str | None
    copyright: str | None
    license: License | None
    medium: str
    locked: bool
    block: bool
    complete: bool
    new_feed_url: str | None
    update_frequency: UpdateFrequency | None
    funding: Sequence[TextLink]
    txt: Sequence[Note]
    people: Sequence[Credit]
    seasons: Mapping[int, str]  # names by number
    locations: Sequence[Location]
    podroll: Sequence[RemoteShow]
    value: Value | None
    block_services: Sequence[str]
    spotify: SpotifySettings | None
    inline_chapters: bool
    paged: bool
    hubs: Sequence[str]
    uses_podping: bool
    owner: str
    discussions: Sequence[Thread]
    comments: bool
    images: Sequence[PublishedImage]
    allow_services: Sequence[str]

    @property
    def feed_url(self) -> str:
        """The address to subscribe to."""
        return public_url(self.base_url, FEED_KEY)


def make_channel(
    show: ShowFacts,
    artwork: str,
    pictures: Pictures | None = None,
) -> Channel:
    """Check and clean the show's settings; `artwork` is the cover's object key.

    Raises ConfigError with every problem of the file.
    """
    report = Report("feed/show.toml")
    pictures = pictures or Pictures()
    author = report.line("author", show.author)
    channel = Channel(
        title=report.line("title", show.title),
        description=_description(report, show.description),
        language=show.language,
        author=author,
        email=report.line("email", show.email),
        categories=show.categories,
        base_url=show.base_url,
        link=show.link or public_url(show.base_url, INDEX_KEY),
        artwork=artwork,
        explicit=show.explicit,
        type=show.type,
        guid=check_show_guid(report, show.guid),
        copyright=report.optional_line("copyright", show.copyright or "") or None,
        license=report.license("license", show.license, show.license_url),
        medium=show.medium,
        locked=show.locked,
        block=show.block,
        complete=show.complete,
        new_feed_url=show.new_feed_url,
        update_frequency=_frequency(report, show.update_frequency),
        funding=funding_links(report, show.funding),
        txt=notes(report, show.txt or {}),
        people=people_credits(report, show.people, pictures),
        seasons={int(n): name for n, name in sorted((show.seasons or {}).items())},
        locations=places(report, show.locations),
        podroll=_podroll(report, show.podroll),
        value=show.value,
        block_services=show.block_services,
        spotify=show.spotify,
        inline_chapters=show.inline_chapters,
        paged=show.paged,
        hubs=show.hubs,
        uses_podping=show.podping is not None,
        owner=report.optional_line("owner", show.owner or "") or author,
        discussions=threads(report, show.discussions),
        comments=show.comments,
        images=feed_images(report, show.images, pictures),
        allow_services=show.allow_services,
    )
    report.raise_problems()
    return channel


def funding_links(report: Report, funding: Sequence[Funding]) -> list[TextLink]:
    """`[[funding]]` of a show or an episode (P-04)."""
    return [
        TextLink(
            report.line(f"funding[{number}].text", place.text, SHORT),
            report.url(f"funding[{number}].url", place.url),
        )
        for number, place in enumerate(funding, start=1)
    ]


def notes(report: Report, txt: Txt) -> list[Note]:
    """`[txt]` of a show or an episode, by purpose (P-14): 128 and 4,000 characters at most."""
    return [
        Note(
            report.optional_line(f"[txt] {purpose}", purpose, SHORT),
            report.line(f"[txt] {purpose}", text, BODY),
        )
        for purpose, texts in sorted(txt.items())
        for text in ([texts] if isinstance(texts, str) else texts)
    ]


def threads(report: Report, discussions: Sequence[Discussion]) -> list[Thread]:
    """`[[discussions]]` of a show or an episode (P-12, P-13)."""
    return [
        Thread(
            report.line(f"discussions[{number}].title", thread.title),
            report.url(f"discussions[{number}].url", thread.url),
            thread.protocol,
            thread.account,
            thread.account_url,
        )
        for number, thread in enumerate(discussions, start=1)
    ]


def feed_images(
    report: Report, images: Sequence[FeedImage], pictures: Pictures
) -> list[PublishedImage]:
    """`[[images]]` of a show or an episode; files by their object keys."""
    found = []
    for number, image in enumerate(images, start=1):
        href = pictures.address(report, f"images[{number}].href", image.href)
        found.append(PublishedImage.model_validate({**image.model_dump(), "href": href}))
    return found


def people_credits(report: Report, people: Sequence[Person], pictures: Pictures) -> list[Credit]:
    """`[[people]]` of a show or an episode (P-08)."""
    found = []
    for number, person in enumerate(people, start=1):
        key = f"people[{number}]"
        name, role, group = report.credit(key, person.name, person.role, person.group)
        href = report.url(f"{key}.href", person.href) if person.href else None
        img = pictures.address(report, f"{key}.img", person.img)
        found.append(Credit(name, role, group, href, img))
    return found


def places(report: Report, locations: Sequence[Location]) -> list[Location]:
    """`[[locations]]` of a show or an episode, their names cleaned."""
    return [
        place.model_copy(
            update={"name": report.line(f"locations[{number}].name", place.name, SHORT)}
        )
        for number, place in enumerate(locations, start=1)
    ]


def _podroll(report: Report, shows: Sequence[RemoteShow]) -> Sequence[RemoteShow]:
    for number, show in enumerate(shows, start=1):
        if show.url:
            report.url(f"podroll[{number}].url", show.url)
    return shows


def _description(report: Report, text: str) -> str:
    """Plain text as HTML: a paragraph for each block between blank lines, when there are several."""
    cleaned = report.body("description", text)
    if not cleaned:
        report.add("description", "is empty")
    blocks = [
        html.escape(block.strip(), quote=False).replace("\n", "<br>")
        for block in cleaned.split("\n\n")
        if block.strip()
    ]
    written = blocks[0] if len(blocks) == 1 else "".join(f"<p>{block}</p>" for block in blocks)
    return report.description("description", written)


def _frequency(report: Report, frequency: UpdateFrequency | None) -> UpdateFrequency | None:
    if frequency is None:
        return None
    text = report.line("[update_frequency] text", frequency.text, SHORT)
    return frequency.model_copy(update={"text": text})
