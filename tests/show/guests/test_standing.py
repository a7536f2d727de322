"""What publishing waits for, by what the sheets stated, on days of the tests' own."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.artefacts import QUOTES
from pipeline.errors import Refused
from pipeline.show.guests.standing import hold
from pipeline.show.publishing.publisher import Publisher

Day = Callable[[dt.date], None]
SAMPLE = "why-bridges-hum"
ALL = ("aw97", "1id0", "pqfh", "giyy", "cto3")
LAST, AFTER = dt.date(2026, 12, 6), dt.date(2026, 12, 7)


def waits(desk: Any, *public: str) -> str:
    """Why publishing waits; empty where it does not. `public` are quotes that its page has."""
    found = hold(desk.episode, lambda _: public)
    return f"{found.message}\n{found.hint}" if found else ""


def set_rule(desk: Any, mode: str, silence: str) -> None:
    desk.settings(f'[guest]\nmode = "{mode}"\nsilence = "{silence}"')


def test_until_the_last_day_publishing_waits_for_what_is_not_answered(desk: Any, day: Day) -> None:
    desk.answer(*(f"{each} yes" for each in ALL[1:]))
    day(LAST)
    assert waits(desk).startswith(
        f"{SAMPLE}: aw97: Joe Harrow has until 2026-12-06 to answer\nan answer: "
    )
    desk.answer("aw97 yes")
    assert waits(desk) == ""


@pytest.mark.parametrize("mode", ["accuracy", "approve"])
def test_after_it_silence_means_what_the_sheet_stated(unasked: Any, day: Day, mode: str) -> None:
    set_rule(unasked, mode, "publish")
    unasked.run("guest", SAMPLE)
    assert "published as it stands here" in unasked.file.read_text("utf-8")
    day(AFTER)
    assert waits(unasked) == ""


def test_silence_that_means_no_is_refused_by_name(desk: Any, day: Day) -> None:
    assert "you have not answered by then is not published" in desk.file.read_text("utf-8")
    desk.answer(*(f"{each} yes" for each in ALL[1:]))
    day(AFTER)
    with pytest.raises(
        Refused, match="aw97: Joe Harrow did not answer by 2026-12-06, and the sheet said"
    ):
        waits(desk)
    desk.answer("aw97 yes")
    assert waits(desk) == "", "late is not too late, while nothing is public"


def test_a_setting_of_the_second_week_changes_no_sheet_of_the_first(desk: Any, day: Day) -> None:
    toml = desk.root / "feed/show.toml"
    toml.write_text(toml.read_text("utf-8").replace('"approve"', '"accuracy"\ndays = 90'), "utf-8")
    assert "until 2026-12-06" in waits(desk)
    day(AFTER)
    with pytest.raises(Refused, match="the sheet said"):
        waits(desk)


def test_where_approval_is_asked_for_nothing_goes_out_that_nobody_was_shown(unasked: Any) -> None:
    assert waits(unasked) == "", "accuracy is asked by whoever asks"
    unasked.settings('[guest]\nmode = "approve"')
    assert "aw97: Joe Harrow has not been shown these words" in waits(unasked)
    assert waits(unasked).endswith(f"show it: pullquote guest {SAMPLE}")


def test_other_words_than_the_approved_ones_wait_until_they_are_shown(desk: Any, day: Day) -> None:
    desk.answer(*(f"{each} yes" for each in ALL))
    desk.edit("groans. You can do it on the back of an envelope.", "groans.")
    desk.run("run", SAMPLE, "--to", "review")
    assert "cto3: approved 2026-11-29, but of other words" in waits(desk)
    day(dt.date(2026, 12, 1))
    desk.run("guest", SAMPLE)
    assert "cto3: Joe Harrow has until 2026-12-08 to answer" in waits(desk)
    assert "aw97" not in waits(desk), "what was approved stays so on another sheet"
    desk.answer("cto3 yes", at="20261201T080000Z")
    assert waits(desk) == ""


def test_a_change_that_the_host_has_settled_waits_for_an_approval_and_not_for_accuracy(
    unasked: Any, desk: Any
) -> None:
    unasked.run("guest", SAMPLE)
    for each, line in ((unasked, "cto3 misheard"), (desk, "cto3 fix")):
        each.answer(*(f"{name} yes" for name in ALL[:-1]), line)
        each.edit(
            '\nguest = "asks 2026-11-29: misheard"'
            if each is unasked
            else '\nguest = "asks 2026-11-29"',
            "",
        )
    assert waits(unasked) == ""
    assert "cto3: Joe Harrow has until 2026-12-06" in waits(desk)


def test_words_changed_after_they_were_confirmed_go_out_unless_approval_is_asked_for_by_now(
    unasked: Any,
) -> None:
    unasked.run("guest", SAMPLE)
    unasked.answer(*(f"{each} yes" for each in ALL))
    unasked.edit("groans. You can do it on the back of an envelope.", "groans.")
    unasked.run("run", SAMPLE, "--to", "review")
    assert waits(unasked) == ""
    unasked.settings('[guest]\nmode = "approve"')
    assert "cto3: confirmed 2026-11-29, but of other words" in waits(unasked)


def test_an_approval_by_telephone_holds_for_the_text_at_its_side(desk: Any) -> None:
    for each in ALL:
        desk.edit(f'id = "{each}"', f'id = "{each}"\nguest = "approved 2026-11-28"')
    assert waits(desk) == ""


def test_what_is_public_waits_for_nobody_and_a_new_quote_does(desk: Any, day: Day) -> None:
    assert waits(desk, *ALL) == ""
    assert "cto3: Joe Harrow has until" in waits(desk, *ALL[:-1])
    day(AFTER)
    assert waits(desk, *ALL) == ""
    published = '{"version": 1, "episodes": [], "withdrawn": ["why-bridges-hum"]}'
    (desk.root / "feed/build/published.json").write_text(published)
    desk.run("guest", SAMPLE)
    page = desk.file.read_text("utf-8")
    assert "These words of yours are public already" in page
    assert "What you do not answer stays as it is." in page


def test_a_host_is_no_guest_and_nor_is_who_has_no_name(unasked: Any) -> None:
    ledger = unasked.ledger.read_text("utf-8")
    toml = unasked.episode.paths.toml
    toml.write_text(toml.read_text("utf-8").replace('role = "guest"', 'role = "co-host"'), "utf-8")
    unasked.settings('[guest]\nmode = "approve"')
    assert waits(unasked) == ""
    told = unasked.run("guest", SAMPLE, code=2).stderr
    assert "there are no quotes of a guest who has a name" in told
    assert unasked.ledger.read_text("utf-8") == ledger


@pytest.mark.long
@pytest.mark.slow
def test_publish_waits_is_refused_and_goes_on(
    desk: Any, kill_store: Callable[[Path], None]
) -> None:
    try:
        told = desk.run("publish", SAMPLE, code=3).stderr
        assert "aw97: Joe Harrow has until 2026-12-06 to answer" in told
        assert "not yet: " in desk.run("plan", SAMPLE).stderr
        desk.answer(*(f"{each} yes" for each in ALL[2:]), "1id0 fix it was “sounds”", "aw97 no")
        told = desk.run("publish", SAMPLE, code=4).stderr
        assert (
            "aw97 (“On the question that nobody asked”): withdrawn by the guest on 2026-11-29"
            in told
        )
        ledger = desk.ledger.read_text("utf-8")
        start, end = (
            ledger.index('[[section.quote]]\nid = "aw97"'),
            ledger.index('[[section.quote]]\nid = "1id0"'),
        )
        desk.ledger.write_text(ledger[:start] + ledger[end:], encoding="utf-8")
        told = desk.run("publish", SAMPLE, code=3).stderr
        assert "1id0: Joe Harrow wants a change: “it was “sounds””" in told
        assert "waiting" in desk.run("status").stdout
        desk.answer("1id0 yes", at="20261201T080000Z")
        assert desk.run("publish", SAMPLE).stdout.startswith("feed  http")
        assert [quote.id for quote in QUOTES.of(desk.episode.paths).quotes] == [
            "1id0",
            "pqfh",
            "giyy",
            "cto3",
        ]
        assert json.loads(desk.run("plan", "--json").stdout)["uploads"] == []
        assert Publisher.open(desk.episode.workspace).quoted(SAMPLE) == set(ALL[1:])
        told = desk.answer("pqfh no", at="20261202T080000Z")
        assert "it is public" in told
        desk.run("publish", SAMPLE, code=4)
    finally:
        kill_store(desk.root)
