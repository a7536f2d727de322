"""What the words after a sentence say of it: when, where and of whom it holds, and whose it is.

"It works." is limited by "In the lab.", "Only if you pay." and "At least that was the plan.". All
rules here see words alone; where they stand is for `context.endings`.
"""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from pipeline.quotes.kinds.meaning import begins_with, claimed, ends_with, is_own, narrates
from pipeline.quotes.languages.numbers import is_number
from pipeline.quotes.languages.table import Language

_PLACE = 6  # tokens of "in the old days up north"
_BRIEF = 3  # tokens of "almost a million"
_PAIR = 2  # tokens of "not him"
_FRAME = 10  # tokens of "with a little help from an editor and two friends"
_ABOUT = 6  # tokens of "in some cases it just"
_VIEW = 9  # tokens of "I really never think that any more"


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
    if is_relative(texts, table):
        return not _goes_on(texts, table)
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
        return first not in table.absolutes
    brief = 1 < len(texts) <= _BRIEF and not begins_with(texts, table.fillers)
    brief &= not table.verb_tells_person and texts[-1] not in table.pronouns  # "Past tense."
    return brief or _counts(texts, table)


def is_relative(texts: Sequence[str], table: Language) -> bool:
    """Whether it is a "those who pass", a "the ones who pass" or an "a los que aprueban"."""
    leads = table.adjuncts | table.links | table.absolutes
    at = next((n for n, text in enumerate(texts[:_BRIEF]) if text not in leads), 0)
    which = table.relating | (table.conjunctions if table.verb_tells_person else frozenset())
    those = (table.articles | table.pronouns) - which
    ones = not table.vague.isdisjoint(texts[at + 1 : at + 2])
    if at and texts[at - 1] in table.absolutes and table.noun_capitals and texts[at] in which:
        return True  # "alle, die bestehen"
    return texts[at] in those and not which.isdisjoint(texts[at + 1 : at + 2 + ones])


def _goes_on(texts: Sequence[str], table: Language) -> bool:
    """Whether a "those who pass" goes on with what they do: "... are rich"."""
    which = table.relating | (table.conjunctions if table.verb_tells_person else frozenset())
    at = next(n for n, text in enumerate(texts) if n and text in which)
    verbs = table.auxiliaries | table.modals | table.finite
    again = which | table.conditions | table.joining
    end = next((n for n, text in enumerate(texts) if n > at and text in again), len(texts))
    return any(text in verbs for text in texts[at + _BRIEF : end]) if end > at + _BRIEF else False


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
    some |= any(map(is_number, texts[1:_BRIEF]))
    named = texts[0] in table.articles and some
    return texts[0] in opens or is_number(texts[0]) or shared or named


def takes_up(kept: Sequence[str], texts: Sequence[str], table: Language) -> bool:
    """Whether what was `kept` is said again with a limit: "Rich in memories.", "I love it when"."""
    said = {*kept} | table.articles | table.pronouns
    at = next((n for n, text in enumerate(texts) if text not in said), 0)
    whole = at >= _BRIEF and [*texts[:at]] == [*kept[-at:]]
    if whole and not has_verb(texts, table):
        return True  # "in his innocence. In his innocence as such."
    again = {*texts[:at]} & {*kept} - (table.function_words - table.absolutes)
    limits = table.adjuncts | table.links | table.conditions | table.relating
    if not again:
        return at > 1 and texts[at] in limits and tuple(texts[:2]) in {*pairwise(kept)}
    if again & table.absolutes:  # "Nobody came. Nobody we knew."
        limits |= table.nominatives | table.conjunctions
    long = at > _BRIEF and begins_with(texts[at:], table.limits) > 0
    return long or texts[at] in limits | table.negations


def excepts(word: str, texts: Sequence[str], table: Language) -> bool:
    """Whether a "nothing" goes on with a "but trouble", not with a "but they can" or "but if"."""
    who = {*texts[1:2]} & (table.nominatives | table.pronouns)
    goes_on = {*texts[1:2]} & table.conditions or (who and has_verb(texts[1:], table))
    return word in table.absolutes and texts[0] in table.excepting and not goes_on


def is_about(texts: Sequence[str], table: Language) -> bool:
    """Whether the clause after a "but" is about what was said: "often they don't", not "I love it"."""
    spoken_of = (table.things - table.conjunctions) | table.persons
    pronouns = spoken_of | table.i | table.we | table.you
    return next((text for text in texts[:_ABOUT] if text in pronouns), "") in spoken_of


def has_verb(texts: Sequence[str], table: Language, lower: Collection[str] = ()) -> bool:
    """Whether a verb, or who does something, is among words; the last "it" does nothing."""
    verbs = table.auxiliaries | table.modals | table.finite | table.reporting | table.inverted
    verbs = verbs - table.articles | table.particles  # "meine"
    acting = table.nominatives | (table.things - table.articles)
    found = not (verbs.isdisjoint(texts) and acting.isdisjoint(texts[:-1] or texts))
    likely = [text for text in texts if not table.noun_capitals or text in lower]
    told = narrates([text for text in likely if text not in table.quantities], table)
    said = (*likely, *map(" ".join, pairwise(likely)))  # "te arrepientes"
    return found or told or any(re.fullmatch(table.inflected, text) for text in said)


def denies(texts: Sequence[str], kept: Sequence[str], table: Language) -> bool:
    """Whether a clause denies what was `kept`: "It is not.", "You can't where they turn."."""
    said, ends = {*texts}, table.relating | table.conditions
    dropped = table.verb_tells_person and texts[0] in table.negations  # "No es exacto."
    if table.truths & said and (
        dropped or table.things & said
    ):  # "In winter that stops being true."
        return not (table.negations | table.thwarting).isdisjoint(said)
    head = {*texts[: next((n for n, text in enumerate(texts) if n and text in ends), len(texts))]}
    verbs, light = (table.auxiliaries | table.modals) & head & {*kept}, table.particles
    known = light.union(kept, table.negations, table.pronouns, table.things, table.nominatives)
    known |= table.truths | table.links  # "my real father he is not"
    denied = table.negations & head and table.negations.isdisjoint(kept)
    return bool(verbs and denied and head <= known)


def rejects(texts: Sequence[str], table: Language, whole: bool) -> bool:
    """Whether it is an "I never think that any more", a sentence "My wife sees it differently"."""
    mine = table.verb_tells_person or table.i & {*texts}
    if len(texts) > _VIEW or not (mine or whole):
        return False
    if table.differing & {*texts}:
        return True
    opening = table.conjunctions - table.things  # "I do not say that it is easy" says so of "it"
    said = {*texts[: next((n for n, text in enumerate(texts) if text in opening), None)]}
    held = table.own_view & said and (table.things | table.claims - table.own_view) & said
    return bool(mine and held and table.negations & said)


def _points(table: Language) -> frozenset[str]:
    """Words that point at what was said: "that", "this" sentence."""
    return table.things | table.articles & table.dangling - table.possessives


def _objects(table: Language) -> frozenset[str]:
    """Words that stand for what was said: French "le", Spanish "lo"."""
    persons = table.persons | table.i | table.we | table.you | table.nominatives
    return table.pronouns - persons - (table.articles if table.noun_capitals else frozenset())


def tells_whose(texts: Sequence[str], table: Language) -> bool:
    """Whether it is "That was the rumour.", "Said nobody." or "That is what they tell us."."""
    told = (table.reporting | table.telling) - table.articles
    verb = next((n for n, text in enumerate(texts) if text in told), None)
    objects = table.things | table.connectives  # "His mother thinks so."
    told_me = verb is not None and texts[verb] in table.telling  # "Il me l'a dit."
    said = (
        _objects(table) & {*texts[max((verb or 0) - _PAIR, 0) : verb]} if told_me else frozenset()
    )
    things = said or table.things & {*texts[:verb]} or objects & {*texts[-1 - told_me :]}
    if verb is None or (verb and not things):
        return texts[0] in _points(table) and len(texts) > 1 and claimed(texts[:_ABOUT], table)
    own = table.i & table.nominatives if told_me else table.i  # not "ça me paraît"
    return own.isdisjoint(texts[:verb]) and not is_own(texts, texts[verb], table)
