"""Free kinds, and lines of consent."""

import pytest

from pipeline.errors import ConfigError
from pipeline.quotes.matching.edits import (
    DEFAULT_FREE,
    KINDS,
    Part,
    consent_line,
    free_kinds,
    shortened,
)


@pytest.mark.parametrize(
    ("part", "line"),
    [
        (Part("added", "", "people at", 0, 0.0), "added: people at"),
        (Part("negation", "not", "", 0, 0.0), "dropped: not"),
        (Part("changed", "yet", "You have", 0, 0.0), "changed: yet to You have"),
        (Part("suspect", "the joints", "", 0, 0.0), "heard: the joints"),
        (Part("speaker", "never", "", 0, 0.0), "other speaker: never"),
    ],
)
def test_a_consent_names_its_edit(part: Part, line: str) -> None:
    assert consent_line(part) == line


def test_long_edits_are_shortened_once() -> None:
    text = " ".join(f"w{n}" for n in range(40))
    assert shortened(text) == "w0 w1 w2 w3 w4 … w35 w36 w37 w38 w39 (40 words)"
    assert shortened(shortened(text)) == shortened(text)


def test_a_show_chooses_what_is_free() -> None:
    assert free_kinds(None) == DEFAULT_FREE
    assert free_kinds(["filler", "recognition"]) == {"filler", "recognition"}
    assert free_kinds([]) == frozenset()


@pytest.mark.parametrize(
    "kind", [*(name for name, kind in KINDS.items() if not kind.allowable), "fillers"]
)
def test_what_can_change_the_meaning_is_never_free(kind: str) -> None:
    with pytest.raises(ConfigError, match=kind):
        free_kinds(["filler", kind])
