"""A feed of 10,000 items: its pages from `item.json` files, against bare feedgen on the same items.

    python tests/benchmarks/bench_feeds.py [--items N] [--runs N]

Ours reads the files, checks, renders and pages, first everything and then with a feed of before in
which one item was otherwise; feedgen gets the items in memory and writes one document. Each runs in a
process of its own, for its peak memory; seconds are the median of the runs. Bare feedgen writes RSS
and its own Apple tags only: no `podcast:` tag, no check, no CDATA description.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.feeds.build.build import check_and_order
from pipeline.feeds.build.item_xml import Source, rendered_items
from pipeline.feeds.build.paging import build_pages
from pipeline.feeds.contents.artwork import Pictures
from pipeline.feeds.contents.channel import make_channel
from pipeline.feeds.contents.heads import HEAD
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.feeds.contents.model import (
    ChaptersLink,
    Credit,
    Enclosure,
    FeedItem,
    ItemFile,
    TranscriptLink,
)
from pipeline.models import encode
from pipeline.settings.channel import ChannelSettings
from pipeline.settings.podcasting import LinkedSoundbite
from pipeline.workspace import dump_json

NOTES = "<p>What was said in this episode, with <em>names</em> &amp; numbers. </p>" * 14  # 1 kB
START = datetime(2000, 1, 1, tzinfo=UTC)
BASE_URL = "https://cdn.example.org/show/"

CHANNEL = make_channel(
    ChannelSettings(
        title="A long-running show",
        description="One episode every day.",
        language="en",
        author="The host",
        email="host@example.org",
        categories=["Technology"],
    ),
    BASE_URL,
    "art/cover-00000000.jpg",
    hubs=(),
    uses_podping=False,
    pictures=Pictures(),
)


def make_items(count: int) -> list[ItemFile]:
    """Items with three transcripts, chapters, a soundbite, two people and 1 kB of notes each."""
    return [_item(number) for number in range(count)]


def _item(number: int) -> ItemFile:
    slug = f"episode-{number:05d}"
    digest = f"{number:064x}"
    return ItemFile(
        version=1,
        slug=slug,
        guid=f"guid-{number}",
        title=f"Episode about subject {number}",
        date=START + timedelta(days=number),
        duration=2467.3,
        enclosure=Enclosure(f"audio/{slug}-{digest[-8:]}.mp3", 39_000_000, "audio/mpeg", digest),
        objects=[],
        item=FeedItem(
            page=f"episodes/{slug}.html",
            summary="One sentence about the episode.",
            description="<p>One sentence about the episode.</p>",
            content=NOTES,
            type="full",
            explicit=None,
            block=False,
            season=1 + number // 100,
            season_name=None,
            episode=1 + number % 100,
            transcripts=[
                TranscriptLink(f"transcripts/{slug}.vtt", "text/vtt", "en", "captions"),
                TranscriptLink(f"transcripts/{slug}.srt", "application/x-subrip", "en", "captions"),
                TranscriptLink(f"transcripts/{slug}.json", "application/json", "en"),
            ],
            chapters=ChaptersLink(f"chapters/{slug}.json", "application/json+chapters"),
            soundbites=[
                LinkedSoundbite(start=73.25, duration=19.75, title="A sentence worth hearing.")
            ],
            people=[Credit("The host", "host", "cast"), Credit("A guest", "guest", "cast")],
            license=None,
            funding=[],
            txt=[],
            discussions=[],
            video=None,
        ),
    )


def write_items(items: Sequence[ItemFile], folder: Path) -> list[Source]:
    """The items as the item stage leaves them."""
    sources = []
    for item in items:
        path = folder / f"{item.slug}.json"
        path.write_text(dump_json(encode(item)), encoding="utf-8")
        sources.append(Source(str(path), HEAD.read(path)))
    return sources


def build_ours(sources: Sequence[Source], before: Sequence[Path] = ()) -> list[bytes]:
    """The whole feed, checked, with every tag; the bytes of each page."""
    old = [item for path in before for item in read_feed(path.read_bytes()).items.values()]
    items = rendered_items(CHANNEL, sources, {item.guid: item.raw for item in old})
    return [
        page.content
        for page in build_pages(CHANNEL, check_and_order(CHANNEL, items, may_be_empty=False))
    ]


def build_bare(items: Sequence[ItemFile]) -> bytes:
    """What feedgen alone writes of the same items."""
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    feed.load_extension("podcast")
    feed.title(CHANNEL.show.title)
    feed.link(href=CHANNEL.link)
    feed.description(CHANNEL.show.description)
    for item in reversed(items):
        entry = feed.add_entry(order="append")
        entry.title(item.title)
        entry.link(href=BASE_URL + item.item.page)
        entry.description(item.item.description)
        entry.content(item.item.content, type="CDATA")
        entry.guid(item.guid)
        entry.enclosure(BASE_URL + item.enclosure.key, item.enclosure.length, item.enclosure.type)
        entry.pubDate(item.date)
        entry.podcast.itunes_duration(round(item.duration))
        entry.podcast.itunes_season(item.item.season)
        entry.podcast.itunes_episode(item.item.episode)
        entry.podcast.itunes_episode_type(item.item.type)
    content: bytes = feed.rss_str(pretty=True)
    return content


def _seconds(work: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3  # kB on Linux


def measure_ours(folder: Path, runs: int) -> dict[str, float]:
    """Seconds for everything, and after one change; bytes, pages and peak memory in MB."""
    paths = sorted(folder.glob("*.json"))
    sources = [Source(str(path), HEAD.read(path)) for path in paths]
    changed = len(paths) // 2
    known = [each._replace(known=n != changed) for n, each in enumerate(sources)]
    pages = build_ours(sources)
    before = [folder / f"{number}.xml" for number in range(len(pages))]
    for path, content in zip(before, pages, strict=True):
        path.write_bytes(content)
    assert build_ours(known, before) == pages
    sizes = list(map(len, pages))
    return {
        "seconds": _seconds(lambda: build_ours(sources), runs),
        "changed": _seconds(lambda: build_ours(known, before), runs),
        "megabytes": sum(sizes) / 1e6,
        "pages": len(sizes),
        "largest": max(sizes) / 1e6,
        "peak_mb": _peak(),
    }


def measure_bare(count: int, runs: int) -> dict[str, float]:
    """Seconds, bytes and peak memory in MB, of which the items in memory are a part."""
    items = make_items(count)
    before = _peak()
    seconds = _seconds(lambda: build_bare(items), runs)
    size = len(build_bare(items)) / 1e6
    return {"seconds": seconds, "megabytes": size, "peak_mb": _peak(), "items_mb": before}


def _apart(*arguments: str) -> dict[str, float]:
    command = [sys.executable, __file__, *arguments]
    found: dict[str, float] = json.loads(
        subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        print(json.dumps(measure_bare(options.items, options.runs)))
        return
    if options.ours:
        print(json.dumps(measure_ours(options.ours, options.runs)))
        return
    sizes = ("--items", str(options.items), "--runs", str(options.runs))
    bare = _apart("--bare", *sizes)
    with tempfile.TemporaryDirectory() as folder:
        write_items(make_items(options.items), Path(folder))
        ours = _apart("--ours", folder, *sizes)
    print(f"{options.items:,} items, median of {options.runs} runs")
    print(
        f"  bare feedgen      {bare['seconds']:6.2f} s  {bare['megabytes']:5.1f} MB of XML"
        f"  peak {bare['peak_mb']:4.0f} MB, of which the items {bare['items_mb']:.0f} MB"
    )
    print(
        f"  ours, everything  {ours['seconds']:6.2f} s  {ours['megabytes']:5.1f} MB of XML"
        f"  peak {ours['peak_mb']:4.0f} MB; {ours['pages']:.0f} pages, the largest"
        f" {ours['largest']:.2f} MB"
    )
    print(f"  ours, one change  {ours['changed']:6.2f} s")
    print(f"  ratio             {ours['seconds'] / bare['seconds']:6.2f}")


if __name__ == "__main__":
    main()
