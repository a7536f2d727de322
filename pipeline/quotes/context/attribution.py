"""Whose view a sentence holds, where that was cut off: "people say that | the tower is a danger"."""

from collections.abc import Sequence

from pipeline.quotes.kinds.meaning import (
    PHRASE,
    begins_with,
    claimed,
    clause_start,
    ends_with,
    is_own,
    opening,
    sentence_start,
)
from pipeline.quotes.languages.table import Language
from pipeline.quotes.matching.source import Source

_CLAUSE = 6  # tokens before a view in which its verb's subject stands
_SHORT = 3  # tokens of "the mayor said"
_TOLD = 12  # tokens of "a lawyer once said to me in the middle of a hearing,"
_ORDER = 5  # tokens of "asked all of us to"
_ADDRESS = 3  # tokens of "oh well," after "he said,"


def attributed(source: Source, start: int, first: int) -> int | None:
    """Where it is said whose view stands at token `first`, of the sentence from `start` on, if anywhere."""
    finders = (
        *(_attribution, _sourced, _supposedly, _announced, _mimed),
        *(_told_before, _cried, _depends),
    )
    found = [find(source, start, first) for find in (*finders, _runs_on)]
    bare = first
    while bare > start and source.filler[bare - 1]:
        bare -= 1  # "the idea that, you know, ..."
    if bare < first:
        joined = source.texts[bare - 1] in source.language.conjunctions
        found.append((_attribution if joined else _supposedly)(source, start, bare))
    return next((place for place in found if place is not None), None)


def _depends(source: Source, start: int, first: int) -> int | None:
    """Where a "Que el gas era caro." goes on with what somebody said, or a "Que llueva, ..." limits."""
    table = source.language
    dependent = table.conjunctions - table.pronouns - table.conditions - table.clauses
    return start if start < first and source.texts[start] in dependent else None


def _cried(source: Source, start: int, first: int) -> int | None:
    """Where the "oh, no," stands with which a voice begins in mid-sentence: "I was like, oh, ..."."""
    near = range(first - 1, max(start, first - _ADDRESS), -1)
    openers = source.language.connectives | source.language.backchannels
    at = next((n for n in near if source.texts[n] in source.language.cries), None)
    return None if at is None or {*source.texts[start:at]} <= openers else at - 1


def _runs_on(source: Source, start: int, first: int) -> int | None:
    """Where no marks are: the "and she said" before a "kid," and what she goes on with at `first`."""
    table = source.language
    least = first if source.marked else max(start, first - _TOLD)
    own = (table.i | table.we) & table.nominatives
    for at in reversed(range(least, first)):
        if source.texts[at] in table.telling:
            return None if own & {*source.texts[max(start, at - _ADDRESS) : at]} else at
        if ends_with(source.texts[start : at + 1], table.quoting):
            return at
        if source.texts[at] in table.joining | own:
            break  # the speaker is back
    return None


def _told_before(source: Source, start: int, first: int) -> int | None:
    """Where the "she said, ..." begins whose direct speech has come to another clause at `first`."""
    table = source.language
    if first <= start or not source.breaks(first - 1) or source.texts[first] in table.joining:
        return None
    told_at = (spoken(source, start, clause) for clause in range(start + 1, first))
    return next((told for told in told_at if told is not None), None)


def spoken(source: Source, start: int, clause: int) -> int | None:
    """Where the "my father shouted," or "she looked at me," begins before the speech at `clause`."""
    table = source.language
    if not source.breaks(clause - 1) or source.texts[clause] in table.joining:
        return None
    begins = clause_start(source, start, clause - 1)
    acted = (begins_with(source.texts[n:clause], table.staging) for n in range(begins, clause))
    if any(acted):
        return begins
    told = _sourced(source, start, clause)
    said = source.texts[told:clause] if told is not None else []
    others = table.telling | table.persons & table.nominatives  # "they thought, well, ..."
    return told if others & {*said} or ends_with(said, table.quoting) else None


def _attribution(source: Source, start: int, first: int) -> int | None:
    """Where "people say that", or "the belief that", before `first` begins."""
    table = source.language
    joined = first > start and source.texts[first - 1] in table.conjunctions
    joined = joined and not source.breaks(first - 1)  # "based on that, ..."
    dependent = source.texts[first - 1] not in table.pronouns or source.texts[first] in table.i
    if joined and first - 2 == start and dependent and source.texts[start] in table.joining:
        return start  # "And that", after what somebody claims
    end = first - 1 if joined else first
    if joined and end - 1 > start and source.texts[end - 1] in table.linking:
        end -= 1  # "un rumor de que"
    # German and others write "sie sagen, dass": the comma belongs to the conjunction.
    near = max(clause_start(source, start, end - 1 if joined else end), first - _CLAUSE)
    texts = source.texts[near:end]
    verb = len(texts) - 1
    if verb < 0:
        return None
    if texts[verb] in table.pronouns and verb and texts[verb - 1] in table.reporting:
        verb -= 1  # "told us that"
    if joined and texts[verb] not in table.reporting:
        own = (table.i | table.we) & table.nominatives & {*texts}
        away = table.negations | table.past | table.disowning | table.reporting - table.own_view
        away &= {*texts}
        granted = (own and not away) or texts[verb] in table.granting | table.modals
        return None if granted and not claimed(texts, table) else near
    if texts[verb] in table.disowning or _demanded(texts, table):
        return near
    if texts[verb] not in table.reporting and not ends_with(texts, table.quoting):
        return None
    return None if is_own(texts[:verb], texts[verb], table) else near


def _demanded(texts: Sequence[str], table: Language) -> bool:
    """Whether a cut goes right after "they begged me to", "told the town to" or "this attitude of"."""
    before, links = texts[-2:-1], table.links | table.clauses
    if texts[-1] in links and table.ordering & {*texts[-_ORDER:-1]}:
        others = (table.subjects - table.nominatives) & {*texts}  # "on nous a dit de"
        return bool(others) or (table.subjects & table.nominatives).isdisjoint(texts)
    objects = (table.pronouns & table.subjects | table.persons) - table.nominatives
    asked = len(texts) > 2 and texts[-1] in table.clauses and not objects.isdisjoint(before)
    return asked or (texts[-1] in table.links and not table.claims.isdisjoint(before))


def _sourced(source: Source, start: int, first: int) -> int | None:
    """Where "according to Otto," or "some say," before `first` begins; not "as people say,"."""
    table = source.language
    clause = opening(source, clause_start(source, start, first - 1), first)
    texts = source.texts[clause:first]
    if (
        not texts
        or len(texts) > _TOLD
        or table.agreeing & set(texts[:-1])
        or texts[-1] in table.joining
    ):
        return None
    if begins_with(texts, table.sourcing) or tuple(texts[-1:]) in table.sourcing:
        return clause
    if first - 1 <= start:
        return None
    return clause if source.breaks(first - 1) and _tells(texts, table) else None


def _tells(texts: list[str], table: Language) -> bool:
    """Whether a clause says who said what follows after a comma."""
    if ends_with(texts, table.quoting) or claimed(texts, table):
        return True
    back = texts[-1] in table.pronouns and texts[-1] not in table.conjunctions
    if len(texts) > 1 and (back or texts[-1] in table.linking):
        texts.pop()  # "dachten sich, ...", "folgern daraus, ..."
    ordered = table.noun_capitals and table.ordering & {*texts}  # "der Arzt verbot ihm, ..."
    if ordered and not table.subjects & table.nominatives & {*texts}:
        return True
    verb = _told(texts, table)
    return verb is not None and not is_own(texts[:verb], texts[verb], table)


def _told(texts: Sequence[str], table: Language) -> int | None:
    """Which token of a clause says that somebody says so: "the old mayor always used to say,"."""
    if len(texts) > 1 and texts[-1] in table.backchannels:
        texts = texts[:-1]  # "die Leute denken ja, ..."
    near = len(texts) <= _SHORT or texts[-2] in table.pronouns | table.auxiliaries
    if near and texts[-1] in table.reporting:
        return len(texts) - 1
    verb = next((n for n, text in enumerate(texts) if text in table.telling), None)
    return None if table.subjects & table.nominatives & {*texts[:verb]} else verb


def _supposedly(source: Source, start: int, first: int) -> int | None:
    """Where a "the official line was" begins; "the thing is", "what I mean is" are the speaker's own."""
    table = source.language
    end = first - (source.texts[first - 1] in table.conjunctions and first > start) - 1
    while end > start and (
        (source.texts[end],) in table.softeners or source.texts[end] in table.absolutes
    ):
        end -= 1  # "the pitch was basically"
    if end < start or source.texts[end] not in table.auxiliaries:
        return None
    clause = clause_start(source, start, end)
    if start < clause < end and {*source.texts[clause:end]} <= table.things:
        end = clause  # "la ligne officielle, c'était"
    opens = opening(source, start, end)
    texts = source.texts[opens:end]
    if table.relatives & {*source.texts[clause:end]}:
        return None  # ", which is that ..."
    if len(texts) < 2:
        return None
    speaker = (table.i | table.we) & (table.nominatives | table.possessives)
    told = (table.reporting - table.own_view) & {*texts} and not speaker & {*texts}
    head = next((n for n, text in enumerate(texts) if n and text in table.adjuncts), len(texts))
    own = table.i | table.we | (table.things - table.relating) | table.clauses
    parted = (n - opens for n in range(opens + 1, end) if source.breaks(n - 1))
    told_of = (n for n in parted if texts[n] in table.relating)
    head = min(head, next(told_of, head))  # ", which I ever heard, was"
    single = table.british or table.noun_capitals  # "the best part"
    plain = table.plain & {*texts[head - 1 if single else 0 : head]}
    others = table.articles & table.persons & {*texts[:head]} and table.plain & {*texts[:head]}
    plain |= own & {*texts[:head]}
    told = told or _is_to_you(texts[:head], table)
    return start if told or others or claimed(texts, table) or not plain else None


def _is_to_you(texts: Sequence[str], table: Language) -> bool:
    """Whether others do something to "you": "what they sell you is", "ce qu'on vous vend, c'est"."""
    which = texts[0] in table.clauses or not table.conjunctions.isdisjoint(texts[1:2])
    others = (table.persons | table.we) & table.nominatives & {*texts}
    return which and bool(others or table.verb_tells_person) and bool(table.you & {*texts})


def mimes(source: Source, at: int, end: int) -> int:
    """How many tokens from `at` on open what somebody says, as "he was like"; not "was like a prison"."""
    table = source.language
    texts = source.texts[at : min(at + PHRASE, end)]
    length = begins_with(texts, table.quoting)
    likens = length and {*source.texts[at + length : at + length + 1]} & (
        table.one_words | table.adjuncts  # "like a father", "goes to the tower"
    )
    asked = source.texts[at + length : at + length + 1]
    indirect = not (table.conjunctions - table.conditions - table.pronouns).isdisjoint(asked)
    if length > 1 and not indirect and (not likens or source.breaks(at + length - 1)):
        return length
    length = begins_with(texts, table.miming)
    return length if length and at and _speaks_up(source, at, at + length) else 0


def _speaks_up(source: Source, at: int, said: int) -> bool:
    """Whether a "my boss goes" or "is like", from token `at` on, goes on as speech does: "you ..."."""
    table, before = source.language, source.texts[at - 1]
    other = not any(before in words for words in (table.things, table.clauses, table.subjects))
    if not other or said >= len(source.texts):
        return False
    if source.ends_sentence(said):
        return False  # "and the family said yes."
    if source.breaks(said - 1):
        verbs = table.auxiliaries | table.modals  # "they'll go, ..."
        subjects = (table.persons, table.nominatives, table.joining, table.telling, verbs)
        return any(before in words for words in subjects) or bool(
            {*source.texts[max(at - 2, 0) : at - 1]} & table.articles
        )
    listening = table.backchannels - table.adjuncts - table.absolutes
    opening = (table.nominatives, table.you, listening, table.refusals)
    return any(source.texts[said] in words for words in opening)


def _mimed(source: Source, start: int, first: int) -> int | None:
    """Where "she'd be like, oh, ..." of the same sentence begins, unless the speaker is back at "I".

    "It was like, ..." is the speaker's own.
    """
    table = source.language
    texts = source.texts[start:first]
    for at in range(len(texts)):
        if length := mimes(source, start + at, first):
            things = table.pronouns - table.persons - table.you
            after = range(start + at + length, first)
            own = any(
                source.texts[n] in table.subjects
                and not begins_with(source.texts[n + 1 : n + PHRASE], table.miming)
                for n in after
            )
            return None if own or things & {*texts[at - 1 : at]} else start + at
    return None


def _announced(source: Source, start: int, first: int) -> int | None:
    """Where "my critics say:" before `first` begins."""
    if first != start or not first or not source.ending(first - 1).endswith(":"):
        return None
    table, start = source.language, max(clause_start(source, 0, first - 1), first - _CLAUSE)
    texts = source.texts[start:first]
    if texts[-1] in table.auxiliaries:
        return _supposedly(source, sentence_start(source, first - 1, 0), first)
    told = texts[-1] in table.reporting and not is_own(texts[:-1], texts[-1], table)
    verbs = table.auxiliaries | table.modals | table.finite | table.plain | table.nominatives
    addressed = not (table.persons | table.i - table.articles).isdisjoint(texts)  # "Otto to me:"
    joined = texts[0] in table.joining and {*texts[1:2]} <= table.articles  # "and my boss:"
    joined |= texts[0] in table.absolutes  # "Every investor in that room:"
    told |= verbs.isdisjoint(texts) and (addressed or joined)
    return start if told or claimed(texts, table) else None
