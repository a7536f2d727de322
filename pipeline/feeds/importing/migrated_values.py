"""What show and episode have alike in a foreign feed: people, money, places, notes, threads, pictures.

`COMMON` says which key comes from which tag: a new one is a line there.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.feeds.contents.social import social_account
from pipeline.feeds.importing.foreign import Node
from pipeline.feeds.importing.foreign_values import (
    Kind,
    Losses,
    count,
    https_address,
    line,
    parsed,
    plain,
    setting,
    shaped,
    shown,
    truth,
)
from pipeline.settings.fields import BODY, LINE, SHORT
from pipeline.settings.podcasting import LICENSES, Discussion, FeedImage, Location, Value
from pipeline.settings.taxonomy import classify

#: What reads one key of our settings off a channel or an item: a value, or None, "" or an empty list.
Reader = Callable[[Node, Losses], Any]

MEDIA_TYPE = shaped(r"[\w.+-]+/[\w.+-]+(\s*;.*)?", "media type")


def read_all(readers: Mapping[str, Reader], node: Node, losses: Losses) -> dict[str, Any]:
    """The keys that say something."""
    return present(**{key: read(node, losses) for key, read in readers.items()})


def text_of(*tags: str, what: str) -> Reader:
    """Reads a line of plain text off the first of `tags` that has any."""
    return lambda node, losses: line(plain(node.line(*tags)), LINE, what, losses)


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


def txt_of(node: Node, losses: Losses) -> dict[str, list[str]]:
    """The texts of each purpose."""
    found: dict[str, list[str]] = {}
    for each in node.all("podcast:txt"):
        purpose = line(each.get("purpose"), SHORT, "the purpose of a txt", losses)
        if text := line(each.text, BODY, "a txt", losses):
            found.setdefault(purpose, []).append(text)
    return found


def as_setting(txt: Mapping[str, list[str]]) -> dict[str, str | list[str]]:
    """As hosts write them: one text, or a list of several."""
    return {purpose: each[0] if len(each) == 1 else each for purpose, each in txt.items() if each}


def _images(node: Node, losses: Losses) -> list[dict[str, Any]]:
    found = [
        present(
            href=attribute(https_address, each, "href", losses),
            alt=line(each.get("alt"), LINE, "what is seen on a picture", losses),
            purpose=line(each.get("purpose"), SHORT, "the purpose of a picture", losses),
            aspect_ratio=attribute(
                setting(FeedImage, "aspect_ratio"), each, "aspect-ratio", losses
            ),
            width=attribute(count, each, "width", losses) or None,
            height=attribute(count, each, "height", losses) or None,
            type=attribute(MEDIA_TYPE, each, "type", losses),
        )
        for each in node.all("podcast:image")
    ]
    return [image for image in found if "href" in image]


def discussions_of(node: Node, losses: Losses) -> list[dict[str, Any]]:
    """Threads and links; who began a thread is written down where its address does not tell."""
    found: dict[str, dict[str, Any]] = {}
    for each in node.all("podcast:contentLink"):
        if url := attribute(https_address, each, "href", losses):
            title = line(each.text, LINE, "a link's words", losses)
            found.setdefault(url, {"title": title or "Discussion", "url": url})
    for each in _interactions(node):
        url = attribute(https_address, each, "uri", losses)
        protocol = attribute(setting(Discussion, "protocol"), each, "protocol", losses)
        if not (url and protocol):
            losses.add(
                "a thread without an address of the web, or of an unknown protocol, is left out"
            )
            continue
        thread = found.setdefault(url, {"title": "Comments", "url": url})
        account = line(each.get("accountId"), LINE, "a thread's account", losses)
        page = attribute(https_address, each, "accountUrl", losses)
        if page or social_account(url) != (protocol, account):
            thread.update(present(protocol=protocol, account=account, account_url=page))
    return list(found.values())


def _comments(node: Node, _: Losses) -> bool | None:
    """False where the feed turns comments off."""
    states = {each.get("protocol").lower() for each in node.all("podcast:socialInteract")}
    return False if "disabled" in states else None


def _interactions(node: Node) -> list[Node]:
    found = node.all("podcast:socialInteract")
    return [each for each in found if each.get("protocol").lower() != "disabled"]


def _locations(node: Node, losses: Losses) -> list[dict[str, Any]]:
    places = [
        present(
            name=line(each.text, SHORT, "a location", losses),
            rel=attribute(setting(Location, "rel"), each, "rel", losses),
            geo=attribute(setting(Location, "geo"), each, "geo", losses),
            osm=attribute(setting(Location, "osm"), each, "osm", losses),
            country=attribute(setting(Location, "country"), each, "country", losses),
        )
        for each in node.all("podcast:location")
    ]
    return [place for place in places if "name" in place]


def _value(node: Node, losses: Losses) -> dict[str, Any]:
    values = node.all("podcast:value")
    if not values:
        return {}
    found = values[0]
    if len(values) > 1:
        losses.add("only the first of several <podcast:value> is kept")
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
        suggested=attribute(setting(Value, "suggested"), found, "suggested", losses),
        recipients=whole,
    )


#: What show and episode have alike: people, money, places, notes for machines.
COMMON: dict[str, Reader] = {
    "people": _people,
    "funding": _funding,
    "txt": lambda node, losses: as_setting(txt_of(node, losses)),
    "locations": _locations,
    "value": _value,
    "discussions": discussions_of,
    "comments": _comments,
    "images": _images,
}
