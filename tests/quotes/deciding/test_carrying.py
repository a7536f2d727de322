"""A host's consents, when another recogniser hears other words in the same recording."""

from dataclasses import replace

import pytest

from pipeline.models import Quote, Transcript, Word
from pipeline.quotes.deciding.carrying import carried, carry, corrected
from pipeline.quotes.deciding.checking import check_ledger
from pipeline.quotes.ledger.edits import sign
from pipeline.quotes.ledger.ledger import Ledger, parse_ledger
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard, Verdict

TEXT = "We trust the keystone of every arch, and it will stand for ages."
RECORDING = "0123456789abcdef"
SIGNED = "We trust the key store off every arch and it will stand for ages."


def guard(said: str, doubted: list[tuple[int, int]] | None = None) -> Guard:
    words = [Word(text, n * 0.5, n * 0.5 + 0.4, None, "Ada") for n, text in enumerate(said.split())]
    heard = Transcript(words, [[n] for n in range(len(words))])
    return Guard(heard, DEFAULT_FREE, doubted or [], RECORDING)


HEARD = guard(SIGNED)


def ledger_of(text: str) -> Ledger:
    return parse_ledger(
        f'[[section]]\nheading = "A"\n[[section.quote]]\nid = "aa"\nat = "00:00:00"\ntext = "{text}"\n',
        "quotes.toml",
    )


def judged(ledger: Ledger, judge: Guard) -> Verdict:
    return check_ledger(parse_ledger(ledger.dumps(), "quotes.toml"), judge)[0]


def signed_over(
    said: str, text: str = TEXT, doubted: list[tuple[int, int]] | None = None
) -> Ledger:
    """A ledger whose host signed all that the guard stopped."""
    ledger = ledger_of(text)
    for line in judged(ledger, guard(said, doubted)).wanted():
        sign(ledger, "aa", line)
    assert judged(ledger, guard(said, doubted)).proven
    return parse_ledger(ledger.dumps(), "quotes.toml")


def proven(ledger: Ledger, judge: Guard) -> dict[str, Quote]:
    quote = judged(ledger, judge).quote
    return {quote.id: quote}


def test_a_signed_word_stays_signed_however_it_is_misheard() -> None:
    ledger = signed_over(SIGNED)
    before = proven(ledger, guard(SIGNED))
    heard = guard("We trust the keys tone of every arch and it will stand for ages.")
    other = guard("We trust the key stolen off every arch and it will stand for ages.")
    assert judged(ledger, heard).proven  # heard right: nothing is left to sign for
    verdict = judged(ledger, other)
    assert not verdict.proven
    changes = carried(before, [verdict], HEARD)
    assert [change.now for change in changes] == ["changed: key stolen off to keystone of"]
    carry(ledger, changes)
    assert judged(ledger, other).quote.status == "consented"
    assert "fits no edit" not in judged(ledger, other).quote.message


@pytest.mark.parametrize(
    "said",
    [
        "We trust the key store off every arch and it will not stand for ages.",
        "We trust the key store off every arch and it might stand for ages.",
        "We trust no key store off every arch and it will stand for ages.",
        "We trust the key store maybe every arch and it will stand for ages.",
        "We trust the key store off every bridge and it will stand for ages.",
    ],
)
def test_what_is_newly_heard_is_asked_again(said: str) -> None:
    """A "not" of which the host could not know, and words that were never signed for."""
    ledger = signed_over(SIGNED)
    verdict = judged(ledger, guard(said))
    assert not verdict.proven
    changes = carried(proven(ledger, guard(SIGNED)), [verdict], HEARD)
    carry(ledger, changes)
    assert not judged(ledger, guard(said)).proven


def test_another_text_is_another_quote() -> None:
    ledger = signed_over(SIGNED)
    before = proven(ledger, guard(SIGNED))
    verdict = judged(
        ledger, guard("We trust the key stolen off every arch and it will stand for ages.")
    )
    changed = replace(verdict, quote=replace(verdict.quote, text=TEXT + " Or so."))
    assert carried(before, [verdict], HEARD)
    assert not carried(before, [changed], HEARD)


def test_who_has_listened_need_not_listen_again() -> None:
    said = "We trust the keystone of every arch and it will stand for ages."
    ledger = signed_over(said, doubted=[(3, 5)])
    before = proven(ledger, guard(said, [(3, 5)]))
    for doubted, again in (([(3, 6)], False), ([(9, 12)], True)):
        verdict = judged(ledger, guard(said, doubted))
        assert not verdict.proven
        assert (not carried(before, [verdict], HEARD)) is again


def test_words_left_out_are_the_same_ones_heard_otherwise() -> None:
    text = "We build the tower and the wall and the stairs of oak."
    said = "We build the tower and the worn out gate and the wall and the stairs of oak."
    ledger = signed_over(said, text)
    before = proven(ledger, guard(said))
    for heard, kept in (("worn out gates", True), ("worn out cake and never rose", False)):
        verdict = judged(ledger, guard(said.replace("worn out gate", heard)))
        assert not verdict.proven
        assert bool(carried(before, [verdict], HEARD)) is kept


def test_what_was_heard_right_before_is_noted_for_this_recording_only() -> None:
    said = "We trust the keystone of every arch and it will stand for ages."
    ledger = ledger_of(TEXT)
    before = proven(ledger, guard(said))
    other = guard(said.replace("keystone", "key stones"))
    verdict = judged(ledger, other)
    assert not verdict.proven
    carry(ledger, carried(before, [verdict], other))
    assert 'proven = ["01234567 changed: key stones to keystone"]' in ledger.dumps()
    assert judged(ledger, other).proven
    other.recording = "another"
    assert not judged(ledger, other).proven


@pytest.mark.parametrize(
    ("word", "heard", "holds"),
    [
        ("is", "as", True),  # the same consonants
        ("a", "the", True),  # articles are hardly voiced
        ("because", "Cost", True),  # no name was printed, whatever capital the other one hears
        ("keystone", "key stones", True),
        ("your", "my", False),  # two people's
        ("our", "my", False),
        ("Jon", "Jane", False),  # a name was printed, and this is another
        ("know", "no", False),  # the same sound, but what a "no" would mean is too much
        ("arch", "bridge", False),
    ],
)
def test_a_word_that_was_proven_may_be_misheard_now(word: str, heard: str, holds: bool) -> None:
    text = f"We build with stone and {word} mortar because it is a thing that we know."
    before = proven(ledger_of(text), guard(text))
    other = guard(text.replace(f"and {word} ", f"and {heard} "))
    verdict = judged(ledger_of(text), other)
    assert not verdict.proven
    assert bool(carried(before, [verdict], other)) is holds


def test_a_correction_speaks_against_the_text() -> None:
    said = "We trust the keystone of every arch and it will stand for ages."
    ledger = ledger_of(TEXT)
    before = proven(ledger, guard(said))
    mended = guard(said.replace("keystone", "keystones"))
    verdict = judged(ledger, mended)
    assert carried(before, [verdict], mended)
    words = corrected(mended.source.transcript, guard(said).source.transcript.words)
    assert words == {3}
    assert not carried(before, [verdict], mended, words)


def test_a_word_that_was_added_has_its_place_among_words_as_they_are_heard_now() -> None:
    said = "Oh dear. The arch would stand for ages."
    ledger = signed_over(said, "The arch would not stand for ages.")
    assert "added: not, after ‘The arch would’" in ledger.dumps()
    heard = guard(said.replace("arch", "arche"))
    verdict = judged(ledger, heard)
    assert not verdict.proven
    carry(ledger, carried(proven(ledger, guard(said)), [verdict], heard))
    assert "added: not, after ‘The arche would’" in ledger.dumps()
    assert judged(ledger, heard).proven
