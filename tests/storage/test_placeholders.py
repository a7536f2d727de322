"""What `init` wrote does not go public unsaid: refused by name, and on this machine only told."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.errors import Refused
from pipeline.settings.show import load_show
from pipeline.show.importing.written import replace_artwork
from pipeline.show.placeholders import placeholders, written_by_init
from pipeline.storage.planning.changes import Placeholder
from pipeline.storage.planning.plan import Plan, Sides, make_plan
from pipeline.storage.planning.refusals import refuse_dangers
from pipeline.storage.store.object_store import ObjectStore
from pipeline.workspace import Workspace

PUBLIC = "https://media.my-show.net/"
FEED = (
    b"<rss><channel><title>An untitled show</title><description>Mine</description>"
    b"<image><url>https://media.my-show.net/art/cover-0123.jpg</url></image></channel></rss>"
)
LEFT = [
    Placeholder("title", "the title is still 'An untitled show'", ">An untitled show<"),
    Placeholder("artwork", "the cover is still the one that `pullquote init` wrote", "cover-0123"),
]


def plan(store: ObjectStore, *allow: str, base_url: str = PUBLIC) -> Plan:
    sides = Sides(placeholders=LEFT)
    store.base_url = base_url
    return make_plan(store, [], FEED, allow=allow, sides=sides, scratch=Path())


@pytest.fixture
def show(tmp_path: Path) -> Workspace:
    CliRunner().invoke(main, ["init", str(tmp_path)])
    return Workspace(tmp_path)


def names(show: Workspace) -> list[str]:
    return [each.name for each in placeholders(show, load_show(show))]


def test_a_new_show_is_full_of_them_and_each_goes_when_it_is_replaced(show: Workspace) -> None:
    assert names(show) == ["title", "description", "author", "people", "email", "artwork"]
    text = show.show_toml.read_text()
    for old, new in (
        ("An untitled show", "Tea"),
        ("A conversation in every episode.", "About tea."),
        ("The host", "Ada"),
        ("host@example.org", "tea@my-show.net"),
    ):
        text = text.replace(old, new)
    show.show_toml.write_text(text)
    assert names(show) == ["artwork"], "as after an import whose cover could not be read"
    other = show.root / "other.jpg"
    other.write_bytes(written_by_init("artwork.jpg") + b"\0")
    replace_artwork(show, other)
    assert names(show) == []


def test_they_are_refused_by_name_on_the_way_to_the_public(store: ObjectStore) -> None:
    with pytest.raises(Refused) as caught:
        refuse_dangers(plan(store).refused)
    assert "the title is still 'An untitled show'" in caught.value.message
    assert "the cover is still the one" in caught.value.message
    assert caught.value.hint.endswith("--allow placeholder:title --allow placeholder:artwork")
    with pytest.raises(Refused) as caught:
        refuse_dangers(plan(store, "placeholder:title").refused)
    assert caught.value.hint.endswith(": --allow placeholder:artwork")
    refuse_dangers(plan(store, "placeholder:title", "placeholder:artwork").refused)


def test_what_is_public_already_and_what_stays_on_this_machine_is_only_told(
    store: ObjectStore,
) -> None:
    lines = ("placeholders in the feed: title, artwork; pullquote doctor says what to write",)
    here = plan(store, base_url="http://127.0.0.1:8333/show/")
    assert (here.dangers, here.notes) == ((), lines)
    store.put("feed.xml", FEED, "application/rss+xml")
    public = plan(store)
    assert (public.dangers, public.notes) == ((), lines)
