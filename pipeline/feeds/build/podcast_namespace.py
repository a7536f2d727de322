"""The tags that feedgen 1.0.0 lacks: the Podcasting 2.0 namespace, and Apple's as they are today.

feedgen asks an extension for namespaces and lets it append to the channel or the item; it needs no
base class for that. Ours are registered as `podcast20` and `apple`: feedgen's own extension, which
writes the rest of Apple's tags, takes the name `podcast`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from functools import partial
from typing import Any, NamedTuple

from lxml import etree

from pipeline.feeds.contents.channel import Channel
from pipeline.feeds.contents.heads import ItemHead, PageLinks
from pipeline.feeds.contents.model import (
    PURPOSE,
    Account,
    AlternateAudio,
    Credit,
    FeedItem,
    ItemFile,
    Thread,
    as_line,
    resolve,
    social_account,
)
from pipeline.settings.channel import ChannelSettings
from pipeline.settings.fields import SHORT
from pipeline.settings.podcasting import (
    FeedImage,
    Funding,
    Location,
    Recipient,
    RemoteShow,
    SpotifySettings,
    UpdateFrequency,
    Value,
    credited,
)
from pipeline.text.cleaning import clean_line
from pipeline.times import clock
from pipeline.web.addresses import FEED_KEY, public_url

PODCAST = "https://podcastindex.org/namespace/1.0"  # the canonical address, X-06
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
ATOM = "http://www.w3.org/2005/Atom"
PSC = "http://podlove.org/simple-chapters"
SPOTIFY = "http://www.spotify.com/ns/rss"
HISTORY = "http://purl.org/syndication/history/1.0"  # RFC 5005


class Tag(NamedTuple):
    """One element of a namespace; its children are of the same."""

    name: str
    text: str | None
    attributes: dict[str, str]
    children: "tuple[Tag, ...]"


def tag(name: str, text: str | None = None, /, *children: Tag, **attributes: str | None) -> Tag:
    """An element; attributes that say nothing are left out."""
    return Tag(name, text, {key: said for key, said in attributes.items() if said}, children)


@dataclass
class TagWriter:
    """A feedgen extension, of a feed or an entry, that appends `tags` in the order given.

    They may be a generator: 10,000 items then need no list of tags each while the feed is built.
    """

    prefix: str
    namespace: str
    tags: Iterable[Tag] = ()

    def extend_ns(self) -> dict[str, str]:
        """The namespaces that feedgen declares at the root."""
        return {self.prefix: self.namespace}

    def extend_rss(self, element: etree._Element) -> None:
        """Append the tags to the channel of an `rss` root, or to an item."""
        self._append(element[0] if element.tag == "rss" else element, self.tags)

    def _append(self, parent: etree._Element, tags: Iterable[Tag]) -> None:
        start = f"{{{self.namespace}}}"
        for name, text, attributes, children in tags:
            child = etree.SubElement(parent, start + name, attributes)
            child.text = text
            self._append(child, children)


#: Our extensions by the name that feedgen gives their instances, with prefix and namespace.
EXTENSIONS = {
    "apple": ("itunes", ITUNES),
    "podcast20": ("podcast", PODCAST),
    "simple_chapters": ("psc", PSC),
    "spotify": ("spotify", SPOTIFY),
    "links": ("atom", ATOM),
    "history": ("fh", HISTORY),
}


def register(document: Any, names: Iterable[str]) -> None:
    """Register extensions with a FeedGenerator, or a FeedEntry that belongs to none, of feedgen."""
    for name in names:
        document.register_extension(name, partial(TagWriter, *EXTENSIONS[name]), atom=False)


def apple_channel_tags(show: ChannelSettings) -> Iterator[Tag]:
    """`itunes:` tags of the channel that feedgen refuses or spells in an old way (C-06, C-13, C-14)."""
    yield tag("explicit", str(show.explicit).lower())
    if show.block:
        yield tag("block", "Yes")
    if show.complete:
        yield tag("complete", "Yes")
    if show.new_feed_url:
        yield tag("new-feed-url", show.new_feed_url)


def apple_item_tags(item: FeedItem, channel: Channel) -> Iterator[Tag]:
    """`itunes:` tags of an item that feedgen refuses or spells in an old way (I-12, I-13)."""
    explicit = channel.show.explicit if item.explicit is None else item.explicit
    yield tag("explicit", str(explicit).lower())
    if item.block:
        yield tag("block", "Yes")
    if item.image and not feedgen_takes(item.image):
        yield tag("image", href=resolve(channel.base_url, item.image))
    if item.season == 0:
        yield tag("season", "0")  # feedgen takes it for none


def feedgen_takes(picture: str) -> bool:
    """Whether feedgen writes this address of a picture; it refuses `cover.jpg?size=big`."""
    return picture.endswith((".jpg", ".png"))


def channel_tags(channel: Channel, trailers: Sequence[ItemHead]) -> Iterator[Tag]:
    """`podcast:` tags of the channel; `trailers` are the items of that type, newest first."""
    show = channel.show
    if channel.guid:
        yield tag("guid", channel.guid)
    yield tag("locked", "yes" if show.locked else "no", owner=show.email)
    yield tag("medium", show.medium)
    if channel.uses_podping:
        yield tag("podping", usesPodping="true")
    if show.update_frequency:
        yield _update_frequency(show.update_frequency, show.complete)
    yield from _common_tags(channel.funding, channel.people, channel, channel.base_url)
    yield from _places(channel.locations, show.value)
    yield from _comments(channel.discussions, show.comments)
    yield from _blocks(show)
    for trailer in trailers:
        yield _trailer(trailer, channel.base_url)
    if show.podroll:
        yield tag("podroll", None, *map(_remote, show.podroll))
    if show.publisher:
        yield tag("publisher", None, _remote(show.publisher, "publisher"))


def _blocks(show: ChannelSettings) -> Iterator[Tag]:
    if show.block:
        yield tag("block", "yes")
    for word, services in (("yes", show.block_services), ("no", show.allow_services)):
        for service in services:
            yield tag("block", word, id=service)


def post_feed_tags(channel: Channel, guid: str | None) -> Iterator[Tag]:
    """`podcast:` tags of the feed of link posts (I-14)."""
    if guid:
        yield tag("guid", guid)
    yield tag("locked", "yes" if channel.show.locked else "no", owner=channel.show.email)
    yield tag("medium", "blog")
    yield from _common_tags([], channel.people, channel, channel.base_url, others=False)


def item_tags(entry: ItemFile, channel: Channel) -> Iterator[Tag]:
    item = entry.item
    for each in item.transcripts:
        url = resolve(channel.base_url, each.key)
        yield tag("transcript", url=url, type=each.type, language=each.language, rel=each.rel)
    if item.chapters:
        address = resolve(channel.base_url, item.chapters.key)
        yield tag("chapters", url=address, type=item.chapters.type)
    for bite in item.soundbites:
        start, duration = _seconds(bite.start), _seconds(bite.duration)
        yield tag("soundbite", bite.title or None, startTime=start, duration=duration)
    if item.season is not None:
        name = item.season_name or channel.seasons.get(item.season)
        yield tag("season", str(item.season), name=name)
    if (number := item.display_number or item.episode) is not None:
        yield tag("episode", str(number), display=item.episode_display)
    people = credited(channel.people, item.people, item.guest_hosted)
    yield from _common_tags(item.funding, people, item, channel.base_url)
    for erratum in item.errata:
        line = as_line(erratum, resolve(channel.base_url, item.page))
        yield tag("txt", line, purpose=PURPOSE)
    yield from _places(item.locations, item.value)
    yield from _links(item)
    for alternate in item.alternates:
        yield _alternate(alternate, channel.base_url)


def simple_chapters(item: FeedItem, base_url: str) -> Iterator[Tag]:
    """`psc:chapters`, which Spotify and gPodder read from the feed itself."""
    marks = []
    for chapter in item.inline_chapters:
        image = chapter.image and resolve(base_url, chapter.image)
        start, title = clock(chapter.start, 3), chapter.title
        marks.append(tag("chapter", start=start, title=title, href=chapter.href, image=image))
    if marks:
        yield tag("chapters", None, *marks, version="1.2")


def spotify_tags(settings: SpotifySettings) -> Iterator[Tag]:
    """`spotify:` tags of the channel (S-03)."""
    if settings.limit:
        yield tag("limit", recentCount=str(settings.limit))
    if settings.countries:
        yield tag("countryOfOrigin", " ".join(settings.countries))


def page_links(links: PageLinks, base_url: str) -> Iterator[Tag]:
    """`atom:link`s from a page to its neighbours (A-04), for paged and for archived feeds."""
    relations = {
        **dict.fromkeys(("next", "prev-archive"), links.older),
        **dict.fromkeys(("previous", "next-archive"), links.newer),
        "first": FEED_KEY,
        "last": links.last,
        "current": links.newer and FEED_KEY,
    }
    for relation, key in relations.items():
        if key:
            url = public_url(base_url, key)
            yield tag("link", href=url, rel=relation, type="application/rss+xml")


def _common_tags(
    funding: Sequence[Funding],
    people: Sequence[Credit],
    of: Channel | FeedItem,
    base_url: str,
    *,
    others: bool = True,
) -> Iterator[Tag]:
    """Tags that a channel and an item have alike; `others` are notes and pictures."""
    for place in funding:
        yield tag("funding", place.text, url=place.url)
    for person in people:
        img = person.img and resolve(base_url, person.img)
        whose = {"role": person.role, "group": person.group, "href": person.href, "img": img}
        yield tag("person", person.name, **whose)
    if of.license:
        yield tag("license", of.license.name, url=of.license.url)
    for note in of.txt if others else ():
        yield tag("txt", note.text, purpose=note.purpose)
    for image in of.images if others else ():
        yield _picture(image, base_url)


def _picture(image: FeedImage, base_url: str) -> Tag:
    attributes = {"href": resolve(base_url, image.href), "aspect-ratio": image.aspect_ratio}
    sizes = {name: str(size) for name in ("width", "height") if (size := getattr(image, name))}
    said = {"alt": image.alt, "purpose": image.purpose, "type": image.type}
    return tag("image", **attributes, **sizes, **said)


def _links(item: FeedItem) -> Iterator[Tag]:
    """The video and the discussions elsewhere; comments where apps can read the thread's protocol."""
    if item.video:
        yield tag("contentLink", "Video", href=item.video)
    for thread in item.discussions:
        yield tag("contentLink", thread.text, href=thread.url)
    yield from _comments(item.discussions, item.comments)


def _comments(discussions: Sequence[Thread], wanted: bool) -> Iterator[Tag]:
    """Threads whose comments apps can show; where none are wanted, that alone (P-12)."""
    if not wanted:
        yield tag("socialInteract", protocol="disabled")
        return
    found = [(thread, account) for thread in discussions if (account := _account(thread))]
    for priority, (thread, account) in enumerate(found, start=1):
        yield tag(
            "socialInteract",
            protocol=account.protocol,
            uri=thread.url,
            accountId=account.name,
            accountUrl=thread.account_url,
            priority=str(priority),
        )


def _account(thread: Thread) -> Account | None:
    """Whose thread it is, as the host says or its address tells."""
    told = social_account(thread.url)
    if not thread.protocol:
        return told
    return Account(thread.protocol, thread.account or (told.name if told else ""))


def _places(locations: Sequence[Location], value: Value | None) -> Iterator[Tag]:
    for place in locations:
        where = {"rel": place.rel, "geo": place.geo, "osm": place.osm, "country": place.country}
        yield tag("location", place.name, **where)
    if value:
        how = {"type": value.type, "method": value.method, "suggested": value.suggested}
        yield tag("value", None, *map(_recipient, value.recipients), **how)


def _recipient(recipient: Recipient) -> Tag:
    return tag(
        "valueRecipient",
        name=recipient.name,
        type=recipient.type,
        address=recipient.address,
        split=str(recipient.split),
        customKey=recipient.custom_key,
        customValue=recipient.custom_value,
        fee="true" if recipient.fee else None,
    )


def _trailer(trailer: ItemHead, base_url: str) -> Tag:
    return tag(
        "trailer",
        trailer.title[:SHORT],
        url=resolve(base_url, trailer.enclosure),
        pubdate=format_datetime(trailer.date),
        length=str(trailer.length),
        type=trailer.media_type,
        season=None if trailer.season is None else str(trailer.season),
    )


def _remote(show: RemoteShow, medium: str | None = None) -> Tag:
    of = {"feedGuid": show.guid, "feedUrl": show.url, "title": show.title}
    return tag("remoteItem", medium=medium, **of)


def _alternate(alternate: AlternateAudio, base_url: str) -> Tag:
    numbers = {name: getattr(alternate, name) for name in ("length", "bitrate", "height")}
    children = [tag("source", uri=resolve(base_url, alternate.key))]
    if alternate.integrity:
        children.append(tag("integrity", type="sri", value=alternate.integrity))
    return tag(
        "alternateEnclosure",
        None,
        *children,
        type=alternate.type,
        **{name: str(number) for name, number in numbers.items() if number},
        lang=alternate.language,
        title=alternate.title,
        rel=alternate.rel,
        codecs=alternate.codecs,
        default="true" if alternate.default else None,
    )


def _update_frequency(frequency: UpdateFrequency, complete: bool) -> Tag:
    begins = frequency.dtstart.isoformat() if frequency.dtstart else None
    when = {"complete": "true" if complete else None, "dtstart": begins, "rrule": frequency.rrule}
    return tag("updateFrequency", clean_line(frequency.text), **when)


def _seconds(value: float) -> str:
    """Seconds to a millisecond, as short as possible: `73.5`."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
