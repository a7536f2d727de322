"""The tags that feedgen 1.0.0 lacks: the Podcasting 2.0 namespace, and Apple's as they are today.

feedgen asks an extension for namespaces and lets it append to the channel or the item; it needs no
base class for that. Ours are registered as `podcast20` and `apple`: feedgen's own extension, which
writes the rest of Apple's tags, takes the name `podcast`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lxml import etree

from pipeline.addresses import public_url
from pipeline.config import UpdateFrequency
from pipeline.feeds.channel import Channel
from pipeline.feeds.model import Credit, FeedItem, ItemFile, License, Note, TextLink
from pipeline.feeds.rules import credits_once
from pipeline.feeds.social import social_account

PODCAST = "https://podcastindex.org/namespace/1.0"  # the canonical address, X-06
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"


class Tag(NamedTuple):
    """One element of a namespace."""

    name: str
    text: str | None = None
    attributes: Mapping[str, str] = {}


class TagWriter:
    """A feedgen extension, of a feed or an entry, that appends `tags` in the order given.

    They may be a generator: 10,000 items then need no list of tags each while the feed is built.
    """

    def __init__(self, prefix: str, namespace: str) -> None:
        self.prefix = prefix
        self.namespace = namespace
        self.tags: Iterable[Tag] = ()

    def extend_ns(self) -> dict[str, str]:
        """The namespaces that feedgen declares at the root."""
        return {self.prefix: self.namespace}

    def extend_rss(self, element: etree._Element) -> None:
        """Append the tags to the channel of an `rss` root, or to an item."""
        parent = element[0] if element.tag == "rss" else element
        for name, text, attributes in self.tags:
            child = etree.SubElement(parent, f"{{{self.namespace}}}{name}", dict(attributes))
            child.text = text


def register(generator: Any) -> None:
    """Register both extensions with a feedgen FeedGenerator."""
    for name, prefix, namespace in (
        ("apple", "itunes", ITUNES),
        ("podcast20", "podcast", PODCAST),
    ):
        writer = _maker(prefix, namespace)
        generator.register_extension(name, writer, writer, atom=False)


def apple_channel_tags(channel: Channel) -> Iterator[Tag]:
    """`itunes:` tags of the channel that feedgen refuses or spells in an old way (C-06, C-13, C-14)."""
    yield Tag("explicit", _true_false(channel.explicit))
    if channel.block:
        yield Tag("block", "Yes")
    if channel.complete:
        yield Tag("complete", "Yes")
    if channel.new_feed_url:
        yield Tag("new-feed-url", channel.new_feed_url)


def apple_item_tags(item: FeedItem, channel: Channel) -> Iterator[Tag]:
    """`itunes:` tags of an item that feedgen refuses or spells in an old way (I-12, I-13)."""
    yield Tag("explicit", _true_false(channel.explicit if item.explicit is None else item.explicit))
    if item.block:
        yield Tag("block", "Yes")


def channel_tags(channel: Channel) -> Iterator[Tag]:
    """`podcast:` tags of the channel."""
    if channel.guid:
        yield Tag("guid", channel.guid)
    yield Tag("locked", "yes" if channel.locked else "no", {"owner": channel.email})
    yield Tag("medium", channel.medium)
    if channel.update_frequency:
        yield _update_frequency(channel.update_frequency, channel.complete)
    yield from _common_tags(channel.funding, channel.people, channel.license, channel.txt)


def item_tags(entry: ItemFile, channel: Channel) -> Iterator[Tag]:
    """`podcast:` tags of an item."""
    item = entry.item
    yield from _transcripts(item, channel.base_url)
    if item.chapters:
        address = public_url(channel.base_url, item.chapters.key)
        yield Tag("chapters", None, {"url": address, "type": item.chapters.type})
    for bite in item.soundbites:
        times = {"startTime": _seconds(bite.start), "duration": _seconds(bite.duration)}
        yield Tag("soundbite", bite.title or None, times)
    if item.season is not None:
        yield Tag(
            "season", str(item.season), {"name": item.season_name} if item.season_name else {}
        )
    if item.episode is not None:
        yield Tag("episode", str(item.episode))
    people = credits_once(item.people, channel.people)
    yield from _common_tags(item.funding, people, item.license, item.txt)
    yield from _links(item)


def _maker(prefix: str, namespace: str) -> Callable[[], TagWriter]:
    return lambda: TagWriter(prefix, namespace)


def _common_tags(
    funding: Sequence[TextLink],
    people: Sequence[Credit],
    license_: License | None,
    txt: Sequence[Note],
) -> Iterator[Tag]:
    for place in funding:
        yield Tag("funding", place.text, {"url": place.url})
    for person in people:
        attributes = {"role": person.role, "group": person.group}
        optional = {"href": person.href, "img": person.img}
        attributes.update({name: value for name, value in optional.items() if value})
        yield Tag("person", person.name, attributes)
    if license_:
        yield Tag("license", license_.name, {"url": license_.url} if license_.url else {})
    for note in txt:
        yield Tag("txt", note.text, {"purpose": note.purpose} if note.purpose else {})


def _transcripts(item: FeedItem, base_url: str) -> Iterator[Tag]:
    for transcript in item.transcripts:
        attributes = {
            "url": public_url(base_url, transcript.key),
            "type": transcript.type,
            "language": transcript.language,
        }
        if transcript.rel:
            attributes["rel"] = transcript.rel
        yield Tag("transcript", None, attributes)


def _links(item: FeedItem) -> Iterator[Tag]:
    """The video and the discussions elsewhere; comments where apps can read the thread's protocol."""
    if item.video:
        yield Tag("contentLink", "Video", {"href": item.video})
    for thread in item.discussions:
        yield Tag("contentLink", thread.text, {"href": thread.url})
    threads = [(thread.url, social_account(thread.url)) for thread in item.discussions]
    found = [(url, account) for url, account in threads if account]
    for priority, (url, account) in enumerate(found, start=1):
        yield Tag(
            "socialInteract",
            None,
            {
                "protocol": account.protocol,
                "uri": url,
                "accountId": account.name,
                "priority": str(priority),
            },
        )


def _update_frequency(frequency: UpdateFrequency, complete: bool) -> Tag:
    attributes = {}
    if complete:
        attributes["complete"] = "true"
    if frequency.dtstart:
        attributes["dtstart"] = frequency.dtstart.isoformat()
    if frequency.rrule:
        attributes["rrule"] = frequency.rrule
    return Tag("updateFrequency", frequency.text, attributes)


def _true_false(value: bool) -> str:
    return "true" if value else "false"


def _seconds(value: float) -> str:
    """Seconds to a millisecond, as short as possible: `73.5`."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
