"""Pages of quotes in a real store, week after week: an address that was shared never ends at nothing.

Episodes are small files made by `make_item`; store, feeds and commands are real.
"""

import json
from typing import Any

import pytest

from tests.show.publishing.test_corrections import GONE, SAID, SAYS, TOLD, corrected, publish

OTHER = "A pier is patient."
PAGE = "quotes/ea-k3v9.html"


@pytest.fixture
def quoted(show: Any) -> Any:
    """The show after `ea` was released with two quotes."""
    show.build("ea", "old", quotes={"k3v9": SAID, "aw97": OTHER})
    publish(show, "ea")
    return show


def listed(clone: Any) -> dict[str, dict[str, str]]:
    """The texts of the public `quotes.json` by slug and id."""
    found = json.loads(clone.public("quotes.json"))
    return {
        episode["guid"].removeprefix("guid-"): {q["id"]: q["text"] for q in episode["quotes"]}
        for episode in found["episodes"]
    }


def test_a_quote_that_goes_leaves_a_page_that_says_so(quoted: Any) -> None:
    assert SAID in quoted.public(PAGE)
    corrected(quoted, TOLD, k3v9=SAYS, aw97=OTHER)
    publish(quoted, "ea")
    assert SAYS in quoted.public(PAGE)
    corrected(quoted, TOLD, GONE, aw97=OTHER)
    told = publish(quoted, "ea").stderr
    assert f"its own page, {PAGE}, will say so" in told
    page = quoted.public(PAGE)
    assert "This quote was taken out of the episode." in page
    assert "He asked." in page
    assert 'href="../episodes/ea.html"' in page
    assert listed(quoted) == {"ea": {"aw97": OTHER}}
    assert "nothing to release" in publish(quoted, "ea").stderr
    corrected(quoted, k3v9=SAYS, aw97=OTHER)
    publish(quoted, "ea")
    assert SAYS in quoted.public(PAGE)
    assert listed(quoted) == {"ea": {"k3v9": SAYS, "aw97": OTHER}}


def test_the_last_quote_that_goes_is_listed_nowhere(quoted: Any) -> None:
    corrected(quoted)
    publish(quoted, "ea", "--allow=silent-correction:ea")
    assert listed(quoted) == {}
    assert json.loads(quoted.public("quotes/ea.jsonld"))["total"] == 0
    assert "taken out" in quoted.public("quotes/ea-aw97.html")


def test_an_id_that_looks_like_a_hash_is_none(show: Any) -> None:
    show.build("ea", "old", quotes={"deadbeef": OTHER})
    publish(show, "ea")
    corrected(show, deadbeef="A pier is patient!")
    publish(show, "ea")
    assert "patient!" in show.public("quotes/ea-deadbeef.html")


def test_pages_of_an_episode_that_is_taken_out_say_so_and_come_back(quoted: Any) -> None:
    quoted.run("unpublish", "ea", "--allow", "item-gone:ea")
    assert "taken back" in quoted.public(PAGE)
    assert SAID in quoted.public(PAGE)
    assert listed(quoted) == {}
    assert "ea" not in quoted.public("llms.txt").partition("## Transcripts")[2]
    quoted.run("rollback")
    assert "taken back" not in quoted.public(PAGE)
    assert listed(quoted) == {"ea": {"k3v9": SAID, "aw97": OTHER}}


def test_a_rollback_marks_a_quote_that_came_later_and_keeps_the_others(quoted: Any) -> None:
    quoted.build("ea", "new", quotes={"k3v9": SAID, "aw97": OTHER, "b2c3": "It sings."})
    quoted.release("ea")
    assert "b2c3" in listed(quoted)["ea"]
    quoted.run("rollback")
    assert "taken back" in quoted.public("quotes/ea-b2c3.html")
    assert "taken back" not in quoted.public(PAGE)
    assert listed(quoted) == {"ea": {"k3v9": SAID, "aw97": OTHER}}


def test_two_publishers_list_each_other_s_quotes(quoted: Any, colleague: Any) -> None:
    colleague.build("eb", "old", quotes={"k3v9": "The same id, another quote."})
    publish(colleague, "eb")
    both = {"eb": {"k3v9": "The same id, another quote."}, "ea": {"k3v9": SAID, "aw97": OTHER}}
    assert listed(quoted) == both
    assert list(listed(quoted)) == ["eb", "ea"]  # the newest first
    lines = quoted.public("llms.txt").splitlines()
    assert [line.partition("]")[0] for line in lines if line.startswith("- ")] == [
        "- [About eb",
        "- [About ea",
    ]
    corrected(quoted, TOLD, k3v9=SAYS, aw97=OTHER)
    colleague.build("eb", "old", quotes={"k3v9": "The same id, another quote!"})
    publish(colleague, "eb", "--allow=silent-correction:eb")
    assert listed(quoted)["ea"]["k3v9"] == SAID  # what is not released is in no list
    assert SAID in quoted.public(PAGE)


def test_a_clone_that_is_behind_takes_no_quote_out(quoted: Any, colleague: Any) -> None:
    colleague.build("ea", "old", quotes={"k3v9": SAID, "aw97": OTHER})
    colleague.release("ea")
    corrected(colleague, k3v9=SAID, aw97=OTHER, b2c3="It sings.")
    colleague.release("ea")
    told = publish(quoted, "ea").stderr
    assert "git pull" in told
    assert "It sings." in quoted.public("quotes/ea-b2c3.html")
    assert listed(quoted)["ea"]["b2c3"] == "It sings."
