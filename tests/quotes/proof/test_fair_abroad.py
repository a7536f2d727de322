"""Whole sentences, word for word, that the guard asked about until it knew these languages better."""

import pytest

from pipeline.models import Transcript
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard
from tests.quotes.conftest import say

#: By language: what was said before, the quote, and what was said after it.
FAIR = {
    "de": [
        (
            "Der Teig braucht seine Zeit, da kannst du nichts beschleunigen.",
            "Mein Vater hat das noch ohne Maschinen gemacht.",
            "Wir haben heute zwei Knetmaschinen.",
        ),
        (
            "Nachts erzählen die Patienten Dinge, die sie keinem Arzt erzählen würden.",
            "Ein alter Herr war mal zwei Stunden wach.",
            "Am nächsten Morgen ist er gestorben.",
        ),
        (
            "Ein alter Herr hat mir von seiner Werkstatt erzählt, jede Maschine, jede Schraube.",
            "Am nächsten Morgen ist er gestorben.",
            "Ich habe seiner Tochter davon erzählt.",
        ),
        ("", "Mein Vater war Fischer, und ich vermiete Wohnungen.", "Das tut mir nicht leid."),
        (
            "",
            "Letzten Sommer kam ein kleines Tier aus Ton, vielleicht ein Schaf.",
            "Es hatte einen Fingerabdruck auf dem Bauch.",
        ),
        (
            "Improvisation heißt nicht, dass man sich etwas ausdenkt.",
            "Die meisten Anfänger haben eine Idee im Kopf.",
            "Das sieht man ihnen an.",
        ),
        (
            "Mein Bruder meint, ich sei zu weich für den Job, und vielleicht stimmt das sogar.",
            "Die App hat uns ein Drittel der Fahrten gekostet.",
            "Rente bekomme ich keine.",
        ),
        (
            "Man sagt ja, die Reichen sind geizig, und das kann ich nur bestätigen.",
            "Am großzügigsten sind die Kellner, die wissen halt, wie das ist.",
            "Einmal hat mir eine Frau fünfzig Euro gegeben.",
        ),
        (
            "Meine Partnerin sagt immer, wir sind keine Firma, wir sind ein Laden.",
            "Das gefällt mir.",
            "Es gibt Leute, die finden das langweilig.",
        ),
        ("", "Mein Onkel ist nach Hamburg gezogen.", "Der saß vierzehn Monate."),
    ],
    "fr": [
        (
            "Quand il est parti, j'ai gardé sa casquette, et la famille a dit oui.",
            "Elle est dans mon casier.",
            "Je la vois tous les jours.",
        ),
        (
            "Le matin je range.",
            "Elle est dans mon casier.",
            "Je ne suis pas triste quand je la vois, au contraire.",
        ),
        (
            "Mon fils a raconté ça à toute sa classe, il a même ajouté un fantôme.",
            "Depuis, il veut aller jusqu'en Norvège.",
            "Il a neuf ans.",
        ),
        (
            "Tout était blanc, plus un mot.",
            "Une dame du premier rang m'a soufflé le vers.",
            "On s'est mariés deux ans après.",
        ),
        (
            "À la troisième représentation, la bâche a lâché.",
            "Les musiciens étaient dans la fosse.",
            "L'assurance a mis huit mois.",
        ),
        (
            "Les gens pensent que la chaîne, c'est pour ceux qui n'ont pas de tête.",
            "C'est faux, il faut une tête énorme pour ne pas devenir fou.",
            "Moi je récitais des poèmes.",
        ),
        (
            "Il a même écrit au maire, à cause des reflets.",
            "Quand les prix ont monté, il est venu frapper à la porte.",
            "Maintenant il a ses panneaux.",
        ),
        (
            "",
            "J'ai acheté un vieux four à mon voisin.",
            "À moins d'avoir un vrai four, le pain reste pâle.",
        ),
        (
            "",
            "Pendant six heures je parlais à ma grand-mère.",
            "Il paraît qu'en altitude on devient méchant.",
        ),
        (
            "",
            "Le jury, ils étaient neuf.",
            "Je ne dis pas que c'est facile.",
        ),
    ],
    "es": [
        ("", "Soy cirujano.", "Lo que importa es saber cuándo no hay que operar."),
        ("", "El bosque calma.", "Lo que me preocupa son los veranos."),
        (
            "Contaba en voz alta, en italiano, y nunca supe por qué.",
            "Ahora camino y cojeo un poco.",
            "Ella tenía veinticuatro años.",
        ),
        ("", "Los recibo solos.", "Saben muy bien lo que quieren, y casi nunca lo dicen."),
        (
            "Todo blanco, ni una palabra.",
            "Una señora de la primera fila me susurró el verso.",
            "Nos casamos dos años después.",
        ),
        (
            "Se dice que los ricos son tacaños, y yo eso lo confirmo.",
            "Los más generosos son los camareros.",
            "Una señora me dio cincuenta euros.",
        ),
        (
            "",
            "Ahora crecemos despacio, pero yo tenía que haber dicho que no.",
            "No me atreví, tenía veintiséis años.",
        ),
        (
            "Hasta le escribió al alcalde, por los reflejos.",
            "Cuando subieron los precios, llamó a la puerta.",
            "Ahora tiene sus placas.",
        ),
        (
            "Una sola frase, y de pronto hay alguien en la habitación.",
            "Busco a ese hombre desde hace ocho años.",
            "Sé dónde vivía.",
        ),
        (
            "Existe la creencia de que dan cáncer. No voy a gastar saliva.",
            "El parque marino llega diez años tarde.",
            "Yo lo veo cada día.",
        ),
    ],
}


@pytest.mark.parametrize(
    ("tag", "before", "quote", "after"),
    [(tag, *row) for tag, rows in FAIR.items() for row in rows],
)
def test_a_whole_sentence_asks_nothing(tag: str, before: str, quote: str, after: str) -> None:
    words = say(f"{before} {quote} {after}")
    transcript = Transcript(words, [[n] for n in range(len(words))], language=tag)
    at = words[len(before.split())].start
    verdict = Guard(transcript, DEFAULT_FREE).check(Entry(quote, at=at))
    assert verdict.quote.status == "verbatim", verdict.wanted()
