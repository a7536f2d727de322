"""What lies beside an item's audio in a foreign feed: transcripts, chapters, soundbites, other forms."""

from collections.abc import Iterator
from typing import Any

from pipeline.feeds.importing import foreign_values as kinds
from pipeline.feeds.importing.foreign import Node
from pipeline.feeds.importing.foreign_values import Losses, parsed
from pipeline.feeds.importing.migrated_values import MEDIA_TYPE, present
from pipeline.settings.fields import SHORT
from pipeline.times import clock

_DECIMAL = r"\d{1,9}(\.\d{1,9})?"  # as the feed's schema takes it: no 1e999, no Infinity


def side_files(node: Node, length: float) -> dict[str, Any]:
    """What lies beside the audio, which has `length` seconds, and stays where it is."""
    guid = node.first("guid")
    return present(
        permalink=guid.get("isPermaLink").lower() != "false"
        and parsed(kinds.web_address, guid.text, "<guid>", Losses()) == guid.text,
        chapters=node.first("podcast:chapters").value(kinds.web_address, "url"),
        transcripts=list(_transcripts(node)),
        soundbites=list(_soundbites(node, length)),
        number=_display_number(node),
    )


def media_type_of(node: Node, what: str) -> str | None:
    """The media type that a tag says, in lower case."""
    return parsed(MEDIA_TYPE, node.get("type").lower(), what, node.losses)


def _transcripts(node: Node) -> Iterator[dict[str, Any]]:
    for each in node.all("podcast:transcript"):
        url = each.value(kinds.web_address, "url")
        kind = media_type_of(each, "<podcast:transcript type>")
        if url and kind:
            spoken = each.value(kinds.language, "language")
            yield present(url=url, type=kind, language=spoken, rel=each.get("rel"))
        else:
            node.losses.add("a transcript without address or media type is left out")


def _soundbites(node: Node, length: float) -> Iterator[dict[str, Any]]:
    for each in node.all("podcast:soundbite"):
        start = each.value(kinds.seconds, "startTime")
        duration = each.value(kinds.seconds, "duration")
        if start is None or not duration:
            node.losses.add("a soundbite without start or duration is left out")
        elif length and start + duration > length:
            node.losses.add("a soundbite behind the end of the episode is left out")
        else:
            title = each.words("a soundbite", SHORT)
            yield present(start=start, duration=duration, title=title)


def _display_number(node: Node) -> str | None:
    written = node.line("podcast:episode")
    if parsed(kinds.count, written, "<podcast:episode>", Losses()) is not None:
        return None
    return parsed(
        kinds.shaped(_DECIMAL, "decimal number"), written, "<podcast:episode>", node.losses
    )


def chapters_of(node: Node) -> list[dict[str, Any]]:
    found = []
    marks = (each for held in node.all("psc:chapters") for each in held.all("psc:chapter"))
    for each in marks:
        start = each.value(kinds.moment, "start")
        title = each.words("a chapter's title", of="title")
        if start is None or not title:
            node.losses.add("a chapter without start or title is left out")
        else:
            url = each.value(kinds.web_address, "href")
            image = each.value(kinds.web_address, "image")
            found.append(present(at=clock(start, 3), title=title, url=url, image=image))
    return found


def alternates_of(node: Node) -> list[dict[str, Any]]:
    """What lies elsewhere in another form."""
    found = []
    for each in node.all("podcast:alternateEnclosure"):
        sources = [one.value(kinds.https_address, "uri") for one in each.all("podcast:source")]
        rate = each.value(kinds.seconds, "bitrate")  # bits a second, often with a fraction
        alternate = present(
            url=next(filter(None, sources), None),
            type=media_type_of(each, "<alternateEnclosure type>"),
            length=each.value(kinds.count, "length") or None,
            bitrate=rate / 1000 if rate else None,
            height=each.value(kinds.count, "height") or None,
            language=each.value(kinds.language, "lang" if each.get("lang") else "language"),
            title=each.words("an alternate's title", 32, of="title"),
            rel=each.words("an alternate's rel", 32, of="rel"),
            codecs=each.words("codecs", of="codecs"),
        )
        if len(sources) > 1:
            node.losses.add("only the first source of an alternate enclosure is kept")
        if "url" in alternate and "type" in alternate:
            found.append(alternate)
        else:
            node.losses.add("an alternate enclosure without an https address or a type is left out")
    return found
