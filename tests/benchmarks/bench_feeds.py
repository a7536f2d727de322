"""A feed of 10,000 items: `build_feed` against bare feedgen on the same items, in the same run.

    python tests/benchmarks/bench_feeds.py [--items N] [--runs N]

Each builder runs in a process of its own, for its peak memory; seconds are the median of the runs.
Bare feedgen writes RSS and its own Apple tags only: no `podcast:` tag, no check, no CDATA description.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from pipeline.feeds.build import build_feed
from pipeline.feeds.channel import ShowFacts, make_channel
from pipeline.feeds.model import (
    ChaptersLink,
    Credit,
    Enclosure,
    FeedItem,
    ItemFile,
    Soundbite,
    TranscriptLink,
    read_item,
)
from pipeline.models import encode
from pipeline.workspace import dump_json

NOTES = "<p>What was said in this episode, with <em>names</em> &amp; numbers. </p>" * 14  # 1 kB
START = datetime(2000, 1, 1, tzinfo=UTC)
BASE_URL = "https://cdn.example.org/show/"

CHANNEL = make_channel(
    ShowFacts(
        title="A long-running show",
        description="One episode every day.",
        language="en",
        author="The host",
        email="host@example.org",
        categories=["Technology"],
        base_url=BASE_URL,
    ),
    "art/cover-00000000.jpg",
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
            soundbites=[Soundbite(73.25, 19.75, "A sentence worth hearing.")],
            people=[Credit("The host", "host", "cast"), Credit("A guest", "guest", "cast")],
            license=None,
            funding=[],
            txt=[],
            discussions=[],
            video=None,
        ),
    )


def build_ours(items: Sequence[ItemFile]) -> bytes:
    """The whole feed, checked, with every tag."""
    return build_feed(CHANNEL, items)


def build_bare(items: Sequence[ItemFile]) -> bytes:
    """What feedgen alone writes of the same items."""
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    feed.load_extension("podcast")
    feed.title(CHANNEL.title)
    feed.link(href=CHANNEL.link)
    feed.description(CHANNEL.description)
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


def read_files(files: Sequence[bytes]) -> list[ItemFile]:
    """The items from the bytes of their `item.json`, as the feed stage reads them."""
    return [read_item(content, "item.json") for content in files]


def _seconds(work: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measure(name: str, count: int, runs: int) -> dict[str, float]:
    """One builder in this process: seconds, bytes and peak memory in MB."""
    items = make_items(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kB on Linux
    build = build_ours if name == "ours" else build_bare
    found = {
        "seconds": _seconds(lambda: build(items), runs),
        "megabytes": len(build(items)) / 1e6,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
        "items_mb": before / 1e3,
    }
    if name == "ours":
        files = [dump_json(encode(item)).encode() for item in items]
        found["read_seconds"] = _seconds(lambda: read_files(files), runs)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=["ours", "bare"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(measure(options.only, options.items, options.runs)))
        return
    results = {}
    for name in ("bare", "ours"):
        command = [sys.executable, __file__, "--only", name]
        command += ["--items", str(options.items), "--runs", str(options.runs)]
        results[name] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    ours, bare = results["ours"], results["bare"]
    print(f"{options.items:,} items, median of {options.runs} runs")
    for label, name in (("bare feedgen", "bare"), ("build_feed", "ours")):
        row = results[name]
        print(
            f"  {label:13} {row['seconds']:6.2f} s  {row['megabytes']:5.1f} MB of XML"
            f"  peak {row['peak_mb']:4.0f} MB, of which the items {row['items_mb']:.0f} MB"
        )
    print(f"  ratio         {ours['seconds'] / bare['seconds']:6.2f}")
    print(f"  reading the item.json files {ours['read_seconds']:.2f} s")


if __name__ == "__main__":
    main()
