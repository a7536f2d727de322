"""What show and episode have alike in a foreign feed: people, money, places, notes, threads, pictures.

`COMMON` says which key comes from which tag: a new one is a line there.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.feeds.contents.model import social_account
from pipeline.feeds.importing import foreign_values as kinds
from pipeline.feeds.importing.foreign import Node
from pipeline.feeds.importing.foreign_values import Kind, line, parsed, plain, shown
from pipeline.settings.fields import BODY, LINE, SHORT
from pipeline.settings.podcasting import LICENSES, Discussion, FeedImage, Location, Value
from pipeline.settings.taxonomy import classify

#: What reads one key of our settings off a channel or an item: a value, or None, "" or an empty list.
Reader = Callable[[Node], Any]

MEDIA_TYPE = kinds.shaped(r"[\w.+-]+/[\w.+-]+(\s*;.*)?", "media type")


def read_all(readers: Mapping[str, Reader], node: Node) -> dict[str, Any]:
    """The keys that say something."""
    return present(**{key: read(node) for key, read in readers.items()})


def text_of(*tags: str, what: str) -> Reader:
    """Reads a line of plain text off the first of `tags` that has any."""
    return lambda node: line(plain(node.line(*tags)), LINE, what, node.losses)


def value_of(kind: Kind[Any], *tags: str) -> Reader:
    """Reads a value of a kind off the first of `tags` that has any text."""
    return lambda node: parsed(kind, node.line(*tags), f"<{tags[0]}>", node.losses)


def license_values(node: Node) -> dict[str, Any]:
    found = node.first("podcast:license")
    if not found.text:
        return {}
    name = found.words("a license", SHORT)
    url = found.value(kinds.https_address, "url")
    if name.lower() not in LICENSES and not url:
        node.losses.add(f"the license {shown(name)} has no address")
        return {}
    return present(license=name, license_url=url)


def present(**values: Any) -> dict[str, Any]:
    """The values that say something."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def shortened(text: str) -> str:
    """The beginning of a plain text that is too long for a description, up to a blank."""
    return " ".join(text[:600].rsplit(" ", 1)[0].split()) + "…"


def _people(node: Node) -> list[dict[str, Any]]:
    people = [_person(each) for each in node.all("podcast:person")]
    return [person for person in people if "name" in person]


def _person(node: Node) -> dict[str, Any]:
    role, group = node.get("role") or "host", node.get("group") or "cast"
    try:
        role, group = classify(role, group)
    except ValueError:
        node.losses.add(
            f"the role {shown(role)} of {shown(group)} is not in the taxonomy and becomes host"
        )
        role, group = "host", "cast"
    return present(
        name=node.words("a person's name", SHORT),
        role=role,
        group=group,
        href=node.value(kinds.https_address, "href"),
        img=node.value(kinds.https_address, "img"),
    )


def _funding(node: Node) -> list[dict[str, Any]]:
    return [
        {"text": each.words("a funding text", SHORT) or "Support the show", "url": url}
        for each in node.all("podcast:funding")
        if (url := each.value(kinds.https_address, "url"))
    ]


def txt_of(node: Node) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in node.all("podcast:txt"):
        purpose = each.words("the purpose of a txt", SHORT, of="purpose")
        if text := each.words("a txt", BODY):
            found.setdefault(purpose, []).append(text)
    return found


def as_setting(txt: Mapping[str, list[str]]) -> dict[str, str | list[str]]:
    """As hosts write them: one text, or a list of several."""
    return {purpose: each[0] if len(each) == 1 else each for purpose, each in txt.items() if each}


def _images(node: Node) -> list[dict[str, Any]]:
    found = [
        present(
            href=each.value(kinds.https_address, "href"),
            alt=each.words("what is seen on a picture", of="alt"),
            purpose=each.words("the purpose of a picture", SHORT, of="purpose"),
            aspect_ratio=each.value(kinds.setting(FeedImage, "aspect_ratio"), "aspect-ratio"),
            width=each.value(kinds.count, "width") or None,
            height=each.value(kinds.count, "height") or None,
            type=each.value(MEDIA_TYPE, "type"),
        )
        for each in node.all("podcast:image")
    ]
    return [image for image in found if "href" in image]


def discussions_of(node: Node) -> list[dict[str, Any]]:
    """Threads and links; who began a thread is written down where its address does not tell."""
    found: dict[str, dict[str, Any]] = {}
    for each in node.all("podcast:contentLink"):
        if url := each.value(kinds.https_address, "href"):
            found.setdefault(
                url, {"title": each.words("a link's words") or "Discussion", "url": url}
            )
    for each in node.all("podcast:socialInteract"):
        if _is_off(each):
            continue
        url = each.value(kinds.https_address, "uri")
        protocol = each.value(kinds.setting(Discussion, "protocol"), "protocol")
        if not (url and protocol):
            node.losses.add(
                "a thread without an address of the web, or of an unknown protocol, is left out"
            )
            continue
        thread = found.setdefault(url, {"title": "Comments", "url": url})
        account = each.words("a thread's account", of="accountId")
        page = each.value(kinds.https_address, "accountUrl")
        if page or social_account(url) != (protocol, account):
            thread.update(present(protocol=protocol, account=account, account_url=page))
    return list(found.values())


def _comments(node: Node) -> bool | None:
    """False where the feed turns comments off."""
    return False if any(map(_is_off, node.all("podcast:socialInteract"))) else None


def _is_off(interaction: Node) -> bool:
    return interaction.get("protocol").lower() == "disabled"


def _locations(node: Node) -> list[dict[str, Any]]:
    places = [
        present(
            name=each.words("a location", SHORT),
            **{
                key: each.value(kinds.setting(Location, key), key)
                for key in ("rel", "geo", "osm", "country")
            },
        )
        for each in node.all("podcast:location")
    ]
    return [place for place in places if "name" in place]


def _value(node: Node) -> dict[str, Any]:
    values = node.all("podcast:value")
    if not values:
        return {}
    found = values[0]
    if len(values) > 1:
        node.losses.add("only the first of several <podcast:value> is kept")
    recipients = [
        present(
            name=each.words("a recipient", SHORT, of="name"),
            type=each.get("type") or "node",
            address=each.get("address"),
            split=each.value(kinds.count, "split"),
            custom_key=each.get("customKey"),
            custom_value=each.get("customValue"),
            fee=each.value(kinds.truth, "fee"),
        )
        for each in found.all("podcast:valueRecipient")
    ]
    found.note_unread()
    whole = [each for each in recipients if "address" in each and "split" in each]
    if len(whole) < len(recipients):
        node.losses.add("a recipient of payments without address or split is left out")
    if not whole:
        return {}
    return present(
        type=found.get("type"),
        method=found.get("method"),
        suggested=found.value(kinds.setting(Value, "suggested"), "suggested"),
        recipients=whole,
    )


#: What show and episode have alike: people, money, places, notes for machines.
COMMON: dict[str, Reader] = {
    "people": _people,
    "funding": _funding,
    "txt": lambda node: as_setting(txt_of(node)),
    "locations": _locations,
    "value": _value,
    "discussions": discussions_of,
    "comments": _comments,
    "images": _images,
}
