"""A foreign feed as the settings of a show of ours: what is kept, and what cannot be, in words.

`SHOW` and `COMMON` say which key comes from which tag: a new one is a line there.
"""

import html
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.categories import category_names
from pipeline.feeds.foreign import Node
from pipeline.feeds.foreign_values import (
    Kind,
    Losses,
    count,
    https_address,
    identifier,
    language,
    line,
    one_of,
    parsed,
    plain,
    shaped,
    shown,
    truth,
    web_address,
)
from pipeline.feeds.rules import BODY, LICENSES, LINE, SHORT, podcast_guid
from pipeline.feeds.taxonomy import classify

#: What reads one key of our settings off a channel or an item: a value, or None, "" or an empty list.
Reader = Callable[[Node, Losses], Any]

#: What we write ourselves, or what says the same as something that is kept.
_OURS = (
    "item", "generator", "lastBuildDate", "pubDate", "docs", "image", "itunes:summary",
    "itunes:title", "atom:link", "podcast:trailer", "itunes:image",
)  # fmt: skip
_MEDIA = frozenset({"podcast", "music", "video", "film", "audiobook", "newsletter", "blog"})
_GEO = shaped(r"geo:-?\d+(\.\d+)?,-?\d+(\.\d+)?([,;].*)?", "place as RFC 5870 writes it")
_OSM = shaped(r"[NWR]\d+(#\d+)?", "object of OpenStreetMap")
_COUNTRY = shaped(r"[A-Z]{2}", "country's code")
_RULE = shaped(r"FREQ=[A-Z]+(;[A-Z]+=[-+:.,\w]+)*", "rule of RFC 5545")
_AMOUNT = shaped(r"\d+(\.\d+)?", "amount")
_SERVICE = shaped(r"[a-z0-9]+", "directory's name")


def show_values(channel: Node, url: str, losses: Losses) -> dict[str, Any]:
    """The keys of `show.toml`; `url` is the feed's address, or empty for a file."""
    values = read_all(SHOW, channel, losses)
    values |= license_values(channel, losses)
    values.setdefault("guid", podcast_guid(own) if (own := url or _own_address(channel)) else None)
    if moved := channel.line("itunes:new-feed-url"):
        losses.add(f"the feed says that it has moved to {moved[:200]}: import that one instead")
    channel.skip(*_OURS)
    note_unread(channel, losses)
    return present(**values)


def read_all(readers: Mapping[str, Reader], node: Node, losses: Losses) -> dict[str, Any]:
    """The keys that say something."""
    return present(**{key: read(node, losses) for key, read in readers.items()})


def text_of(*tags: str, what: str, limit: int = LINE) -> Reader:
    """Reads a line of plain text off the first of `tags` that has any."""
    return lambda node, losses: line(plain(node.line(*tags)), limit, what, losses)


def value_of(kind: Kind[Any], *tags: str) -> Reader:
    """Reads a value of a kind off the first of `tags` that has any text."""
    return lambda node, losses: parsed(kind, node.line(*tags), f"<{tags[0]}>", losses)


def license_values(node: Node, losses: Losses) -> dict[str, Any]:
    """`license` and `license_url`."""
    found = node.first("podcast:license")
    if found is None or not found.text:
        return {}
    name = line(found.text, SHORT, "a license", losses)
    url = attribute(https_address, found, "url", losses)
    if name.lower() not in LICENSES and not url:
        losses.add(f"the license {shown(name)} has no address")
        return {}
    return present(license=name, license_url=url)


def attribute(kind: Kind[Any], node: Node, name: str, losses: Losses) -> Any:
    """The value of an attribute, or None."""
    return parsed(kind, node.get(name), f"<{node.name} {name}>", losses)


def note_unread(node: Node, losses: Losses) -> None:
    """List the tags that nobody asked for."""
    for name in node.unread():
        losses.add(f"<{name[-80:]}> is not kept")


def present(**values: Any) -> dict[str, Any]:
    """The values that say something."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _own_address(channel: Node) -> str:
    """The address that a feed gives itself, of which its id would be made (P-01); empty without."""
    for link in channel.all("atom:link"):
        if link.get("rel") == "self":
            return parsed(web_address, link.get("href"), "<atom:link href>", Losses()) or ""
    return ""


def _author(channel: Node, losses: Losses) -> str:
    owner = channel.first("itunes:owner")
    name = channel.line("itunes:author", "author") or (owner.line("itunes:name") if owner else "")
    return line(name, LINE, "the author", losses)


def _email(channel: Node, losses: Losses) -> str:
    owner, locked = channel.first("itunes:owner"), channel.first("podcast:locked")
    return (owner.line("itunes:email") if owner else "") or (locked.get("owner") if locked else "")


def _description(channel: Node, losses: Losses) -> str:
    text = plain(channel.body("description") or channel.body("itunes:summary"))
    size = len(html.escape(text).encode()) + 7 * text.count("\n")  # as paragraphs
    if size <= BODY:
        return text
    losses.add(f"the description has {size:,} bytes as HTML and is cut: feeds allow {BODY:,}")
    return shortened(text)


def shortened(text: str) -> str:
    """The beginning of a plain text that is too long for a description, up to a blank."""
    return " ".join(text[:600].rsplit(" ", 1)[0].split()) + "…"


def _people(node: Node, losses: Losses) -> list[dict[str, Any]]:
    people = [_person(each, losses) for each in node.all("podcast:person")]
    return [person for person in people if "name" in person]


def _person(node: Node, losses: Losses) -> dict[str, Any]:
    role, group = node.get("role") or "host", node.get("group") or "cast"
    try:
        role, group = classify(role, group)
    except ValueError:
        losses.add(
            f"the role {shown(role)} of {shown(group)} is not in the taxonomy and becomes host"
        )
        role, group = "host", "cast"
    return present(
        name=line(node.text, SHORT, "a person's name", losses),
        role=role,
        group=group,
        href=attribute(https_address, node, "href", losses),
        img=attribute(https_address, node, "img", losses),
    )


def _funding(node: Node, losses: Losses) -> list[dict[str, Any]]:
    found = []
    for each in node.all("podcast:funding"):
        url = attribute(https_address, each, "url", losses)
        if url:
            text = line(each.text or "Support the show", SHORT, "a funding text", losses)
            found.append({"text": text, "url": url})
    return found


def _txt(node: Node, losses: Losses) -> dict[str, str]:
    found = {}
    for each in node.all("podcast:txt"):
        purpose = line(each.get("purpose"), SHORT, "the purpose of a txt", losses)
        found[purpose] = line(each.text, BODY, "a txt", losses)
    return {purpose: text for purpose, text in found.items() if text}


def _locations(node: Node, losses: Losses) -> list[dict[str, Any]]:
    places = [
        present(
            name=line(each.text, SHORT, "a location", losses),
            rel=attribute(one_of({"subject", "creator"}), each, "rel", losses),
            geo=attribute(_GEO, each, "geo", losses),
            osm=attribute(_OSM, each, "osm", losses),
            country=parsed(_COUNTRY, each.get("country").upper(), "<country>", losses),
        )
        for each in node.all("podcast:location")
    ]
    return [place for place in places if "name" in place]


def _value(node: Node, losses: Losses) -> dict[str, Any]:
    found = node.first("podcast:value")
    if found is None:
        return {}
    recipients = [
        present(
            name=line(each.get("name"), SHORT, "a recipient", losses),
            type=each.get("type") or "node",
            address=each.get("address"),
            split=attribute(count, each, "split", losses),
            custom_key=each.get("customKey"),
            custom_value=each.get("customValue"),
            fee=attribute(truth, each, "fee", losses),
        )
        for each in found.all("podcast:valueRecipient")
    ]
    note_unread(found, losses)
    whole = [each for each in recipients if "address" in each and "split" in each]
    if len(whole) < len(recipients):
        losses.add("a recipient of payments without address or split is left out")
    if not whole:
        return {}
    return present(
        type=found.get("type"),
        method=found.get("method"),
        suggested=attribute(_AMOUNT, found, "suggested", losses),
        recipients=whole,
    )


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


def _locked(channel: Node, losses: Losses) -> bool | None:
    return parsed(truth, channel.line("podcast:locked"), "<podcast:locked>", losses)


def _block(channel: Node, losses: Losses) -> bool | None:
    own = parsed(truth, channel.line("itunes:block"), "<itunes:block>", losses)
    return True if "" in _blocking(channel) else own


def _block_services(channel: Node, losses: Losses) -> list[str]:
    names = [parsed(_SERVICE, id_, "<podcast:block id>", losses) for id_ in _blocking(channel)]
    return [name for name in names if name]


def _blocking(channel: Node) -> list[str]:
    """The directories that may not list the show; the empty one stands for all."""
    return [node.get("id") for node in channel.all("podcast:block") if node.text.lower() == "yes"]


def _frequency(channel: Node, losses: Losses) -> dict[str, Any]:
    found = channel.first("podcast:updateFrequency")
    if found is None or not found.text:
        return {}
    rule = attribute(_RULE, found, "rrule", losses)
    if rule and "COUNT=" in rule:
        losses.add("a rule with COUNT is left out: it needs the day from which it counts")
        rule = None
    return present(text=line(found.text, SHORT, "the frequency", losses), rrule=rule)


def _podroll(channel: Node, losses: Losses) -> list[dict[str, Any]]:
    found = []
    for item in (each for roll in channel.all("podcast:podroll") for each in roll.all(_REMOTE)):
        guid = attribute(identifier, item, "feedGuid", losses)
        url = attribute(https_address, item, "feedUrl", losses)
        if guid:
            title = line(item.get("title"), LINE, "a title of the podroll", losses)
            found.append(present(guid=guid, url=url, title=title))
        else:
            losses.add("a show of the podroll without feedGuid is left out")
    return found


def _spotify(channel: Node, losses: Losses) -> dict[str, Any]:
    limit = channel.first("spotify:limit")
    code = shaped("[a-z]{2}", "country's code")
    names = channel.line("spotify:countryOfOrigin").lower().split()
    countries = [parsed(code, name, "<spotify:countryOfOrigin>", losses) for name in names]
    return present(
        limit=(attribute(count, limit, "recentCount", losses) or None) if limit else None,
        countries=[name for name in countries if name],
    )


_REMOTE = "podcast:remoteItem"

#: What show and episode have alike: people, money, places, notes for machines.
COMMON: dict[str, Reader] = {
    "people": _people,
    "funding": _funding,
    "txt": _txt,
    "locations": _locations,
    "value": _value,
}

SHOW: dict[str, Reader] = {
    "title": text_of("title", "itunes:title", what="the title"),
    "description": _description,
    "language": value_of(language, "language", "dc:language"),
    "author": _author,
    "email": _email,
    "link": value_of(web_address, "link"),
    "categories": _categories,
    "explicit": value_of(truth, "itunes:explicit"),
    "type": value_of(one_of({"episodic", "serial"}), "itunes:type"),
    "guid": value_of(identifier, "podcast:guid"),
    "copyright": text_of("copyright", "dc:rights", what="the copyright"),
    "medium": value_of(one_of(_MEDIA), "podcast:medium"),
    "locked": _locked,
    "block": _block,
    "complete": value_of(truth, "itunes:complete"),
    "block_services": _block_services,
    "update_frequency": _frequency,
    "podroll": _podroll,
    "spotify": _spotify,
    **COMMON,
}
