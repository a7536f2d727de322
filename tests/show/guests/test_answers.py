"""Answers in the ledger: for the words that were seen, from a sheet that was made, the later one."""

import datetime as dt
import json
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.artefacts import GUESTS, RAW
from pipeline.quotes.ledger.said import Said
from pipeline.show.guests.standing import hold

DAY = Callable[[dt.date], None]
TODAY = dt.date(2026, 11, 29)


def test_an_answer_stands_on_its_quote_and_nothing_else_is_touched(desk: Any) -> None:
    before = desk.ledger.read_text("utf-8").splitlines()
    told = desk.answer("aw97 yes", "1id0 fix “what it would sound like”", "pqfh no it is not mine")
    assert "aw97: approved 2026-11-29\n" in told
    after = desk.ledger.read_text("utf-8").splitlines()
    assert [line for line in after if line not in before] == [
        'guest = "approved 2026-11-29"',
        'guest = "asks 2026-11-29: “what it would sound like”"',
        'guest = "withdrawn 2026-11-29: it is not mine"',
    ]
    assert [line for line in after if not line.startswith("guest")] == before
    assert desk.entries["giyy"].guest is None


def test_accuracy_is_confirmed_and_not_approved(unasked: Any) -> None:
    unasked.run("guest", "why-bridges-hum", "Joe Harrow")
    unasked.answer("aw97 yes", "1id0 misheard it was “sounds”", "giyy context")
    said = {identity: str(each.guest) for identity, each in unasked.entries.items() if each.guest}
    assert said == {
        "aw97": "confirmed 2026-11-29",
        "1id0": "asks 2026-11-29: misheard: it was “sounds”",
        "giyy": "asks 2026-11-29: out of context",
    }
    assert "“no” is no answer of this sheet" in unasked.answer("cto3 no", code=4)


def test_an_answer_to_other_words_counts_for_nothing_and_says_so(desk: Any) -> None:
    desk.edit("A thin wire sings high", "A thin wire sings")
    told = desk.answer("cto3 yes", "aw97 yes", code=4)
    assert "cto3: “yes” counts for nothing: the guest saw other words than those of today" in told
    assert "1 of 2 answers count for nothing" in told
    assert desk.entries["cto3"].guest is None
    assert desk.entries["aw97"].guest == Said("approved", TODAY)


def test_an_answer_to_a_quote_that_is_gone_counts_for_nothing(desk: Any) -> None:
    content = desk.ledger.read_text("utf-8")
    desk.ledger.write_text(content[: content.index('[[section]]\nheading = "The note')], "utf-8")
    assert "not in the ledger any more" in desk.answer("cto3 yes", code=4)


@pytest.mark.parametrize("forged", ["n2psj2ree93knwipky2jjve6", "x", "0" * 64])
def test_a_code_that_no_sheet_has_is_refused(desk: Any, forged: str) -> None:
    before = desk.ledger.read_bytes(), GUESTS.path(desk.episode.paths).read_bytes()
    block = desk.block("aw97 yes").replace(desk.code, forged)
    told = desk.run("guest", "answer", "-", stdin=block, code=4).stderr
    assert f"no sheet of this show has the code {forged[:4]}" in told
    assert before == (desk.ledger.read_bytes(), GUESTS.path(desk.episode.paths).read_bytes())


def test_what_is_committed_answers_for_nobody(desk: Any) -> None:
    record = GUESTS.path(desk.episode.paths).read_text("utf-8")
    assert desk.code not in record
    forged = desk.block("aw97 yes").replace(desk.code, desk.sheets[0].code)
    desk.run("guest", "answer", "-", stdin=forged, code=4)


@pytest.mark.parametrize("change", [("0905e319bf95", "0905e319bf96"), ("quote aw97", "quote aw98")])
def test_an_answer_to_what_the_sheet_did_not_show_is_refused_whole(
    desk: Any, change: tuple[str, str]
) -> None:
    block = desk.block("1id0 yes", "aw97 yes").replace(*change)
    told = desk.run("guest", "answer", "-", stdin=block, code=4).stderr
    assert "showed no such quote, or other words" in told
    assert desk.entries["1id0"].guest is None


def test_of_two_answers_the_later_counts_in_whichever_order_they_come(desk: Any) -> None:
    desk.answer("aw97 no", "1id0 yes", at="20261201T080000Z")
    told = desk.answer("aw97 yes", at="20261130T080000Z", code=4)
    assert "a later answer was taken already" in told
    assert desk.entries["aw97"].guest == Said("withdrawn", TODAY)
    desk.answer("aw97 yes it is fine after all", at="20261202T080000Z")
    assert desk.entries["aw97"].guest == Said("approved", TODAY, "it is fine after all")
    both = [
        desk.block(f"1id0 {say}", at=f"2026120{on}T080000Z") for say, on in (("no", 4), ("yes", 3))
    ]
    desk.run("guest", "answer", "-", stdin="\n".join(both))
    assert desk.entries["1id0"].guest == Said("withdrawn", TODAY)


def test_an_answer_on_an_earlier_sheet_counts_while_the_words_are_the_same(desk: Any) -> None:
    block = desk.block("aw97 yes", "1id0 no", at="20261202T080000Z")
    desk.run("guest", "why-bridges-hum")
    desk.run("guest", "answer", "-", stdin=block)
    assert desk.entries["aw97"].guest == Said("approved", TODAY)
    told = desk.answer("1id0 yes", at="20261201T080000Z", code=4)
    assert "a later answer was taken already" in told, "on whichever sheet it was given"


def test_the_same_answer_twice_changes_nothing(desk: Any) -> None:
    desk.answer("aw97 yes")
    before = desk.ledger.read_bytes(), GUESTS.path(desk.episode.paths).read_bytes()
    desk.answer("aw97 yes")
    assert before == (desk.ledger.read_bytes(), GUESTS.path(desk.episode.paths).read_bytes())


def test_an_answer_that_was_killed_in_the_middle_is_taken_by_the_next_run(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.show.guests.answers.change_ledger", lambda *_: 1 / 0)
        desk.run("guest", "answer", "-", stdin=desk.block("aw97 yes"), code=1)
    assert desk.entries["aw97"].guest is None
    desk.answer("aw97 yes")
    desk.edit("You can do it on the back of an envelope.", "You can do it on an envelope.")
    desk.answer("1id0 yes")
    assert desk.entries["aw97"].guest == Said("approved", TODAY)


def test_a_form_in_which_nothing_is_written_is_told(desk: Any) -> None:
    block = desk.block("aw97 ____", "1id0")
    told = desk.run("guest", "answer", "-", stdin=block, code=4).stderr
    assert told.startswith("no quote is answered in it")


def test_a_hostile_remark_is_a_text_in_the_ledger(desk: Any) -> None:
    remark = 'x"\\ ]] [[section]] guest = "approved" <script>alert(1)</script> """ \' #'
    desk.answer(f"aw97 fix {remark}")
    assert str(desk.entries["aw97"].guest) == f"asks 2026-11-29: {remark}"
    tomllib.loads(desk.ledger.read_text("utf-8"))


def test_after_publication_a_withdrawal_says_what_can_be_done(desk: Any) -> None:
    desk.root.joinpath("feed/build/published.json").write_text(
        '{"version": 1, "episodes": ["why-bridges-hum"]}'
    )
    told = desk.answer("aw97 no")
    assert (
        "aw97: withdrawn 2026-11-29; it is public: take it out of the ledger, and pullquote plan"
        " why-bridges-hum proposes the correction" in told
    )


def test_the_answers_are_there_for_scripts(desk: Any) -> None:
    block = desk.block("aw97 yes")
    found = json.loads(desk.run("guest", "answer", "-", "--json", stdin=block).stdout)
    assert found == [{"line": "aw97: approved 2026-11-29", "counts": True}]


def test_it_survives_the_page_the_check_and_the_text_before(desk: Any) -> None:
    from pipeline.quotes.deciding.decisions import Decisions

    desk.answer("aw97 yes", "1id0 yes", "pqfh fix later")
    decisions = Decisions(desk.ledger, desk.episode.guard, [])
    decisions.move("aw97", "What Tacoma really teaches", 0)
    decisions.set_value("aw97", "soundbite", True)
    decisions.edit("giyy", desk.entries["giyy"].text.replace("It is always", "It's always"))
    desk.run("quotes", "check", "why-bridges-hum")
    said = {identity: each.guest.verb for identity, each in desk.entries.items() if each.guest}
    assert said == {"aw97": "approved", "1id0": "approved", "pqfh": "asks"}
    decisions.set_value("pqfh", "guest", None)
    assert desk.entries["pqfh"].guest is None


def test_it_survives_another_transcription_that_hears_the_same_quote(desk: Any) -> None:
    desk.answer("aw97 yes", "cto3 yes")
    words = desk.episode.paths.directory / "build/transcript.words.json"
    value = json.loads(words.read_bytes())
    for word in value["words"]:
        word[1], word[2] = word[1] + 2.5, word[2] + 2.5
        word[0] = {"thousands": "Thousands", "envelope.": "envelope"}.get(word[0], word[0])
    words.write_text(json.dumps(value))
    RAW.path(desk.episode.paths).unlink()  # else the words would be read anew from it
    told = desk.run("quotes", "check", "why-bridges-hum")
    assert "moved from 00:00:38.4 to 00:00:40.9" in told.stdout
    assert "other words" not in told.stderr
    assert desk.entries["aw97"].guest == desk.entries["cto3"].guest == Said("approved", TODAY)


def test_words_changed_after_the_approval_void_it_until_they_are_as_before(desk: Any) -> None:
    desk.answer("cto3 yes")
    desk.edit("A thin wire sings high", "A thin wire, it sings high")
    told = desk.run("quotes", "check", "why-bridges-hum", code=4)
    assert "cto3" in told.stdout
    desk.edit("A thin wire, it sings high", "A thin wire sings high")
    assert "other words" not in desk.run("quotes", "check", "why-bridges-hum").stderr
    desk.edit("groans. You can do it on the back of an envelope.", "groans.")
    told = desk.run("quotes", "check", "why-bridges-hum")
    assert "cto3: approved 2026-11-29, but of other words: that counts no more" in told.stderr


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('question = "Is a hum the first step towards that?"\n', ""),
        ("[1] is a different one", "is a different one"),
        ("which fell on 7 November 1940", "which fell on 7 November 1941"),
    ],
)
def test_the_question_and_the_footnotes_are_part_of_what_was_approved(
    desk: Any, old: str, new: str
) -> None:
    desk.answer("pqfh yes", "giyy yes")
    desk.edit(old, new)
    assert "but of other words" in desk.run("quotes", "check", "why-bridges-hum").stderr
    assert hold(desk.episode, lambda _: ()) is not None


@pytest.mark.parametrize("said", ["yes", "approved", "approved 2026-13-01", "asks: more"])
def test_what_is_no_answer_in_the_ledger_is_named(desk: Any, said: str) -> None:
    desk.edit('id = "aw97"', f'id = "aw97"\nguest = "{said}"')
    told = desk.run("quotes", "check", "why-bridges-hum", code=2).stderr
    assert "section 1 (“On the question that nobody asked”), quote 1: guest: " in told
