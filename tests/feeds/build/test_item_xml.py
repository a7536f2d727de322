"""Items that are taken over from the feed of before: the same bytes, and no work."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.build.item_xml import Source, render_items, rendered_items
from pipeline.feeds.contents.channel import Channel
from pipeline.feeds.contents.heads import HEAD
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.feeds.contents.model import ItemFile
from pipeline.models import encode
from pipeline.workspace import dump_json
from tests.feeds.makers import BuildFeed, NewChannel, NewItem

TRICKS = ["]]>", "<![CDATA[", "</item>", "<item>", "    ", '<guid isPermaLink="false">', "a</guid>"]
MARKUP = st.lists(st.sampled_from([*"<>]&x\n", *TRICKS]), max_size=12).map("".join)


@pytest.fixture
def items(new_item: NewItem) -> list[ItemFile]:
    item = new_item()
    return [
        dataclasses.replace(
            item,
            slug=f"e{number}",
            guid=f"guid & <{number}>",
            date=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number),
            enclosure=dataclasses.replace(item.enclosure, key=f"audio/e{number}-0123abcd.mp3"),
        )
        for number in range(3)
    ]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., list[Source]]:
    def written(items: Sequence[ItemFile], known: Sequence[str] = ()) -> list[Source]:
        sources = []
        for item in items:
            path = tmp_path / f"{item.slug}.json"
            path.write_text(dump_json(encode(item)), encoding="utf-8")
            sources.append(Source(str(path), HEAD.read(path), item.slug in known))
        return sources

    return written


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The slugs of the items that were rendered, in order."""
    slugs: list[str] = []
    render = render_items

    def spy(items: Sequence[ItemFile], channel: Channel) -> list[bytes]:
        slugs.extend(item.slug for item in items)
        return render(items, channel)

    monkeypatch.setattr("pipeline.feeds.build.item_xml.render_items", spy)
    return slugs


def items_of(feed: bytes) -> dict[str, bytes]:
    """As the feed's stage reads them."""
    return {guid: item.raw for guid, item in read_feed(feed).items.items()}


def test_a_known_item_is_taken_out_of_the_feed_of_before(
    write: Callable[..., list[Source]],
    items: list[ItemFile],
    new_channel: NewChannel,
    build_feed: BuildFeed,
    seen: list[str],
) -> None:
    channel = new_channel()
    before = build_feed(channel, items)
    afresh = {each.head.slug: each for each in rendered_items(channel, write(items), before={})}
    seen.clear()
    known = write(items, ["e0", "e2"])
    again = {each.head.slug: each for each in rendered_items(channel, known, items_of(before))}
    assert again == afresh
    assert seen == ["e1"]
    published_later = build_feed(channel, items[:1])
    assert len(rendered_items(channel, known, items_of(published_later))) == 3
    assert seen == ["e1", "e1", "e2"]


@given(markup=MARKUP, guid=MARKUP.filter(str.strip))
def test_no_text_looks_like_the_end_of_an_item(
    new_item: NewItem,
    new_channel: NewChannel,
    build_feed: BuildFeed,
    tmp_path_factory: pytest.TempPathFactory,
    markup: str,
    guid: str,
) -> None:
    """What an item says cannot take another's place, nor be cut."""
    item = new_item()
    content = item.item.model_copy(update={"description": markup, "content": markup})
    told = dataclasses.replace(item, guid=guid, item=content)
    path = tmp_path_factory.mktemp("item") / "item.json"
    path.write_text(dump_json(encode(told)), encoding="utf-8")
    channel = new_channel()
    (afresh,) = rendered_items(channel, [Source(str(path), HEAD.read(path))], before={})
    before = build_feed(channel, [told])
    known = Source(str(path), HEAD.read(path), known=True)
    (again,) = rendered_items(channel, [known], items_of(before))
    assert again == afresh
