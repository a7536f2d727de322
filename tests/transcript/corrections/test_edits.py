"""Entries are added to the host's files; what stands there stays, byte for byte."""

import tomllib

import pytest

from pipeline.errors import ConfigError
from pipeline.transcript.corrections import corrections, glossary
from pipeline.transcript.corrections.edits import (
    with_place,
    with_speaker,
    with_term,
    with_voice,
)

OWN = '# mine\n[[replace]]  # the first\nat = "00:00:07"\nsaid = "a"\ntext = \'b\'\n'


def test_a_replacement_is_added_below() -> None:
    content = with_place(OWN, "replace", 62.34, 'the "archive"', text="the arXiv")
    assert content.startswith(OWN + "\n[[replace]]\n")
    found = corrections.Corrections.model_validate(tomllib.loads(content))
    assert [(entry.at, entry.said, entry.text) for entry in found.replace] == [
        (7.0, "a", "b"),
        (62.3, 'the "archive"', "the arXiv"),
    ]


def test_into_an_empty_file_and_one_without_a_last_line_break() -> None:
    assert with_place("", "replace", 1, "a", text="b").startswith("[[replace]]\n")
    assert with_place("# mine", "replace", 1, "a", text="b").startswith("# mine\n\n[[replace]]\n")


def test_a_speaker_is_named_and_renamed() -> None:
    once = with_speaker(OWN, 5.0, "Ada", said="")
    assert with_speaker(once, 5.0, "Ida", said="") == once.replace("Ada", "Ida")
    found = corrections.Corrections.model_validate(
        tomllib.loads(with_speaker(once, 9.0, "Bo", said=""))
    )
    assert [(entry.at, entry.name) for entry in found.speaker] == [(5.0, "Ada"), (9.0, "Bo")]


def test_a_term_gets_another_spelling() -> None:
    once = with_term("# terms\n", "arXiv", "archive")
    twice = with_term(once, "arXiv", "our kive")
    assert with_term(twice, "arXiv", "our kive") == twice
    (term,) = glossary.Glossary.model_validate(tomllib.loads(twice)).term
    assert (term.text, term.heard) == ("arXiv", ["archive", "our kive"])


def test_a_term_that_lists_no_spelling_yet_gets_its_first() -> None:
    content = with_term('[[term]]\ntext = "Irina"  # hers\n', "Irina", "a reena")
    assert content.startswith('[[term]]\ntext = "Irina"  # hers\n')
    (term,) = glossary.Glossary.model_validate(tomllib.loads(content)).term
    assert term.heard == ["a reena"]


def test_a_spelling_is_never_put_under_two_terms() -> None:
    once = with_term("", "arXiv", "the Archive.")
    with pytest.raises(ConfigError, match="under 'arXiv'"):
        with_term(once, "archive.org", "the archive")
    assert with_term(once, "arXiv", "The archive") == once


def test_words_were_heard() -> None:
    content = with_place(OWN, "heard", 62.34, "in most")
    assert content == OWN + '\n[[heard]]\nat = "00:01:02.3"\nsaid = "in most"\n'


def test_a_voice_is_named_and_renamed_wherever_it_speaks() -> None:
    once = with_voice(OWN, "Speaker 1", "Ada")
    assert once == OWN + '\n[names]\n"Speaker 1" = "Ada"\n'
    assert with_voice(once, "Ada", "Ida") == once.replace("Ada", "Ida")  # it shows as Ada by then
    more = with_place(with_voice(once, "Speaker 2", "Bo"), "replace", 1, "a", text="b")
    found = corrections.Corrections.model_validate(tomllib.loads(more))
    assert found.names == {"Speaker 1": "Ada", "Speaker 2": "Bo"}
    assert len(found.replace) == 2
