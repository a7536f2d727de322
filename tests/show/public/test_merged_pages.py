"""The show's page when another clone has published too: every episode, each with its own page."""

import re
from collections.abc import Callable
from typing import Any

from pipeline.feeds.contents.live_feed import LiveFeed, LiveItem
from pipeline.settings.show import load_show
from pipeline.show.public.merged_pages import merged_pages
from pipeline.workspace import Workspace

Text = Callable[..., str]
Imported = Callable[..., dict[str, Any]]


def live(guid: str, title: str, date: str, **values: str) -> LiveItem:
    return LiveItem(guid=guid, title=title, date=date, **values)  # type: ignore[arg-type]


def test_episodes_of_both_clones_and_imported_ones_are_listed(
    workspace: Workspace, item: Text, feed: Text, imported: Imported
) -> None:
    imported(workspace, feed(item("a", 1, more="<link>https://old.example.org/a</link>")))
    items = {
        "a": live("a", "Episode a", "Wed, 01 May 2024 12:00:00 +0200"),
        "b": live(
            "b", "Theirs", "Fri, 03 May 2024 12:00:00 +0000", duration="3700", description="<p>Theirs</p>",
            enclosure="https://media.example.org/show/audio/theirs-00112233.mp3",
        ),
        "c": live(
            "c", "Theirs, imported", "no date", duration="", link="https://old.example.org/c",
            enclosure="https://old.example.org/c.mp3",
        ),
        "d": live("d", "Nowhere", "Fri, 03 May 2024 12:00:00 +0000"),
    }  # fmt: skip
    ours, feed_ = {"a": "episode-a"}, LiveFeed(items=items)
    page = merged_pages(workspace, load_show(workspace), ours, feed_)["index.html"].decode()
    assert re.findall(r'<h3 dir="auto"><a href="([^"]+)">([^<]+)', page) == [
        ("episodes/theirs.html", "Theirs"),
        ("https://old.example.org/a", "Episode a"),
        ("https://old.example.org/c", "Theirs, imported"),
    ]
    assert page.count("Theirs<") == 1  # its feed has no summary, and repeats the title
    assert re.findall(r"</time>(?: <span>([^<]+))?", page) == ["1 h 2 min", "", ""]
