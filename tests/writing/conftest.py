"""An episode of our own, to write about."""

from typing import Any

import pytest

from pipeline.models import Chapter, Quote
from pipeline.settings.podcasting import Discussion, Link, Person
from pipeline.writing.facts import Facts

_PAGE = "https://media.example.org/show/episodes/tide-machines.html"


def _quote(name: str, heading: str, text: str, start: float, **more: Any) -> Quote:
    speaker = more.pop("speaker", "Tomas Lind")
    return Quote(name, heading, text, speaker, start, start + 9, (), (), "verbatim", **more)


@pytest.fixture
def facts() -> Facts:
    """What the host typed into episode.toml."""
    return Facts(
        title="Tomas Lind on machines that add up the moon",
        show_title="Brass and Water",
        language="en",
        page_url=_PAGE,
        index_url="https://media.example.org/show/index.html",
        summary="Tomas Lind spent a year repairing a tide predictor of 1908.",
        thesis="The key insight is that a forecast which hides its doubt is a worse tool than a "
        "slower one which shows it.",
        notes="The machine stands in the *harbour museum* and runs on Sundays.\n\n"
        "## Corrections\n\nThe first version said 1907; the plate says **1908**.",
        people=[
            Person(name="Ines Okafor"),
            Person(name="Tomas Lind", role="guest", href="https://example.org/lind_(engineer)"),
        ],
        links=[Link(title="How tide tables were made", url="https://example.org/tides?a=1&b=2")],
        discussions=[Discussion(title="On the forum", url="https://forum.example.org/t/4")],
        video="https://video.example.org/watch?v=tide_1",
    )


@pytest.fixture
def quotes() -> list[Quote]:
    """The ledger's quotes: a join, marks inside, a question, footnotes that both begin at [1]."""
    return [
        _quote(
            "k3v9",
            "Arithmetic you can touch",
            "You turn a handle, all forty move at once, and the wire adds them up. It is arithmetic "
            "that you can put your hand into [...] That noise is the machine being right. ",
            23.6,
        ),
        _quote(
            "m2p7",
            "On what three people knew",
            "The knowledge was in three people [1]. Two of them had retired, and the third one "
            'said, "you don\'t oil it, you listen to it" [*].',
            4058.0,
            question="And had you?",
            footnotes={"1": "Their names are on the plate.", "*": "See https://example.org/oil_1."},
        ),
        _quote(
            "t8w1",
            "On what three people knew",
            "I think every forecast should have its doubt printed in the same size as its number [1].",
            4105.2,
            footnotes={"1": "The tables of 1911 did."},
        ),
    ]


@pytest.fixture
def chapters() -> list[Chapter]:
    """Three of them, the first a moment after zero."""
    return [
        Chapter(0.4, "Brass wheels"),
        Chapter(3990.0, "3. Three people"),
        Chapter(4081.2, "When the *tables* were wrong"),
    ]
