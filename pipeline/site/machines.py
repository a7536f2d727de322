"""What pages say to machines: JSON-LD of schema.org, and W3C annotations that point into the transcript."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from pipeline.models import Chapter, Quote, Word
from pipeline.site.transcript import moment
from pipeline.site.unfurl import EpisodeFacts
from pipeline.web import addresses

_AROUND = 32  # letters beside a passage by which it is found again, as Hypothesis takes them
_ANNOTATIONS = "http://www.w3.org/ns/anno.jsonld"
_FRAGMENTS = "http://www.w3.org/TR/media-frags/"


def spoken(quote: Quote, words: Sequence[Word]) -> list[tuple[float, float]]:
    """When the passages were said that a quote was cut from; those that touch are one."""
    return [(words[first].start, words[last - 1].end) for first, last in quote.passages(len(words))]


def chapter_clips(
    chapters: Sequence[Chapter], duration: float, page_url: str
) -> list[dict[str, Any]]:
    """The chapters as parts of the episode: each ends where the next one begins."""
    ends = [*(chapter.start for chapter in chapters), duration]
    return [
        clip(chapter.title, start, end, f"{page_url}#{moment(start)}")
        for chapter, (start, end) in zip(chapters, pairwise(ends), strict=True)
        if start < end
    ]


def clip(name: str, start: float, end: float, url: str) -> dict[str, Any]:
    """A part of an episode; times in seconds."""
    times = {"startOffset": round(start, 2), "endOffset": round(end, 2)}
    return {"@type": "Clip", "name": name, **times, "url": url}


def quotation(facts: EpisodeFacts, quote: Quote, date: datetime, sound_url: str) -> dict[str, Any]:
    """A quote for schema.org, with the episode that it is part of."""
    person = {"@type": "Person", "name": quote.speaker} if quote.speaker else None
    series = {
        "@type": "PodcastSeries",
        "name": facts.show_title,
        "webFeed": facts.url(addresses.FEED_KEY),
    }
    found = {
        "@context": "https://schema.org",
        "@type": "Quotation",
        "text": quote.text,
        "url": facts.page_url(quote.id),
        "inLanguage": facts.language,
        "datePublished": date.isoformat(),
        "creator": person,
        "spokenByCharacter": person,
        "isPartOf": {
            "@type": "PodcastEpisode",
            "name": facts.title,
            "url": facts.page_url(),
            "partOfSeries": series,
        },
        "audio": sound_url and {"@type": "AudioObject", "contentUrl": sound_url},
    }
    return {key: value for key, value in found.items() if value}


def annotations(
    facts: EpisodeFacts,
    quotes: Sequence[Quote],
    words: Sequence[Word],
    transcript: str,
    *,
    audio_key: str,
    clips: Mapping[str, str],
) -> dict[str, Any]:
    """The quotes as W3C annotations of the published `transcript`, its plain text, and of the sound."""
    own = facts.url(addresses.annotations_key(facts.slug))
    text_url = facts.url(addresses.transcript_key(facts.slug, ".txt"))
    places = _places(transcript, words)
    items = []
    for quote in quotes:
        body: list[dict[str, Any]] = [
            {
                "type": "TextualBody",
                "value": quote.text,
                "format": "text/plain",
                "language": facts.language,
                **({"creator": {"type": "Person", "name": quote.speaker}} if quote.speaker else {}),
            },
            _resource("Text", facts.page_url(quote.id), "text/html"),
        ]
        if sound := clips.get(quote.id):
            body.append(_resource("Sound", facts.url(sound), "audio/mpeg"))
        target = []
        for first, last in quote.passages(len(words)):
            if last <= len(places):
                selector = _selector(transcript, places[first][0], places[last - 1][1])
                target.append({"source": text_url, "selector": selector})
            times = f"t={words[first].start:.2f},{words[last - 1].end:.2f}"
            fragment = {"type": "FragmentSelector", "conformsTo": _FRAGMENTS, "value": times}
            target.append({"source": facts.url(audio_key), "selector": fragment})
        items.append(
            {
                "id": f"{own}#{quote.id}",
                "type": "Annotation",
                "motivation": "highlighting",
                "body": body,
                "target": target,
            }
        )
    return {
        "@context": _ANNOTATIONS,
        "id": own,
        "type": "AnnotationCollection",
        "label": facts.title,
        "total": len(items),
        "first": {"type": "AnnotationPage", "startIndex": 0, "items": items},
    }


def _resource(kind: str, address: str, media_type: str) -> dict[str, Any]:
    return {"id": address, "type": kind, "format": media_type}


def _selector(text: str, start: int, end: int) -> dict[str, str]:
    return {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(0, start - _AROUND) : start],
        "suffix": text[end : end + _AROUND],
    }


def _places(transcript: str, words: Sequence[Word]) -> list[tuple[int, int]]:
    """Where each word stands in the plain text; as far as the words are those of its paragraphs.

    A paragraph is a line below its heading, with an empty line behind it.
    """
    lines, offset = [], 0
    for number, line in enumerate(transcript.split("\n")):
        if number % 3 == 1:
            lines.append((offset, line))
        offset += len(line) + 1
    found: list[tuple[int, int]] = []
    for start, line in lines:
        at = 0
        while len(found) < len(words) and at < len(line):
            word = words[len(found)].text
            place = line.find(word, at, at + len(word) + 1)  # behind a blank, or right behind
            if place < 0:
                break
            found.append((start + place, start + place + len(word)))
            at = place + len(word)
    return found


def open_quotes(collection: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The quotes of such annotations as `quotes.json` lists them."""
    return [_open_quote(each) for each in collection["first"]["items"]]


def _open_quote(annotation: Mapping[str, Any]) -> dict[str, Any]:
    text, *others = annotation["body"]
    address = {each["type"]: each["id"] for each in others}
    selectors = [each["selector"] for each in annotation["target"]]
    times = [each["value"] for each in selectors if each["type"] == "FragmentSelector"]
    passages = [[float(t) for t in each.removeprefix("t=").split(",")] for each in times]
    found = {
        "id": annotation["id"].rpartition("#")[2],
        "text": text["value"],
        "speaker": text.get("creator", {}).get("name"),
        "url": address["Text"],
        "sound": address.get("Sound"),
        "passages": passages,
    }
    return {key: value for key, value in found.items() if value}
