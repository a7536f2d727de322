"""Whether the words after a sentence limit it, or say whose it is: "In theory.", "Said nobody."."""

from collections.abc import Sequence

from pipeline.quotes.kinds.meaning import begins_with, ends_with
from pipeline.quotes.languages.table import Language
from pipeline.quotes.proof.quotations import claimed, is_own

_PLACE = 6  # tokens of "in the old days up north"
_BRIEF = 3  # tokens of "almost a million"
_EXCEPTED = 4  # tokens of "only the upper stone"


def tells_whose(texts: Sequence[str], table: Language) -> bool:
    """Whether it is "That was the rumour.", "Said nobody." or "That is what they tell us."."""
    told = (table.reporting | table.telling) - table.articles
    verb = next((n for n, text in enumerate(texts) if text in told), None)
    things = table.things & {*texts[:verb]}
    if verb is None or (verb and not things):
        return texts[0] in table.things and len(texts) > 1 and claimed(texts, table)
    others = table.i.isdisjoint(texts[:verb])  # not "ça me paraît"
    return others and not is_own(texts, texts[verb], table)


def narrows(texts: Sequence[str], table: Language) -> bool:
    """Whether a sentence of one clause is an "Only until the flood comes." or an "If they pay."."""
    if begins_with(texts, table.idioms):
        return False
    if texts[0] in table.narrowing:
        governed = begins_with(texts[1:], table.limits | table.frames)
        return governed > 0 or bool({*texts[1:2]} & (table.conditions | table.adjuncts))
    subjects = sum(text in table.nominatives for text in texts)
    return texts[0] in table.conditions and subjects < 2


def limits_only(texts: Sequence[str], table: Language, kept: Sequence[str]) -> bool:
    """Whether it only says when, where or how far what was `kept` before it holds: "Not in winter."."""
    limit = begins_with(texts, table.limits)
    if begins_with(texts, table.hedges) == len(texts):
        return True  # "In theory."
    denied = not table.negations.isdisjoint(texts)
    again = denied and not table.negations.isdisjoint(kept)  # "I never lie. Not to friends."
    spoken = has_verb(texts[limit:], table) or begins_with(texts, table.idioms)
    if (again and not ends_with(texts[:-1], table.hedges)) or spoken:
        return False
    if limit or texts[0] in table.conditions:
        return True
    if texts[0] in table.narrowing:
        return len(texts) <= _EXCEPTED
    return 1 < len(texts) <= _PLACE and _places(texts, table, denied)


def _places(texts: Sequence[str], table: Language, denied: bool) -> bool:
    """Whether words without a verb are an "in summer", a "half of it", "almost all" or "not all"."""
    late = not table.negations.isdisjoint(texts[-2:])  # "Meine Schwester nicht."
    verbless = table.complete and not table.noun_capitals  # whose "nicht" may follow any verb
    verbless |= len(texts) <= _BRIEF and texts[0] in table.articles
    share = texts[0] in table.shares
    excepted = not table.excepting.isdisjoint(texts[1:])  # "everything but the boat"
    if begins_with(texts, table.asides):
        return False
    if texts[0] in table.adjuncts or (late and verbless):
        return late or not denied
    if share or texts[0] in table.quantities:
        return excepted or not share or texts[1] in table.links
    where = table.adjuncts | table.absolutes | table.articles
    where = where.union(word for phrase in table.hedges for word in phrase[:1])
    denied = texts[0] in table.negations and texts[1] in where
    return denied or excepted or (len(texts) <= _BRIEF and begins_with(texts, table.hedges) > 0)


def has_verb(texts: Sequence[str], table: Language) -> bool:
    """Whether a verb, or who does something, is among words; the last "it" does nothing."""
    verbs = table.auxiliaries | table.modals | table.finite | table.reporting | table.particles
    acting = table.nominatives | table.things
    return not (verbs.isdisjoint(texts) and acting.isdisjoint(texts[:-1] or texts))
