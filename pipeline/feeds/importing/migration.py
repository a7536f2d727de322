"""A foreign feed as the settings of a show of ours: what is kept, and what cannot be, in words.

Where show and episodes contradict each other, they are mended. `SHOW` and `COMMON` say which key comes
from which tag: a new one is a line there.
"""

import html
from collections.abc import Sequence
from typing import Any

from pipeline.feeds.contents.rules import podcast_guid
from pipeline.feeds.importing import foreign_values as kinds
from pipeline.feeds.importing.foreign import Node
from pipeline.feeds.importing.foreign_values import Losses, line, parsed, plain, shown
from pipeline.feeds.importing.migrated_items import Migrated
from pipeline.feeds.importing.migrated_values import (
    COMMON,
    Reader,
    license_values,
    present,
    read_all,
    shortened,
    text_of,
    value_of,
)
from pipeline.settings.channel import ChannelSettings
from pipeline.settings.fields import BODY, LINE, SHORT
from pipeline.settings.podcasting import SpotifySettings, UpdateFrequency
from pipeline.settings.taxonomy import category_names

#: What we write ourselves, or what says the same as something that is kept.
_OURS = (
    "item", "generator", "lastBuildDate", "pubDate", "docs", "image", "itunes:summary",
    "itunes:title", "atom:link", "itunes:image", "podcast:trailer",
)  # fmt: skip


def show_values(channel: Node, url: str) -> dict[str, Any]:
    """The keys of `show.toml`; `url` is the feed's address, or empty for a file."""
    values = read_all(SHOW, channel) | license_values(channel)
    values.setdefault("guid", podcast_guid(own) if (own := url or channel.base) else None)
    if moved := channel.line("itunes:new-feed-url"):
        channel.losses.add(
            f"the feed says that it has moved to {moved[:200]}: import that one instead"
        )
    channel.note_unread(*_OURS)
    return present(**values)


def _owner(channel: Node) -> str:
    """The owner's name, where it is another than the author's."""
    name = channel.first("itunes:owner").line("itunes:name")
    name = line(name, LINE, "the owner's name", channel.losses)
    return "" if name == _author(channel) else name


def _author(channel: Node) -> str:
    owner = channel.first("itunes:owner").line("itunes:name")
    name = channel.line("itunes:author", "author") or owner
    return line(name, LINE, "the author", channel.losses)


def _email(channel: Node) -> str:
    owner, locked = channel.first("itunes:owner"), channel.first("podcast:locked")
    return owner.line("itunes:email") or locked.get("owner")


def _description(channel: Node) -> str:
    losses = channel.losses
    text, summary = plain(channel.body("description")), plain(channel.body("itunes:summary"))
    text = text or summary
    if summary not in text:
        losses.add("<itunes:summary> says more than <description>, which is kept")
    size = len(html.escape(text).encode()) + 7 * text.count("\n")  # as paragraphs
    if size <= BODY:
        return text
    losses.add(f"the description has {size:,} bytes as HTML and is cut: feeds allow {BODY:,}")
    return shortened(text)


def _categories(channel: Node) -> list[str]:
    known = {name.casefold(): name for name in category_names()}
    found: list[str] = []
    for node in channel.all("itunes:category"):
        inner = [f"{node.get('text')} > {each.get('text')}" for each in node.all("itunes:category")]
        for name in inner or [node.get("text")]:
            if name.casefold() in known:
                found.append(known[name.casefold()])
            elif name:
                channel.losses.add(f"the category {shown(name)} is not in Apple's list")
    unique = list(dict.fromkeys(found))
    for name in unique[3:]:
        channel.losses.add(f"the category {name!r} is one more than three")
    return unique[:3]


def _block(channel: Node) -> bool | None:
    own: bool | None = value_of(kinds.truth, "itunes:block")(channel)
    return True if "" in _blocking(channel) else own


def _services(word: str) -> Reader:
    """Reads the directories of `podcast:block` that may not list the show, or may."""
    kind = kinds.setting(ChannelSettings, "block_services")
    return lambda channel: [
        name
        for id_ in _blocking(channel, word)
        for name in parsed(kind, id_, "<podcast:block id>", channel.losses) or []
    ]


def _blocking(channel: Node, word: str = "yes") -> list[str]:
    """The ids of those; the empty one stands for all."""
    return [node.get("id") for node in channel.all("podcast:block") if node.text.lower() == word]


def _frequency(channel: Node) -> dict[str, Any]:
    found = channel.first("podcast:updateFrequency")
    if not found.text:
        return {}
    rule = found.value(kinds.setting(UpdateFrequency, "rrule"), "rrule")
    if rule and "COUNT=" in rule:
        channel.losses.add("a rule with COUNT is left out: it needs the day from which it counts")
        rule = None
    return present(text=found.words("the frequency", SHORT), rrule=rule)


def _shows(channel: Node, tag: str) -> list[dict[str, Any]]:
    remote = [each for holder in channel.all(tag) for each in holder.all("podcast:remoteItem")]
    found = []
    for item in remote:
        guid = item.value(kinds.identifier, "feedGuid")
        url = item.value(kinds.https_address, "feedUrl")
        if guid:
            title = item.words(f"a title in <{tag}>", of="title")
            found.append(present(guid=guid, url=url, title=title))
        else:
            channel.losses.add(f"a show in <{tag}> without feedGuid is left out")
    return found


def _spotify(channel: Node) -> dict[str, Any]:
    code = kinds.setting(SpotifySettings, "countries")
    return present(
        limit=channel.first("spotify:limit").value(kinds.count, "recentCount") or None,
        countries=[
            country
            for name in channel.line("spotify:countryOfOrigin").split()
            for country in parsed(code, name, "<spotify:countryOfOrigin>", channel.losses) or []
        ],
    )


SHOW: dict[str, Reader] = {
    "title": text_of("title", "itunes:title", what="the title"),
    "description": _description,
    "language": value_of(kinds.language, "language", "dc:language"),
    "author": _author,
    "owner": _owner,
    "email": _email,
    "link": value_of(kinds.web_address, "link"),
    "categories": _categories,
    "explicit": value_of(kinds.truth, "itunes:explicit"),
    "type": value_of(kinds.setting(ChannelSettings, "type"), "itunes:type"),
    "guid": value_of(kinds.identifier, "podcast:guid"),
    "copyright": text_of("copyright", "dc:rights", what="the copyright"),
    "medium": value_of(kinds.setting(ChannelSettings, "medium"), "podcast:medium"),
    # A feed that says nothing is not locked, and so it stays.
    "locked": lambda channel: bool(value_of(kinds.truth, "podcast:locked")(channel)),
    "block": _block,
    "complete": value_of(kinds.truth, "itunes:complete"),
    "block_services": _services("yes"),
    "allow_services": _services("no"),
    "update_frequency": _frequency,
    "podroll": lambda channel: _shows(channel, "podcast:podroll"),
    "publisher": lambda channel: next(iter(_shows(channel, "podcast:publisher")), None),
    "spotify": _spotify,
    **COMMON,
}


def agree(show: dict[str, Any], episodes: Sequence[Migrated], losses: Losses) -> None:
    """Mend what show and episodes say against each other: a season has one name, a serial numbers."""
    names: dict[int, str] = {}
    for episode in episodes:
        values, place = episode.values, losses.at(episode.values["title"])
        number, name = values.get("season"), values.get("season_name")
        if number is not None and name and names.setdefault(number, name) != name:
            del values["season_name"]
            place.add(f"season {number} is called {shown(name)}, and {shown(names[number])} before")
    unnumbered = [
        episode.slug
        for episode in episodes
        if "episode" not in episode.values and episode.values.get("type", "full") == "full"
    ]
    if show.get("type") == "serial" and unnumbered:
        show["type"] = "episodic"
        losses.add(
            f"a serial show needs each episode's number, and {len(unnumbered)} of {len(episodes)} "
            "have none: it becomes episodic"
        )


def note_trailers(channel: Node, episodes: Sequence[Migrated]) -> None:
    """List the show's trailers that are no episode of the feed; of those that are we write our own tag."""
    known = {episode.values["enclosure"]["url"] for episode in episodes}
    for trailer in channel.all("podcast:trailer"):
        if trailer.value(kinds.web_address, "url") not in known:
            channel.losses.add(f"the trailer {shown(trailer.text)} is no episode of the feed")


def settle_people(episodes: Sequence[Migrated], hosts: Sequence[str], author: str) -> None:
    """Say of each episode only what is otherwise than the show says.

    An item's list of people replaces the channel's: where some of `hosts` are not in it, they were
    not in the episode.
    """
    for episode in episodes:
        named = {person["name"] for person in episode.values.get("people", ())}
        if named and not named >= set(hosts):
            episode.values["guest_hosted"] = True
        if episode.values.get("author") == author:
            del episode.values["author"]
