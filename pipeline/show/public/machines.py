"""Files that list for machines what a release makes public: `quotes.json` and `llms.txt`.

They are made of the feed that goes out, which may have episodes of other clones, and of what each episode
says of its own quotes in the store: so whoever publishes lists everybody's.
"""

import contextlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.feeds.contents.live_feed import LiveFeed, LiveItem
from pipeline.rendering.text import markdown_escape, one_line
from pipeline.settings.show import Show
from pipeline.site.machines import open_quotes
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.storage.store.transfers import at_once
from pipeline.web.addresses import (
    FEED_KEY,
    INDEX_KEY,
    LLMS_KEY,
    QUOTES_KEY,
    annotations_key,
    public_url,
    transcript_key,
)
from pipeline.web.headers import moment
from pipeline.workspace import dump_json


def machine_files(
    show: Show,
    feed: LiveFeed,
    objects: Iterable[ReleaseObject],
    folder: Path,
    listed: Collection[str] = (),
    content: Callable[[str], bytes] = lambda key: b"",
) -> list[ReleaseObject]:
    """Both, written below `folder`, for the episodes of `feed`.

    What is not among `objects` is read with `content`, as far as it is `listed`.
    """
    here = {item.key: item.path for item in objects if item.path.is_file()}

    def read(key: str) -> bytes:
        return here[key].read_bytes() if key in here else content(key)

    items = sorted(
        (item for item in feed.items.values() if item.slug),
        key=lambda item: (-item.seconds, item.identity),
    )
    there = {*here, *listed}
    contents = {
        QUOTES_KEY: dump_json(_quotes(show, items, there, read)),
        LLMS_KEY: _plain_texts(show, items, there, feed.urls),
    }
    return [ReleaseObject.made(key, text.encode(), folder) for key, text in contents.items()]


def _quotes(
    show: Show, items: Iterable[LiveItem], listed: set[str], read: Callable[[str], bytes]
) -> dict[str, Any]:
    base = show.store.base_url
    having = [item for item in items if annotations_key(item.slug) in listed]
    contents = at_once(read, [annotations_key(item.slug) for item in having])
    return {
        "version": 1,
        "show": show.title,
        "language": show.language,
        "url": public_url(base, INDEX_KEY),
        "feed": public_url(base, FEED_KEY),
        "license": show.license,
        "episodes": [
            _episode(item, base, quotes)
            for item, content in zip(having, contents, strict=True)
            if (quotes := _read(content))
        ],
    }


def _episode(item: LiveItem, base: str, quotes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    date = moment(item.date)
    return {
        "guid": item.identity,
        "title": item.title,
        "date": date.isoformat() if date else "",
        "url": item.link,
        "transcript": public_url(base, transcript_key(item.slug, ".txt")),
        "annotations": public_url(base, annotations_key(item.slug)),
        "quotes": quotes,
    }


def _read(content: bytes) -> Sequence[dict[str, Any]]:
    """The quotes of an episode's annotations; none of what another program put there."""
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
        return open_quotes(json.loads(content))
    return ()


def _plain_texts(
    show: Show, items: Iterable[LiveItem], listed: set[str], urls: Collection[str]
) -> str:
    """A page in plain words, as llmstxt.org has it: an episode's link leads to its transcript."""
    base = show.store.base_url
    lines = [
        f"# {markdown_escape(one_line(show.title))}",
        "",
        f"> {markdown_escape(one_line(show.description))}",
        "",
        f"Quotes of all episodes, each checked against the recording: {public_url(base, QUOTES_KEY)}",
        "",
        "## Transcripts",
        "",
        *_rows(items, base, listed, urls),
    ]
    return "\n".join(lines) + "\n"


def _rows(
    items: Iterable[LiveItem], base: str, listed: set[str], urls: Collection[str]
) -> Iterator[str]:
    for item in items:
        key = transcript_key(item.slug, ".txt")
        # The file of an episode without words is empty, and its feed offers none.
        if key in listed and public_url(base, transcript_key(item.slug, ".vtt")) in urls:
            date = moment(item.date)
            day = f"{date:%Y-%m-%d}, " if date else ""
            title = markdown_escape(one_line(item.title))
            yield f"- [{title}]({public_url(base, key)}): {day}{item.link}"
