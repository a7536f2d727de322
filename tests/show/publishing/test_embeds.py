"""Players in other people's pages, in a real store: what they show when a quote or an episode goes."""

import json
from typing import Any

import pytest

from tests.show.publishing.test_corrections import SAID, corrected, publish

OTHER = "A pier is patient."
PLAYER, RECORD = "embed/ea.k3v9.html", "oembed/ea.k3v9.json"


@pytest.fixture
def quoted(show: Any) -> Any:
    """The show after `ea` was released with two quotes."""
    show.build("ea", "old", quotes={"k3v9": SAID, "aw97": OTHER})
    publish(show, "ea")
    return show


def test_a_quote_that_goes_goes_from_other_people_s_pages_too(quoted: Any) -> None:
    assert SAID in quoted.public(PLAYER)
    assert json.loads(quoted.public(RECORD)) == {"title": SAID}
    corrected(quoted, aw97=OTHER)
    publish(quoted, "ea", "--allow=silent-correction:ea")
    assert "This quote was taken out of the episode." in quoted.public(PLAYER)
    record = json.loads(quoted.public(RECORD))
    assert record["title"].startswith("About ea")
    assert PLAYER in record["html"]
    assert SAID not in quoted.public(PLAYER) + quoted.public(RECORD)
    assert OTHER in quoted.public("embed/ea.aw97.html")
    assert "nothing to release" in publish(quoted, "ea").stderr


def test_a_plan_lists_what_takes_its_place_with_its_size(quoted: Any) -> None:
    corrected(quoted, aw97=OTHER)
    told = quoted.run("plan", "--allow=silent-correction:ea").stdout
    for key in (PLAYER, RECORD):
        line = next(line for line in told.splitlines() if key in line)
        assert line.endswith("kB")


def test_many_players_are_one_line_of_a_plan(show: Any) -> None:
    show.build("ea", "old", quotes={"k3v9": SAID, "aw97": OTHER})
    told = publish(show, "ea").stderr
    assert "  > 6 files in embed/ and oembed/   0.2 kB" in told.splitlines()
    assert "> embed/ea" not in told


def test_players_of_an_episode_that_is_taken_out_say_so_and_come_back(quoted: Any) -> None:
    quoted.run("unpublish", "ea", "--allow", "item-gone:ea")
    assert "taken out of the feed" in quoted.public("embed/ea.html")
    assert "taken back" in quoted.public(PLAYER)
    assert json.loads(quoted.public(RECORD)) == {"title": SAID}
    quoted.run("rollback")
    assert "taken out" not in quoted.public("embed/ea.html")
    assert "taken back" not in quoted.public(PLAYER)


def test_a_rollback_behind_the_first_release_of_an_episode_marks_its_players(show: Any) -> None:
    show.build("ec", "new", quotes={"k3v9": SAID})
    publish(show, "ec")
    show.run("rollback")
    assert "taken out of the feed" in show.public("embed/ec.html")
    assert "taken back" in show.public("embed/ec.k3v9.html")
