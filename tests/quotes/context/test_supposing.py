"""How far a "Suppose ..." carries: over what would be, until the speaker is back."""

import pytest

from pipeline.models import Transcript
from pipeline.quotes.context.borders import cut_off
from pipeline.quotes.matching.source import Source
from tests.quotes.conftest import say

LIES = {
    "en": [
        "Imagine you have four patients at once, and two are worse. | You leave one of them alone.",
        "So imagine that the river rises two metres. And the pumps are off. | The old town drowns.",
        "Let's assume two thirds of them vote no, which is a lot. | The treaty is dead.",
        "Imagine you wake up, alone, in the dark. | Nobody comes.",
    ],
    "de": [
        "Stell dir mal vor, ein Fremder kommt in deinen Laden. | Er nimmt die Kasse.",
        "Nehmen wir an, ein Kunde kommt und will den Diesel, und er zahlt bar. | Ich rede ihm den aus.",
        "Spielen wir das mal durch, der Strom fällt aus. | In zwei Tagen ist kein Brot mehr da.",
    ],
    "es": [
        "Suponte que me equivoco de caja un viernes. | Alguien se muere.",
        "¿Y si entra un oso en el campamento? | Corres y te mueres.",
        "Imagínate una familia con tres hijos, y el padre bebe. | Los niños pasan hambre.",
    ],
    "fr": [
        "Admettons que le fleuve monte. Et les pompes sont arrêtées. | La vieille ville est noyée.",
        "Mettez-vous à ma place. | Vous signez, évidemment.",
        "On va imaginer qu'il n'y a plus de courant. | En deux jours il n'y a plus de pain.",
    ],
}
FAIR = {
    "en": [
        "Imagine a world without bees. I studied them for years. | They are smarter than we think.",
        "Suppose the vaccine fails. But there is no sign of it. | The schools stay open.",
        "Suppose it rains, then we stay at home. | The tent is green.",
    ],
    "de": ["Angenommen, es regnet, dann bleiben wir daheim. | Das Zelt ist grün."],
    "es": ["Imagina que te quitan el reloj, corres mejor. | Las pastillas son caras."],
    "fr": ["Supposez que la ville coupe la subvention, je ferme en mars. | La salle est belle."],
}


def hangs(said: str, tag: str) -> bool:
    """Whether what stands after the bar hangs on a condition before it."""
    words = say(said.replace("| ", ""))
    source = Source(Transcript(words, [[n] for n in range(len(words))], language=tag))
    first = source.token_at(len(say(said.partition(" | ")[0])))
    assert first is not None
    return "condition" in {kind for kind, _, _ in cut_off(source, [(first, len(source.tokens))])}


@pytest.mark.parametrize(("tag", "said"), [(tag, said) for tag in LIES for said in LIES[tag]])
def test_a_supposition_carries_over_full_stops(tag: str, said: str) -> None:
    assert hangs(said, tag)


@pytest.mark.parametrize(("tag", "said"), [(tag, said) for tag in FAIR for said in FAIR[tag]])
def test_the_speaker_comes_back_from_it(tag: str, said: str) -> None:
    assert not hangs(said, tag)
