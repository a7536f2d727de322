"""Candidates: whole sentences of the guest, worth a quote, the same for the same transcript."""

from itertools import pairwise

from pipeline.artefacts import CANDIDATES, Candidates
from pipeline.models import Transcript, Word
from pipeline.quotes.languages.table import language
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.matching.sentences import sentences, turns
from pipeline.quotes.proof.guard import Guard
from pipeline.quotes.proposals.candidates import suggest


def test_candidates_are_whole_sentences_of_the_guest(talk: Transcript) -> None:
    found = suggest(talk, 10, ["Mara"])
    assert 3 <= len(found) <= 10
    for candidate in found:
        words = talk.words[candidate.first : candidate.last]
        own = [word for word in words if word.speaker == "Jonas Lind"]
        assert len(words) - len(own) <= 2
        assert candidate.text == " ".join(word.text for word in own)
        assert (candidate.start, candidate.end) == (words[0].start, words[-1].end)
        assert candidate.text.endswith(".")
        assert 25 <= len(words) <= 115
        assert candidate.why
    spans = sorted((candidate.first, candidate.last) for candidate in found)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert "Thank you for having me" not in " ".join(candidate.text for candidate in found)


def test_candidates_are_said_word_for_word(talk: Transcript) -> None:
    guard = Guard(talk, DEFAULT_FREE)
    for candidate in suggest(talk, 10, ["Mara"]):
        entry = Entry(candidate.text, at=candidate.start, speaker=candidate.speaker)
        quote = guard.check(entry).quote
        assert quote.status in ("verbatim", "cleaned")
        assert {edit.kind for edit in quote.edits} <= {"backchannel"}


def test_the_same_transcript_gives_the_same_candidates_and_fewer_are_the_best(
    talk: Transcript,
) -> None:
    all_of_them = suggest(talk, 10, ["Mara"])
    assert suggest(talk, 10, ["Mara"]) == all_of_them
    assert suggest(talk, 2, ["Mara"]) == all_of_them[:2]
    kept = CANDIDATES.dump(Candidates(all_of_them)).encode()
    assert list(CANDIDATES.decode(kept, "candidates.json").candidates) == all_of_them


def test_doubted_passages_are_not_proposed(talk: Transcript) -> None:
    best = suggest(talk, 1, ["Mara"])[0]
    for candidate in suggest(talk, 10, ["Mara"], [(best.first + 3, best.first + 4)]):
        assert not candidate.first <= best.first + 3 < candidate.last


def test_a_show_of_one_person_is_quoted_all_the_same(talk: Transcript) -> None:
    alone = [word._replace(speaker="Mara") for word in talk.words]
    assert suggest(Transcript(alone, talk.raw_ids), 3, ["Mara"])


def test_nothing_is_proposed_where_nothing_is_said() -> None:
    assert suggest(Transcript([], []), 5) == []
    words = [Word("Yes.", 0.0, 0.4)]
    assert suggest(Transcript(words, [[0]]), 5) == []


def test_sentences_end_at_full_stops_and_at_pauses_where_there_are_none() -> None:
    text = "Dr. Berg came. " + "word " * 20
    words = [Word(word, n * 0.5, n * 0.5 + 0.4) for n, word in enumerate(text.split())]
    words += [Word(word, 30 + n * 0.5, 30.4 + n * 0.5) for n, word in enumerate(["after", "that."])]
    (turn,) = turns(Transcript(words, []))
    assert sentences(words, turn, language("en")) == [(0, 3), (3, 23), (23, 25)]


def test_a_passage_has_a_core_of_whole_sentences_that_may_stand_alone(talk: Transcript) -> None:
    guard = Guard(talk, DEFAULT_FREE)
    found = suggest(talk, 10, ["Mara"])
    cored = [candidate for candidate in found if candidate.core]
    assert len(cored) >= len(found) / 2
    for candidate in cored:
        assert candidate.core is not None
        assert candidate.first <= candidate.core.first < candidate.core.last <= candidate.last
        words = talk.words[candidate.core.first : candidate.core.last]
        assert 10 <= len(words) <= 35
        assert words[-1].text.endswith(".")
        text = " ".join(word.text for word in words)
        assert guard.check(Entry(text, at=words[0].start)).proven


def test_a_sentence_that_only_connects_may_be_cut() -> None:
    text = (
        "Every lighthouse keeper writes the weather into a heavy book before anything else happens. "
        "And so that is what they did with it then. "
        "The book outlives the tower and tells the engineers where the mortar failed first. "
    )
    words = [Word(word, n * 0.4, n * 0.4 + 0.3, None, "Ada") for n, word in enumerate(text.split())]
    before = [Word("Hm.", -9.0, -8.0, None, "Bo")] * 40
    words = [*before, *words, *[Word("Right.", 90.0, 91.0, None, "Bo")] * 40]
    (candidate,) = suggest(Transcript(words, [[n] for n in range(len(words))]), 5, ["Bo"])
    assert candidate.cut is not None
    cut = words[candidate.cut.first : candidate.cut.last]
    assert " ".join(word.text for word in cut) == "And so that is what they did with it then."
