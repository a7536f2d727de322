"""What belongs to a feed under keys that stay: written down, kept, put back; on a real store."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from pipeline.errors import StorageError
from pipeline.storage.planning.inventory import (
    Inventory,
    find_inventory,
    inventory_key,
    keep_versions,
    kept_key,
    put_back,
    unlike,
    write_inventory,
)
from pipeline.storage.store.faults import Conflict
from pipeline.storage.store.object_store import ObjectStore

PAGE = "episodes/one.html"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_release_writes_down_what_belongs_to_its_feed(desk: Any) -> None:
    report = desk.release()
    digits = report.release_id[-8:]
    found = find_inventory(desk.store, digits, desk.store.list()).inventory
    there = {item.key: item.sha256 for item in desk.objects if not item.immutable}
    assert found.files == there
    assert unlike(desk.store, found.files) == {}


def test_two_who_change_pages_of_one_feed_do_not_forget_each_other(desk: Any) -> None:
    """Neither changes the feed, so no swap of it tells them apart."""
    digits = desk.release().release_id[-8:]
    known = find_inventory(desk.store, digits, desk.store.list())
    write_inventory(desk.store, known, Inventory({PAGE: "theirs"}))
    with pytest.raises(Conflict):
        write_inventory(desk.store, known, Inventory({PAGE: "ours"}))


def test_what_is_replaced_is_kept_once_and_comes_back(store: ObjectStore) -> None:
    store.put(PAGE, b"old", "text/html")
    kept = keep_versions(store, Inventory(), [PAGE, "episodes/none.html"], [])
    assert kept.files == {PAGE: sha256(b"old")}
    store.put(PAGE, b"new", "text/html")
    # A release that was killed here runs again: what it has sent itself is not what was public.
    assert keep_versions(store, kept, [PAGE], []).files == kept.files
    assert kept_key(sha256(b"new")) not in store.list()
    assert unlike(store, kept.files) == kept.files
    put_back(store, kept.files)
    found = store.get(PAGE)
    assert found is not None
    assert (found[0], found[1].type) == (b"old", "text/html")
    with pytest.raises(StorageError, match="has vanished from releases/objects/"):
        put_back(store, {PAGE: sha256(b"never")})


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"files": []}', b"[" * 100_000])
def test_a_damaged_one_is_named(store: ObjectStore, content: bytes) -> None:
    key = inventory_key("0123abcd")
    store.put(key, content, "application/json")
    with pytest.raises(StorageError, match=f"{key} in the bucket is damaged"):
        find_inventory(store, "0123abcd", [key])


def test_an_inventory_knows_those_that_it_has_replaced(store: ObjectStore) -> None:
    versions = [Inventory({PAGE: sha256(str(n).encode())}) for n in range(4)]
    for version in (*versions[:3], versions[2]):
        key = inventory_key("00000000")
        known = find_inventory(store, "00000000", store.list())
        write_inventory(store, known, version)
    found = find_inventory(store, "00000000", [key]).inventory
    assert found.trail == tuple(version.mark for version in versions[:3])
    assert [found.may_follow(version.mark) for version in versions] == [True, True, True, False]


def test_an_inventory_that_does_not_know_all_says_no_to_nobody() -> None:
    old = Inventory.read(b'{"version": 1, "files": {}, "items": {}}', "releases/files/1.json")
    assert old.may_follow("0a1b2c3d")
    inventory, far = Inventory(), Inventory({PAGE: "none"}).mark
    for n in range(60):
        assert n > 50 or not inventory.may_follow(far)
        inventory = Inventory({PAGE: str(n)}).over(inventory)
    assert inventory.may_follow(far)
    assert len(inventory.past) == 50
    assert Inventory.read(inventory.dump(), "one") == inventory


def test_where_two_parted_is_what_both_have_known() -> None:
    first = Inventory({PAGE: "1", "a": "1"}, {"guid": "1"})
    second = Inventory({PAGE: "2", "a": "1", "b": "2"}, {"guid": "2"}).over(first)
    lost = Inventory({PAGE: "lost"}).over(second)
    now = Inventory({PAGE: "4"}).over(Inventory({PAGE: "3", "b": "2"}, {"guid": "3"}).over(second))
    assert now.parting(lost.trail) == replace(second, past=())
    assert now.parting(first.trail) == first
    assert now.parting(now.trail) == replace(now, past=())
    assert now.parting(("none",)) == Inventory()
