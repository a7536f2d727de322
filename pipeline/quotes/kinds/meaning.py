"""Words that carry meaning by themselves: negations, numbers, hedges, modal verbs."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from pipeline.quotes.languages.numbers import is_number
from pipeline.quotes.languages.table import Language, Phrase
from pipeline.quotes.matching.source import Source

_YEAR = 4  # digits
PHRASE = 5  # tokens of the longest phrase of a table that is looked for
_FRAME = 10  # tokens of "with a little help from an editor and two friends"
_PLACE = 6  # tokens of "in the old days up north"
_PAIR = 2  # tokens of "not him"
_BRIEF = 3  # tokens of "almost a million"
_ABOUT = 6  # tokens of "in some cases it just"


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


def is_about(texts: Sequence[str], table: Language) -> bool:
    """Whether the clause after a "but" is about what was said: "often they don't", not "I love it"."""
    spoken_of = (table.things - table.conjunctions) | table.persons
    pronouns = spoken_of | table.i | table.we | table.you
    return next((text for text in texts[:_ABOUT] if text in pronouns), "") in spoken_of


def concedes(source: Source, at: int) -> bool:
    """Whether the condition at a token is an "even if": what it stands with holds without it, too."""
    texts, table = source.texts[max(0, at - 2) : at], source.language
    conceded = bool(texts) and texts[-1] in table.conceding and not source.breaks(at - 1)
    return conceded and not table.negations & {*texts}


def is_year(texts: Sequence[str]) -> bool:
    """Whether one of these tokens is a year, as in "in 1999"."""
    return any(text.isdecimal() and len(text) == _YEAR for text in texts)


def narrows(texts: Sequence[str], table: Language) -> bool:
    """Whether a sentence of one clause is an "Only until the flood comes." or an "If they pay."."""
    if begins_with(texts, table.idioms):
        return False
    if texts[0] in table.narrowing:
        governed = begins_with(texts[1:], table.limits | table.frames)
        return governed > 0 or bool({*texts[1:2]} & (table.conditions | table.adjuncts))
    subjects = sum(text in table.nominatives for text in texts)
    return texts[0] in table.conditions and subjects < 2


def limits_only(
    texts: Sequence[str], table: Language, kept: Sequence[str] = (), lower: Collection[str] = ()
) -> bool:
    """Whether words without a verb say when, where, of whom or how far what was `kept` before holds.

    `lower` are words that occur without a capital, as German verbs do.
    "Not in winter.", "Everyone in the front office.", "The first month.", "For about a week.".
    """
    limit = begins_with(texts, table.limits)
    denied = table.negations & {*texts} and not table.negations & {*kept}
    if begins_with(texts, table.hedges) == len(texts) or (denied and len(texts) == _PAIR):
        return True  # "It seems.", "Not him."
    if _is_relative(texts, table):
        return True
    if has_verb(texts[limit:], table, lower) or begins_with(texts, table.idioms):
        return False
    return limit > 0 or (table.complete and _is_fragment(texts, table, kept))


def _is_fragment(texts: Sequence[str], table: Language, kept: Sequence[str]) -> bool:
    first, rest = texts[0], texts[1:]
    asides = begins_with(texts, table.asides) or begins_with(rest, table.asides)
    idle = texts[-1] in table.dangling - table.pronouns or {*texts} <= table.backchannels.union(
        kept
    )
    if asides or idle or len(texts) > (_FRAME if first in table.adjuncts else _PLACE):
        return False  # "Not at all.", "Le pain aussi."
    where = _says_where(texts, table)
    if first in table.negations and table.negations & {*kept}:
        return where  # "I never lie. Not once." says it once more
    if where or table.negations & {*texts[-2:]} or table.excepting & {*rest}:
        return len(texts) > 1
    if first in table.absolutes | table.negations:
        return bool(rest) and first not in table.absolutes
    brief = 1 < len(texts) <= _BRIEF and not begins_with(texts, table.fillers)
    brief &= not table.verb_tells_person and texts[-1] not in table.pronouns  # "Past tense."
    return brief or _counts(texts, table)


def _is_relative(texts: Sequence[str], table: Language) -> bool:
    """Whether it is a "those who pass" or an "a los que aprueban"."""
    leads = table.adjuncts | table.links | table.absolutes
    at = next((n for n, text in enumerate(texts[:_BRIEF]) if text not in leads), 0)
    which = table.relating | (table.conjunctions if table.verb_tells_person else frozenset())
    those = table.articles | table.pronouns
    return (
        texts[at] in those
        and texts[at] not in which
        and not which.isdisjoint(texts[at + 1 : at + 2])
    )


def _says_where(texts: Sequence[str], table: Language) -> bool:
    """Whether it is an "in summer", a "not here, at least", a "maybe" or "almost the whole town"."""
    hedged = 0 if texts[0] in table.shares else begins_with(texts, table.hedges)
    counted = table.articles | table.absolutes | table.adjuncts
    after = len(texts) <= _BRIEF or not counted.isdisjoint(texts[hedged : hedged + 1])
    near = not table.adjuncts.isdisjoint(texts[:2])
    return near or (hedged and after) or begins_with(texts[1:], table.hedges | table.limits) > 0


def _counts(texts: Sequence[str], table: Language) -> bool:
    """Whether it begins with an "only", "half", "three", "most of" or "the"."""
    opens = table.conditions | table.narrowing | table.quantities
    shared = texts[0] in table.shares and not table.links.isdisjoint(texts[1:2])
    where = table.adjuncts | table.links | table.relating  # not "the tower leans"
    some = len(texts) == _PAIR or texts[-1] in table.vague or ends_with(texts, table.hedges) > 0
    some |= not (where.isdisjoint(texts[2:3]) and table.quantities.isdisjoint(texts))
    named = texts[0] in table.articles and some
    return texts[0] in opens or is_number(texts[0]) or shared or named


def takes_up(kept: Sequence[str], texts: Sequence[str], table: Language) -> bool:
    """Whether what was `kept` is said again with a limit: "Rich in memories.", "I love it when"."""
    said = {*kept} | table.articles | table.pronouns
    at = next((n for n, text in enumerate(texts) if text not in said), 0)
    again = {*texts[:at]} & {*kept} - (table.function_words - table.absolutes)
    limits = table.adjuncts | table.links | table.conditions | table.relating
    if not again:
        return (
            at > 1
            and texts[at] in limits
            and any(kept[n:][:2] == texts[:2] for n in range(len(kept)))
        )
    if again & table.absolutes:  # "Nobody came. Nobody we knew."
        limits |= table.nominatives | table.conjunctions
    return texts[at] in limits | table.negations


def has_verb(texts: Sequence[str], table: Language, lower: Collection[str] = ()) -> bool:
    """Whether a verb, or who does something, is among words; the last "it" does nothing."""
    verbs = table.auxiliaries | table.modals | table.finite | table.reporting | table.inverted
    verbs = verbs - table.articles | table.particles  # "meine"
    acting = table.nominatives | (table.things - table.articles)
    found = not (verbs.isdisjoint(texts) and acting.isdisjoint(texts[:-1] or texts))
    likely = (text for text in texts if not table.noun_capitals or text in lower)
    return found or any(re.fullmatch(table.inflected, text) for text in likely)


def claimed(texts: Sequence[str], table: Language) -> bool:
    """Whether it is a rumour, or a claim of somebody else's: not "my fear"."""
    claims = (n for n, text in enumerate(texts) if text in table.claims)
    once = not table.past.isdisjoint(texts)
    return any(once or not table.i & {*texts[max(n - 2, 0) : n]} for n in claims)


def is_own(subject: Sequence[str], verb: str, table: Language) -> bool:
    """Whether it is the speaker who holds the view, now."""
    speaking = table.verb_tells_person or bool(table.subjects & set(subject))
    if not speaking or verb not in table.own_view:
        return False
    # "I have to say" is what I say; "I refuse to say" and "I used to think" are not.
    return subject[-1:] != ["to"] or bool(table.meaning_to & set(subject[-2:-1]))
