"""Wording and meaning: what a show may edit lightly, and lies that must never count as that."""

from collections.abc import Callable

import pytest

from pipeline.models import Quote, Transcript
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard
from tests.quotes.conftest import say

BEFORE = {
    "en": "We met there, they said to me, in the old inn.",
    "de": "Wir trafen uns dort im alten Gasthof.",
    "fr": "Nous nous sommes vus dans la vieille auberge.",
    "es": "Nos vimos en la vieja posada del pueblo.",
    "it": "Ci siamo visti nella vecchia osteria.",
}


@pytest.fixture(scope="session")
def lightly() -> Callable[..., Quote]:
    """Judge a text as a show does that says that it edits lightly."""

    def judge(said: str, published: str, language: str = "en") -> Quote:
        before = BEFORE[language]  # a lie in mid-quote: where one begins is for the borders
        words = say(f"{before} {said}")
        transcript = Transcript(words, [[n] for n in range(len(words))], (0,), language)
        return (
            Guard(transcript, DEFAULT_FREE | {"wording"})
            .check(Entry(f"{before} {published}"))
            .quote
        )

    return judge


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ("The bridge fell, and we all ran away.", "The bridge fell, we all ran away."),
        ("The bridge fell, we all ran away then.", "The bridge fell, and we all ran away then."),
        ("We knew it, so he called the mayor.", "We knew it, he called the mayor."),
        (
            "It is a pity that he is kind of tired now.",
            "It is a pity that he is tired now.",
        ),
        ("It fell, so the whole town left it.", "It fell. The whole town left it."),
        ("We know it's kind of hard to lift.", "We know it's hard to lift."),
        ("They sort of gave up on the bridge.", "They gave up on the bridge."),
        ("The stones was heavy in that winter.", "The stones were heavy in that winter."),
        ("He wore a old hat on the bridge.", "He wore an old hat on the bridge."),
        ("The span is three point five miles long.", "The span is 3.5 miles long."),
        (
            "It was late, he was they were all on the bridge.",
            "It was late, they were all on the bridge.",
        ),
        ("We said that he left the bridge.", "We said he left the bridge."),
        ("We said he left the bridge at noon.", "We said that he left the bridge at noon."),
        ("He crossed the bridge at noon.", "He crossed, um, the bridge at noon."),
        ("We crossed the old bridge at noon.", "We, you know, crossed the old bridge at noon."),
    ],
)
def test_light_edits(lightly: Callable[..., Quote], said: str, published: str) -> None:
    quote = lightly(said, published)
    assert {edit.kind for edit in quote.edits} >= {"wording"}
    assert quote.status == "cleaned"


@pytest.mark.parametrize(
    ("said", "published", "language"),
    [
        (
            "Die Brücke fiel, und wir liefen alle weg.",
            "Die Brücke fiel, wir liefen alle weg.",
            "de",
        ),
        ("Es ist laut, das ist es ist kaum zu hören.", "Es ist laut, es ist kaum zu hören.", "de"),
        ("Wir haben irgendwie die Brücke verkauft.", "Wir haben die Brücke verkauft.", "de"),
        ("Le pont est tombé, et on a couru.", "Le pont est tombé, on a couru.", "fr"),
        ("El puente cayó, y nosotros corrimos.", "El puente cayó, nosotros corrimos.", "es"),
    ],
)
def test_light_edits_abroad(
    lightly: Callable[..., Quote], said: str, published: str, language: str
) -> None:
    assert lightly(said, published, language).status == "cleaned"


#: What was said, and a lie that is made of it with small words.
LIES = [
    # denied, doubted, limited
    ("He is not a thief and we know it.", "He is a thief and we know it."),
    ("He is a thief, we all know it.", "He is not a thief, we all know it."),
    ("He paid, and not the mayor.", "He paid, not the mayor."),
    ("I can not say that he paid for it.", "I can say that he paid for it."),
    ("We hardly knew the man at all.", "We knew the man at all."),
    ("He may have paid for the bridge.", "He have paid for the bridge."),
    ("He would pay for the bridge now.", "He will pay for the bridge now."),
    ("Maybe he paid for the bridge then.", "He paid for the bridge then."),
    ("He almost paid for the whole bridge.", "He paid for the whole bridge."),
    ("It is a bit of a scandal in town.", "It is a scandal in town."),
    ("It is basically a fraud, in my view.", "It is a fraud, in my view."),
    ("He only took his share of it.", "He took his share of it."),
    ("He just took the money from me.", "He took the money from me."),
    ("I think he took the money from us.", "He took the money from us."),
    ("I know, he lied to all of us.", "He lied to all of us."),
    # kinds
    ("This kind of bridge is what we sold.", "This bridge is what we sold."),
    ("We like the mayor's kind of honesty.", "We like the mayor's honesty."),
    ("What kind of man is he, you ask me.", "What man is he, you ask me."),
    ("It took kind of fifty men to lift it.", "It took fifty men to lift it."),
    ("He is kind of never there at noon.", "He is never there at noon."),
    ("We need a new kind of law for that.", "We need a new law for that."),
    ("He is guilty of the whole thing now.", "He is kind of guilty of the whole thing now."),
    # who, and how many
    ("My brother and I sold the bridge.", "I sold the bridge."),
    ("My brother John sold the bridge.", "My brother and John sold the bridge."),
    ("My brother and John sold the bridge.", "My brother John sold the bridge."),
    ("My friend, the mayor, sold it all.", "My friend, and the mayor, sold it all."),
    ("My friend, and the mayor, sold it all.", "My friend, the mayor, sold it all."),
    ("He and I took the money from them.", "I took the money from them."),
    ("You and they were all in the wrong.", "They were all in the wrong."),
    ("We took the money, they said of it.", "They took the money, they said of it."),
    ("He sold the bridge to the baker.", "She sold the bridge to the baker."),
    ("They sold a bridge to the baker.", "They sold the bridge to the baker."),
    ("They sold few bridges to the baker.", "They sold a few bridges to the baker."),
    ("They had a little money for it.", "They had little money for it."),
    ("They sold the bridge to the baker.", "They sold the bridges to the baker."),
    ("I told her that. He lied to all of us.", "I told her he lied to all of us."),
    ("I said that, he lied to all of us.", "I said he lied to all of us."),
    ("We saw that man at the old bridge.", "We saw man at the old bridge."),
    # numbers and times
    ("It cost three point five million.", "It cost 35 million."),
    ("They built it in nineteen eighty four.", "They built it in 1948."),
    ("It cost us twenty, twenty two at most.", "It cost us 2022 at most."),
    ("They sold two or three of them.", "They sold three of them."),
    ("He is the owner of the bridge here.", "He was the owner of the bridge here."),
    ("He was the owner of the bridge here.", "He is the owner of the bridge here."),
    ("He has sold it to us by now.", "He had sold it to us by now."),
    ("If he were guilty, we would know it.", "If he was guilty, we would know it."),
    ("I wish he were here with us now.", "I wish he was here with us now."),
    # what hangs on what
    ("He paid for it. She signed the deed.", "He paid for it. So she signed the deed."),
    ("He paid for it, she signed the deed.", "He paid for it, so she signed the deed."),
    ("He paid, but she signed the deed.", "He paid, and she signed the deed."),
    ("He paid, but she signed the deed.", "He paid, she signed the deed."),
    ("He paid or she signed the deed.", "He paid and she signed the deed."),
    ("He paid, or she signed the deed.", "He paid, she signed the deed."),
    ("He paid because she signed the deed.", "He paid and she signed the deed."),
    ("He paid. Then she signed the deed.", "He paid. And then she signed the deed."),
    ("It fell, so far as we know of it.", "It fell. Far as we know of it."),
    ("It fell, so not one of us left it.", "It fell. Not one of us left it."),
    ("He pays if she signs the deed.", "He pays and she signs the deed."),
    ("If he pays, and he lives, we all go.", "If he pays, he lives, we all go."),
    ("If he pays, he lives with us there.", "If he pays, and he lives with us there."),
    ("When he pays, and we go, it falls.", "When he pays, we go, it falls."),
    ("I doubt he paid, and they all lied.", "I doubt he paid, they all lied."),
    ("He did, they never paid for the bridge.", "They never paid for the bridge."),
    ("He knows what he did. They do not know.", "He knows. They do not know."),
    ("It is like a prison for all of us.", "It is a prison for all of us."),
    ("He was dead when we found him there.", "He was like dead when we found him there."),
    ("We want one hundred of them by noon.", "We want like one hundred of them by noon."),
    ("I saw them stealing from the baker.", "I saw them like stealing from the baker."),
    ("They say he took it from the baker.", "They say you know he took it from the baker."),
    ("They say he took it from the baker.", "They say I mean he took it from the baker."),
    ("We sold half of it to the baker.", "We sold, like, half of it to the baker."),
    ("He works to live in that old town.", "He works and lives in that old town."),
    ("He came in to the bridge at noon.", "He came to the bridge at noon."),
    ("We gave it to him, they were angry.", "We gave it to, they were angry."),
]  # fmt: skip


@pytest.mark.parametrize(("said", "published"), LIES)
def test_no_lie_is_light(lightly: Callable[..., Quote], said: str, published: str) -> None:
    quote = lightly(said, published)
    assert quote.status in ("needs-consent", "not-said")
    assert "wording" not in {edit.kind for edit in quote.edits}


@pytest.mark.parametrize(
    ("said", "published", "language"),
    [
        (
            "They had finished it the year before that.",
            "They had finished it a year before that.",
            "en",
        ),
        ("He was a founder of the inn.", "He was founder of the inn.", "en"),
        ("The letters that they wrote were old.", "The letters, they wrote were old.", "en"),
        ("He was trying to sell the inn.", "He was trying sell the inn.", "en"),
        ("Il est le patron de l'auberge.", "Il est un patron de l'auberge.", "fr"),
        ("Es el dueño de la posada.", "Es un dueño de la posada.", "es"),
    ],
)
def test_small_words_are_signed_once_a_quote_and_never_free(
    lightly: Callable[..., Quote], said: str, published: str, language: str
) -> None:
    quote = lightly(said, published, language)
    assert {edit.kind for edit in quote.edits} - {"punctuation"} == {"particle"}
    assert quote.status == "needs-consent"


@pytest.mark.parametrize(("often", "kind"), [(8, "like"), (5, "dropped")])
def test_who_says_like_all_the_time_hardly_compares(often: int, kind: str) -> None:
    said = "The inn is like a prison. " + "We went there, like, a lot. " * often
    said += "The mill is old and the pond was deep before they built it. " * 22
    words = say(said)
    guard = Guard(Transcript(words, [[n] for n in range(len(words))], (0,), "en"), DEFAULT_FREE)
    quote = guard.check(Entry("The inn is a prison.", at=0.0)).quote
    assert [edit.kind for edit in quote.edits] == [kind]
    assert quote.status == "needs-consent"


@pytest.mark.parametrize(
    ("said", "published", "free"),
    [
        ("It is loud, that's like, it's hard to hear.", "It is loud, it's hard to hear.", True),
        ("It is loud, it was this was hard to hear.", "It is loud, this was hard to hear.", True),
        ("It is loud, that was, it's hard to hear.", "It is loud, it's hard to hear.", False),
        ("It is loud, he is, it is hard to hear.", "It is loud, it is hard to hear.", False),
    ],
)
def test_what_only_points_may_be_begun_anew(
    lightly: Callable[..., Quote], said: str, published: str, free: bool
) -> None:
    assert (lightly(said, published).status == "cleaned") is free


def test_words_on_either_side_of_a_filler_were_misheard_apart(
    lightly: Callable[..., Quote],
) -> None:
    quote = lightly(
        "They put it on archive or whatever, like Go for Ancient Shiloh. It was old by then.",
        "They put it on arXiv, Gopher and Chinchilla. It was old by then.",
    )
    assert [(e.kind, e.raw, e.published) for e in quote.edits] == [
        ("name", "archive", "arXiv,"),
        ("filler", "or whatever, like", ""),
        ("name", "Go for Ancient Shiloh.", "Gopher and Chinchilla."),
    ]


LIES_ABROAD = [
    ("Er hat nicht bezahlt, das wissen wir.", "Er hat bezahlt, das wissen wir.", "de"),
    ("Er ist eigentlich ein Dieb, sagt man.", "Er ist ein Dieb, sagt man.", "de"),
    ("Mein Bruder und ich haben bezahlt.", "Ich haben bezahlt.", "de"),
    ("Sie sind alle in der Stadt gewesen.", "Sie ist alle in der Stadt gewesen.", "de"),
    ("Er zahlt, aber wir zahlen nicht mit.", "Er zahlt, und wir zahlen nicht mit.", "de"),
    ("Er zahlte. Wir gingen alle nach Haus.", "Er zahlte. Also wir gingen alle nach Haus.", "de"),
    ("Mein Freund, der Bäcker, hat bezahlt.", "Mein Freund, und der Bäcker, hat bezahlt.", "de"),
    ("Es hat irgendwie zehn Mann gebraucht.", "Es hat zehn Mann gebraucht.", "de"),
    ("Il n'a pas payé le pont, on le sait.", "Il a payé le pont, on le sait.", "fr"),
    ("Ils sont venus payer le pont ici.", "Il est venu payer le pont ici.", "fr"),
    ("C'est une sorte de prison pour nous.", "C'est une prison pour nous.", "fr"),
    ("Il a payé, mais on a signé le papier.", "Il a payé, et on a signé le papier.", "fr"),
    ("Mon frère et Jean ont vendu le pont.", "Mon frère Jean ont vendu le pont.", "fr"),
    ("No pagó el puente, lo sabemos todos.", "Pagó el puente, lo sabemos todos.", "es"),
    ("No vino, nosotros no pagamos nada.", "No vino, pues nosotros no pagamos nada.", "es"),
    ("Si paga, y nosotros vamos, se cae.", "Si paga, nosotros vamos, se cae.", "es"),
    ("Wenn er zahlt, und wir gehen, fällt es.", "Wenn er zahlt, wir gehen, fällt es.", "de"),
    ("S'il paie, et on part, ça tombe tout.", "S'il paie, on part, ça tombe tout.", "fr"),
    ("Es el dueño del puente desde ayer.", "Son el dueño del puente desde ayer.", "es"),
    ("Pagó, pero nosotros firmamos el papel.", "Pagó, y nosotros firmamos el papel.", "es"),
    ("Es un poco ladrón, lo sabemos todos.", "Es ladrón, lo sabemos todos.", "es"),
    ("Mi hermano y Juan vendieron el puente.", "Mi hermano Juan vendieron el puente.", "es"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "published", "language"), LIES_ABROAD)
def test_no_lie_is_light_abroad(
    lightly: Callable[..., Quote], said: str, published: str, language: str
) -> None:
    quote = lightly(said, published, language)
    assert quote.status in ("needs-consent", "not-said")
    assert "wording" not in {edit.kind for edit in quote.edits}


def test_in_a_language_that_the_guard_does_not_know_nothing_is_light(
    lightly: Callable[..., Quote],
) -> None:
    assert lightly("Il ponte cadde, e noi.", "Il ponte cadde, noi.", "it").status == "needs-consent"
