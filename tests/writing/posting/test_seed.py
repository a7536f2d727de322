"""The link post that this project began with, in every house: its headings, quotes and footnote."""

import re
from pathlib import Path

import pytest

from pipeline.models import Quote
from pipeline.settings.posts import HOUSES
from pipeline.writing.facts import Facts
from pipeline.writing.posting.house import house_of
from pipeline.writing.posting.post import write
from pipeline.writing.posting.source import Source
from tests.writing.posting.test_houses import curled, read_back

WHOLE = [
    (name, form)
    for name in HOUSES
    for form in house_of(name).forms
    if not house_of(name).quotes and not house_of(name).thread
]
THREADS = [name for name in HOUSES if house_of(name).thread]


@pytest.mark.parametrize(("name", "form"), WHOLE)
def test_it_is_read_in_its_order(
    name: str, form: str, seed: list[Quote], facts: Facts, shared: Path
) -> None:
    post = write(Source(facts=facts, quotes=seed), name, form)
    read = curled(read_back(post)[0])
    assert post.left_out == []
    at = 0
    for heading in dict.fromkeys(quote.heading for quote in seed):
        at = read.index(curled(heading), at)
        for quote in seed:
            if quote.heading == heading:
                at = read.index(curled(quote.text), at)
    assert read.index(curled(seed[-1].footnotes["1"])) > at


@pytest.mark.parametrize("name", THREADS)
def test_no_network_loses_one_of_its_sentences(name: str, seed: list[Quote], facts: Facts) -> None:
    post = write(Source(facts=facts, quotes=seed), name)
    assert post.left_out == []
    read = curled(post.text).replace("'", "")
    for quote in seed:
        said = curled(quote.text).replace("'", "")
        for passage in re.split(r"(?<=[.?]) | \[\.\.\.\] ", said):
            assert passage in read
