"""What lies beside an item's audio in a foreign feed: transcripts, chapters, soundbites, other forms."""

from collections.abc import Iterator
from typing import Any

from pipeline.feeds.importing.foreign import Node
from pipeline.feeds.importing.foreign_values import (
    Losses,
    count,
    https_address,
    language,
    line,
    moment,
    parsed,
    seconds,
    shaped,
    web_address,
)
from pipeline.feeds.importing.migrated_values import MEDIA_TYPE, attribute, present
from pipeline.settings.fields import LINE, SHORT
from pipeline.times import clock

_DECIMAL = r"\d{1,9}(\.\d{1,9})?"  # as the feed's schema takes it: no 1e999, no Infinity


def side_files(node: Node, length: float, losses: Losses) -> dict[str, Any]:
    """What lies beside the audio, which has `length` seconds, and stays where it is."""
    chapters = node.first("podcast:chapters")
    guid = node.first("guid")
    return present(
        permalink=guid is not None
        and guid.get("isPermaLink").lower() != "false"
        and parsed(web_address, guid.text, "<guid>", Losses()) == guid.text,
        chapters=attribute(web_address, chapters, "url", losses) if chapters else None,
        transcripts=list(_transcripts(node, losses)),
        soundbites=list(_soundbites(node, length, losses)),
        number=_display_number(node, losses),
    )


def _transcripts(node: Node, losses: Losses) -> Iterator[dict[str, Any]]:
    for each in node.all("podcast:transcript"):
        url = attribute(web_address, each, "url", losses)
        kind = parsed(MEDIA_TYPE, each.get("type").lower(), "<podcast:transcript type>", losses)
        if url and kind:
            spoken = attribute(language, each, "language", losses)
            yield present(url=url, type=kind, language=spoken, rel=each.get("rel"))
        else:
            losses.add("a transcript without address or media type is left out")


def _soundbites(node: Node, length: float, losses: Losses) -> Iterator[dict[str, Any]]:
    for each in node.all("podcast:soundbite"):
        start = attribute(seconds, each, "startTime", losses)
        duration = attribute(seconds, each, "duration", losses)
        if start is None or not duration:
            losses.add("a soundbite without start or duration is left out")
        elif length and start + duration > length:
            losses.add("a soundbite behind the end of the episode is left out")
        else:
            title = line(each.text, SHORT, "a soundbite", losses)
            yield present(start=start, duration=duration, title=title)


def _display_number(node: Node, losses: Losses) -> str | None:
    written = node.line("podcast:episode")
    if parsed(count, written, "<podcast:episode>", Losses()) is not None:
        return None
    return parsed(shaped(_DECIMAL, "decimal number"), written, "<podcast:episode>", losses)


def chapters_of(node: Node, losses: Losses) -> list[dict[str, Any]]:
    """Chapters that stand in the feed itself."""
    found = []
    for each in (each for all_ in node.all("psc:chapters") for each in all_.all("psc:chapter")):
        start = attribute(moment, each, "start", losses)
        title = line(each.get("title"), LINE, "a chapter's title", losses)
        if start is None or not title:
            losses.add("a chapter without start or title is left out")
        else:
            url = attribute(web_address, each, "href", losses)
            image = attribute(web_address, each, "image", losses)
            found.append(present(at=clock(start, 3), title=title, url=url, image=image))
    return found


def alternates_of(node: Node, losses: Losses) -> list[dict[str, Any]]:
    """What lies elsewhere in another form."""
    found = []
    for each in node.all("podcast:alternateEnclosure"):
        sources = [
            attribute(https_address, one, "uri", losses) for one in each.all("podcast:source")
        ]
        rate = attribute(seconds, each, "bitrate", losses)  # bits a second, often with a fraction
        alternate = present(
            url=next(filter(None, sources), None),
            type=parsed(MEDIA_TYPE, each.get("type").lower(), "<alternateEnclosure type>", losses),
            length=attribute(count, each, "length", losses) or None,
            bitrate=rate / 1000 if rate else None,
            height=attribute(count, each, "height", losses) or None,
            language=attribute(language, each, "lang" if each.get("lang") else "language", losses),
            title=line(each.get("title"), 32, "an alternate's title", losses),
            rel=line(each.get("rel"), 32, "an alternate's rel", losses),
            codecs=line(each.get("codecs"), LINE, "codecs", losses),
        )
        if len(sources) > 1:
            losses.add("only the first source of an alternate enclosure is kept")
        if "url" in alternate and "type" in alternate:
            found.append(alternate)
        else:
            losses.add("an alternate enclosure without an https address or a type is left out")
    return found
