"""Lines of consent: what each of them signs for, and for how long."""

from pipeline.quotes.asking.signatures import Signatures, names, sentence_line, wording_line
from pipeline.quotes.matching.edits import Part

ADDED = Part("added", "", "people at", 4, 1.0)
DROPPED = Part("negation", "not", "", 2, 0.5)
LIGHT = Part("wording", "kind of", "", 7, 2.0)
SENTENCE = "I know people at work, she said."


def test_a_line_of_one_edit_signs_once() -> None:
    edit = Part("added", "", "the", 0, 0.0)
    signatures = Signatures(["Added:  THE", "added: don't"])
    assert signatures.of_edit(edit) == "Added:  THE"
    assert signatures.of_edit(edit) is None
    assert signatures.unused() == ["added: don't"]
    assert signatures.of_edit(Part("added", "", "don’t", 0, 0.0))
    assert signatures.unused() == []


def test_a_sentence_is_signed_in_words_that_can_be_read() -> None:
    assert sentence_line([ADDED, DROPPED], SENTENCE) == (
        "added: people at; dropped: not in “I know people at work, she said.”"
    )
    assert wording_line([LIGHT]) == "wording: dropped: kind of"


def test_a_sentence_holds_with_the_edits_that_were_signed_and_no_other() -> None:
    def holds(edits: list[Part], text: str = SENTENCE) -> bool:
        signed = Signatures([sentence_line([ADDED, DROPPED], SENTENCE)])
        return signed.of_sentence(edits, edits, text) is not None

    assert holds([ADDED, DROPPED])
    assert holds([ADDED, DROPPED], "“i know people at work” she said!"), "marks are asked apart"
    assert not holds([ADDED, DROPPED, LIGHT]), "one that nobody signed"
    assert not holds([ADDED, Part("negation", "never", "", 2, 0.5)]), "another"
    assert not holds([DROPPED], "I know work, she said."), "what was added went"
    assert not holds([ADDED, DROPPED], "I know people at school, she said.")
    assert holds([ADDED]), "the transcript was mended, the sentence is as it was signed"


def test_a_sentence_is_signed_once() -> None:
    line = sentence_line([ADDED], SENTENCE)
    signed = Signatures([line])
    assert signed.of_sentence([ADDED], [ADDED], SENTENCE) == line
    assert signed.of_sentence([ADDED], [ADDED], SENTENCE) is None
    assert Signatures([line]).unused() == [line]


def test_a_sentence_that_never_ends_holds_with_just_its_edits() -> None:
    text = " ".join(f"w{n}" for n in range(90))
    line = sentence_line([ADDED, DROPPED], text)
    assert "w4 … w85" in line
    assert Signatures([line]).of_sentence([ADDED, DROPPED], [ADDED, DROPPED], text)
    assert not Signatures([line]).of_sentence([ADDED], [ADDED], text)


def test_a_line_of_wording_signs_for_no_meaning() -> None:
    signed = Signatures([wording_line([LIGHT, Part("wording", "not", "", 0, 0.0)])])
    assert signed.of_edit(LIGHT)
    assert not signed.of_edit(LIGHT), "once"
    assert not signed.of_edit(DROPPED)
    assert Signatures([wording_line([LIGHT])]).unused() == ["wording: dropped: kind of"]


def test_what_is_named_beside_others() -> None:
    assert names("added: a; dropped: so in “It is.”", "dropped: so")
    assert names("wording: dropped: so; added: a", "dropped: so")
    assert names("dropped: so", "dropped: so")
    assert not names("added: a in “dropped: so”", "dropped: so")
