"""Two clones and one page: the table of `files`, on a real store."""

import dataclasses
import hashlib
from typing import Any

import pytest

from pipeline.errors import Refused
from pipeline.storage.planning.inventory import Inventory
from pipeline.storage.planning.plan import Sides
from pipeline.storage.store.public import ask
from pipeline.storage.store.release_object import ReleaseObject

PAGE = "episodes/one.html"


@pytest.fixture
def page(desk: Any) -> Any:
    """Set this clone's page of the episode."""

    def write(text: bytes) -> ReleaseObject:
        made = desk.file(PAGE, text, "text/html; charset=utf-8")
        item: ReleaseObject = dataclasses.replace(made, slug="one")
        desk.objects = [each for each in desk.objects if each.key != PAGE] + [item]
        return item

    return write


def known(text: bytes | None) -> Sides:
    return Sides(past=Inventory({PAGE: hashlib.sha256(text).hexdigest()} if text else {}))


def public_page(desk: Any) -> bytes:
    return ask(desk.store.base_url + PAGE).body


@pytest.mark.parametrize(
    ("base", "live", "ours", "result"),
    [
        (b"x", b"x", b"y", b"y"),
        (b"x", b"y", b"x", b"y"),
        (b"x", b"y", b"y", b"y"),
        (None, b"x", b"y", b"y"),
        (None, None, b"y", b"y"),
        (b"x", None, b"x", b"x"),
    ],
)
def test_whose_page_stays(
    desk: Any, page: Any, base: bytes | None, live: bytes | None, ours: bytes, result: bytes
) -> None:
    if live:
        page(live)
        desk.release()
    page(ours)
    report = desk.release(sides=known(base))
    assert public_page(desk) == result
    assert any(PAGE in note and "git pull" in note for note in report.notes) is (result != ours)
    desk.check_public()


def test_what_changed_on_both_sides_is_refused_until_it_is_named(desk: Any, page: Any) -> None:
    page(b"theirs")
    desk.release()
    page(b"ours")
    desk.episode("two")
    with pytest.raises(Refused, match=f"{PAGE} was changed here and, meanwhile") as caught:
        desk.release(sides=known(b"base"))
    assert f"--allow file-changed-elsewhere:{PAGE}" in caught.value.hint
    assert public_page(desk) == b"theirs"
    assert b"two" not in desk.live()
    desk.release(sides=known(b"base"), allow=[f"file-changed-elsewhere:{PAGE}"])
    assert public_page(desk) == b"ours"


def test_a_page_of_another_program_gives_way(desk: Any, page: Any) -> None:
    page(b"ours")
    desk.release()
    full = desk.store.full(PAGE)
    desk.store.client.put_object(Bucket=desk.store.bucket, Key=full, Body=b"hand-made, longer")
    page(b"newer")
    desk.release(sides=known(b"ours"))
    assert public_page(desk) == b"newer"


def test_a_store_that_was_emptied_gets_all_of_it_again(desk: Any, page: Any) -> None:
    page(b"ours")
    desk.release()
    desk.store.delete(PAGE)
    desk.release(sides=known(b"ours"))
    assert public_page(desk) == b"ours"


def test_the_show_s_own_pages_follow_the_feed(desk: Any, page: Any) -> None:
    page(b"ours")
    desk.release()
    desk.file("index.html", b"<p>another list", "text/html; charset=utf-8")
    sides = Sides(past=Inventory({"index.html": hashlib.sha256(b"older").hexdigest()}))
    report = desk.release(sides=sides)
    assert "index.html" in report.sent
