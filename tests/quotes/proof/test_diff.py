"""How each part of a quote counts, beside what was said."""

from pipeline.models import Transcript, Word
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.diff import rows
from pipeline.quotes.proof.guard import Guard

TREES = ("alder", "birch", "cedar", "elm", "gorse", "hazel", "juniper", "larch", "maple", "rowan")
BETWEEN = " ".join(f"The {tree} has stood by the river for long." for tree in TREES)
SAID = f"The bridge is terribly old. {BETWEEN} The water is terribly deep."


def test_of_two_edits_of_the_same_words_the_one_is_signed_whose_sentence_was() -> None:
    words = [Word(text, n * 0.4, n * 0.4 + 0.3) for n, text in enumerate(SAID.split())]
    guard = Guard(Transcript(words, [(n,) for n in range(len(words))]), DEFAULT_FREE)
    text = SAID.replace("terribly ", "")
    first, second = guard.check(Entry(text)).wanted()
    assert first.partition(" in ")[0] == second.partition(" in ")[0] == "dropped: terribly"
    told = [
        counts for counts, part in rows(guard.check(Entry(text, consent=[second]))) if part.kind
    ]
    assert told == ["stopped", "signed"]
