"""What the guard knows of a language: its fillers, contractions, and the words that carry meaning.

All tables hold normalised tokens (see `tokens`): lower case, contractions taken apart, so a
negation is always the token `not`. English may be written as in Britain: "promised" is read as
"promized". A language without a table gets an empty one: nothing counts as a filler there, so every
edit beyond case and punctuation asks for the host's signature. One whose table is not `complete` has
its fillers and repetitions; what else goes, inside a quote or beside it, asks.

A table is a file `CODE.toml` beside this module, with the fields of `Language`. Words have a blank
between them, phrases and pairs of `short=the words it stands for` a comma.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from pipeline.workspace import table_beside

Phrase = tuple[str, ...]

_BRITISH = (
    (re.compile(r"(?<!w)is(e[sdr]?|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"our(s|ed|ing)?$"), r"or\1"),
)
_SHORTEST_BRITISH = 6  # letters: "four" and "hour" stay what they are


def words(text: str) -> frozenset[str]:
    """Words, a blank between them."""
    return frozenset(text.casefold().split())


@dataclass(frozen=True, slots=True)
class Language:
    """The tables of one language; phrases are tuples of tokens."""

    complete: bool = False  # what the table doesn't know may go unsigned: every field is thought of
    fillers: frozenset[Phrase] = frozenset()
    ambiguous: dict[Phrase, tuple[frozenset[str], frozenset[str]]] = field(
        default_factory=dict
    )  # fillers: after the first words, and before the second, they mean something
    grading: frozenset[str] = frozenset()  # openers that without a comma say how: "so long"
    openers: frozenset[Phrase] = frozenset()  # fillers at the start of a sentence only
    backchannels: frozenset[str] = frozenset()  # what a listener says meanwhile
    contractions: dict[str, Phrase] = field(default_factory=dict)  # whole words
    suffixes: dict[str, str] = field(default_factory=dict)  # after an apostrophe
    elisions: dict[str, str] = field(default_factory=dict)  # before an apostrophe: "qu" is "que"
    joined: dict[Phrase, str] = field(default_factory=dict)  # words that are one token
    open_suffixes: dict[str, frozenset[str]] = field(default_factory=dict)  # token: what it may be
    spellings: dict[str, Phrase] = field(default_factory=dict)  # one form for several
    british: bool = False  # -ise is -ize and -our is -or; accents are optional
    negations: frozenset[str] = frozenset()
    negation_follows: int = 1  # words after a verb within which its "not" may stand
    particles: frozenset[str] = frozenset()  # of these, half of one: French "ne" before "pas"
    completions: frozenset[str] = frozenset()  # the other half, which alone denies as well
    unspoken: dict[str, frozenset[str]] = field(default_factory=dict)  # "il" before "y a", "faut"
    quantities: frozenset[str] = frozenset()  # count as numbers do: "half", "third"
    shares: frozenset[str] = frozenset()  # before "of": how many of them
    links: frozenset[str] = frozenset()  # that "of", and "to" and "from" after a verb
    bounds: frozenset[Phrase] = frozenset()  # right before a number: "up to"
    units: frozenset[str] = frozenset()  # right after one
    thwarting: frozenset[str] = frozenset()  # verbs with a link: it was not done, or not quite
    denials: frozenset[Phrase] = frozenset()  # right before what is not so: "anything but"
    asserting: frozenset[str] = frozenset()  # open an insertion that adds: "[by him]"
    truths: frozenset[str] = frozenset()  # "that is not true in winter"
    differing: frozenset[str] = frozenset()  # "I see it differently"
    cries: frozenset[str] = frozenset()  # within a sentence, before somebody's words: "oh"
    contradicting: frozenset[str] = frozenset()  # take back a denial: "Not me. Well, yes, once."
    jesting: frozenset[Phrase] = frozenset()  # after a sentence that was not meant: "in jest"
    refusals: frozenset[str] = frozenset()  # open a sentence that denies the one before
    hedges: frozenset[Phrase] = frozenset()
    softeners: frozenset[Phrase] = frozenset()  # of these, what softens words and no claim
    modals: frozenset[str] = frozenset()
    negating: frozenset[str] = frozenset()  # what makes a word its opposite when written before it
    participle: str = "(?!)"  # regular expression: "it's" before one is "is" or "has"
    inflected: str = "(?!)"  # regular expression: a verb by its ending
    narrated: str = "(?!)"  # regular expression: a verb, with its helper, in the past
    own_verb: str = "(?!)"  # regular expression: of "I", and of "we" in the past, by its ending
    completed: frozenset[str] = frozenset()  # after "'s" and "'d" that are "has" and "had"
    completing: frozenset[str] = frozenset()  # these
    relatives: frozenset[str] = frozenset()  # after a comma they tell more, without one which
    persons: frozenset[str] = frozenset()  # pronouns that stand for somebody named before
    turns: frozenset[Phrase] = frozenset()  # open a sentence that limits or denies the one before
    same_past: frozenset[str] = frozenset()  # "he'd put" is "had put" or "would put"
    naming: frozenset[str] = frozenset()  # before words that are quoted, not meant
    pronouns: frozenset[str] = frozenset()  # what a [bracketed referent] may stand for
    reporting: frozenset[str] = frozenset()  # verbs with which a speaker gives a view
    own_view: frozenset[str] = frozenset()  # of these, what "I ..." holds to be so now
    guessing: frozenset[str] = frozenset()  # of these, what "I ..." is not sure of: "I guess"
    ordering: frozenset[str] = frozenset()  # verbs before a "to": what somebody wants of others
    subjects: frozenset[str] = frozenset()  # that "I", and not "my" of "my critics say"
    disowning: frozenset[str] = frozenset()  # verbs after which it is not the speaker's view
    granting: frozenset[str] = frozenset()  # before "that", where the speaker says so: "true that"
    telling: frozenset[str] = frozenset()  # of these, verbs of what goes on over full stops: "said"
    quoting: frozenset[Phrase] = frozenset()  # what opens direct speech: "he was like"
    miming: frozenset[Phrase] = frozenset()  # what does before a "you" or a comma: "my boss goes"
    staging: frozenset[Phrase] = frozenset()  # what somebody does who then speaks: "looks at me"
    gestures: frozenset[str] = frozenset()  # what goes with speech: "voice", "shoulders", "sighs"
    claims: frozenset[str] = frozenset()  # nouns of what others hold: "the rumour was that"
    media: frozenset[str] = frozenset()  # of these, what somebody wrote or hung up: "poster"
    relayed: str = "(?!)"  # regular expression: a verb of what others say, as "sei" is
    past: frozenset[str] = frozenset()  # "my belief was that" is what I held once
    sourcing: frozenset[Phrase] = frozenset()  # "according to"
    agreeing: frozenset[str] = frozenset()  # "as people say"
    meaning_to: frozenset[str] = frozenset()  # "I have to say" is what I say
    linking: frozenset[str] = frozenset()  # between these and the view: "un rumor de que"
    conjunctions: frozenset[str] = frozenset()  # between such a verb and the view
    relating: frozenset[str] = frozenset()  # after a comma, before no finite verb: "Leute, die"
    conditions: frozenset[str] = frozenset()  # open a clause without which the rest is not true
    plain: frozenset[str] = frozenset()  # nouns that lead in and claim nothing: "the thing is"
    conceding: frozenset[str] = frozenset()  # before a condition: "even if"
    undecided: frozenset[Phrase] = frozenset()  # "whether", right before what is left open
    inverted: frozenset[str] = frozenset()  # open a condition before its subject: "had I known"
    supposing: frozenset[Phrase] = frozenset()  # open a sentence on which the next one hangs
    alternatives: frozenset[Phrase] = frozenset()  # "or else", right before what was to be avoided
    frames: frozenset[Phrase] = frozenset()  # open a clause that says when or where the rest holds
    adjuncts: frozenset[str] = frozenset()  # open an "in small towns," that does the same
    asides: frozenset[Phrase] = frozenset()  # open like it and say nothing: "in fact,"
    idioms: frozenset[Phrase] = frozenset()  # open like a condition and are none
    unreal: frozenset[str] = frozenset()  # nouns of what is not so: "in my dream"
    narrowing: frozenset[str] = frozenset()  # the same, after "but" or alone
    verb_tells_person: bool = False  # "creo" needs no "yo"
    inverts: bool = False  # "sagt Otto" follows what he says
    noun_capitals: bool = False  # a capital makes no name
    limits: frozenset[Phrase] = frozenset()  # after a sentence: how long it holds
    excepting: frozenset[str] = frozenset()  # right after "nothing" or "everything": "but"
    undercutting: frozenset[Phrase] = frozenset()  # open what ends or limits it: "that was before"
    tags: frozenset[Phrase] = frozenset()  # end what limits it: "I tried, I should say"
    slips: frozenset[Phrase] = frozenset()  # before a word that puts right another: "er, July"
    retractions: frozenset[Phrase] = frozenset()  # sentences that take back the one before
    joining: frozenset[str] = frozenset()  # "but" and "and", before either
    number_words: dict[str, int] = field(default_factory=dict)
    scales: dict[str, int] = field(default_factory=dict)
    unit_joiner: str = ""  # "und" in "fünfundzwanzig": numbers are written as one word
    one_words: frozenset[str] = frozenset()  # articles, but before a scale or after "twenty"
    lone_scales: frozenset[str] = frozenset()  # of the scales, those that need no "one"
    tens_joiner: str = ""  # "y" in "treinta y cinco"
    teens_after: dict[int, int] = field(default_factory=dict)  # "soixante" goes on to "dix-neuf"
    decimal_word: str = ""  # "comma" in "three comma five"
    thousands: str = ""  # marks between groups of three digits; " " for a blank
    decimal: str = "."
    likened: frozenset[str] = frozenset()  # "like" between these and an article compares
    like: frozenset[str] = frozenset()  # "like" after these compares: "something like"
    like_subjects: frozenset[str] = frozenset()  # after these and before the objects it is a verb
    like_objects: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()  # end in a dot without ending a sentence
    dangling: frozenset[str] = frozenset()  # a quote that starts with one points outside itself
    referring: dict[str, str] = field(default_factory=dict)  # those a [referent] is found for
    referring_many: frozenset[str] = frozenset()  # of these, for several
    articles: frozenset[str] = frozenset()  # and what else opens a noun phrase
    possessives: frozenset[str] = frozenset()
    vague: frozenset[str] = frozenset()  # nouns that name nothing
    definite: str = ""  # the article of what was named before
    finite: frozenset[str] = frozenset()  # verbs that follow "this" where it is a pronoun
    seeming: frozenset[str] = frozenset()  # those that follow "it" where a clause is meant
    clauses: frozenset[str] = frozenset()  # words that open a clause: "it is hard to say"
    connectives: frozenset[str] = frozenset()  # lead-ins that a quote may start after
    farewells: Sequence[str] = ()  # greetings, sponsor reads and sign-offs
    welcomes: frozenset[Phrase] = frozenset()  # two words, said by who presents the show
    absolutes: frozenset[str] = frozenset()  # an insertion of one says more: "all", "never"
    function_words: frozenset[str] = frozenset()  # say nothing about the subject
    nominatives: frozenset[str] = frozenset()  # pronouns that are only subjects: they open a clause
    auxiliaries: frozenset[str] = frozenset()  # right after those
    loose: frozenset[Phrase] = frozenset()  # between two clauses: may go, and says no less
    neutral: frozenset[Phrase] = frozenset()  # of these, what says no more where it is put in
    fudges: frozenset[Phrase] = frozenset()  # hedges that are a habit of speech: "kind of"
    voiced: frozenset[Phrase] = frozenset()  # fillers that say nothing where they are put in
    agreements: frozenset[Phrase] = frozenset()  # forms of one word for other persons
    optional: str = ""  # "that" between "I know" and "he left"
    things: frozenset[str] = frozenset()  # of those, what names nobody: "that is" begun as "it is"
    small: frozenset[Phrase] = frozenset()  # words that come and go, and pairs of them: "the a"
    we: frozenset[str] = frozenset()
    i: frozenset[str] = frozenset()
    you: frozenset[str] = frozenset()

    def spelt(self, word: str) -> str:
        """A word in the one of its spellings that tokens have."""
        if self.british and len(word) >= _SHORTEST_BRITISH:
            for pattern, american in _BRITISH:
                word = pattern.sub(american, word)
        return word


_UNKNOWN = Language()


@functools.cache
def language(tag: str) -> Language:
    """The table of a BCP 47 tag's language: `en-GB` is read as `en`."""
    code = tag.partition("-")[0].lower()
    file = f"{code}.toml"
    if not re.fullmatch("[a-z]{2,3}", code) or not Path(__file__).with_name(file).exists():
        return _UNKNOWN
    kinds = get_type_hints(Language)
    table = table_beside(__file__, file)
    known = Language(**{name: _read(kinds[name], value) for name, value in table.items()})
    return (
        replace(known, **{name: _spelt(known, name) for name in table}) if known.british else known
    )


def _spelt(known: Language, name: str) -> Any:
    """The field of a table with its words as tokens are spelt."""
    value = getattr(known, name)
    if not isinstance(value, frozenset):
        return value
    return frozenset(
        tuple(map(known.spelt, each)) if isinstance(each, tuple) else known.spelt(each)
        for each in value
    )


def _read(kind: Any, value: Any) -> Any:
    """A value of a table as a field of this type holds it."""
    origin, kinds = get_origin(kind), get_args(kind)
    if kind is str:
        return value.replace("ß", "ss")  # as tokens are spelt
    if kind is bool or origin is Sequence:
        return value
    if kind is int:
        return int(value)
    if kind == Phrase:
        return tuple(value.casefold().split())
    if origin is tuple:
        return tuple(map(_read, kinds, value))
    if kind == frozenset[str]:
        return words(value)
    if origin is frozenset:
        return frozenset(_read(kinds[0], each) for each in value.split(","))
    rows = value.items() if isinstance(value, dict) else (_pair(row) for row in value.split(","))
    return {_read(kinds[0], short): _read(kinds[1], long) for short, long in rows}


def _pair(row: str) -> tuple[str, str]:
    short, _, long = row.casefold().partition("=")
    return short.strip(), long.strip()
