"""Where somebody else begins to speak without a word of it, and where the speaker is back."""

import pytest

from pipeline.models import Transcript
from pipeline.quotes.context.direct_speech import voiced
from pipeline.quotes.matching.source import Source
from tests.quotes.conftest import say


def begins(said: str, published: str, tag: str = "en") -> bool:
    """Whether `published` begins in what somebody else says."""
    words = say(said)
    source = Source(Transcript(words, [[n] for n in range(len(words))], language=tag))
    first = source.token_at(len(say(said[: said.index(published)])))
    assert first is not None
    return voiced(source, first, first, 0) is not None


SHRUGGED = "The clerk shrugged, you are late."


@pytest.mark.parametrize(
    ("said", "published", "tag"),
    [
        (f"{SHRUGGED} The shop is closed.", "The shop is closed.", "en"),
        (f"{SHRUGGED} The shop is closed. You go home.", "You go home.", "en"),
        ("The foreman spat on the floor. We know it. It is fine.", "It is fine.", "en"),
        ("He looked at the wall, this wall is rotten. It is old.", "It is old.", "en"),
        ("I can still see his face, your knees are gone. It is over.", "It is over.", "en"),
        ("Der Beamte sah hoch, Sie sind zu spät. Es ist zu.", "Es ist zu.", "de"),
        ("Da kam der Bauer und meinte so: Es stinkt. Das muss weg.", "Das muss weg.", "de"),
        ("Her answer: the bread is dear. The mill is old.", "The mill is old.", "en"),
        ("Und der Bauer brüllt: Das Brot ist alle. Der Ofen ist kalt.", "Der Ofen ist kalt.", "de"),
        ("Et quelqu'un crie: le pain est cher. Le four est froid.", "Le four est froid.", "fr"),
        ("Y alguien grita: no queda pan. El horno está frío.", "El horno está frío.", "es"),
        (
            "The head of the northern yard came down to us in May, and claimed we were late. It is old.",
            "It is old.",
            "en",
        ),
        ("The banker leaned back. This is a toy.", "This is a toy.", "en"),
        ("Der Bankier lehnte sich zurück. Das ist Spielzeug.", "Das ist Spielzeug.", "de"),
        ("Le banquier s'est penché. Ce jouet est cher.", "Ce jouet est cher.", "fr"),
        ("El banquero se recostó. Este juguete es caro.", "Este juguete es caro.", "es"),
    ],
)
def test_who_acts_and_speaks_goes_on_speaking(said: str, published: str, tag: str) -> None:
    assert begins(said, published, tag)


@pytest.mark.parametrize(
    ("said", "published", "tag"),
    [
        (f"{SHRUGGED} We laughed a lot.", "We laughed a lot.", "en"),
        (f"{SHRUGGED} That was hard. The sea is cold.", "The sea is cold.", "en"),
        ("I shrugged my shoulders, you know me. The sea is cold.", "The sea is cold.", "en"),
        ("I always say: the bread is dear. The mill is old.", "The mill is old.", "en"),
        ("They have one task: it is the bread. The mill is old.", "The mill is old.", "en"),
        ("Did he shrug, are you late? The sea is cold.", "The sea is cold.", "en"),
    ],
)
def test_the_speaker_comes_back(said: str, published: str, tag: str) -> None:
    assert not begins(said, published, tag)


def test_who_marks_speech_marks_all_of_it() -> None:
    marked = "He said “we will never ever come here again.” " * 11
    said = "The sea was cold. We left. The clerk shrugged, you are late. The shop is closed."
    assert begins(said, "The shop is closed.")
    assert not begins(marked + said, "The shop is closed.")


@pytest.mark.parametrize("close", ["« We are late again now. »", "«We are late again now.»"])
def test_a_french_quotation_ends_with_its_mark(close: str) -> None:
    said = f"Le maire est venu. {close} La mer est froide."
    assert begins(said, "are late", "fr")
    assert not begins(said, "La mer", "fr")
    assert not begins(said, "maire est", "fr")


@pytest.mark.parametrize(
    ("before", "spoken", "after", "tag"),
    [
        ("The cook came down.", "Rice is for the poor.", "We packed our bags.", "en"),
        ("Der Koch kam herunter.", "Reis ist für Arme.", "Wir packten die Koffer.", "de"),
        ("Le cuisinier est arrivé.", "Le riz est fade.", "Alors j'ai pleuré.", "fr"),
        ("El cocinero bajó.", "El arroz es soso.", "Yo me marché.", "es"),
    ],
)
def test_what_is_said_between_two_sentences_of_a_tale_is_spoken(
    before: str, spoken: str, after: str, tag: str
) -> None:
    assert begins(f"{before} {spoken} {after}", spoken, tag)
    assert not begins(f"{spoken} {after}", spoken, tag)
    assert not begins(f"{before} {after}", after, tag)


@pytest.mark.parametrize(
    ("before", "spoken", "tag"),
    [
        ("There was a big poster in the canteen.", "Work is fun.", "en"),
        ("Then came a letter from the landlord.", "The roof is fine.", "en"),
        ("In the papers it was all very simple.", "The crew was drunk.", "en"),
        ("Da hing ein großes Plakat.", "Arbeit macht Freude.", "de"),
        ("In der Zeitung war das alles ganz einfach.", "Der Kapitän war betrunken.", "de"),
        ("Ihr stand im Brief, ich sei faul.", "Ich habe nie geputzt.", "de"),
        ("Il y avait une grande affiche.", "Le travail est une joie.", "fr"),
        ("Dans les journaux, c'était très simple.", "Le capitaine était ivre.", "fr"),
        ("Il n'était pas fier, selon lui.", "Son fils est le meilleur.", "fr"),
        ("Había un cartel enorme.", "El trabajo es alegría.", "es"),
        ("En los periódicos todo era muy sencillo.", "El barco estaba viejo.", "es"),
    ],
)
def test_what_was_written_goes_on_over_the_full_stop(before: str, spoken: str, tag: str) -> None:
    assert begins(f"{before} {spoken}", spoken, tag)


@pytest.mark.parametrize(
    ("said", "published", "tag"),
    [
        ("I have a theory about that. The sea is cold.", "The sea is cold.", "en"),
        ("The theory of the temple is not mine. It is old.", "It is old.", "en"),
        ("We wrote a letter. The roof is fine.", "The roof is fine.", "en"),
        ("Sei froh. Das Dach ist neu.", "Das Dach ist neu.", "de"),
        ("Selon lui, le toit est neuf. La mer est froide.", "La mer est froide.", "fr"),
    ],
)
def test_what_the_speaker_thinks_or_wrote_does_not(said: str, published: str, tag: str) -> None:
    assert not begins(said, published, tag)
