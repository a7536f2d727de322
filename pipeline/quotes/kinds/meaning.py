"""Words that carry meaning by themselves: negations, numbers, hedges, modal verbs."""

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.quotes.languages.numbers import is_number
from pipeline.quotes.languages.table import Language, Phrase
from pipeline.quotes.matching.source import Source

_YEAR = 4  # digits
SENTENCE = 40  # tokens; longer ones are the recogniser's, which has lost a full stop
_UNMARKED = 10  # tokens of a sentence where nothing tells its beginning
_RESTART = 3  # tokens that are said again
_ANEW = (":", ";", "—", "–")  # "take this: ..." begins as a sentence does
PHRASE = 5  # tokens of the longest phrase of a table that is looked for


def guarded(raw: Sequence[str], said: Sequence[str], language: Language) -> str:
    """Which kind of word that carries meaning differs between two lists of tokens, if any."""
    if _counted(raw, language.negations) != _counted(said, language.negations):
        return "negation"
    if _opposite(raw, said, language):
        return "negation"
    if sorted(filter(is_number, raw)) != sorted(filter(is_number, said)):
        return "number"
    if _counted(raw, language.quantities) != _counted(said, language.quantities):
        return "number"
    if _hedges(raw, language) != _hedges(said, language):
        return "hedge"
    if _counted(raw, language.modals) != _counted(said, language.modals):
        return "modal"
    return ""


def doubt(source: Source, first: int, last: int) -> str:
    """The kind of a doubt about words of a transcript; one over a "not", a number or the like is graver."""
    start, end = source.tokens_of(first, last)
    return "suspect" if guarded(source.texts[start:end], [], source.language) else "doubt"


def weight(texts: Sequence[str], language: Language) -> str:
    """Which kind of word that limits what is said is among tokens, if any; softeners do not."""
    if any(is_number(text) or text in language.quantities for text in texts):
        return "number"
    if any(text in language.modals for text in texts):
        return "modal"
    own = language.own_view | language.i | language.we
    limits = (phrase for phrase in _hedges(texts, language) if phrase not in language.softeners)
    return "hedge" if any(not own & {*phrase} for phrase in limits) else ""


def _opposite(raw: Sequence[str], said: Sequence[str], language: Language) -> bool:
    """Whether one word is the other with an "il" or "un" before it."""
    if len(raw) != 1 or len(said) != 1:
        return False
    short, long = sorted((raw[0], said[0]), key=len)
    return long.endswith(short) and long.removesuffix(short) in language.negating


def _counted(texts: Sequence[str], wanted: frozenset[str]) -> Counter[str]:
    return Counter(text for text in texts if text in wanted)


def _hedges(texts: Sequence[str], language: Language) -> Counter[Phrase]:
    found: Counter[Phrase] = Counter()
    for start in range(len(texts)):
        for length in range(1, PHRASE + 1):
            phrase = tuple(texts[start : start + length])
            if len(phrase) == length and phrase in language.hedges:
                found[phrase] += 1
    return found


def hedge_before(texts: Sequence[str], language: Language) -> int:
    """How many tokens at the end of `texts` are a hedge that limits what follows.

    The speaker's own "I think" does not, nor does a "basically"; an "I guess" does.
    """
    length = ends_with(texts, language.hedges)
    if not length and {*texts[-1:]} & language.conjunctions:
        length = hedge_before(texts[:-1], language)  # "I guess that"
        return length and length + 1
    phrase = tuple(texts[len(texts) - length :])
    own = (language.own_view | language.i | language.we) & {*phrase}
    own = own if language.guessing.isdisjoint(phrase) else frozenset()
    return 0 if own or phrase in language.softeners else length


def begins_with(texts: Sequence[str], wanted: frozenset[Phrase]) -> int:
    """How many tokens at the start of `texts` are one of the phrases `wanted`; 0 where none."""
    lengths = range(min(PHRASE, len(texts)), 0, -1)
    return next((n for n in lengths if tuple(texts[:n]) in wanted), 0)


def ends_with(texts: Sequence[str], wanted: frozenset[Phrase]) -> int:
    """How many tokens at the end of `texts` are one of the phrases `wanted`; 0 where none."""
    lengths = range(min(PHRASE, len(texts)), 0, -1)
    return next((n for n in lengths if tuple(texts[-n:]) in wanted), 0)


def leads_in(source: Source, end: int) -> bool:
    """Whether "right" and "so" before token `end` only lead in: not in "right people" and "so long"."""
    table, opener = source.language, source.texts[end - 1]
    if opener not in table.grading or source.breaks(end - 1):
        return True
    following = {*source.texts[end : end + 1]}
    names = (table.i, table.we, table.you, table.pronouns, table.articles, table.conditions)
    leads = (*names, table.connectives, table.negations, table.clauses)
    return any(following & words for words in leads)


def past_conjunction(source: Source, first: int) -> int:
    """The token after the "that" with which a cut within a sentence begins: "that he stole it"."""
    table = source.language
    parted = source.ends_sentence if source.texts[first] not in table.pronouns else source.breaks
    within = 0 < first < len(source.texts) - 1 and not parted(first - 1)
    return first + (within and source.texts[first] in table.conjunctions - table.conditions)


def share_before(texts: Sequence[str], language: Language) -> int:
    """How many tokens at the end of `texts` say how much of what follows: "half of", "a few of"."""
    if texts and texts[-1] in language.quantities:
        return 1
    if len(texts) < 2 or texts[-1] not in language.links:
        return 0
    share = texts[-2]
    if share in language.shares or share in language.quantities or is_number(share):
        return 2
    hedge = hedge_before(texts[:-1], language)
    return hedge + 1 if hedge else 0


def denial_before(texts: Sequence[str], language: Language) -> int:
    """How many tokens at the end of `texts` say that what follows is not so: "failed to"."""
    denial = ends_with(texts, language.denials)
    if denial or len(texts) < 2 or texts[-1] not in language.links:
        return denial
    verb = 3 if len(texts) > 2 and texts[-2] in language.pronouns else 2  # "accused me of"
    return verb if texts[-verb] in language.thwarting else 0


def sentence_start(source: Source, first: int, least: int) -> int:
    """The first token of the sentence, one speaker's, that runs up to `first`."""
    start, joining = first, source.language.joining  # where no marks are, "but" begins one
    longest = SENTENCE if source.marked else _UNMARKED
    while (
        start > max(least, first - longest)
        and not source.ends_sentence(start - 1)
        and not source.ending(start - 1).endswith(_ANEW)
        and first < len(source.tokens)
        and source.speakers[start - 1] == source.speakers[first]
        and (source.marked or first - start < _RESTART or source.texts[start] not in joining)
    ):
        start -= 1
    return start


def clause_start(source: Source, start: int, end: int) -> int:
    """The token after the last break between `start` and `end`."""
    for position in range(end - 1, start - 1, -1):
        if source.breaks(position):
            return position + 1
    return start


def opening(source: Source, start: int, end: int) -> int:
    """The first token from `start` on that is no lead-in such as "so" or "because"."""
    while start < end and source.texts[start] in source.language.connectives:
        start += 1
    return start


def is_inverted(texts: Sequence[str], table: Language) -> bool:
    """Whether it begins with "had I" or "were the mill"."""
    subjects = table.pronouns | table.articles | table.absolutes
    return texts[0] in table.inverted and not subjects.isdisjoint(texts[1:2])


def concedes(source: Source, at: int) -> bool:
    """Whether the condition at a token is an "even if": what it stands with holds without it, too."""
    texts, table = source.texts[max(0, at - 2) : at], source.language
    conceded = bool(texts) and texts[-1] in table.conceding and not source.breaks(at - 1)
    return conceded and not table.negations & {*texts}


def grants(source: Source, last: int, most: int) -> bool:
    """Whether a denial ends before `last`, and a yes after it: "Not a cent. Well, yes, my cousin did."."""
    table, at, slipped = source.language, last, False
    if table.negations.isdisjoint(source.texts[sentence_start(source, last - 1, 0) : last]):
        return False
    while at < most and source.texts[at] not in table.joining:
        texts = source.texts[at : at + PHRASE]
        if texts[0] in table.contradicting and source.breaks(at):
            return slipped or texts[0] not in table.backchannels
        slip = begins_with(texts, table.slips | table.turns)
        length = slip or begins_with(texts, table.openers) or source.filler_length(at)
        at, slipped = at + length if length else most, slipped or slip > 0
    return False


def is_year(texts: Sequence[str]) -> bool:
    """Whether one of these tokens is a year, as in "in 1999"."""
    return any(text.isdecimal() and len(text) == _YEAR for text in texts)


def claimed(texts: Sequence[str], table: Language) -> bool:
    """Whether it is a rumour, or a claim of somebody else's: not "my fear"."""
    claims = (n for n, text in enumerate(texts) if text in table.claims)
    once = not table.past.isdisjoint(texts)
    own = table.i | table.we
    return any(once or not own & {*texts[max(n - 2, 0) : n]} for n in claims)


def narrates(texts: Sequence[str], table: Language) -> bool:
    """Whether a verb of the past is among words: "it was", "he spat"."""
    return re.search(table.narrated, " ".join(texts)) is not None


def is_own(subject: Sequence[str], verb: str, table: Language) -> bool:
    """Whether it is the speaker who holds the view, now."""
    speaking = table.verb_tells_person or bool(table.subjects & set(subject))
    if not speaking or verb not in table.own_view:
        return False
    # "I have to say" is what I say; "I refuse to say" and "I used to think" are not.
    return subject[-1:] != ["to"] or bool(table.meaning_to & set(subject[-2:-1]))
