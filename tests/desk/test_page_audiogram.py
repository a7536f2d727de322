"""Audiograms from the page: made, looked at, kept, stopped, one at a time, none that nobody waits for."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.desk.serving import filming
from pipeline.engine.progress import Progress
from pipeline.show.audiograms import making
from pipeline.show.audiograms.drawing import SHAPES, Shape

Open = Callable[..., Page]
Press = Callable[..., None]
View = Callable[[Page, str], None]

SMALL = Shape(
    320, 320, (20, 20, 60, 60), (90, 20, 200, 60), (20, 20, 280, 60), (12, 100, 296, 130),
    (20, 250, 280, 40), 20,
)  # fmt: skip


@pytest.fixture
def dialog(
    server: Any, show: Open, press: Press, view: View, monkeypatch: pytest.MonkeyPatch
) -> Locator:
    """The dialog about a quote that was just kept, of films that are small."""
    monkeypatch.setitem(SHAPES, "square", SMALL)
    monkeypatch.setitem(SHAPES, "portrait", SMALL)
    page = show(server)
    press(page, "a")
    server.sign_all()
    view(page, "ledger")
    expect(page.get_by_role("button", name="Audiogram…")).to_be_visible()
    page.locator(".card.current").focus()
    page.keyboard.press("A")
    return page.get_by_role("dialog", name="Audiogram")


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Films are made no further than their beginning until this is set, or they are to be stopped."""
    go, real, stop = threading.Event(), making.make, filming.Filming.stop

    def make(
        episode: Any, quote: str, shape: str, out: Path | None, progress: Progress, guard: Any
    ) -> making.Made:
        def waiting(done: float, total: float, unit: str) -> None:
            progress(done, total, unit)
            go.wait(60)

        return real(episode, quote, shape, out, waiting, guard)

    def stopped(self: filming.Filming) -> None:
        self._stopping.set()
        go.set()
        stop(self)

    monkeypatch.setattr(filming, "make", make)
    monkeypatch.setattr(filming.Filming, "stop", stopped)
    return go


def test_a_film_is_made_looked_at_and_kept(server: Any, dialog: Locator) -> None:
    page = dialog.page
    dialog.get_by_role("button", name="Make it").click()
    film = dialog.locator("video")
    expect(film).to_be_visible()
    page.wait_for_function("() => document.querySelector('#audiogram video').readyState > 0")
    seconds = film.evaluate("element => element.duration")
    quote = server.state()["quotes"][0]
    assert seconds == pytest.approx(quote["end"] - quote["start"], abs=0.8)
    expect(dialog.get_by_role("status")).to_have_text("Made")
    for link, begins in (("Film", b"ftyp"), ("Picture", b"JFIF"), ("Captions (WebVTT)", b"WEBVTT")):
        with page.expect_download() as saved:
            dialog.get_by_role("link", name=link, exact=True).click()
        assert begins in saved.value.path().read_bytes()[:16]
    dialog.get_by_label("Shape").select_option("landscape")
    expect(film).to_have_count(0)
    expect(dialog.get_by_role("button", name="Make it")).to_be_visible()


def test_one_at_a_time_and_stopped_nothing_is_left(
    server: Any, held: threading.Event, dialog: Locator
) -> None:
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog.get_by_role("status")).to_contain_text(" of 0:")
    status, said, _ = server.ask("/api/audiogram", {"quote": "other", "shape": "portrait"})
    assert (status, json.loads(said)["error"]) == (409, "an audiogram is being made")
    dialog.get_by_role("button", name="Stop").click()
    expect(dialog.get_by_role("status")).to_have_text("Stopped: nothing of it is left")
    assert list((server.root / ".pullquote/audiograms").glob("*")) == []


def test_what_nobody_looks_at_any_more_is_stopped(
    server: Any, held: threading.Event, dialog: Locator, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog.get_by_role("status")).to_contain_text(" of 0:")
    monkeypatch.setattr(filming, "_UNSEEN", 0.0)
    dialog.page.close()
    held.set()
    for thread in threading.enumerate():
        if thread.name == "audiogram":
            thread.join()
    assert json.loads(server.ask("/api/audiogram")[1])["error"] == "Stopped"
    assert server.ask("/audiogram/..%2f..%2fquotes.toml")[0] == 404


def test_a_server_that_ends_takes_its_film_along(
    server: Any, held: threading.Event, dialog: Locator
) -> None:
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog.get_by_role("status")).to_contain_text(" of 0:")
    dialog.page.close()
    server.stop()
    assert not [each for each in threading.enumerate() if each.name == "audiogram"]
    left = [path.name for path in Path(server.root, ".pullquote/audiograms").glob("*")]
    assert not [name for name in left if name.startswith(".")]
