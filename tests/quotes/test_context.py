"""Lies about context, in four languages: what a cut, a bracket or a mark makes of a true sentence.

`data/quotes/context/LANGUAGE.txt` has them by row. "Said [[kept]] said" is a cut, "said => published"
any other edit.
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
    assert len(tried) == 13
    assert {row: found for row, found in passed.items() if len(found) > tried[row] / 10} == {}


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
    ("de", "Der Turm ist alt, das ist wahr.", "Der Turm ist alt."),
    ("de", "Ich weiß, dass der Turm sicher ist.", "Der Turm sicher ist."),
    ("de", "Der Turm steht am See, und wir mögen ihn.", "Der Turm steht am See."),
    ("fr", "Je sais que la tour est sûre.", "La tour est sûre."),
    ("fr", "La tour est belle, et on l'aime.", "La tour est belle."),
    ("es", "Sé que la torre es segura.", "La torre es segura."),
    ("es", "La torre es bonita, y la amamos.", "La torre es bonita."),
    ("en", "It was a house, mostly.", "It was a house mostly."),
    ("en", "It's about have you built it well?", "It's about have you built it well."),
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
