"""A foreign feed as the settings of a show of ours: what is kept, and what cannot be, in words."""

import dataclasses
import html
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from pipeline.categories import category_names
from pipeline.feeds.foreign import Node
from pipeline.feeds.rules import LICENSES, SHORT, podcast_guid
from pipeline.feeds.taxonomy import classify

#: What we write ourselves, or what says the same as something that is kept.
_OURS = (
    "item", "generator", "lastBuildDate", "pubDate", "docs", "image", "itunes:summary",
    "itunes:title", "atom:link",
)  # fmt: skip
_YES = frozenset({"yes", "true", "explicit"})
_NO = frozenset({"no", "false", "clean"})
_MEDIA = frozenset({"podcast", "music", "video", "film", "audiobook", "newsletter", "blog"})


@dataclass
class Losses:
    """What is not kept as it was: sentences by the place where it stands, each once."""

    where: str = "the show"
    lines: dict[str, list[str]] = field(default_factory=dict)

    def add(self, sentence: str) -> None:
        """Note a loss at this place."""
        places = self.lines.setdefault(sentence, [])
        if self.where not in places:
            places.append(self.where)

    def at(self, where: str) -> "Losses":
        """The same list, for another place."""
        return dataclasses.replace(self, where=where)

    def sentences(self) -> list[str]:
        """What is lost, with the places: the first three by name."""
        return [f"{sentence}: {_places(places)}" for sentence, places in self.lines.items()]


def show_values(channel: Node, url: str, losses: Losses) -> dict[str, Any]:
    """The keys of `show.toml`; `url` is the feed's address, or empty for a file."""
    owner = channel.first("itunes:owner")
    locked = channel.first("podcast:locked")
    author = channel.line("itunes:author", "author") or (owner.line("itunes:name") if owner else "")
    email = (owner.line("itunes:email") if owner else "") or (locked.get("owner") if locked else "")
    values: dict[str, Any] = {
        "title": cut(channel.line("title", "itunes:title"), 255, "title", losses),
        "description": plain(channel.body("description") or channel.body("itunes:summary")),
        "language": channel.line("language", "dc:language"),
        "author": author[:255],
        "email": email,
        "link": address(channel.line("link")),
        "categories": _categories(channel, losses),
        "explicit": yes_no(channel.line("itunes:explicit")),
        "type": _one_of(channel.line("itunes:type").lower(), {"episodic", "serial"}),
        "guid": _guid(channel, losses) or (podcast_guid(url) if url else None),
        "copyright": channel.line("copyright", "dc:rights")[:255],
        "medium": _one_of(channel.line("podcast:medium").lower(), _MEDIA),
        "locked": yes_no(locked.text) if locked else None,
        "block": yes_no(channel.line("itunes:block")),
        "complete": yes_no(channel.line("itunes:complete")),
        **license_values(channel, losses),
        **common_values(channel, losses),
    }
    services = [node.get("id") for node in channel.all("podcast:block") if _says_yes(node)]
    values["block_services"] = [service for service in services if service]
    values["block"] = values["block"] or "" in services
    values["update_frequency"] = _frequency(channel)
    values["podroll"] = [
        present(
            guid=item.get("feedGuid"),
            url=https(item.get("feedUrl"), losses),
            title=item.get("title"),
        )
        for roll in channel.all("podcast:podroll")
        for item in roll.all("podcast:remoteItem")
    ]
    values["spotify"] = _spotify(channel)
    if moved := channel.line("itunes:new-feed-url"):
        losses.add(f"the feed says that it has moved to {moved[:200]}: import that one instead")
    channel.skip(*_OURS, "podcast:trailer", "itunes:image")
    note_unread(channel, losses)
    return present(**values)


def common_values(node: Node, losses: Losses) -> dict[str, Any]:
    """What show and episode have alike: people, money, places, notes for machines."""
    return {
        "people": [_person(each, losses) for each in node.all("podcast:person") if each.text],
        "funding": [
            {
                "text": cut(each.text or "Support the show", SHORT, "a funding text", losses),
                "url": url,
            }
            for each in node.all("podcast:funding")
            if (url := https(each.get("url"), losses))
        ],
        "txt": {each.get("purpose"): each.text for each in node.all("podcast:txt") if each.text},
        "locations": [
            present(
                name=each.text[:SHORT],
                rel=_one_of(each.get("rel"), {"subject", "creator"}),
                geo=_matching(each.get("geo"), r"geo:-?\d+(\.\d+)?,-?\d+(\.\d+)?([,;].*)?"),
                osm=_matching(each.get("osm"), r"[NWR]\d+(#\d+)?"),
                country=_matching(each.get("country").upper(), r"[A-Z]{2}"),
            )
            for each in node.all("podcast:location")
            if each.text
        ],
        "value": _value(node, losses),
    }


def license_values(node: Node, losses: Losses) -> dict[str, Any]:
    """`license` and `license_url`."""
    found = node.first("podcast:license")
    if found is None or not found.text:
        return {}
    url = https(found.get("url"), losses)
    if found.text.lower() not in LICENSES and not url:
        losses.add(f"the license {found.text!r} has no address")
        return {}
    return present(license=found.text[:SHORT], license_url=url)


def note_unread(node: Node, losses: Losses) -> None:
    """List the tags that nobody asked for."""
    for name in node.unread():
        losses.add(f"<{name[-80:]}> is not kept")


def present(**values: Any) -> dict[str, Any]:
    """The values that say something."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def yes_no(text: str) -> bool | None:
    """The many ways in which feeds say yes and no; None for neither."""
    word = text.lower()
    return True if word in _YES else False if word in _NO else None


def address(url: str) -> str | None:
    """A web address in ASCII, or None for what is none."""
    encoded = quote(url, safe="%/:=&?~#+!$,;'@()*[]")
    parts = urlsplit(encoded)
    return encoded if parts.scheme in {"http", "https"} and parts.hostname else None


def https(url: str, losses: Losses) -> str | None:
    """An https address; an http one is lost, because the podcast namespace allows no other (P-16)."""
    found = address(url)
    if found and not found.startswith("https:"):
        losses.add(f"an address without https is left out ({urlsplit(found).hostname})")
        return None
    return found


def cut(text: str, limit: int, what: str, losses: Losses) -> str:
    """At most `limit` characters of a line."""
    if len(text) <= limit:
        return text
    losses.add(f"{what} has {len(text)} characters and is cut to {limit}")
    return text[: limit - 1].rstrip() + "…"


def plain(markup: str) -> str:
    """HTML, or text that only looks like it, as plain text."""
    text = re.sub(r"(?i)<br\s*/?>|</p>|</li>|</div>", "\n", markup)
    text = re.sub(r"<[^<>]*>", "", text)
    for _ in range(3):  # escaped more than once: a common mistake
        text, before = html.unescape(text), text
        if text == before:
            break
    return re.sub(r"[ \t\xa0]+", " ", re.sub(r"\n\s*\n+", "\n\n", text)).strip()


def number(text: str) -> int | None:
    """A positive whole number, or None."""
    return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else None


def _guid(channel: Node, losses: Losses) -> str | None:
    """The show's own id; what is no UUID was never one (P-01)."""
    text = channel.line("podcast:guid")
    try:
        return str(uuid.UUID(text)) if text else None
    except ValueError:
        losses.add(f"the podcast:guid {text[:40]!r} is no UUID")
        return None


def _person(node: Node, losses: Losses) -> dict[str, Any]:
    role, group = node.get("role") or "host", node.get("group") or "cast"
    try:
        role, group = classify(role, group)
    except ValueError:
        losses.add(f"the role {role!r} of {group!r} is not in the taxonomy and becomes host")
        role, group = "host", "cast"
    return present(
        name=cut(node.text, SHORT, "a person's name", losses),
        role=role,
        group=group,
        href=https(node.get("href"), losses),
        img=https(node.get("img"), losses),
    )


def _value(node: Node, losses: Losses) -> dict[str, Any]:
    found = node.first("podcast:value")
    if found is None:
        return {}
    recipients = [
        present(
            name=each.get("name")[:SHORT],
            type=each.get("type") or "node",
            address=each.get("address"),
            split=int(each.get("split")) if each.get("split").isdigit() else None,
            custom_key=each.get("customKey"),
            custom_value=each.get("customValue"),
            fee=yes_no(each.get("fee")),
        )
        for each in found.all("podcast:valueRecipient")
    ]
    note_unread(found, losses)
    whole = [each for each in recipients if "address" in each and "split" in each]
    if not whole:
        return {}
    return present(
        type=found.get("type"),
        method=found.get("method"),
        suggested=_matching(found.get("suggested"), r"\d+(\.\d+)?"),
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
                losses.add(f"the category {name!r} is not in Apple's list")
    unique = list(dict.fromkeys(found))
    for name in unique[3:]:
        losses.add(f"the category {name!r} is one more than three")
    return unique[:3]


def _frequency(channel: Node) -> dict[str, Any]:
    found = channel.first("podcast:updateFrequency")
    if found is None or not found.text:
        return {}
    rule = _matching(found.get("rrule"), r"FREQ=[A-Z]+(;[A-Z]+=[-+:.,\w]+)*")
    return present(text=found.text[:SHORT], rrule=None if "COUNT=" in (rule or "") else rule)


def _spotify(channel: Node) -> dict[str, Any]:
    limit = channel.first("spotify:limit")
    countries = channel.line("spotify:countryOfOrigin").lower().split()
    return present(
        limit=number(limit.get("recentCount")) if limit else None,
        countries=[name for name in countries if re.fullmatch("[a-z]{2}", name)],
    )


def _says_yes(node: Node) -> bool:
    return yes_no(node.text) is True


def _one_of(text: str, known: "set[str] | frozenset[str]") -> str | None:
    return text if text in known else None


def _matching(text: str, pattern: str) -> str | None:
    return text if re.fullmatch(pattern, text) else None


def _places(places: Sequence[str]) -> str:
    more = len(places) - 3
    return ", ".join(places[:3]) + (f" and {more} more" if more > 0 else "")
