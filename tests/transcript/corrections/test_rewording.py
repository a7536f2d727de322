"""Corrections follow their words from one recogniser's spelling to another's."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Word
from pipeline.transcript.corrections.corrections import Corrections
from pipeline.transcript.corrections.rewording import reworded
from pipeline.transcript.words.words import Occurrences, split

BEFORE = "a guy named Geordie Armin got it, and Geordie left."


def words(text: str) -> list[Word]:
    return [Word(word, float(n), n + 0.8, 0.9) for n, word in enumerate(text.split())]


def follow(content: str, before: str, after: str) -> tuple[str, list[str]]:
    fixes = Corrections.model_validate(tomllib.loads(content))
    written, found = reworded(content, fixes, words(before), words(after))
    Corrections.model_validate(tomllib.loads(written))
    return written, [f"{entry.was} > {entry.now}" for entry in found]


def replacement(said: str, text: str, more: str = "") -> str:
    return f'# mine\n[[replace]]  # a name\n{more}said = "{said}"\ntext = "{text}"\n'


@pytest.mark.parametrize("more", ["", 'at = "00:00:03"\n'])
def test_a_name_that_is_heard_otherwise_is_mended_still(more: str) -> None:
    content = replacement("Geordie Armin", "Jordi Armen", more)
    written, found = follow(content, BEFORE, "a guy named Jordy, R. Min. got it, and Geordie left.")
    assert found == ["Geordie Armin > Jordy, R. Min"]
    assert written == content.replace("Geordie Armin", "Jordy, R. Min")


def test_one_of_several_gets_its_time() -> None:
    content = replacement("Geordie Armin", "Jordi Armen")
    written, found = follow(content, BEFORE, "a guy named Geordie got it, and Geordie left.")
    assert found == ["Geordie Armin > Geordie"]
    assert 'at = "00:00:03.0"' in written


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,  # they are there
        "a guy named Jordi Armen got it, and Geordie left.",  # heard rightly
        "a guy name Jordy Harmon got it, and Geordie left.",  # the word before changed with them
        "a guy named got it, and Geordie left.",  # not heard at all
    ],
)
def test_what_is_there_right_or_uncertain_stays(after: str) -> None:
    content = replacement("Geordie Armin", "Jordi Armen")
    assert follow(content, BEFORE, after) == (content, [])


def test_that_words_are_right_says_nothing_of_others() -> None:
    content = '[[heard]]\nat = "00:00:03"\nsaid = "Geordie"\n[[keep]]\nsaid = "Armin"\n'
    assert follow(content, BEFORE, BEFORE.replace("Geordie Armin", "Jordy Harmon"))[1] == []


def test_who_begins_to_speak_is_found_by_what_is_heard_now() -> None:
    content = '[[speaker]]\nat = "00:00:03"\nname = "Ada"\nsaid = "Geordie Armin"\n'
    written, _ = follow(content, BEFORE, BEFORE.replace("Geordie Armin", "Jordy Harmon"))
    assert written == content.replace("Geordie Armin", "Jordy Harmon")


texts = st.lists(st.sampled_from(list("abcde")), min_size=1, max_size=8).map(" ".join)


@given(texts, texts, texts, st.none() | st.integers(0, 8))
def test_an_entry_is_unchanged_or_says_what_is_there(
    said: str, before: str, after: str, at: int | None
) -> None:
    content = replacement(said, "x", "" if at is None else f"at = {at}\n")
    written, found = follow(content, before, after)
    (entry,) = Corrections.model_validate(tomllib.loads(written)).replace
    assert entry.text == "x"
    assert (written == content) is not bool(found)
    assert not found or Occurrences(words(after)).of(split(entry.said))
