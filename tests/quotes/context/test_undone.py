"""What is undone right after a quote, or said of it before: a yes, an "it is not like", a "but"."""

import pytest

from pipeline.models import Transcript
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard
from tests.quotes.conftest import say

UNDONE = [
    ("en", "Not a cent. | Well, yes, my cousin has a field.", "retraction"),
    ("de", "Keinen Cent. | Also doch, mein Schwager hat eine Wiese.", "retraction"),
    ("es", "Ni un céntimo. | Bueno, sí, mi cuñado tiene un prado.", "retraction"),
    ("fr", "Pas un centime. | Enfin si, mon beau-frère a un pré.", "retraction"),
    ("en", "Never. | Well, once, in my first year.", "condition"),
    (
        "de",
        "Ich verkaufe alles, | hab ich neulich im Spaß gesagt, und es kam ins Blatt.",
        "retraction",
    ),
    ("es", "El viernes estaremos muertos. | Lo dije con ironía.", "retraction"),
]
WEIGHED = [
    ("en", "The mayor is a thief, | well, thief, he forgets his receipts."),
    ("de", "Der Wirt ist ein Dieb, | na ja, Dieb, er vergisst die Quittung."),
    ("fr", "Le maire est un voleur, | enfin, voleur, il oublie ses reçus."),
    ("de", "Ich glaube an Geister, | so wie man an den Osterhasen glaubt."),
    ("es", "Creo en los fantasmas, | como quien cree en la lotería."),
    ("en", "We never lost a boat, | touch wood, at least so far."),
    ("de", "Wir verloren nie ein Boot, | toi toi toi, jedenfalls seit gestern."),
    ("es", "No perdimos ningún barco, | toco madera, por lo menos este año."),
    ("fr", "On n'a perdu aucun bateau, | je touche du bois, en tout cas ici."),
    ("fr", "Je parle neuf langues. | Mal."),
    ("fr", "Le nôtre est le meilleur, | c'est ma mère qui le dit, elle m'aime bien."),
]
MOVED = [
    (
        "en",
        "We paid the drivers. And the cooks at the back, nobody asked about those.",
        "We paid the drivers and the cooks at the back. Nobody asked about those.",
        "splice",
    ),
    (
        "en",
        "Do I trust the machine? On the coast, yes.",
        "Do I trust the machine, yes.",
        "question",
    ),
    ("de", "Ob ich daran glaube? Auf See, ja.", "Ob ich daran glaube, auf See, ja.", "question"),
    ("fr", "Il aura des ennuis, forcément.", "Il aura des ennuis!", "symbol"),
    (
        "en",
        "We ran a campaign, and it was fun. But the app broke, and they won, and that was it.",
        "We ran a campaign, [...] and they won, and that was it.",
        "retraction",
    ),
]
DISOWNED = [
    ("es", "No es como si fuera de los de | que paguen los ricos."),
    ("fr", "Ce n'est pas que je sois du genre | les riches paieront."),
]
FAIR = [
    ("I was never afraid. | Well, my mother was a singer, so I grew up there.", "en"),
    ("Niemand wurde verletzt. | Gut, reden wir über den Tag danach.", "de"),
    ("No leo críticas. | Sí, exacto.", "es"),
    ("He painted the boat, | as you can see.", "en"),
    ("La misa aburre a los críos. | Y los críos, sabes, los críos no mienten.", "es"),
    ("Es macht müde. | Es macht, also es macht nicht dick.", "de"),
]


def kinds(said: str, published: str, tag: str) -> set[str]:
    """What a quote of a transcript asks about."""
    words = say(said.replace("| ", ""))
    guard = Guard(Transcript(words, [[n] for n in range(len(words))], language=tag), DEFAULT_FREE)
    verdict = guard.check(Entry(published))
    return {edit.kind for edit in verdict.quote.edits if edit.kind in verdict.stopped}


@pytest.mark.parametrize(("tag", "said", "kind"), UNDONE)
def test_a_denial_that_is_taken_back_asks(tag: str, said: str, kind: str) -> None:
    assert kind in kinds(said, said.partition(" | ")[0], tag)


@pytest.mark.parametrize(("tag", "said"), WEIGHED)
def test_a_word_that_is_weighed_or_likened_asks(tag: str, said: str) -> None:
    assert kinds(said, said.partition(" | ")[0], tag) & {
        "retraction",
        "condition",
        "predicate",
        "attribution",
    }


@pytest.mark.parametrize(("tag", "said"), DISOWNED)
def test_a_belief_inside_what_is_denied_asks(tag: str, said: str) -> None:
    assert kinds(said, said.partition(" | ")[2], tag) & {"negation", "attribution"}


@pytest.mark.parametrize(("tag", "said", "published", "kind"), MOVED)
def test_marks_that_give_a_clause_to_another_sentence_ask(
    tag: str, said: str, published: str, kind: str
) -> None:
    assert kind in kinds(said, published, tag)


@pytest.mark.parametrize(("said", "tag"), FAIR)
def test_a_new_thought_takes_nothing_back(said: str, tag: str) -> None:
    assert not kinds(said, said.partition(" | ")[0], tag)


@pytest.mark.parametrize(
    ("question", "asks"), [("Is there a way?", True), ("Is it not hard?", False)]
)
def test_a_no_answers_the_last_question(question: str, asks: bool) -> None:
    words = say("Is there a way? Is it not hard?") + say("No, I think not.", "Bo", 20.0)
    heard = Transcript(words, [[n] for n in range(len(words))], language="en")
    verdict = Guard(heard, DEFAULT_FREE).check(Entry("No, I think not.", question=question))
    assert ("asked" in {edit.kind for edit in verdict.quote.edits}) == asks
