"""How people open a subject, by language: the words that questions begin with, and what a title leaves out.

Words are compared by `normal`. A language without a table knows whole questions only.
"""

import functools
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

from pipeline.workspace import table_beside

#: Phrases by the first word of each, the longest first.
Phrases = dict[str, list[tuple[str, ...]]]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> Phrases:
    found: Phrases = {}
    for phrase in sorted((tuple(each.split()) for each in text.split(",")), key=len, reverse=True):
        found.setdefault(phrase[0], []).append(phrase)
    return found


@dataclass(frozen=True, slots=True)
class Language:
    """One language; `gap` is what it writes before a question mark."""

    asking: frozenset[str] = frozenset()  # what, why
    inverted: frozenset[str] = frozenset()  # verbs that open a question for yes or no
    adverbs: frozenset[str] = frozenset()  # of these, how: a verb follows, or one of `grading`
    grading: frozenset[str] = frozenset()
    verbs: tuple[str, ...] = ()  # endings of a verb that asks for who does it: what makes
    openers: frozenset[str] = frozenset()  # so, well: nothing is lost without them
    lead_ins: Phrases = field(default_factory=dict)  # I wonder: then a question in its words
    naming: Phrases = field(default_factory=dict)  # let's talk about: the subject follows
    cutting: frozenset[str] = frozenset()  # because, when: a phrase may end before them
    joining: frozenset[str] = frozenset()  # and: likewise, where another question follows
    people: frozenset[str] = frozenset()  # I, you: a clause of their own begins after `joining`
    pointing: frozenset[str] = frozenset()  # the, some: with one word more they name nothing
    leading: frozenset[str] = frozenset()  # for, with: nobody begins a title so
    adverts: Phrases = field(default_factory=dict)  # brought to you by
    dangling: frozenset[str] = frozenset()  # of, the: a phrase that was cut does not end with them
    referring: frozenset[str] = frozenset()  # it, they: who reads only the title does not know whom
    filling: Phrases = field(default_factory=dict)  # you know: nobody writes it
    opening_mark: str = ""
    gap: str = ""


@functools.cache
def language_of(tag: str) -> Language:
    """The table of a BCP 47 tag: a file `CODE.toml` beside this module; an empty one without."""
    code = tag.lower().replace("_", "-").partition("-")[0]
    file = f"{code}.toml"
    if not re.fullmatch("[a-z]{2,3}", code) or not Path(__file__).with_name(file).exists():
        return Language()
    kinds = get_type_hints(Language)
    readers: dict[Any, Any] = {frozenset[str]: _words, Phrases: _phrases, tuple[str, ...]: tuple}
    said = table_beside(__file__, file)
    return Language(**{name: readers.get(kinds[name], str)(value) for name, value in said.items()})
