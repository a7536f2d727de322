"""Chapters in `episode.toml`: written, changed and taken out, with every other byte as it was."""

import tomllib

import pytest

from pipeline.errors import PullquoteError
from pipeline.transcript.chapters import marks

FILE = """title = "One"   # mine

# what we begin with
[[chapters]]
at = "0:00"       # at once
title = 'Opening "here"'

# the long part
[[chapters]]
at = "00:20:00"
title = "Bees"
# its picture comes later

[[links]]
title = "A"
"""


def test_a_chapter_comes_before_the_next_later_one() -> None:
    new = '[[chapters]]\nat = "00:10:00.5"\ntitle = "Bread \\"rolls\\""\nsaid = "so bread"\n\n'
    done = marks.with_chapter(FILE, 600.5, 'Bread "rolls"', "so bread")
    assert done == FILE.replace("# the long part\n", f"{new}# the long part\n")
    last = marks.with_chapter(FILE, 1800.0, "Wax", "and wax")
    assert last.startswith(FILE)
    assert [each["title"] for each in tomllib.loads(last)["chapters"]][2:] == ["Wax"]


def test_one_that_begins_there_already_stays() -> None:
    assert marks.with_chapter(FILE, 1200.0, "Hives", "so hives") == FILE


def test_the_first_one_comes_to_the_end() -> None:
    assert marks.with_chapter('title = "One"', 5.0, "Bees", "") == (
        'title = "One"\n\n[[chapters]]\nat = "00:00:05.0"\ntitle = "Bees"\n'
    )


def test_title_and_time_are_changed_in_their_place() -> None:
    assert marks.changed(FILE, "00:20:00", "Bees", {"title": "Honey"}) == FILE.replace(
        "Bees", "Honey"
    )
    moved = marks.changed(FILE, "00:20:00", "Bees", {"at": "00:19:00.0", "said": "so bees"})
    assert moved.replace('said = "so bees"\n', "") == FILE.replace("00:20:00", "00:19:00.0")


def test_one_is_taken_out_and_comments_stay() -> None:
    assert marks.without(FILE, "00:20:00", "Bees") == FILE.replace(
        '[[chapters]]\nat = "00:20:00"\ntitle = "Bees"\n', ""
    )
    assert marks.without(FILE, "0:00", 'Opening "here"') == FILE.replace(
        '[[chapters]]\nat = "0:00"       # at once\ntitle = \'Opening "here"\'\n\n', ""
    )


def test_chapters_on_one_line_are_edited_too() -> None:
    content = 'chapters = [{at = "0:00", title = "A"}, {at = "9:00", title = "B"}]  # two\n'
    for done, titles in (
        (marks.with_chapter(content, 60.0, "C", "so"), "ABC"),
        (marks.changed(content, "9:00", "B", {"title": "D"}), "AD"),
        (marks.without(content, "0:00", "A"), "B"),
    ):
        assert "".join(each["title"] for each in tomllib.loads(done)["chapters"]) == titles
        assert done.endswith("# two\n")


@pytest.mark.parametrize(("at", "title"), [("00:20:00", "Wasps"), ("00:21:00", "Bees")])
def test_one_that_was_changed_elsewhere_is_left_alone(at: str, title: str) -> None:
    with pytest.raises(PullquoteError, match="is no longer in episode"):
        marks.without(FILE, at, title)
    with pytest.raises(PullquoteError, match="is no longer in episode"):
        marks.changed(FILE, at, title, {"title": "C"})
