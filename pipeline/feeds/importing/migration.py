"""A foreign feed as the settings of a show of ours: what is kept, and what cannot be, in words.

`SHOW` and `COMMON` say which key comes from which tag: a new one is a line there.
"""

import html
from collections.abc import Callable
from typing import Any

from pipeline.feeds.contents.rules import podcast_guid
from pipeline.feeds.importing.foreign import Node
from pipeline.feeds.importing.foreign_values import (
    Losses,
    count,
    https_address,
    identifier,
    language,
    line,
    parsed,
    plain,
    setting,
    shown,
    truth,
    web_address,
)
from pipeline.feeds.importing.migrated_values import (
    COMMON,
    Reader,
    attribute,
    license_values,
    note_unread,
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


def show_values(channel: Node, url: str, losses: Losses) -> dict[str, Any]:
    """The keys of `show.toml`; `url` is the feed's address, or empty for a file."""
    values = read_all(SHOW, channel, losses)
    values |= license_values(channel, losses)
    values.setdefault("guid", podcast_guid(own) if (own := url or channel.base) else None)
    if moved := channel.line("itunes:new-feed-url"):
        losses.add(f"the feed says that it has moved to {moved[:200]}: import that one instead")
    channel.skip(*_OURS)
    note_unread(channel, losses)
    return present(**values)


def _owner(channel: Node, losses: Losses) -> str:
    """The owner's name, where it is another than the author's."""
    owner = channel.first("itunes:owner")
    name = line(owner.line("itunes:name") if owner else "", LINE, "the owner's name", losses)
    return "" if name == _author(channel, Losses()) else name


def _author(channel: Node, losses: Losses) -> str:
    owner = channel.first("itunes:owner")
    name = channel.line("itunes:author", "author") or (owner.line("itunes:name") if owner else "")
    return line(name, LINE, "the author", losses)


def _email(channel: Node, losses: Losses) -> str:
    owner, locked = channel.first("itunes:owner"), channel.first("podcast:locked")
    return (owner.line("itunes:email") if owner else "") or (locked.get("owner") if locked else "")


def _description(channel: Node, losses: Losses) -> str:
    text, summary = plain(channel.body("description")), plain(channel.body("itunes:summary"))
    text = text or summary
    if summary not in text:
        losses.add("<itunes:summary> says more than <description>, which is kept")
    size = len(html.escape(text).encode()) + 7 * text.count("\n")  # as paragraphs
    if size <= BODY:
        return text
    losses.add(f"the description has {size:,} bytes as HTML and is cut: feeds allow {BODY:,}")
    return shortened(text)


def _categories(channel: Node, losses: Losses) -> list[str]:
    known = {name.casefold(): name for name in category_names()}
    found: list[str] = []
    for node in channel.all("itunes:category"):
        inner = [f"{node.get('text')} > {each.get('text')}" for each in node.all("itunes:category")]
        for name in inner or [node.get("text")]:
            if name.casefold() in known:
                found.append(known[name.casefold()])
            elif name:
                losses.add(f"the category {shown(name)} is not in Apple's list")
    unique = list(dict.fromkeys(found))
    for name in unique[3:]:
        losses.add(f"the category {name!r} is one more than three")
    return unique[:3]


def _locked(channel: Node, losses: Losses) -> bool:
    """A feed that says nothing is not locked, and so it stays."""
    return bool(parsed(truth, channel.line("podcast:locked"), "<podcast:locked>", losses))


def _block(channel: Node, losses: Losses) -> bool | None:
    own = parsed(truth, channel.line("itunes:block"), "<itunes:block>", losses)
    return True if "" in _blocking(channel) else own


def _services(word: str) -> Reader:
    """Reads the directories of `podcast:block` that may not list the show, or may."""
    kind = setting(ChannelSettings, "block_services")
    return lambda channel, losses: [
        name
        for id_ in _blocking(channel, word)
        for name in parsed(kind, id_, "<podcast:block id>", losses) or []
    ]


def _blocking(channel: Node, word: str = "yes") -> list[str]:
    """The ids of those; the empty one stands for all."""
    return [node.get("id") for node in channel.all("podcast:block") if node.text.lower() == word]


def _frequency(channel: Node, losses: Losses) -> dict[str, Any]:
    found = channel.first("podcast:updateFrequency")
    if found is None or not found.text:
        return {}
    rule = attribute(setting(UpdateFrequency, "rrule"), found, "rrule", losses)
    if rule and "COUNT=" in rule:
        losses.add("a rule with COUNT is left out: it needs the day from which it counts")
        rule = None
    return present(text=line(found.text, SHORT, "the frequency", losses), rrule=rule)


def _shows(tag: str) -> Callable[[Node, Losses], list[dict[str, Any]]]:
    """Reads the other shows that a tag of the channel names."""

    def read(channel: Node, losses: Losses) -> list[dict[str, Any]]:
        found = []
        for item in (each for holder in channel.all(tag) for each in holder.all(_REMOTE)):
            guid = attribute(identifier, item, "feedGuid", losses)
            url = attribute(https_address, item, "feedUrl", losses)
            if guid:
                title = line(item.get("title"), LINE, f"a title in <{tag}>", losses)
                found.append(present(guid=guid, url=url, title=title))
            else:
                losses.add(f"a show in <{tag}> without feedGuid is left out")
        return found

    return read


def _spotify(channel: Node, losses: Losses) -> dict[str, Any]:
    limit = channel.first("spotify:limit")
    code = setting(SpotifySettings, "countries")
    return present(
        limit=(attribute(count, limit, "recentCount", losses) or None) if limit else None,
        countries=[
            country
            for name in channel.line("spotify:countryOfOrigin").split()
            for country in parsed(code, name, "<spotify:countryOfOrigin>", losses) or []
        ],
    )


_REMOTE = "podcast:remoteItem"
_publisher = _shows("podcast:publisher")


SHOW: dict[str, Reader] = {
    "title": text_of("title", "itunes:title", what="the title"),
    "description": _description,
    "language": value_of(language, "language", "dc:language"),
    "author": _author,
    "owner": _owner,
    "email": _email,
    "link": value_of(web_address, "link"),
    "categories": _categories,
    "explicit": value_of(truth, "itunes:explicit"),
    "type": value_of(setting(ChannelSettings, "type"), "itunes:type"),
    "guid": value_of(identifier, "podcast:guid"),
    "copyright": text_of("copyright", "dc:rights", what="the copyright"),
    "medium": value_of(setting(ChannelSettings, "medium"), "podcast:medium"),
    "locked": _locked,
    "block": _block,
    "complete": value_of(truth, "itunes:complete"),
    "block_services": _services("yes"),
    "allow_services": _services("no"),
    "update_frequency": _frequency,
    "podroll": _shows("podcast:podroll"),
    "publisher": lambda channel, losses: next(iter(_publisher(channel, losses)), None),
    "spotify": _spotify,
    **COMMON,
}
