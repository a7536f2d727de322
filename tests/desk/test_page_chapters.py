"""Chapters on the review page: proposed, kept, named, moved, merged and taken out, by key."""

import json
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from pipeline.artefacts import PROPOSED, Proposed
from pipeline.models import ProposedChapter
from pipeline.workspace import Workspace

Open = Callable[..., Page]
Press = Callable[..., None]
Saved = Callable[[Page], None]

PROPOSALS = (
    ProposedChapter(48.0, "What hums?", "so what hums"),
    ProposedChapter(97.0, "", "and then"),
    ProposedChapter(138.0, "How do you make a bridge quiet?", "how do you"),
)


@pytest.fixture
def chapters(server: Any, show: Open) -> Page:
    """The page's chapters, of which none is the host's."""
    toml = server.episode / "episode.toml"
    toml.write_text(toml.read_text().partition("[[chapters]]")[0] + "# the end\n")
    path = PROPOSED.path(Workspace(server.root).episode(server.slug))
    path.write_text(PROPOSED.dump(Proposed(chapters=PROPOSALS)))
    page = show(server)
    page.keyboard.press("H")
    expect(page.locator(".lead")).to_contain_text("0 kept, 3 proposed")
    return page


def written(server: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = tomllib.loads((server.episode / "episode.toml").read_text()).get(
        "chapters", []
    )
    return found


def test_a_proposal_is_kept_with_its_words_and_undone(
    server: Any, chapters: Page, press: Press
) -> None:
    before = (server.episode / "episode.toml").read_text()
    press(chapters, "a")
    expect(chapters.locator(".lead")).to_contain_text("1 kept, 2 proposed")
    (kept,) = written(server)
    assert kept["title"] == "What hums?"
    assert len(kept["said"].split()) == 7
    assert (server.episode / "episode.toml").read_text().startswith(before)
    press(chapters, "u")
    assert (server.episode / "episode.toml").read_text() == before


def test_the_preview_shows_what_is_kept_only(server: Any, chapters: Page, press: Press) -> None:
    for number, at in enumerate((10.0, 60.0, 120.0)):
        server.do(id=f"keep-part-{number}", do="chapter", at=at, text=f"Part {number}")
    notes = json.dumps(json.loads(server.ask("/api/preview")[1])["notes"])
    assert all(f"Part {number}" in notes for number in range(3))
    assert "What hums?" not in notes


def test_one_without_a_title_is_named_first(server: Any, chapters: Page, saved: Saved) -> None:
    chapters.keyboard.press("j")
    chapters.keyboard.press("a")  # has no title: asks for one
    chapters.keyboard.type("Tacoma")
    chapters.keyboard.press("Enter")
    expect(chapters.locator(".part-card.current .title")).to_have_text("Tacoma")
    saved(chapters)
    assert [each["title"] for each in written(server)] == ["Tacoma"]
    chapters.keyboard.press("Enter")
    chapters.keyboard.type("Tacoma, 1940")
    chapters.keyboard.press("Enter")
    expect(chapters.locator(".part-card.current .title")).to_have_text("Tacoma, 1940")
    chapters.keyboard.press("Enter")
    chapters.keyboard.type("never")
    chapters.keyboard.press("Escape")
    saved(chapters)
    assert [each["title"] for each in written(server)] == ["Tacoma, 1940"]


def test_a_border_moves_by_sentences(server: Any, chapters: Page, press: Press) -> None:
    press(chapters, "j", "j", "a")
    start = written(server)[0]["at"]
    for key in "]]":  # faster than it is saved
        chapters.keyboard.press(key)
    expect(chapters.locator("#live")).to_contain_text("It begins at")
    press(chapters, "[", "[")
    expect(chapters.locator(".part-card.current .state")).to_have_text("Kept")
    said = written(server)[0]["said"]
    assert written(server)[0]["at"] <= start
    press(chapters, "]")
    assert written(server)[0]["said"] != said


def test_one_is_taken_out_and_one_is_merged(server: Any, chapters: Page, press: Press) -> None:
    press(chapters, "x")
    expect(chapters.locator(".lead")).to_contain_text("0 kept, 2 proposed")
    press(chapters, "j", "m")  # the one before has no title, and takes this one's
    expect(chapters.locator(".lead")).to_contain_text("1 kept, 0 proposed")
    assert [each["title"] for each in written(server)] == ["How do you make a bridge quiet?"]
    chapters.reload()
    chapters.wait_for_selector("body[data-ready]")
    chapters.keyboard.press("H")
    expect(chapters.locator(".part-card")).to_have_count(1)  # what was dismissed stays so
    press(chapters, "x")
    assert written(server) == []
    expect(chapters.locator(".part-card")).to_have_count(0)


def test_an_editor_and_another_window_are_taken_in(
    server: Any, chapters: Page, show: Open, press: Press
) -> None:
    press(chapters, "a")
    other = show(server)
    other.keyboard.press("H")
    expect(other.locator(".lead")).to_contain_text("1 kept")
    other.route("**/api/state*", lambda route: route.fulfill(status=204))  # it has not seen this
    with other.expect_request("**/api/state*"):  # the look before it is over
        other.evaluate("dispatchEvent(new Event('focus'))")
    toml = server.episode / "episode.toml"
    toml.write_text(toml.read_text().replace('"What hums?"', '"Hum"  # mine'))
    chapters.evaluate("dispatchEvent(new Event('focus'))")
    expect(chapters.locator(".part-card.kept .title")).to_have_text("Hum")
    other.keyboard.press("x")
    expect(other.locator("#trouble")).to_contain_text("is no longer in episode.toml")
    assert "# mine" in toml.read_text()


def test_chosen_words_begin_a_chapter(server: Any, chapters: Page, saved: Saved) -> None:
    chapters.locator("#search").fill("told as resonance")
    chapters.locator("#search").press("Enter")
    chapters.locator("#search").press("Escape")
    chapters.keyboard.press("n")
    chapters.keyboard.type("Resonance")
    chapters.keyboard.press("Enter")
    expect(chapters.locator(".part-card.current .title")).to_have_text("Resonance")
    saved(chapters)
    (kept,) = written(server)
    assert kept["said"].startswith("told as resonance")


def test_a_proposed_title_is_offered_as_a_heading_and_not_taken(
    server: Any, chapters: Page, press: Press
) -> None:
    named = [each for each in server.candidates() if each["topic"]]
    assert {each["topic"] for each in named} <= {"What hums?", "How do you make a bridge quiet?"}
    assert {each["heading"] for each in server.candidates()} == {""}
    chapters.keyboard.press("C")
    for candidate in server.candidates():
        offered = (
            f"none; proposed: {candidate['topic']}" if candidate["topic"] else "none: write one"
        )
        placeholder = chapters.locator("#heading").get_attribute("placeholder") or ""
        assert placeholder.startswith(offered)
        chapters.keyboard.press("j")
    press(chapters, "a")
    assert [heading for heading, _ in server.entries()] == [""]


def test_a_look_that_a_decision_overtook_takes_nothing_back(
    server: Any, chapters: Page, press: Press
) -> None:
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        if held:  # one that is still being fetched at the end fails the next test
            route.continue_()
            return
        answer = route.fetch()
        if answer.status == 204:
            route.fulfill(response=answer)
        else:
            held.append((route, answer))

    chapters.route("**/api/state*", hold)
    toml = server.episode / "episode.toml"
    toml.write_text(toml.read_text() + "# mine\n")
    while not held:
        chapters.wait_for_timeout(20)
    press(chapters, "a")
    expect(chapters.locator(".lead")).to_contain_text("1 kept, 2 proposed")
    with chapters.expect_request("**/api/state*"):  # then the one before is over
        held[0][0].fulfill(response=held[0][1])
    assert "1 kept, 2 proposed" in chapters.locator(".lead").inner_text()
