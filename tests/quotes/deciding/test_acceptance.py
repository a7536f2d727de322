"""Candidates as they go into the ledger."""

import pytest

from pipeline.models import Candidate, Span
from pipeline.quotes.deciding.acceptance import quote_values


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("wind does not like corners.", "Wind does not like corners."),
        ("élan is all.", "Élan is all."),
        ("Wind does not.", "Wind does not."),
        ("iPhones hum, too.", "iPhones hum, too."),
        ("风 is wind.", "风 is wind."),
        ("3 bridges hum.", "3 bridges hum."),
    ],
)
def test_a_quote_from_within_a_sentence_begins_with_a_capital(said: str, written: str) -> None:
    candidate = Candidate(
        id="k3v9",
        words=Span(0, 4),
        start=61.0,
        end=64.0,
        speaker=None,
        text=said,
        score=1.0,
        why=[],
    )
    assert quote_values(candidate) == {"id": "k3v9", "at": "00:01:01.0", "text": written}
