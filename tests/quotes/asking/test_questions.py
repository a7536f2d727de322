"""One question a sentence, with one signature, that holds for what was said and published there."""

import json

import pytest

from pipeline.models import Transcript
from pipeline.quotes.deciding.carrying import carried, carry
from pipeline.quotes.deciding.checking import check_ledger
from pipeline.quotes.ledger.ledger import Entry, parse_ledger
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard, Verdict
from tests.quotes.conftest import say

SAID = (
    "The old pier never stood on rock, it was built by monks in the winter. "
    "Nobody paid the masons for the second tower. We slept there all summer."
)
TEXT = (
    "The old pier stood on rock, it was built by two monks in the winter. "
    "They paid the masons for the second tower. We slept there all summer."
)


def judge(text: str, said: str = SAID, **keys: object) -> Verdict:
    words = say(said)
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
    return guard.check(Entry(text, id="aa", **keys))  # type: ignore[arg-type]


def test_all_edits_of_a_sentence_are_one_question_the_worst_first() -> None:
    first, second = judge(TEXT).questions
    assert (first.id, first.tier, [edit.kind for edit in first.edits]) == (
        "aa:1",
        "meaning",
        ["negation", "number"],
    )
    assert first.line == (
        "dropped: never; added: two, after ‘was built by’ in "
        "“The old pier stood on rock, it was built by two monks in the winter.”"
    )
    assert [stretch.text for stretch in first.said if stretch.lit] == ["never"]
    assert [stretch.text for stretch in first.published if stretch.lit] == ["two"]
    assert first.why == [
        "negation touched: it may say the opposite",
        "number touched: it may be another amount",
    ]
    assert second.line.endswith(" in “They paid the masons for the second tower.”")


def test_a_signed_sentence_stays_signed_while_another_one_changes() -> None:
    first, second = judge(TEXT).questions
    signed = judge(TEXT, consent=[first.line, second.line])
    assert signed.proven
    assert [question.signed for question in signed.questions] == [[first.line], [second.line]]
    changed = judge(TEXT.replace("We slept", "We never slept"), consent=[first.line, second.line])
    assert [question.id for question in changed.open_questions] == ["aa:3"]


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("The old pier stood on rock, it was built by four monks in the winter.", "changed"),
        ("The old pier stood on two rocks, it was built by monks in the winter.", "moved"),
        ("The old pier stood on rock, it was built by monks in the winter.", "taken back"),
        ("The old pier never stood on rock, it was built by two monks in the winter.", "kept"),
        ("The old pier stood on rock, it was built by two monks in winter.", "one edit more"),
    ],
)
def test_a_sentence_that_was_edited_since_asks_again(sentence: str, why: str) -> None:
    text, lines = TEXT, judge(TEXT).wanted()
    first = text.partition(". ")[0] + "."
    again = judge(text.replace(first, sentence), consent=lines)
    assert [question.id for question in again.open_questions] == ["aa:1"], why
    assert "this consent fits no edit" in again.quote.message


def test_one_line_an_edit_holds_as_ever() -> None:
    old = ["dropped: never", "added: two, after ‘was built by’", "changed: Nobody to They"]
    assert judge(TEXT, consent=old).proven
    some = judge(TEXT, consent=old[1:])
    assert [question.line.partition(" in “")[0] for question in some.open_questions] == [
        "dropped: never"
    ]
    assert judge(TEXT, consent=[*old[1:], *some.wanted()]).proven


def test_what_was_proven_is_no_question() -> None:
    said = "The clerk of the old pier was never cut in the abbey yard. We slept in the yearn there."
    text = "The clock of the old pier was cut in the abbey yard. We slept in the yard there."
    words = say(said)
    guard = Guard(
        Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE, recording="ab" * 32
    )
    asked = guard.check(Entry(text, id="aa")).questions
    assert [question.id for question in asked] == ["aa:1", "aa:2"]
    lines = [line.partition(" in “")[0] for line in (question.line for question in asked)]
    proven = [
        f"abababab {each}" for line in lines for each in line.split("; ") if "never" not in each
    ]
    (left,) = guard.check(Entry(text, id="aa", proven=proven)).questions
    assert [edit.kind for edit in left.edits] == ["negation"]
    assert [stretch.text for stretch in left.said if stretch.lit] == ["never"]
    assert guard.check(Entry(text, id="aa", proven=proven, consent=[left.line])).proven
    assert guard.check(Entry(text, id="aa", proven=proven, consent=[asked[0].line])).proven


def test_a_sentence_said_twice_is_signed_twice() -> None:
    said = "It is not true. We know that. It is not true. We said so, and we meant it."
    text = "It is true. We know that. It is true. We said so, and we meant it."
    first, second = judge(text, said).wanted()
    assert not judge(text, said, consent=[first]).proven
    moved = "It is not true. We know that. It is true. We said so, and we meant it."
    assert judge(text, said, consent=[first, second]).proven
    assert not judge(moved, said, consent=[first]).proven, "the signature is for the first place"


def test_a_mended_transcript_asks_nothing_anew() -> None:
    said = "The clerk of the whole pier was not cut in the abbey yard."
    text = "The clock of the whole pier was cut in the abbey yard."
    line = judge(text, said).wanted()
    assert len(line) == 1
    mended = judge(text, said.replace("clerk", "clock"), consent=line)
    assert mended.proven
    assert not judge(text, said.replace("not", "never"), consent=line).proven


def test_what_no_word_shows_goes_with_the_sentence_beside_it() -> None:
    said = "They doubt that the pier will stand. The masons like it, and it is a good pier."
    verdict = judge("The pier will stand. The masons like it, and it is a good pier.", said)
    (question,) = verdict.questions
    assert "in “The pier will stand.”" in question.line
    assert question.said[0].lit == "meaning"
    assert "doubt that" in question.said[0].text


def test_a_clause_that_was_left_out_is_a_cut_whatever_stood_in_it() -> None:
    said = "The old pier is tall and long, which they never told the mayor, and is made of stone."
    text = "The old pier is tall and long, and is made of stone."
    verdict = judge(text, said)
    (edit,) = verdict.questions[0].edits
    assert (edit.kind, edit.raw) == ("cut", "which they never told the mayor,")
    assert verdict.questions[0].why == ["a clause cut out: readers cannot see it: mark it as [...]"]
    old = "dropped: which they never told the mayor"
    assert judge(text, said, consent=[old]).proven
    short = judge("The old pier was built by monks.", "The old pier was never built by monks.")
    assert [each.kind for each in short.questions[0].edits] == ["negation"]


RAN = "It fell, and we all ran. He is kind of tired now. They fell, and we were not there."


def test_wording_is_one_question_for_the_whole_quote() -> None:
    text = "It fell, we all ran. He is tired now. They fell, and we were not there."
    (wording,) = judge(text, RAN).questions
    assert (wording.id, wording.tier) == ("aa:1", "wording")
    assert wording.line == "wording: dropped: and, after ‘It fell’; dropped: kind of"
    assert [stretch.text for stretch in wording.said if stretch.lit] == ["and", "kind of"]
    assert judge(text, RAN, consent=[wording.line]).proven
    more = judge(text.replace("He is", "He was"), RAN, consent=[wording.line])
    assert [each.tier for each in more.open_questions] == ["meaning"]


def test_wording_goes_with_the_last_question_of_its_quote() -> None:
    text = "It fell, we all ran. He is tired now. They fell, we were there."
    (asked,) = judge(text, RAN).questions
    assert asked.tier == "meaning"
    assert asked.line == (
        "wording: dropped: and, after ‘It fell’; dropped: kind of; "
        "dropped: and, after ‘now They fell’; dropped: not in “They fell, we were there.”"
    )
    assert judge(text, RAN, consent=[asked.line]).proven
    assert not judge(text, RAN, consent=[asked.line.replace("not", "never")]).proven
    changed = judge(text.replace("we were there", "we were dead"), RAN, consent=[asked.line])
    (left,) = changed.open_questions
    assert "dropped: not" in left.line
    assert "kind of" not in left.line, "signed as wording, whatever became of the sentence"
    old = [asked.line.replace("wording: dropped: and, after ‘It fell’; dropped: kind of; ", "")]
    (left,) = judge(text, RAN, consent=old).open_questions
    assert (left.tier, left.line) == (
        "wording",
        "wording: dropped: and, after ‘It fell’; dropped: kind of",
    )
    assert judge(text, RAN, consent=[*old, left.line]).proven


def test_a_doubt_goes_with_wording_and_is_signed_after_hearing() -> None:
    text = "It fell, we all ran. He is kind of tired now. They fell, and we were not there."
    words = say(RAN)
    transcript = Transcript(words, [[n] for n in range(len(words))])
    guard = Guard(transcript, DEFAULT_FREE, doubted=[(10, 11)])
    (asked,) = guard.check(Entry(text, id="aa")).questions
    assert [edit.kind for edit in asked.edits] == ["doubt", "wording"]
    assert (asked.tier, asked.line) == (
        "meaning",
        "wording: dropped: and, after ‘It fell’; heard: tired",
    )
    for lines in ([asked.line], ["heard: tired", "dropped: and, after ‘It fell’"]):
        assert guard.check(Entry(text, id="aa", consent=lines)).proven
    old = "heard: tired in “He is kind of tired now.”"
    (left,) = guard.check(Entry(text, id="aa", consent=[old])).open_questions
    assert (left.tier, left.line) == ("wording", "wording: dropped: and, after ‘It fell’")


def test_a_doubt_about_a_not_is_a_question_of_its_own() -> None:
    text = "It fell, we all ran. He is kind of tired now. They fell, and we were not there."
    words = say(RAN)
    transcript = Transcript(words, [[n] for n in range(len(words))])
    guard = Guard(transcript, DEFAULT_FREE, doubted=[(16, 18)])
    (asked,) = guard.check(Entry(text, id="aa")).questions
    assert [edit.kind for edit in asked.edits] == ["suspect", "wording"]
    assert asked.line.startswith("wording: dropped: and, after ‘It fell’; heard: were not in “")


def test_what_a_mark_hides_is_lit_where_it_was_said() -> None:
    said = "The tower talks in the wind, and if you know it well, then you know where it is loose."
    text = "The tower talks in the wind, and [...] then you know where it is loose."
    (question,) = judge(text, said).questions
    assert question.line == f"dropped: if you know it well in “{text}”"
    assert [stretch.text for stretch in question.said if stretch.lit] == ["if you know it well,"]
    assert [stretch.text for stretch in question.published if stretch.lit] == ["[...]"]


def test_wording_stays_signed_where_what_was_signed_with_it_is_heard_otherwise() -> None:
    text = "It fell, we all ran. He is tired now. They fell, and we were glad there."
    old = judge(text, RAN)
    consent = old.wanted()
    signed = judge(text, RAN, consent=consent)
    toml = f"[[section]]\n[[section.quote]]\nid = 'aa'\ntext = '{text}'\nconsent = {json.dumps(consent)}\n"
    ledger = parse_ledger(toml, "q")
    words = say(RAN.replace("not there", "knot there"))
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
    before = {"aa": signed.quote}
    carry(ledger, carried(before, check_ledger(ledger, guard), guard))
    (left,) = check_ledger(parse_ledger(ledger.dumps(), "q"), guard)
    assert not [edit for edit in left.quote.edits if edit.kind == "wording" and not edit.consented]


def test_what_stood_right_outside_is_shown_where_it_weighs() -> None:
    said = "We slept there all summer. Three people came to hear the pier, and then they left."
    (asked,) = judge("Two people came to hear the pier.", said).questions
    assert asked.lines[1].split(maxsplit=1)[1].startswith("‹Three› people came")
    assert asked.lines[2].split(maxsplit=1)[1].startswith("‹Two› people came")
