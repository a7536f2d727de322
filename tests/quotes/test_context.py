"""Lies about context, in four languages: what a cut, a bracket or a mark makes of a true sentence.

`data/quotes/context/LANGUAGE.txt` has them by row. "Said [[kept]] said" is a cut, "said => published"
any other edit. `fair/LANGUAGE.txt` has what misleads nobody.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.models import Quote, Transcript
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE, KINDS
from pipeline.quotes.proof.guard import PROVEN, Guard
from tests.quotes.conftest import DATA, say

LANGUAGES = ("en", "de", "fr", "es")
_KEPT = re.compile(r"\[\[(.+?)\]\]")


def judged(tag: str, said: str, published: str) -> Quote:
    words = say(said)
    transcript = Transcript(words, [[n] for n in range(len(words))], language=tag)
    return Guard(transcript, DEFAULT_FREE).check(Entry(published, speaker="Ada")).quote


def attacks(path: Path) -> Iterator[tuple[str, str, str]]:
    """Row, what was said and what is published."""
    row = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            row = line[2:]
        elif " => " in line:
            said, published = line.split(" => ")
            yield row, said, published
        elif found := _KEPT.search(line):
            kept = re.sub(r'^["“”„«»\s]+|["“”«»\s.,]+$', "", found[1])
            yield row, _KEPT.sub(r"\1", line), f"{kept[0].upper()}{kept[1:]}."


@pytest.mark.parametrize("tag", LANGUAGES)
def test_nine_in_ten_of_every_row_are_stopped(tag: str) -> None:
    tried: dict[str, int] = {}
    passed: dict[str, list[str]] = {}
    for row, said, published in attacks(DATA / "context" / f"{tag}.txt"):
        tried[row] = tried.get(row, 0) + 1
        if judged(tag, said, published).status in PROVEN:
            passed.setdefault(row, []).append(said)
    assert len(tried) == 17
    assert {row: found for row, found in passed.items() if len(found) > tried[row] / 10} == {}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_what_looks_like_a_limit_and_is_none_is_free(tag: str) -> None:
    fair = list(attacks(DATA / "context" / "fair" / f"{tag}.txt"))
    quotes = [judged(tag, said, published) for _, said, published in fair]
    assert [quote.message for quote in quotes if quote.status not in PROVEN] == []
    assert len(quotes) > 20


@pytest.mark.parametrize("tag", ["de", "fr", "es"])
def test_a_sentence_of_plain_prose_seldom_asks(tag: str) -> None:
    asked, sentences = [], 0
    for said in (DATA / "context" / "fair" / f"prose.{tag}.txt").read_text("utf-8").splitlines():
        for sentence in re.findall(r"[^.?!\s][^.?!]+[.?!]", said):
            sentences += 1
            if judged(tag, said, sentence).status not in PROVEN:
                asked.append(sentence)
    assert len(asked) < sentences / 10, asked


HONEST = [
    ("en", "The tower is old. It has stood for years, and it leans.", "The tower is old."),
    ("en", "I think that the tower is safe, and we love it.", "The tower is safe."),
    ("en", "It is true that the tower is safe.", "The tower is safe."),
    ("en", "They said the sea is cold. And I told them to swim.", "And I told them to swim."),
    ("en", "In 1999, five people came here.", "Five people came here."),
    ("en", "It works. It works. We sailed home.", "It works. We sailed home."),
    ("en", "So the tower fell, right, in June.", "The tower fell, right, in June."),
    ("en", "I read “The Lake” in June. We loved it.", "We loved it."),
    ("en", "The tower stands. It leans. We love it.", "The tower stands. [...] We love it."),
    ("en", "We sailed to the island and we slept.", "We sailed to the island ..."),
    ("en", "The old tower, which we love, leans a lot.", "The old tower [...] leans a lot."),
    ("en", 'We sail at noon, right? We do." They left.', "We sail at noon, right? We do."),
    ("en", "We say “safe” and “sound” here.", "We say “safe” and “sound” here."),
    ("en", "We say safe and sound here.", "We say “safe” and “sound” here."),
    ("en", "It was the people. The people... We left.", "It was the people. We left."),
    ("en", "My fear is that the tower leans.", "The tower leans."),
    ("en", "He was like a brother to me. He paid for the boat.", "He paid for the boat."),
    ("en", "We call it grit at home.", "We call it “grit” at home."),
    ("en", "For example, the tower leans.", "The tower leans."),
    ("en", "So Otto Meyer, the tower leans.", "The tower leans."),
    ("en", "The thing is, the tower leans.", "The tower leans."),
    ("en", "Let me tell you why it leans. And the tower is old.", "And the tower is old."),
    ("en", "For two years, the tower leaned.", "The tower leaned."),
    ("en", "We are still in the valley and the tower leans.", "And the tower leans."),
    ("en", "They asked to see it, which is that the tower leans.", "The tower leans."),
    ("en", "Well, most of them, they lean.", "They lean."),
    ("en", "What I mean is that the tower leans.", "The tower leans."),
    ("en", "But the best part is the tower leans.", "The tower leans."),
    ("en", "It got me thinking, okay, the tower leans.", "The tower leans."),
    ("en", "The tower leans and people love it.", "The tower leans ..."),
    ("en", "We wrote a letter to the mayor. We love the tower.", "We love the tower."),
    ("en", "He goes to the tower. You can see it from here.", "You can see it from here."),
    ("en", "She looks at the sea. It is blue all year.", "It is blue all year."),
    ("en", "The day was long, and the tower leaned.", "The tower leaned."),
    ("en", "The tower is old. That is what I love about it.", "The tower is old."),
    ("en", "We sail in May. For the most part we fish.", "We sail in May."),
    ("en", "Every keeper writes the weather into a book. You see it.", "You see it."),
    ("en", "The tide comes in... The tower leans.", "The tower leans."),
    ("en", "The towers lean here. Look at Norway. Norway has towers.", "The towers lean here."),
    ("en", "The tower leans, but I think we have a plan for it.", "The tower leans."),
    ("en", "The tower leans, but there is something that makes us stay.", "The tower leans."),
    ("en", "It is about where should we go, and we like it.", "It is about where should we go?"),
    ("en", "so do you sail at noon we like it", "So do you sail at noon? We like it."),
    ("de", "Wir haben es zu wenig erklärt. Der Turm ist alt.", "Der Turm ist alt."),
    ("de", "In der Theorie mahlt er hier. Der Turm ist alt.", "Der Turm ist alt."),
    ("de", "Er war so: Leute, was für ein Turm. Und dann ist er weg.", "Und dann ist er weg."),
    ("de", "Stell dir vor, er fällt, dann war es das. Wir bleiben.", "Wir bleiben."),
    ("es", "Nos prometieron un faro. La torre es bonita.", "La torre es bonita."),
    ("fr", "Le maire explique la mer. La tour est belle.", "La tour est belle."),
    ("en", "I think that is a rumour. The tower leans.", "The tower leans."),
    ("en", "The tower is old. For me, it is home.", "The tower is old."),
    ("de", "Der Müller geht zum Turm. Du siehst ihn von hier.", "Du siehst ihn von hier."),
    ("fr", "Le marin arrive en mai. On aime la tour.", "On aime la tour."),
    ("es", "El marinero llegó en mayo. La torre es bonita.", "La torre es bonita."),
    ("de", "Das Problem ist, der Turm steht schief.", "Der Turm steht schief."),
    ("fr", "Le problème, c'est que la tour penche.", "La tour penche."),
    ("es", "La verdad es que la torre se inclina.", "La torre se inclina."),
    ("de", "Zum Beispiel steht der Turm am See.", "Steht der Turm am See."),
    ("fr", "En effet, la tour penche.", "La tour penche."),
    ("es", "Por ejemplo, la torre se inclina.", "La torre se inclina."),
    ("de", "Der Turm ist alt, das ist wahr.", "Der Turm ist alt."),
    ("de", "Ich weiß, dass der Turm sicher ist.", "Der Turm sicher ist."),
    ("de", "Der Turm steht am See, und wir mögen ihn.", "Der Turm steht am See."),
    ("fr", "Je sais que la tour est sûre.", "La tour est sûre."),
    ("fr", "La tour est belle, et on l'aime.", "La tour est belle."),
    ("es", "Sé que la torre es segura.", "La torre es segura."),
    ("es", "La torre es bonita, y la amamos.", "La torre es bonita."),
    ("en", "It was a house, mostly.", "It was a house mostly."),
    (
        "en",
        "The note is easy to sing for all who have heard it. You can do it at home.",
        "You can do it at home.",
    ),
    ("en", "It's about have you built it well?", "It's about have you built it well."),
    ("en", "I mean, even if the tower was dry, it would lean.", "It would lean."),
    ("en", "The tower leans even if the ground below it is dry.", "The tower leans."),
    (
        "en",
        "It just says, “how can the tower still stand?”",
        "It just says, how can the tower still stand?",
    ),
    (
        "en",
        "The mayor said, “The tower will fall.” I love it.",
        "The mayor said, the tower will fall.",
    ),
    ("de", "Selbst wenn es regnet, steht der Turm noch da.", "Steht der Turm noch da."),
    ("de", "Er sagte, „Der Turm wird fallen.“ Wir gehen.", "Er sagte, der Turm wird fallen."),
    ("fr", "Même si la terre est mouillée, la tour tient bon.", "La tour tient bon."),
    ("fr", "Il disait, «La tour va tomber.» Et tout va bien.", "Il disait, la tour va tomber."),
    ("es", "Incluso si llueve mucho, la torre sigue en pie.", "La torre sigue en pie."),
    (
        "es",
        "El alcalde dijo, «La torre va a caer.» Y se fue.",
        "El alcalde dijo, la torre va a caer.",
    ),
]


@pytest.mark.parametrize(("tag", "said", "published"), HONEST)
def test_what_misleads_nobody_is_free(tag: str, said: str, published: str) -> None:
    quote = judged(tag, said, published)
    assert quote.status in PROVEN, quote.message


@pytest.mark.parametrize(
    ("said", "published", "line"),
    [
        (
            'He wrote "the sea is mine. Every wave of it is mine." We laughed.',
            "Every wave of it is mine.",
            "begins inside a quotation of somebody else",
        ),
        (
            'He wrote "the sea is mine. Every wave of it is mine. They may drown. We laughed.',
            "Every wave of it is mine.",
            "begins inside a quotation of somebody else",
        ),
        (
            "I ask you, have you built what lasts for years?",
            "I ask you, have you built what lasts for years.",
            "a question made a statement, or the other way round",
        ),
        ("If it rains, the tower falls.", "The tower falls.", "cut off: a condition"),
        ("They sold it on average prices.", "They sold it.", "cut off: a condition"),
    ],
)
def test_the_host_reads_what_happened(said: str, published: str, line: str) -> None:
    quote = judged("en", said, published)
    assert line in quote.message
    assert line in {kind.means for kind in KINDS.values()}


@pytest.mark.parametrize(
    ("tag", "said", "published"),
    [
        ("en", "Then we eat children.", "Then we eat, children."),
        ("en", "Let's eat, good children.", "Let's eat good children."),
        ("en", "They want to eat, grandma.", "They want to eat grandma."),
        ("de", "Wir wollen essen, Oma.", "Wir wollen essen Oma."),
        ("fr", "Nous mangeons les enfants.", "Nous mangeons, les enfants."),
        ("es", "Vamos a comer, niños.", "Vamos a comer niños."),
    ],
)
def test_nobody_is_spoken_to_who_was_spoken_of(tag: str, said: str, published: str) -> None:
    assert [edit.kind for edit in judged(tag, said, published).edits] == ["changed"]


@pytest.mark.parametrize(
    ("tag", "said", "published"),
    [
        (
            "en",
            "The mayor said, “I stole the bread.” It rained.",
            "The mayor said, I stole the bread.",
        ),
        (
            "en",
            "The mayor said, “You stole it all.” It rained.",
            "The mayor said, you stole it all.",
        ),
        (
            "en",
            "He said, “The tower is safe. The bread is bad.”",
            "He said, the tower is safe. The bread is bad.",
        ),
        (
            "en",
            "He said, “The tower is safe” and all were glad.",
            "He said, the tower is safe and all were glad.",
        ),
        (
            "en",
            "He built “The tower of bread” and all were glad.",
            "He built the tower of bread and all were glad.",
        ),
        ("en", "I would not go even if the tower was safe for us.", "The tower was safe for us."),
        ("en", "Not even if the tower is dry, the bread is good.", "The bread is good."),
        (
            "de",
            "Er sagte, „Ich habe das Brot gestohlen.“ Es goss.",
            "Er sagte, ich habe das Brot gestohlen.",
        ),
        (
            "fr",
            "Il disait, « Je vole tout le pain. » Il pleuvait.",
            "Il disait, je vole tout le pain.",
        ),
        ("es", "Él dijo, «Yo robé todo el pan.» Llovía mucho.", "Él dijo, yo robé todo el pan."),
    ],
)
def test_who_says_it_may_not_be_lost(tag: str, said: str, published: str) -> None:
    assert judged(tag, said, published).status not in PROVEN


def test_a_quotation_that_nobody_opened_is_one() -> None:
    said = "And then they left.” The tower is a big threat to us. It must come down.” That is what I heard."
    for published in ("It must come down.", "The tower is a big threat to us."):
        edits = judged("en", said, published).edits
        assert "quotation" in {edit.kind for edit in edits}, published
    assert judged("en", said, "That is what I heard.").status in PROVEN
    inches = "The stone was wide. The tower leans by 6” now. It stands."
    assert judged("en", inches, "The stone was wide.").status in PROVEN


def test_a_tail_that_nobody_finished_takes_nothing_away() -> None:
    """The speaker was interrupted: what would have followed, nobody knows."""
    for tail, status in (("of all of our-", "cleaned"), ("of all of our hopes.", "needs-consent")):
        words = say(f"It is a quarter or more {tail}")
        words += say("Oh, really now?", "Bob", words[-1].end)
        transcript = Transcript(words, [[n] for n in range(len(words))])
        quote = Guard(transcript, DEFAULT_FREE).check(Entry("It is a quarter or more.")).quote
        assert quote.status == status


@pytest.mark.parametrize(
    ("tag", "said", "asks"),
    [
        ("en", "After the flood we had nothing | but mud, and we sang until it dried.", True),
        ("en", "I heard nothing | but praise of her and you don't ask twice then.", True),
        ("en", "She was ready to talk about everything | except the bridge that her brother built.", True),
        ("en", "You no longer have to carry it all | but you can take a part of it home.", False),
        ("en", "You could ask anybody | but you asked me, and I was asleep.", False),
        ("de", "Nach der Flut hatten wir nichts | als Schlamm, und wir sangen, bis er hart war.", True),
        ("de", "Sie hat mir in dem Jahr alles | außer der Brücke gezeigt, die er baut.", True),
        ("fr", "Après la crue elle me montrait tout | sauf le pont que son frère avait bâti.", True),
        ("es", "Después de la riada no teníamos nada | excepto barro, y cantamos hasta que se secó.", True),
        ("es", "Aquel año ella me enseñó todo | menos el puente que hizo su hermano.", True),
    ],
)  # fmt: skip
def test_nothing_is_not_nothing_but(tag: str, said: str, asks: bool) -> None:
    """A verb further on made it look like a new thought until today."""
    kept = said.partition(" |")[0] + "."
    quote = judged(tag, said.replace(" |", ""), kept)
    assert (quote.status not in PROVEN) is asks, quote.edits


def test_what_a_gap_hides_is_asked_once() -> None:
    said = "They are very worried. I don't think they are faking it. I think the towns are too."
    quote = judged("en", said, "They are very worried. [...] I think the towns are too.")
    hidden = [(edit.kind, edit.raw) for edit in quote.edits if "faking" in edit.raw]
    assert hidden == [("retraction", "I don't think they are faking it.")]


def test_a_gap_after_a_question_hides_no_but() -> None:
    said = "This is a waste, isn't it? But we all do it. We go on paying for it."
    quote = judged("en", said, "This is a waste, isn't it? [...] We go on paying for it.")
    assert ("retraction", "But we all do it.") in [(edit.kind, edit.raw) for edit in quote.edits]
