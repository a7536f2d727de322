import os
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.feeds.contents.item import shorten
from pipeline.feeds.contents.model import ITEM, ItemFile
from pipeline.models import Chapter, encode
from pipeline.workspace import dump_json
from tests.feeds.makers import NewItem

DATA = Path(__file__).parents[2] / "data/feeds"


def test_golden_items(items: list[ItemFile]) -> None:
    for item in items:
        golden = DATA / f"{item.slug}.item.json"
        written = dump_json(encode(item))
        if os.environ.get("UPDATE_GOLDEN"):
            golden.write_text(written, encoding="utf-8")
        assert written == golden.read_text(encoding="utf-8")


def test_an_item_survives_its_file(new_item: NewItem) -> None:
    item = new_item()
    assert ITEM.decode(dump_json(encode(item)).encode(), "item.json") == item


def test_the_base_url_is_not_in_the_file(new_item: NewItem) -> None:
    assert "cdn.example.org" not in dump_json(encode(new_item()))


def test_objects_are_everything_that_the_item_points_to(new_item: NewItem) -> None:
    item = new_item()
    keys = [published.key for published in item.objects]
    assert keys[0] == item.enclosure.key
    assert keys[-1] == item.item.page
    assert item.item.chapters is not None
    pointed = {item.item.chapters.key, *(link.key for link in item.item.transcripts)}
    assert pointed < set(keys)
    assert any(key.startswith("quotes/why-bridges-hum-k3v9-") for key in keys)
    assert {published.key: published.type for published in item.objects}[
        "transcripts/why-bridges-hum.srt"
    ] == "application/x-subrip"


def test_without_chapters_nothing_points_to_them(new_item: NewItem) -> None:
    item = new_item(chapters=[])
    assert item.item.chapters is None
    assert not any(published.key.startswith("chapters/") for published in item.objects)


def test_the_description_holds_the_essentials_and_fits(new_item: NewItem) -> None:
    many = [Chapter(10.0 * i, "chapter & " * 9) for i in range(60)]
    item = new_item(chapters=many)
    assert len(item.item.description.encode()) <= 4000
    assert "00:00:00" not in item.item.description  # half a list of chapters would mislead
    assert "Every structure" in item.item.description
    assert new_item(summary="", thesis="").item.description.startswith("<p>Why bridges hum</p>")


def test_every_problem_is_told_with_its_key(new_item: NewItem) -> None:
    with pytest.raises(ConfigError) as raised:
        new_item(
            title="x" * 300,
            guid="in  two",
            people=[{"name": "y" * 129}, {"name": "Ada", "role": "gest"}],
            funding=[{"text": "ok", "url": "http://example.org"}],
        )
    assert [line.split(": ")[1] for line in raised.value.message.splitlines()] == [
        "title",
        "[people[1]] name",
        "people[2]",
        "guid",
        "[funding[1]] url",
    ]
    with pytest.raises(ConfigError) as raised:
        new_item(notes="<script>", duration=80.0)
    assert [line.split(": ")[1] for line in raised.value.message.splitlines()] == [
        "the show notes",
        "soundbite in quotes.toml",
    ]
    assert all(
        line.startswith("episodes/why-bridges-hum/episode.toml: ")
        for line in raised.value.message.splitlines()
    )


def test_shorten() -> None:
    assert shorten("a b", 128) == "a b"
    long = shorten("word, " * 40, 128)
    assert len(long) <= 128
    assert long.endswith("word…")
    assert shorten("x" * 200, 128) == "x" * 127 + "…"
