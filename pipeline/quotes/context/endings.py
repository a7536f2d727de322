"""With what a sentence goes on after a span, and changes what it means.

"It works" is not what somebody said who went on "but only in summer", "said Otto" or "no, kidding".
"""

from collections.abc import Iterator, Sequence

from pipeline.quotes.context.corrections import (
    Cut,
    clause_before,
    clause_end,
    led_in,
    puts_right,
    repairs,
    retraction,
)
from pipeline.quotes.kinds.limits import (
    denies,
    excepts,
    has_verb,
    is_about,
    is_relative,
    limits_only,
    narrows,
    rejects,
    takes_up,
    tells_whose,
)
from pipeline.quotes.kinds.meaning import (
    PHRASE,
    SENTENCE,
    begins_with,
    claimed,
    concedes,
    ends_with,
    is_own,
    is_year,
)
from pipeline.quotes.languages.numbers import is_number
from pipeline.quotes.languages.table import Language
from pipeline.quotes.matching.source import Source

_CLAUSE = 6  # tokens in which it is said that it was no more than a joke, or whose view it was
_AFTERTHOUGHT = 7  # tokens of "That is what they tell us."
_RESTATED = 12  # tokens of a sentence that is said again, of "Only until the flood comes."
_RETURN = 3  # tokens of "I believe it" of "I believe it when it rains"
_FEW = 4  # tokens of "but the old baker", "well, you know, but", "er, the younger son"
_UNMARKED = 2  # tokens after which "nicht" is of the next sentence where no marks are
_LEAST = 3  # tokens of a clause with its "but"; "but slowly" is none
_ABANDONED = 4  # tokens after which the speaker was interrupted
_DASHES = ("-", "–", "—")


def after(source: Source, last: int, most: int) -> Iterator[Cut]:
    """A condition, a "but only" or a "not" with which the sentence goes on."""
    if not 0 < last < most or source.speakers[last] != source.speakers[last - 1]:
        return
    taken, parted = list(retraction(source, last, most)), source.breaks(last - 1)
    added = list(afterthought(source, last, most)) if parted else []
    if source.ends_sentence(last - 1):
        yield from taken or added
        return
    table, at = source.language, led_in(source, last, most)
    yield from taken
    if not parted and excepts(source.texts[last - 1], source.texts[last : last + _LEAST], table):
        yield "condition", last, clause_end(source, last + 1, most)
    elif _lists(source, last, most):
        yield "predicate", last, clause_end(source, last + 1, most)
    if not parted and is_number(source.texts[last - 1]) and source.texts[last] in table.units:
        yield "number", last, last + 1
    # "but if" opens a thought of its own; "but only" takes back what was just said.
    limiting = table.narrowing | (table.conditions if at == last else frozenset())
    if source.texts[at] in limiting:
        yield "condition", last, clause_end(source, at, most)
    else:
        yield from added or _tail(source, last, most)


def _resumed(source: Source, last: int, end: int) -> bool:
    """Whether what follows, up to `end`, limits or takes back what was said before `last`."""
    if end <= last:
        return False
    table, at, whole = source.language, led_in(source, last, end), source.ends_sentence(last - 1)
    texts, clause = source.texts[at:end], source.texts[at : clause_end(source, at, end)]
    kept, first = clause_before(source, last), source.texts[last]
    verbs = table.auxiliaries | table.modals | table.negations
    slip = at > last and begins_with(source.texts[last : last + PHRASE], table.slips) > 0
    stated, mine = whole and not source.asks(last - 1), table.i - table.nominatives
    # "No, that is bad.", ", is my understanding"
    judged = stated and first in table.refusals and not table.things.isdisjoint(texts[:2])
    judged |= not whole and texts[0] in table.auxiliaries and not mine.isdisjoint(texts[1:2])
    # ", or is about to": "or is it?" asks
    other = (first,) in table.alternatives and not verbs.isdisjoint(clause[1:2])
    other = other and (table.pronouns | table.nominatives | table.articles).isdisjoint(clause[2:3])
    # "but it was a failure", "but slowly"
    about = clause[0] in table.things and not verbs.isdisjoint(clause)
    about &= table.nominatives.isdisjoint(clause[:3])  # "aber das bin ich immer"
    about |= not whole and (end - last < _LEAST or is_about(clause, table))
    opposed = about and first in table.joining and (first,) in table.turns
    anew = whole or slip or not table.negations.isdisjoint(kept) or kept[-2:] == clause[:2]
    again = anew and takes_up(kept, clause if len(clause) > 1 else texts, table)
    again |= not whole and repairs(source, last, clause, slip)
    starts = (n for n in range(at, end) if stated and (n == at or source.breaks(n - 1)))
    clauses = (source.texts[n : clause_end(source, n, end)] for n in starts)
    again |= any(denies(each, kept, table) for each in clauses)
    return opposed or other or again or judged or rejects(clause, table, whole)


def afterthought(source: Source, last: int, most: int) -> Iterator[Cut]:
    """What says whose the words before are, or when: "Said nobody.", ", but not in winter."."""
    at, whole = led_in(source, last, most), source.ends_sentence(last - 1)
    near = range(last, min(most, last + SENTENCE))
    if _resumed(source, last, next((n + 1 for n in near if source.ends_sentence(n)), last)):
        yield "condition", last, clause_end(source, at, most)
        return
    stop = min(most, at + _RESTATED)
    open_end = 0 if whole or stop == most else stop
    end = next((n + 1 for n in range(at, stop) if source.ends_sentence(n)), open_end)
    if any(_undercuts(source, n, near.stop) for n in range(last, at + 1)):
        yield "condition", last, end or clause_end(source, at, most)
    elif end and not source.asks(end - 1):
        yield from _judged(source, last, at, end)


def _undercuts(source: Source, at: int, most: int) -> bool:
    """Whether what begins at a token limits what was before; "In theory, it cuts." has its own clause."""
    table, ends = source.language, source.ends_sentence
    length = begins_with(source.texts[at : at + PHRASE], table.undercutting)
    if not length or not ends(at - 1):
        return length > 0
    if not table.conjunctions.isdisjoint(source.texts[at + length : at + length + 1]):
        return False  # "il paraît qu'on devient méchant"
    end = next((n + 1 for n in range(at, most) if ends(n)), most)
    phrase = tuple(source.texts[at : at + length])
    hung = begins_with(phrase, table.limits | table.frames) or phrase[0] in table.adjuncts
    parted = (n + 1 for n in range(at + length - 1, end - 1) if source.breaks(n))
    own = (n for n in parted if source.texts[n] not in table.joining | table.relating)
    return not (hung and any(has_verb(source.texts[n:end], table) for n in own))


def _judged(source: Source, last: int, at: int, end: int) -> Iterator[Cut]:
    table, texts, whole = source.language, source.texts[at:end], source.ends_sentence(last - 1)
    tag, closed = ends_with(texts, table.tags), clause_end(source, at, end)
    if table.noun_capitals and closed < end and is_relative(source.texts[at : closed + 1], table):
        closed = clause_end(source, closed, end)  # "alle, die bestehen"
    clause = source.texts[at:closed]
    idle = not begins_with(texts, table.limits) or texts[0] in table.quantities  # "once, in May"
    idle &= not has_verb(texts, table)
    limiting = frozenset() if whole else table.adjuncts | {*clause[: is_relative(clause, table)]}
    if 0 < tag < len(texts) and _is_tag(source, last, texts, end, tag):
        yield "condition", last, end
    elif not whole and puts_right(source, last, at, end):
        yield "retraction", last, end
    elif at == last and clause[0] in limiting and limits_only(clause, table):
        yield "condition", last, at + len(clause)
    elif len(texts) - len(clause) in (0, tag) or idle:
        yield from _limited(source, last, texts, end)
    elif clause[0] in table.things and claimed(clause, table) and not _brings_anew(clause, table):
        yield "attribution", last, at + len(clause)


def _brings_anew(clause: Sequence[str], table: Language) -> bool:
    """Whether it is "there is the rumour", of what comes, or "that is no lie"."""
    return table.auxiliaries.isdisjoint(clause) or not table.negations.isdisjoint(clause)


def _is_tag(source: Source, last: int, texts: Sequence[str], end: int, tag: int) -> bool:
    """Whether the last `tag` tokens are those of "I tried, I should say.", "Love is a strong word.".

    A sentence that tells of something else has them for itself: "The baker left, I should say.".
    """
    table, said, rest = source.language, texts[-tag:], texts[:-tag]
    taken_up = table.nominatives | table.pronouns | table.things | table.i
    pointing = rest[0] in taken_up.union(clause_before(source, last))
    pointing |= table.verb_tells_person and rest[0] not in table.articles
    own = not pointing and has_verb(rest, table)
    parted = source.breaks(end - tag - 1)
    linked = {rest[-1], said[0]} & (
        table.auxiliaries | table.things | table.finite | table.negations
    )
    return not own if parted else tuple(said) in table.limits and bool(linked or len(rest) == 1)


def _limited(source: Source, last: int, texts: Sequence[str], end: int) -> Iterator[Cut]:
    """What a sentence, or the rest of one, says that has no clause but its own."""
    table, whole = source.language, source.ends_sentence(last - 1)
    kept, lower = clause_before(source, last), source.lower_words
    idle = whole or (len(texts) <= _AFTERTHOUGHT and not has_verb(texts, table))
    limits = idle and not _continues(source, last, end - len(texts))
    if idle and len(texts) <= _AFTERTHOUGHT and tells_whose(texts, table):
        yield "attribution", last, end
    elif (whole and narrows(texts, table)) or (limits and limits_only(texts, table, kept, lower)):
        yield "condition", last, end


def _continues(source: Source, last: int, at: int) -> bool:
    """Whether what follows begins with an "and", "so" or "or", which limit nothing."""
    table, first = source.language, source.texts[last]
    joins = first in table.joining or first in table.connectives & table.dangling
    joins |= (first,) in table.alternatives
    turns = begins_with(source.texts[last : last + PHRASE], table.turns | table.limits)
    named = source.texts[at] in table.articles  # "but the people there love the view"
    return (joins and (named or not turns)) or (named and not source.ends_sentence(last - 1))


def _tail(source: Source, last: int, most: int) -> Iterator[Cut]:
    """With what a sentence goes on that says whose view it was, how sure, how long or what of it."""
    table = source.language
    texts = source.texts[last : min(most, last + _CLAUSE)]
    yield from _named_after(source, last, most)
    hedged = begins_with(texts, table.hedges)
    # German sets a comma before its "dass".
    goes_on = _relates(texts, table) or (table.noun_capitals and texts[0] in table.conjunctions)
    rest = source.texts[last : clause_end(source, last, most)]
    limited = 0 < ends_with(rest, table.limits | table.tags) < len(rest) <= _AFTERTHOUGHT
    if limited or begins_with(texts, table.limits):
        yield "condition", last, clause_end(source, last, most)
    elif source.breaks(last - 1) and _is_denied(source, last, most):
        yield "negation", last, clause_end(source, last, most)
    elif hedged and source.breaks(last + hedged - 1):
        yield "hedge", last, last + hedged
    elif goes_on or not source.breaks(last - 1):
        near = rest[: table.negation_follows if source.marked else _UNMARKED]
        denied = not table.negations.isdisjoint(near)  # "die Brücke schläft heute | nicht"
        if denied or goes_on or _goes_on(source, last):
            yield "negation" if denied else "predicate", last, last + len(rest)
    else:
        yield from _added(source, texts, rest, last)


def _is_denied(source: Source, last: int, most: int) -> bool:
    """Whether a clause begins with a "not" or an "obviously not", be it after a "between us,"."""
    table, aside = source.language, clause_end(source, last, most)
    brief = aside - last <= _FEW and table.negations.isdisjoint(source.texts[last:aside])
    first = aside if brief else last
    texts = source.texts[first : min(first + _LEAST, most)]
    at = next((n for n, text in enumerate(texts) if text in table.negations), None)
    acting = table.nominatives | table.auxiliaries | table.modals | table.pronouns | table.joining
    acting |= table.connectives | table.clauses | table.conditions | table.articles
    return at is not None and acting.isdisjoint(texts[:at]) and not begins_with(texts, table.hedges)


def _added(source: Source, texts: Sequence[str], rest: Sequence[str], last: int) -> Iterator[Cut]:
    """A clause after a comma: "or so the rumour goes", "Otto said", "I believe it when it rains"."""
    table, end = source.language, last + len(rest)
    dreamt = rest[0] in table.things and table.unreal & {*rest}
    rumoured = len(rest) <= _CLAUSE and (dreamt or claimed(rest, table))
    cleft = table.things & {*rest[:1]} and table.relating & {*rest}  # "c'est mon père qui le dit"
    told = end if rumoured else _reportedafter(source, rest if cleft else texts, last)
    tried = not table.own_view.isdisjoint(rest[:_RETURN]) and not table.conditions.isdisjoint(rest)
    aside = len(rest) < _CLAUSE and not source.ends_sentence(
        end - 1
    )  # "touch wood, at least lately"
    later = source.texts[end : end + PHRASE] if aside else []
    if told:
        yield "attribution", last, told
    elif tried:
        yield "condition", last, end
    elif begins_with(later, table.limits & table.tags):
        yield "condition", last, clause_end(source, end, len(source.texts))


def _relates(texts: Sequence[str], table: Language) -> bool:
    """Whether it goes on with "who drink", ", with whom", "die lügen", "in der ich"; not with "das ist"."""
    second, third = {*texts[1:2]}, {*texts[2:3]}
    leads = (table.links | table.asserting | table.adjuncts) - table.joining - table.relating
    if texts[0] in leads:
        subjects = table.nominatives | table.persons | table.articles | table.things
        relating = table.relating - (frozenset() if third & subjects else table.articles)
        return bool(second & relating)
    finite = (table.finite | table.modals) & second and texts[0] in table.articles
    return texts[0] in table.relating and not finite


def _goes_on(source: Source, last: int) -> bool:
    """Whether a clause does not end where it was cut, in a language whose tables tell."""
    table, end = source.language, min(len(source.tokens), last + SENTENCE)
    position = last
    while position < end and (length := source.filler_length(position)):
        position += length
        if source.breaks(position - 1):
            return False
    if position == end or not table.joining or source.texts[position] in table.joining:
        return False
    texts = source.texts[position : position + 2]
    if texts[0] in table.links and is_year(texts[1:]):
        return False  # "in 1999"
    if texts[-1] in table.conditions and concedes(source, position + 1):
        return False
    word = source.transcript.words[source.tokens[position].first].text
    anew = word[:1].isupper() and word.lower() in source.lower_words
    return not anew and _is_finished(source, position, end)


def _lists(source: Source, last: int, most: int) -> bool:
    """Whether a list goes on with its last item, or its other half: "he was bright | and a crook"."""
    table, end = source.language, clause_end(source, last + 1, most)
    joins = source.texts[last] in table.joining or (source.texts[last],) in table.alternatives
    near = range(max(last - _FEW, 0), last - 1)
    item = source.texts[last + 1 : end]
    series = any(source.breaks(n) and not source.ends_sentence(n) for n in near)
    whole = series or (source.ends_sentence(end - 1) and not source.breaks(last - 1))
    if (source.texts[last],) in table.alternatives and source.asks(end - 1):
        return len(item) > 1
    idle = has_verb(item, table) and item[0] not in table.negations  # "and no idea what to do"
    idle |= {*item} <= table.backchannels or item[0] in table.clauses
    idle |= source.filler[last] or source.ending(end - 1).endswith("...")
    return joins and whole and 0 < len(item) <= _CLAUSE and not idle


def _is_finished(source: Source, first: int, most: int) -> bool:
    """Whether a clause that goes on at a token has an end: not "of all of our-", nor where no marks are."""
    last = next((n for n in range(first, most) if source.breaks(n)), None)
    if last is None:
        return False
    alone = {*source.turns[last : last + 2]} == {source.turns[last]}
    brief = last - first < _ABANDONED and source.ending(last).endswith(_DASHES)
    return alone or not brief


def _reportedafter(source: Source, texts: Sequence[str], last: int) -> int:
    """The end of "..., Otto said" right after `last`; 0 where nobody is said to have said it."""
    table = source.language
    mine = (table.i - table.nominatives) & {*texts}  # "as my mother says"
    for index, text in enumerate(texts):
        if text in table.joining | table.connectives or (text in table.agreeing and not mine):
            return 0
        if text in table.reporting:
            inverted = table.inverts or text in table.telling  # "said the devil"
            beside = texts[:index] or (texts[1:2] if inverted else ())
            alone = not beside and not table.verb_tells_person
            own = alone or is_own(beside, text, table)
            return 0 if own else last + index + 1
        if source.breaks(last + index):
            return 0
    return 0


def _named_after(source: Source, last: int, most: int) -> Iterator[Cut]:
    """Who is said to have said it in a later clause: "..., according to Otto"."""
    for n in range(last + 1, min(most, last + SENTENCE)):
        if source.ends_sentence(n - 1):
            return
        if source.breaks(n - 1) and begins_with(source.texts[n : n + 2], source.language.sourcing):
            yield "attribution", n, clause_end(source, n, most)
