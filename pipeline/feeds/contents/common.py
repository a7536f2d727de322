"""What a feed says of a show and of an episode alike, as its tags and `item.json` have it."""

from typing import Any

from pipeline.feeds.contents.artwork import Pictures
from pipeline.feeds.contents.model import Credit, License, Note, PublishedImage, Thread
from pipeline.feeds.contents.rules import Report
from pipeline.settings.channel import ChannelSettings
from pipeline.settings.episode import ItemSettings
from pipeline.settings.podcasting import LICENSES
from pipeline.settings.taxonomy import classify
from pipeline.text.cleaning import clean_line


def common(
    report: Report, said: ChannelSettings | ItemSettings, pictures: Pictures
) -> dict[str, Any]:
    """People, money, places and the like, by the names that `Channel` and `FeedItem` have for them."""
    return {
        "people": [
            Credit(
                clean_line(person.name),
                *classify(person.role, person.group),
                person.href,
                pictures.address(report, f"people[{number}].img", person.img),
            )
            for number, person in enumerate(said.people, start=1)
        ],
        "license": _license(clean_line(said.license or ""), said.license_url),
        "funding": [
            place.model_copy(update={"text": clean_line(place.text)}) for place in said.funding
        ],
        "txt": [  # P-14
            Note(clean_line(purpose), clean_line(text))
            for purpose, texts in sorted(said.txt.items())
            for text in ([texts] if isinstance(texts, str) else texts)
        ],
        "discussions": [
            Thread(clean_line(each.title), each.url, each.protocol, each.account, each.account_url)
            for each in said.discussions
        ],
        "images": [
            PublishedImage.model_construct(
                **dict(image)
                | {"href": pictures.address(report, f"images[{number}].href", image.href)}
            )
            for number, image in enumerate(said.images, start=1)
        ],
        "locations": [
            place.model_copy(update={"name": clean_line(place.name)}) for place in said.locations
        ],
    }


def _license(name: str, url: str | None) -> License | None:
    """A license of the namespace's list, lower-cased, or any other with its address (P-10)."""
    if not name:
        return None
    known = name.lower()
    return License(known, url or LICENSES[known]) if known in LICENSES else License(name, url)
