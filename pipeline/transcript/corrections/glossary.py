"""`feed/glossary.toml`: the show's names and terms, with the spellings that they are misheard as.

    [[term]]
    text = "arXiv"
    heard = ["archive dot org", "our kive"]

The spellings in `heard` are replaced wherever they stand (case and punctuation aside). What only sounds
like a term is replaced where the recogniser was unsure (see `sounds`); so are the names of the people of
the show and the episode. `heard` may be left out.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from pipeline.models import Word
from pipeline.settings.fields import Table
from pipeline.settings.tables import load_table
from pipeline.transcript.words.words import Occurrences, apart, normal, split

NAME = "feed/glossary.toml"


def _words(value: str) -> str:
    if not split(value):
        raise ValueError("holds no words")
    return value


Words = Annotated[str, AfterValidator(_words)]


class Term(Table):
    """A term as it is written, and what it is heard as."""

    text: Words
    heard: list[Words] = Field(default_factory=list)


class Glossary(Table):
    """A whole `glossary.toml`."""

    term: list[Term] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_meaning(self) -> "Glossary":
        meaning: dict[tuple[str, ...], str] = {}
        for term in self.term:
            for heard in term.heard:
                key = tuple(map(normal, split(heard)))
                other = meaning.setdefault(key, term.text)
                if other != term.text:
                    raise ValueError(f"'{heard}' is listed under '{other}' and '{term.text}'")
        return self


def load(path: Path | None, name: str = NAME) -> Glossary:
    """Read the file; none is an empty glossary. ConfigError names each entry that is wrong."""
    return load_table(Glossary, path, name) if path else Glossary()


def matches(glossary: Glossary, words: Sequence[Word]) -> list[tuple[int, int, str, str]]:
    """(first, last, heard, text) of all mishearings, apart and in order; the longest wins.

    A term never reaches from one speaker's words into another's.
    """
    occurrences = Occurrences(words)
    found = []
    for term in glossary.term:
        for heard in term.heard:
            size = len(split(heard))
            for first in occurrences.of(split(heard)):
                same = {word.speaker for word in words[first : first + size]}
                written = [word.text for word in words[first : first + size]] == split(term.text)
                if len(same) == 1 and not written:
                    found.append((first, first + size, heard, term.text))
    return apart(sorted(found, key=lambda match: (match[0] - match[1], match[0], match[2])))
