"""Votes of a model reorder candidates; nonsense leaves them as they were; words never change."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import PullquoteError
from pipeline.models import Candidate, Span
from pipeline.quotes.proposals.rerank import MOST, read_answer, rerank


def candidates(count: int) -> list[Candidate]:
    return [
        Candidate(f"c{n}", Span(n, n + 1), n, n + 1.0, None, f"passage {chr(97 + n % 26)}{n}", 0.0)
        for n in range(count)
    ]


def texts(listed: str) -> list[str]:
    """The passages as a model sees them, by their numbers."""
    found = re.findall(r"^(\d+)\. (.*)$", listed, re.MULTILINE)
    assert [number for number, _ in found] == [str(n + 1) for n in range(len(found))]
    return [text for _, text in found]


def preferring(wish: Callable[[str], int], seen: list[list[str]]) -> Callable[[str, str], str]:
    """A model that sorts the passages by a wish of its own."""

    def ask(task: str, listed: str) -> str:
        shown = texts(listed)
        seen.append(shown)
        assert not any(text in task for text in shown)
        order = sorted(range(len(shown)), key=lambda n: wish(shown[n]))
        return "Gladly: " + ", ".join(str(n + 1) for n in order[:5]) + "."

    return ask


def number_in(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_votes_of_shuffled_rounds_decide() -> None:
    seen: list[list[str]] = []
    found = rerank(candidates(12), 5, preferring(lambda text: -number_in(text), seen), 3)
    assert [c.id for c in found.candidates] == ["c11", "c10", "c9", "c8", "c7"]
    assert found.problem == ""
    assert len(seen) == 3
    assert seen[0] != seen[1] != seen[2]
    assert sorted(seen[0]) == sorted(seen[1])


def test_a_model_that_likes_what_stands_first_changes_little() -> None:
    shown = candidates(10)
    found = rerank(shown, 10, lambda task, listed: "4, 2, 1, 3", 9)
    # Nine shuffled rounds spread its favour over most passages.
    assert len({c.id for c in found.candidates}) == 10


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I like the second one best.",
        "1, 2, 3, 4, 5, 6",  # the list's own order
        "99, 1, 57, 2, 300, 2026, 3",
        "7",
        "<think>3, 7, 5, 1 look good",
        "٣, ٧, ٥",  # of a list that we did not write so
        "1.5, 2.5, 3.5",
        "-3, -4, -5",
    ],
)
def test_nonsense_leaves_the_local_order_and_says_so(answer: str) -> None:
    shown = candidates(9)
    found = rerank(shown, 4, lambda task, listed: answer, 3)
    assert list(found.candidates) == shown[:4]
    assert found.problem == (
        "the re-ranker was not used: 3 of 3 answers named no passages. The order is ours."
    )


def test_most_rounds_must_answer() -> None:
    shown = candidates(9)
    answers = iter(["what?", "9, 4, 7, 2", "4, 9, 1, 8"])
    assert rerank(shown, 4, lambda task, listed: next(answers), 3).problem == ""
    answers = iter(["what?", "9, 4, 7, 2", "no", "4, 9, 1, 8"])
    assert "2 of 4 answers" in rerank(shown, 4, lambda task, listed: next(answers), 4).problem


def test_an_answer_that_does_not_come_ends_the_asking() -> None:
    asked = []

    def ask(task: str, listed: str) -> str:
        asked.append(listed)
        raise PullquoteError("127.0.0.1:1 did not answer within 1 s")

    shown = candidates(9)
    found = rerank(shown, 4, ask, 3)
    assert list(found.candidates) == shown[:4]
    assert "did not answer within 1 s" in found.problem
    assert len(asked) == 1


def test_the_same_question_is_asked_once(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    ask = preferring(lambda text: -number_in(text), seen)
    first = rerank(candidates(9), 4, ask, 3, tmp_path, "m")
    assert rerank(candidates(9), 4, ask, 3, tmp_path, "m") == first
    assert len(seen) == 3
    rerank(candidates(9), 4, ask, 3, tmp_path, "another model")
    assert len(seen) == 6
    for path in tmp_path.iterdir():
        path.write_text('{"votes": "none"}')
    assert rerank(candidates(9), 4, ask, 3, tmp_path, "m") == first  # damaged: asked again


def test_a_fallback_is_not_kept(tmp_path: Path) -> None:
    rerank(candidates(9), 4, lambda task, listed: "none", 3, tmp_path, "m")
    assert list(tmp_path.iterdir()) == []


def test_one_candidate_needs_no_model() -> None:
    found = rerank(candidates(1), 4, lambda task, listed: pytest.fail("was asked"), 3)
    assert found.candidates == candidates(1)


def test_what_the_model_cannot_see_comes_last() -> None:
    seen: list[list[str]] = []
    many = candidates(MOST + 5)
    ask = preferring(lambda text: -number_in(text), seen)
    found = rerank(many, MOST + 5, ask, 1)
    assert [c.id for c in found.candidates[-5:]] == [c.id for c in many[-5:]]
    assert max(map(len, seen)) == MOST


@settings(max_examples=300)
@given(
    answers=st.lists(
        st.text('0123456789,. \n[]{}"abc-<>/think', max_size=120), min_size=3, max_size=3
    ),
    count=st.integers(2, 30),
    limit=st.integers(1, 30),
)
def test_whatever_it_says_only_the_order_changes(
    answers: list[str], count: int, limit: int
) -> None:
    shown = candidates(count)
    rest = iter(answers)
    found = rerank(shown, limit, lambda task, listed: next(rest), 3)
    assert len(found.candidates) == min(limit, count)
    assert len({c.id for c in found.candidates}) == len(found.candidates)
    assert all(candidate in shown for candidate in found.candidates)


@given(answer=st.text(max_size=300), total=st.integers(2, 40))
def test_only_places_of_the_list_are_read(answer: str, total: int) -> None:
    places = read_answer(answer, total, 5)
    assert len(places) == len(set(places)) <= 5
    assert all(0 <= place < total for place in places)
