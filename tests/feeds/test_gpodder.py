"""gPodder follows the pages of a long feed (A-04): a real client, every episode once."""

import dataclasses
import functools
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from http.server import HTTPServer, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.feeds.build import paging
from pipeline.feeds.build.build import check_and_order
from pipeline.feeds.build.item_xml import render_items
from pipeline.feeds.contents.heads import Rendered
from tests.feeds.makers import NewChannel, NewItem, head_of


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.network
@pytest.mark.usefixtures("no_proxy")
@pytest.mark.proves("A-04")
def test_gpodder_finds_the_episodes_of_all_pages(
    new_item: NewItem,
    new_channel: NewChannel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    serving: Callable[[HTTPServer], AbstractContextManager[str]],
) -> None:
    if not shutil.which("gpo"):
        pytest.skip("gPodder is not installed")
    monkeypatch.setattr(paging, "OPEN", 1)
    monkeypatch.setattr(paging, "CLOSED", 1)
    handler = functools.partial(_Quiet, directory=str(tmp_path / "site"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    channel = new_channel(base_url=f"http://127.0.0.1:{server.server_address[1]}/")
    days = range(1, 6)
    items = [
        new_item(
            f"e{day}",
            guid=f"g{day}",
            title=f"On day {day}",
            date=datetime(2024, 1, day, tzinfo=UTC),
        )
        for day in days
    ]
    rendered = [
        Rendered(dataclasses.replace(head_of(item), enclosure=item.slug), xml)
        for item, xml in zip(items, render_items(items, channel), strict=True)
    ]
    for page in paging.build_pages(channel, check_and_order(channel, rendered, may_be_empty=False)):
        path = tmp_path / "site" / page.key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page.content)
    with serving(server):
        home = os.environ | {"GPODDER_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
        for command in (["subscribe", channel.feed_url], ["episodes", channel.feed_url]):
            done = subprocess.run(
                ["gpo", *command], capture_output=True, text=True, timeout=120, env=home
            )
            assert done.returncode == 0, done.stderr
    assert [done.stdout.count(f"On day {day}") for day in days] == [1] * len(days)
