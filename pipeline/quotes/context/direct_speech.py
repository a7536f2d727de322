"""Somebody's direct speech that goes on over full stops: "She told me, you are late. | Go home."

In transcripts that have quotation marks an open one tells; in others the report goes on until the
speaker says "I" again.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.quotes.context.attribution import mimes, spoken
from pipeline.quotes.context.turning import (
    addresses,
    begins_to_speak,
    is_back,
    joins,
    sentence_end,
    speaks_up,
)
from pipeline.quotes.kinds.limits import has_verb
from pipeline.quotes.kinds.meaning import begins_with, clause_start, sentence_start
from pipeline.quotes.languages.table import Language
from pipeline.quotes.matching.source import Source

_BRIEF = 8  # tokens of "and there was a rumour that he drank"
_BRINGING = 10  # tokens of "and the argument is always the same one"
_SENTENCES = 3  # that a report goes on for, and no longer
_SUBJECT = 7  # tokens of a sentence in which it is said who reports
_RETURN = 3  # tokens of a sentence in which the speaker returns to "I"
_CLAUSE = 6  # tokens before a view in which its verb's subject stands


def voiced(source: Source, start: int, first: int, least: int) -> int | None:
    """Where the report begins that goes on at token `first`, of the sentence from `start` on.

    None where there is none, or where the quote shows it: it begins before token `least`.
    """
    opened = int(source.quoted[first]) if first < len(source.quoted) else -1
    if opened >= 0:
        return max(opened - 1, 0) if opened >= least and opened + first else None
    if begins_to_speak(source, start, first) or _announces(source, start, first):
        return start
    own = source.language.subjects - source.language.we
    addressed, end = False, sentence_end(source, first)
    for _ in range(_SENTENCES):
        addressed |= addresses(source, start, min(start + _RETURN, end))
        if start <= least or source.turns[start - 1] != source.turns[start]:
            return None
        before = sentence_start(source, start - 1, least)
        if _is_over(source, before, start, end):
            return None
        opened = _announces(source, before, start) or speaks_up(source, before, start, end)
        if opened or _reports(source, before, start, addressed):
            return before
        if _says(source, before, start - before, own):
            return None
        start, end = before, start
    return None


def _is_over(source: Source, before: int, start: int, end: int) -> bool:
    """Whether the speaker is back in the sentence from `start` on, or marks end a quotation before."""
    if (source.quoted[before:start] >= 0).any():
        return True
    table, theirs = source.language, _says_i(source, before, start)
    own = table.subjects - table.we | table.i - table.articles
    opens = source.texts[start : min(start + _RETURN, end)]
    near = opens if addresses(source, start, end) else _main_clause(source, start, end)
    back = not (theirs or own.isdisjoint(near)) or _is_mine(source, before, start, opens)
    back |= _judges(source, before, start)
    denied = begins_with(source.texts[start:end], table.retractions) > 1  # "that is a lie"
    return back or denied or is_back(source, start, end, theirs)


def _main_clause(source: Source, start: int, end: int) -> Sequence[str]:
    """A sentence up to where it is said what, who or when: "that is not easy, | what I do"."""
    table = source.language
    opening = (
        table.clauses | table.relating | table.conjunctions | table.conditions
    ) - table.articles
    stop = next((n for n in range(start + 1, end) if source.texts[n] in opening), end)
    return source.texts[start:stop]


def _is_mine(source: Source, before: int, start: int, opens: Sequence[str]) -> bool:
    """Whether a verb alone says "I" where a sentence opens, and none does in the one before."""
    said = source.texts[before:start]
    own = [bool(re.fullmatch(source.language.own_verb, text)) for text in (*said, *opens)]
    return any(own[len(said) :]) and not any(own[: len(said)])


def _judges(source: Source, start: int, end: int) -> bool:
    """Whether a report ends with what the speaker holds of it: "he is too kind, and that is true"."""
    table, texts = source.language, source.texts
    opens = table.joining | table.things - table.conjunctions  # ", das lass ich so stehen"
    parted = (n for n in range(start + 1, end) if texts[n] in opens and source.breaks(n - 1))
    last = max(parted, default=end)
    said, own = {*texts[last:end]}, table.i & table.nominatives
    mine = not own.isdisjoint(said) and own.isdisjoint(texts[start:last])
    pointing = table.things & said or table.conjunctions & {*texts[start:last]}
    judged = not table.truths.isdisjoint(said) or (mine and pointing)
    return bool(judged) and not addresses(source, start, end)


def _says(source: Source, start: int, count: int, wanted: frozenset[str]) -> bool:
    return not wanted.isdisjoint(source.texts[start : start + count])


def _says_i(source: Source, start: int, end: int) -> bool:
    """Whether a sentence holds an "I" of somebody else, who speaks to somebody: "she says I hate you"."""
    table, texts = source.language, source.texts[start:end]
    mine = not table.i.isdisjoint(texts) and _relays(texts, table)  # "ich sei faul"
    if source.ending(end - 1).endswith(":") or _brings(texts, table) or mine:
        return True
    mimed = (n + length for n in range(start, end) if (length := mimes(source, n, end)))
    return any(source.texts[n] in table.i & table.nominatives for n in mimed if n < end)


def _brings(texts: Sequence[str], table: Language, addressed: bool = False) -> bool:
    """Whether it brings what somebody says: "there was a rumour", "the argument is always the same"."""
    brought = next((n for n, text in enumerate(texts[:_CLAUSE]) if n and text in table.claims), 0)
    led = {*texts[max(brought - 2, 0) : brought]}  # "a big poster"
    if not brought or (table.articles - table.i - table.we).isdisjoint(led):
        return False
    if not table.negations.isdisjoint(texts[:brought]):
        return False  # "not a word"
    own = not (table.subjects & table.nominatives | table.i).isdisjoint(texts)
    own |= any(re.fullmatch(table.own_verb, text) for text in texts)
    public = texts[brought] in table.media
    if texts[max(brought - 2, 0)] in table.adjuncts and not addressed:
        # "in the papers it was simple", not "in theory"
        return public and not own and len(texts) <= _BRINGING
    before = pairwise(texts[:brought])
    light = table.function_words - table.things  # "there was a rumour"
    judged = any(one not in light and two in table.auxiliaries for one, two in before)
    judged &= texts[brought - 1] in table.one_words or texts[0] in table.things
    described = not table.auxiliaries.isdisjoint(texts[brought + 1 : brought + 2])
    if addressed and not described:  # not "the note is easy to sing"
        return True
    # "a belief that all is well", "the motto was peace"
    told = not (table.conjunctions | table.auxiliaries).isdisjoint(texts[brought:])
    brief = len(texts) <= (_BRIEF if told else _BRINGING)
    return brief and not own and not judged and table.negations.isdisjoint(texts)


def _relays(texts: Sequence[str], table: Language) -> bool:
    """Whether its verbs are those of what others say: "Da stand, ich sei faul."."""
    return re.search(table.relayed, " ".join(texts[1:])) is not None


def _reports(source: Source, start: int, end: int, addressed: bool) -> bool:
    """Whether a sentence gives what others say: "they said ...", "he'd be like ...".

    Who looks at somebody, or sends a letter, says it where somebody is `addressed` right after.
    """
    table = source.language
    texts = source.texts[start:end]
    acts = addressed and any(begins_with(texts[n:], table.staging) for n in range(1, len(texts)))
    late = range(max(1, len(texts) - _RETURN), len(texts))  # "..., according to him."
    sourced = texts[-1] in table.persons and any(
        begins_with(texts[n:], table.sourcing) for n in late
    )
    if acts or sourced or _brings(texts, table, addressed) or _relays(texts, table):
        return True
    speaks = (
        mimes(source, at, end) or (at > start and _answers(source, start, at, end, addressed))
        for at in range(start, end)
    )
    return any(speaks) or _tells(source, start, end, addressed)


def _tells(source: Source, start: int, end: int, addressed: bool) -> bool:
    """Whether a sentence says that others say so: "they said ...", "..., and somebody shouted, ...".

    Far from its beginning a verb does so only right before the comma after which they speak.
    """
    table, texts = source.language, source.texts[start:end]
    nouns = {n + 1 for n, text in enumerate(texts) if text in table.articles - table.pronouns}
    that = table.conjunctions - table.pronouns - table.conditions - table.clauses
    goes_on = not that.isdisjoint(source.texts[end : end + 1])  # "Que todo era mentira."
    telling = table.telling | table.reporting if goes_on else table.telling
    verbs = (
        n
        for n, text in enumerate(texts)
        if text in telling and n not in nouns and (n < _SUBJECT or _is_late(source, start + n))
    )
    at = next(verbs, None)
    if at is None:
        return False
    opens = clause_start(source, start, start + at) - start if at >= _SUBJECT else 0
    thinks = (n for n, text in enumerate(texts[:at]) if text in table.own_view)
    subject = texts[max(next(thinks, 0), opens) : at]  # "I think people say ..."
    speaker = table.subjects & table.nominatives
    speaker |= frozenset() if table.inverts else table.subjects - table.we  # "let me tell you"
    if speaker & {*subject} or texts[max(at - 1, 0)] in table.you:
        return False
    if any(re.fullmatch(table.own_verb, text) for text in subject):
        return False  # "he dicho"
    if (table.agreeing | table.negations | table.conditions) & {*subject}:
        return False  # "as everybody says", "nobody shouts", "if you ask me"
    if not subject and not table.verb_tells_person:
        return False
    return addressed or _holds(source, start + at + 1, end)


def _announces(source: Source, start: int, end: int) -> bool:
    """Whether somebody else speaks from a colon on: "and the farmer shouts: ...", "her answer: ..."."""
    table, texts = source.language, source.texts
    colon = next((n + 1 for n in range(start, end) if source.ending(n).endswith(":")), None)
    if colon is None or source.marks_speech:
        return False
    opens = clause_start(source, start, colon - 1)
    near = texts[max(start, opens - 1) : colon]
    verb = next((n for n, text in enumerate(near) if text in table.telling), None)
    own, others = (table.i | table.we) & table.nominatives, table.persons
    if verb is None:  # "her answer: ..."
        acting = has_verb([text for text in near if text not in others], table)
        return not others.isdisjoint(near) and own.isdisjoint(near) and not acting
    before = (
        text for text in [*near[verb + 1 : verb + 2], *near[verb::-1]] if text in own | others
    )
    spoken_by = next(before, "")
    mine = spoken_by in own or any(re.fullmatch(table.own_verb, text) for text in near)
    return not mine and (table.you - others).isdisjoint(near[:verb])


def _holds(source: Source, at: int, end: int) -> bool:
    """Whether it is said after a verb what somebody says: not in "wrote to the mayor", "told it"."""
    table, texts = source.language, source.texts
    if at == end:
        return False
    things = table.things - table.conjunctions - table.articles
    verbs = table.auxiliaries | table.modals | table.finite
    if texts[at] in things and verbs.isdisjoint(texts[at + 1 : at + 2]):
        return False
    adds = (n for n in range(at + 1, end) if source.breaks(n - 1) and joins(source, n, end))
    stop = next(adds, end)
    clause = next((n + 1 for n in range(at, stop) if source.breaks(n)), stop)
    spoken_out = source.breaks(at - 1) and clause - at >= _RETURN  # "shouted, down with it"
    return stop - at >= _RETURN and (spoken_out or has_verb(texts[at:stop], table))


def _is_late(source: Source, at: int) -> bool:
    """Whether a verb far from where a sentence begins says so: "shouted, ...", ", and claimed that"."""
    table, texts = source.language, source.texts
    joined = texts[at - 1] in table.joining and source.breaks(at - 2)
    plain = (table.joining | table.conjunctions).isdisjoint(texts[at + 1 : at + 2])
    return joined or (plain and source.breaks(at) and texts[at - 1] not in table.links)


def _answers(source: Source, start: int, clause: int, end: int, addressed: bool) -> bool:
    """Whether direct speech to somebody runs from token `clause` to the end: "he told me, ..."."""
    if spoken(source, start, clause) is None:
        return False
    return addressed or addresses(source, clause, end)
