"""The index of a published show, in the real store: only what is public is found, whoever published it."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from pipeline.site import indexing
from pipeline.site.indexing import PackRow, packs_of
from pipeline.storage.release.garbage import collect

pytestmark = pytest.mark.skipif(indexing.indexer() is None, reason="no Pagefind for this machine")


def rows(clone: Any) -> list[PackRow]:
    return packs_of(clone.public("search.html"))


def found(clone: Any) -> dict[str, dict[str, Any]]:
    """What a browser can find: the documents of all indexes that the search page names, by their page."""
    documents = {}
    for row in rows(clone):
        content = clone.store.content(row.pack)
        table, _, rest = content.partition(b"\n")
        for name, length in json.loads(table).items():
            part, rest = rest[:length], rest[length:]
            if name.startswith("fragment/"):
                document = json.loads(gzip.decompress(part).removeprefix(b"pagefind_dcd"))
                documents[document["meta"]["page"]] = document
    return documents


def said(clone: Any) -> dict[str, str]:
    """Which words each page is found by, of those in which the episodes of these tests differ."""
    return {
        Path(page).stem: " ".join(sorted({*re.findall(r"\b(?:old|new)\b", each["content"])}))
        for page, each in found(clone).items()
    }


def test_a_release_makes_what_it_publishes_findable(show: Any) -> None:
    assert said(show) == {"ea": "old", "eb": "old"}
    show.build("ea", "new")
    show.build("eb", "new")
    planned = json.loads(show.run("plan", "eb", "--json", code=4).stdout)["notes"]
    assert "search.html and its index are made of what goes out, and sent with it" in planned
    report = show.release("eb")
    assert said(show) == {"ea": "old", "eb": "new"}, "what is not released is not found"
    assert [key for key in report.sent if key.startswith("search")] == [
        rows(show)[0].pack,
        "search.html",
    ]
    assert show.release("eb").nothing_to_release


def test_what_is_taken_out_is_found_no_more_and_comes_back_with_a_rollback(show: Any) -> None:
    show.run("unpublish", "ea")
    assert said(show) == {"eb": "old"}
    show.run("rollback")
    assert said(show) == {"ea": "old", "eb": "old"}


def test_moments_of_a_transcript_lead_to_their_time(show: Any) -> None:
    segments = [
        {"startTime": 0.4, "endTime": 2.0, "speaker": "Ada", "body": "Welcome to the tower."},
        {"startTime": 9.25, "endTime": 12.0, "speaker": "Bo", "body": "It hums."},
    ]
    transcript = json.dumps({"version": "1.0.0", "segments": segments})
    show.build("ea", "new", quotes={"k3v9": "It hums."}, texts={".json": transcript})
    show.release("ea")
    (document,) = (each for page, each in found(show).items() if page == "episodes/ea.html")
    assert json.loads(document["meta"]["speakers"]) == ["Ada", "Bo"]
    marks = [anchor["id"] for anchor in document["anchors"]]
    assert marks == ["t=0/-/0", "t=0.4/0/0.4", "t=9.2/1/9.2", "q-k3v9/0/0"]


def test_two_who_publish_find_each_other_s_episodes(show: Any, colleague: Any) -> None:
    colleague.build("ec", "new")
    colleague.release("ec")
    show.build("eb", "new")
    show.release("eb")  # and has nothing of what the colleague built
    assert said(show) == {"ea": "old", "eb": "new", "ec": "new"}


def test_only_the_batch_that_changed_is_made_anew(
    show: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.show.public import searching

    monkeypatch.setattr(searching, "_MOST", 1)
    show.build("ea", "new")
    show.release("ea")
    before = rows(show)
    assert len(before) == 2
    show.build("eb", "new")
    report = show.release("eb")
    assert rows(show)[0] == before[0]
    assert rows(show)[1] != before[1]
    assert sum(key.startswith("search/") for key in report.sent) == 1
    assert said(show) == {"ea": "new", "eb": "new"}


def test_without_pagefind_a_release_goes_on_and_says_so(
    show: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(indexing, "indexer", lambda: None)
    show.build("eb", "new")
    show.release("eb")
    assert show.heard("eb") == {"new"}
    assert found(show) == {}, "the index of before would find what is not said any more"
    assert "Search is not available at the moment." in show.public("search.html")
    said = "2 episode(s) can't be found by search: there is no Pagefind on this machine"
    assert said in capsys.readouterr().err
    monkeypatch.setattr(indexing, "indexer", lambda: show.root / "feed/show.toml")
    show.build("eb", "old")
    show.release("eb")
    assert "can't be found by search: Pagefind does not run" in capsys.readouterr().err


def test_gc_keeps_the_indexes_that_are_in_use(show: Any) -> None:
    (old,) = rows(show)
    show.build("ea", "new")
    show.release("ea")
    (new,) = rows(show)
    store = show.store
    kept = collect(store, in_use=(), limit=9, dry_run=True)
    assert new.pack not in kept.waiting
    assert {new.engine, new.wasm} & {*kept.waiting} == set()
    assert old.pack not in kept.waiting, "a rollback needs it"


def test_a_release_that_was_killed_is_finished_with_its_index(
    show: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its files were sent, before its feed: what is found is there already, and stays."""
    from pipeline.storage.release import release

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    show.build("ea", "new")
    with monkeypatch.context() as killed:
        killed.setattr(release, "swap_feed", die)
        with pytest.raises(KeyboardInterrupt):
            show.release("ea")
    assert said(show) == {"ea": "new", "eb": "old"}
    assert show.heard("eb") == {"old"}
    show.release("ea")
    assert said(show) == {"ea": "new", "eb": "old"}
    assert show.release("ea").nothing_to_release


def test_an_export_can_be_searched_too(show: Any) -> None:
    out = show.root / "out"
    show.run("export", str(out))
    (row,) = packs_of((out / "search.html").read_text(encoding="utf-8"))
    assert all((out / key).is_file() for key in (row.pack, row.engine, row.wasm))
    content = (out / row.pack).read_bytes()
    assert b"fragment/" in content.partition(b"\n")[0]


def test_a_browser_finds_in_the_store_and_what_it_finds_plays(show: Any, browser: Browser) -> None:
    segments = [{"startTime": 9.25, "endTime": 12.0, "speaker": "Bo", "body": "The tower hums."}]
    transcript = json.dumps({"version": "1.0.0", "segments": segments})
    show.build("ea", "new", texts={".json": transcript})
    show.release("ea")
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{show.store.base_url}search.html?q=humming")
    moment = page.locator("#results .moments a")
    expect(moment.locator("mark")).to_have_text("hums")
    moment.click()
    expect(page).to_have_url(f"{show.store.base_url}episodes/ea.html#t=9.2")
    page.wait_for_load_state()
    assert "ea: new" in page.content()
    context.close()


def test_two_who_publish_at_once_leave_one_index_of_all(
    show: Any, colleague: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The colleague is through between the moment when our files are sent and that of our feed."""
    from pipeline.storage.release import release

    swap = release.swap_feed
    met: list[str] = []

    def meet(*arguments: Any) -> None:
        if not met:
            met.append("ec")
            colleague.release(*met)
        swap(*arguments)

    colleague.build("ec", "new")
    show.build("eb", "new")
    monkeypatch.setattr(release, "swap_feed", meet)
    show.release("eb")
    assert show.feed() == {"ea": "old", "eb": "new", "ec": "new"}
    assert said(show) == {"ea": "old", "eb": "new", "ec": "new"}
    assert "episodes/ec.html" in show.public("sitemap.xml")
    assert "episodes/ec.html" in show.public("episodes.json")
