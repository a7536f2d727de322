"""Laws of the alignment: it explains every word, in order, and finds no words that are not there."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models import Quote, Transcript, Word
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.alignment import align
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.matching.published import read_published
from pipeline.quotes.proof.explanation import Explanation
from pipeline.quotes.proof.guard import PROVEN, Guard
from tests.quotes.conftest import say

VOCABULARY = "stone light wall sea road bread winter oak quarry mortar boat wind".split()  # noqa: SIM905
FILLERS = ["um", "uh", "like,", "you know,"]


def transcript(seed: int, length: int = 400) -> Transcript:
    """Random words with a counting word now and then, so that places can be told apart."""
    rng = random.Random(seed)
    texts = [
        rng.choice(VOCABULARY) + (f"{chr(97 + n % 26)}x" if n % 5 == 0 else "")
        for n in range(length)
    ]
    words = [
        Word(text, n * 0.4, n * 0.4 + 0.3, None, "Ada" if (n // 50) % 2 else "Ben")
        for n, text in enumerate(texts)
    ]
    return Transcript(words, [[n] for n in range(length)])


ranges = st.integers(0, 360).flatmap(
    lambda a: st.tuples(st.just(a), st.integers(a + 8, min(a + 60, 400)))
)


@settings(max_examples=60)
@given(st.integers(0, 30), ranges)
def test_what_was_said_is_verbatim(seed: int, span: tuple[int, int]) -> None:
    said = transcript(seed)
    first, last = span[0], min(span[1], (span[0] // 50 + 1) * 50)  # within one turn
    if last - first < 8:
        return
    text = " ".join(word.text for word in said.words[first:last])
    quote = Guard(said, DEFAULT_FREE).check(Entry(text, at=said.words[first].start)).quote
    assert quote.status == "verbatim"
    assert [tuple(found) for found in quote.spans] == [(first, last)]


@settings(max_examples=60)
@given(
    st.integers(0, 30),
    st.lists(st.tuples(st.integers(0, 5), st.integers(10, 40)), min_size=1, max_size=3),
    st.randoms(use_true_random=False),
)
def test_every_word_of_an_honest_edit_is_explained_and_spans_lie_in_order(
    seed: int, pieces: list[tuple[int, int]], rng: random.Random
) -> None:
    said = transcript(seed)
    heard = list(said.words)
    for place in sorted(rng.sample(range(10, 390), 12), reverse=True):
        before = heard[place]
        heard.insert(
            place, Word(rng.choice(FILLERS), before.start, before.start, None, before.speaker)
        )
    source = Guard(Transcript(heard, [[n] for n in range(len(heard))]), DEFAULT_FREE).source
    texts, position = [], 0
    for gap, length in pieces:
        first = position + 3 + gap
        position = first + length
        texts.append(
            " ".join(word.text for word in heard[first:position] if word.text not in FILLERS)
        )
    published = read_published(" [...] ".join(texts), source.tokenizer)
    found = Explanation(published, source, align(published, source, None))
    shown = [word for part in found.parts for word in part.published.split()]
    assert [word for word in shown if word != "[...]"] == list(published.words)
    assert all(found.kept)
    assert all(a.last <= b.first for a, b in zip(found.spans, found.spans[1:], strict=False))


@settings(max_examples=60)
@given(
    st.integers(0, 30),
    st.integers(0, 380),
    st.integers(1, 15),
    st.sampled_from(["zebra", "not", "never", "ten"]),
)
def test_a_word_that_is_not_there_never_passes(
    seed: int, first: int, place: int, word: str
) -> None:
    said = transcript(seed)
    words = [entry.text for entry in said.words[first : first + 16]]
    text = " ".join([*words[:place], word, *words[place:]])
    assert Guard(said, DEFAULT_FREE).check(Entry(text)).quote.status not in PROVEN


@settings(max_examples=40)
@given(st.integers(0, 10), st.text(max_size=200))
def test_any_text_gets_a_verdict(seed: int, text: str) -> None:
    guard = Guard(transcript(seed, 60), DEFAULT_FREE)
    verdict = guard.check(Entry(text))
    assert verdict.quote.status == "not-said" or verdict.quote.spans


def test_neighbourhoods_are_walled_off_from_each_other() -> None:
    rng = random.Random(3)
    texts = [f"w{rng.randrange(900)}" for _ in range(4000)]
    words = [Word(text, n * 0.4, n * 0.4 + 0.3) for n, text in enumerate(texts)]
    guard = Guard(Transcript(words, [[n] for n in range(4000)]), DEFAULT_FREE)
    text = " ".join([*texts[500:520], *texts[3000:3020]])
    quote = guard.check(Entry(text)).quote
    assert [tuple(span) for span in quote.spans] == [(500, 520), (3000, 3020)]
    assert quote.status == "needs-consent"


def test_the_hint_decides_between_two_places() -> None:
    said = transcript(1, 100)
    twice = [
        *said.words,
        *(word._replace(start=word.start + 60, end=word.end + 60) for word in said.words),
    ]
    guard = Guard(Transcript(twice, [[n] for n in range(200)]), DEFAULT_FREE)
    text = " ".join(word.text for word in said.words[10:40])
    assert guard.check(Entry(text, at=5.0)).quote.spans[0].first == 10
    assert guard.check(Entry(text, at=63.0)).quote.spans[0].first == 110
    assert guard.check(Entry(text)).quote.status == "ambiguous"


@pytest.mark.parametrize(
    ("said", "published", "span", "raw", "printed"),
    [
        # one heard for two written, at either edge
        (
            "and kazillion masons left the quarry",
            "a zillion masons left the quarry",
            (1, 6),
            "kazillion",
            "a zillion",
        ),
        (
            "masons left the quarry for kazillion and",
            "masons left the quarry for a zillion",
            (0, 6),
            "kazillion",
            "a zillion",
        ),
        # two heard for one written
        (
            "so key stones hold every arch",
            "keystone holds every arch",
            (1, 6),
            "key stones hold",
            "keystone holds",
        ),
        (
            "every arch is held by key stones and",
            "every arch is held by keystone",
            (0, 7),
            "key stones",
            "keystone",
        ),
        # one for one
        (
            "so balls carry every arch here",
            "walls carry every arch here",
            (1, 6),
            "balls",
            "walls",
        ),
        (
            "every arch here leans on balls and mortar",
            "every arch here leans on walls",
            (0, 6),
            "balls",
            "walls",
        ),
    ],
)
def test_a_misheard_word_at_an_edge_belongs_to_the_span(
    judge_said: Callable[[str, str], Quote],
    said: str,
    published: str,
    span: tuple[int, int],
    raw: str,
    printed: str,
) -> None:
    quote = judge_said(said, published)
    assert [tuple(found) for found in quote.spans] == [span]
    assert [(edit.raw, edit.published) for edit in quote.edits] == [(raw, printed)]
    assert quote.status == "needs-consent"


def test_a_word_is_misheard_on_its_own_side_of_an_ellipsis(
    judge_said: Callable[[str, str], Quote],
) -> None:
    said = "the masons build walls of slate. Then they rest. Tower rooms are cold in winter"
    quote = judge_said(
        said, "the masons build walls of slates [...] Flower rooms are cold in winter"
    )
    assert [tuple(span) for span in quote.spans] == [(0, 6), (9, 15)]
    assert [(e.raw, e.published) for e in quote.edits] == [
        ("slate.", "slates"),
        ("Then they rest.", "[...]"),
        ("Tower", "Flower"),
    ]


def test_what_only_sounds_like_a_negation_or_a_number_still_stops(
    judge_said: Callable[[str, str], Quote],
) -> None:
    for said, published, kind in (
        ("and now carry the load of every arch", "not carry the load of every arch", "negation"),
        ("they count hen stones in every arch", "ten stones in every arch", "number"),
    ):
        quote = judge_said(said, published)
        assert quote.status == "needs-consent"
        assert kind in {edit.kind for edit in quote.edits}


def test_the_words_of_another_are_not_misheard_ones() -> None:
    words = [
        *say("we trust the walls here tiles", "Ada"),
        *say("carry the load of every arch", "Ben", start=3.0),
    ]
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
    quote = guard.check(Entry("piles carry the load of every arch", speaker="Ben")).quote
    assert [tuple(span) for span in quote.spans] == [(6, 12)]
    assert [(edit.kind, edit.raw) for edit in quote.edits] == [("added", "")]


@settings(max_examples=40)
@given(st.integers(0, 30), ranges, st.booleans())
def test_both_edges_are_alike(seed: int, span: tuple[int, int], at_start: bool) -> None:
    """A word that is misheard at one edge, and the mirror image of quote and transcript."""
    said = transcript(seed)
    first, last = span[0], min(span[1], (span[0] // 50 + 1) * 50)
    if last - first < 8:
        return
    written = [word.text for word in said.words[first:last]]
    heard = list(said.words)
    edge = first if at_start else last - 1
    beside = [heard[n].text for n in (edge - 1, edge + 1) if 0 <= n < len(heard)]
    if heard[edge].text in beside:
        return  # the word itself stands beside the misheard one
    heard[edge] = heard[edge]._replace(text="k" + heard[edge].text)
    for mirrored in (False, True):
        words = heard[::-1] if mirrored else heard
        timed = [word._replace(start=n * 0.4, end=n * 0.4 + 0.3) for n, word in enumerate(words)]
        guard = Guard(Transcript(timed, [[n] for n in range(len(timed))]), DEFAULT_FREE)
        place = len(heard) - last if mirrored else first
        text = " ".join(written[::-1] if mirrored else written)
        quote = guard.check(Entry(text, at=place * 0.4)).quote
        assert [tuple(found) for found in quote.spans] == [(place, place + last - first)]
        assert [edit.raw for edit in quote.edits if edit.published] == [heard[edge].text]
