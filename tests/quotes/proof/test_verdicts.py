"""Laws of verdicts: every text gets one, whatever was cut from where, in every language."""

from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.models import Transcript, Word
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import PROVEN, Guard
from pipeline.quotes.proof.wording import pieces
from tests.quotes.conftest import DATA

PUT_IN = ("[...]", "[he]", "(!)", "—", "“", "”", "[1]", "not", "und", "qui", "diez")
LABELS = (None, "Ada", "Speaker 1", "Speaker 2")


def talk(said: list[str], chance: Random) -> list[Word]:
    """Words with marks and speakers that change anywhere, and an end anywhere."""
    first = chance.randrange(len(said) - 60)
    speaker, words = chance.choice(LABELS), []
    for number, text in enumerate(said[first : first + chance.randrange(1, 60)]):
        speaker = chance.choice(LABELS) if chance.random() < 0.1 else speaker
        words.append(Word(text, number * 0.4, number * 0.4 + 0.3, None, speaker))
    return words


def quoted(words: list[Word], chance: Random) -> str:
    """Some of them, with others put in, left out or in capitals."""
    first = chance.randrange(len(words))
    texts = [word.text for word in words[first : first + chance.randrange(1, 25)]]
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(texts) + 1)
        if chance.random() < 0.5:
            texts.insert(place, chance.choice(PUT_IN))
        else:
            texts[place : place + 1] = [text.upper() for text in texts[place + 1 : place + 2]]
    return " ".join(texts)


@pytest.mark.parametrize("tag", ["en", "de", "fr", "es", "nl"])
@example(seed=57)  # in French it begins with a quotation mark alone
@given(seed=st.integers(0, 10**9))
def test_every_text_gets_a_verdict(tag: str, seed: int) -> None:
    chance = Random(seed)
    text = (DATA / "context" / f"{'de' if tag == 'nl' else tag}.txt").read_text(encoding="utf-8")
    words = talk(text.replace("[[", "").replace("]]", "").split(), chance)
    transcript = Transcript(words, [[n] for n in range(len(words))], language=tag)
    guard = Guard(transcript, DEFAULT_FREE, people=["Ada Byron"])
    entry = Entry(quoted(words, chance), speaker=chance.choice(LABELS), question="Who came?")
    verdict = guard.check(entry)
    assert verdict.proven is (verdict.quote.status in PROVEN)
    assert verdict.proven <= (not verdict.wanted())
    assert all(0 <= span.first < span.last <= len(words) for span in verdict.quote.spans)
    printed = [piece.token for piece in pieces(verdict) if piece.token is not None]
    assert printed == sorted(printed)
