"""Where somebody else begins to speak without a word of it, and where the speaker is back.

"He put down the pan, this dish is an insult. | You have no palate. | And I left."
"""

import re
from collections.abc import Sequence

from pipeline.quotes.kinds.limits import has_verb
from pipeline.quotes.kinds.meaning import SENTENCE, begins_with, narrates, opening
from pipeline.quotes.languages.table import Language
from pipeline.quotes.matching.source import Source

_TALE = 5  # tokens of "and then he"
_TOLD = 10  # tokens of "and then the whole town came down to the harbour"
_JUDGED = 3  # tokens of "that has hurt"
_CALLED = 2  # tokens of "but you"
_FRAMED = 2  # sentences that somebody speaks between two of a tale
_SPOKEN = 2  # tokens of "get out"


def sentence_end(source: Source, first: int) -> int:
    """The token after the sentence that token `first` is in."""
    most = min(len(source.tokens), first + SENTENCE)
    return next((n + 1 for n in range(first, most) if source.ends_sentence(n)), most)


def is_back(source: Source, start: int, end: int, theirs: bool) -> bool:
    """Whether a sentence goes on with the tale: "and then he closed the canteen", "we laughed".

    Where the "I" is `theirs` who speak, it isn't the speaker's.
    """
    table, texts = source.language, source.texts
    then = texts[start] in table.joining or texts[start] in table.connectives
    named = table.nominatives if table.noun_capitals else table.nominatives | table.dangling
    persons = table.persons & named - table.articles | table.i & table.nominatives
    if then and not persons.isdisjoint(texts[start + 1 : start + _TALE]):
        return True
    opens = min(opening(source, start, end), end - 1)
    told = texts[opens : min(end, opens + _TOLD)]
    judged = told[0] in table.things and narrates(told[:_JUDGED], table)  # "that hurt"
    judged = judged and table.negations.isdisjoint(told[:_TALE])  # not "that was nothing"
    led = next((n for n, text in enumerate(told) if text not in table.pronouns - table.persons), 0)
    first = table.verb_tells_person and narrates(told[led : led + 1], table)  # "se murieron cuatro"
    own = first or ((then or (not theirs and _is_own(told, table))) and narrates(told, table))
    return (judged or own) and table.you.isdisjoint(told)


def tells_of_own(source: Source, start: int, end: int) -> bool:
    """Whether a sentence begins with what the speaker did: "we laughed"."""
    told = source.texts[start : min(end, start + _TOLD)]
    return _is_own(told, source.language) and narrates(told, source.language)


def _is_own(texts: Sequence[str], table: Language) -> bool:
    """Whether it begins with what the speaker did: "we laughed"."""
    own = (table.i | table.we) & table.nominatives | table.subjects | table.i - table.articles
    near = texts[:_TOLD]
    return bool(own & {*near}) or any(re.fullmatch(table.own_verb, text) for text in near)


def speaks_up(source: Source, start: int, end: int, then: int) -> bool:
    """Whether somebody acts in a sentence, and speaks there or in the next, which ends at `then`.

    "He shrugs, you are late.", "She raised her arms. The children will drown."
    """
    if source.asks(end - 1) or source.marks_speech:
        return False
    if begins_to_speak(source, start, end - 1):
        return True
    table, texts = source.language, source.texts[start:end]
    own = (table.i & table.nominatives).isdisjoint(texts)
    own &= not any(re.fullmatch(table.own_verb, text) for text in texts)
    acts = _gestures(source, start, end) or _turns_to_you(source, start, end)
    acts = acts or _poses(source, start, end)
    said = (acts and _is_said(source, end, then)) or _is_framed(source, start, end, then)
    return own and said


def _poses(source: Source, start: int, end: int) -> bool:
    """Whether somebody else takes the floor: "The banker leaned back."; not "He looked at the sea."."""
    table, texts = source.language, source.texts
    lengths = ((n, begins_with(texts[n:end], table.staging)) for n in range(start + 1, end))
    return any(
        length and texts[n + length - 1] not in table.adjuncts and texts[n] not in table.articles
        for n, length in lengths
    )


def _is_framed(source: Source, start: int, end: int, then: int) -> bool:
    """Whether somebody else acted, and after a sentence or two of now the tale goes on."""
    table = source.language
    opens = _other(source, start, end)
    acted = [text for text in source.texts[opens:end] if text not in table.past]
    if not narrates(acted, table):  # not "the answers were short"
        return False
    for _ in range(_FRAMED):
        if not _is_of_now(source, end, then):
            return False
        if then >= len(source.texts) or source.turns[then] != source.turns[start]:
            return False
        end, then = then, sentence_end(source, then)
        if narrates(source.texts[end:then][:_TOLD], table):
            return True
    return False


def _is_of_now(source: Source, start: int, end: int) -> bool:
    """Whether a sentence that hangs on none before tells what is, and not of the speaker."""
    table, texts = source.language, source.texts[start:end]
    hangs = table.joining | table.conditions | table.conjunctions | table.clauses | table.relating
    hangs |= table.persons | table.connectives | table.adjuncts
    return (
        texts[0] not in hangs - table.articles
        and (table.i | table.we | table.subjects).isdisjoint(texts)
        and not any(re.fullmatch(table.own_verb, text) for text in texts)
        and not narrates(texts, table)
        and has_verb(texts, table)
    )


def _turns_to_you(source: Source, start: int, end: int) -> bool:
    """Whether somebody else's act is followed by a "you": "She sat down. Your son is a liar."."""
    table, told = source.language, source.texts[_other(source, start, end) : end]
    told = told[: next((n for n, text in enumerate(told) if n and text in table.relating), None)]
    return source.texts[end] in table.you and narrates(told, table)


def begins_to_speak(source: Source, start: int, first: int) -> bool:
    """Whether somebody acts in a sentence and speaks from a comma at or before token `first` on."""
    if source.marks_speech:
        return False
    end = sentence_end(source, first)
    clauses = (n + 1 for n in range(start, first) if source.breaks(n))
    return any(_acts(source, start, n, end) for n in clauses)


def _acts(source: Source, start: int, at: int, end: int) -> bool:
    """Whether somebody else acts before the comma at a token, and speaks after it."""
    table = source.language
    if joins(source, at, end) or not table.you.isdisjoint(source.texts[start:at]):
        return False
    if _gestures(source, start, at):
        return _is_said(source, at, end) or addresses(source, at, end)
    opens = _other(source, start, at)
    if narrates(source.texts[opens:at], table):
        return _is_said(source, at, end) or addresses(source, at, end)
    leads = table.dangling - table.persons - table.things - table.articles  # "there you can ..."
    if table.noun_capitals:
        leads |= table.you - table.pronouns  # "ohne Zeit kannst du nichts"
    called = source.texts[at] not in leads and addresses(source, at, min(end, at + _CALLED))
    return opens < at and called


def _other(source: Source, start: int, end: int) -> int:
    """Where the last clause begins that tells of somebody else, after the speaker's own; or `end`."""
    table, found = source.language, end
    others = table.articles - table.things | table.persons
    for n in range(end - 1, start - 1, -1):
        own = source.texts[n] in (table.i | table.we) & table.nominatives
        if own or re.fullmatch(table.own_verb, source.texts[n]):
            break
        if n == start or source.breaks(n - 1):
            opens = opening(source, n, end - 1)
            acting = table.verb_tells_person and narrates(source.texts[opens : opens + 1], table)
            found = opens if acting or source.texts[opens] in others else found
    return found


def _gestures(source: Source, start: int, end: int) -> bool:
    """Whether clauses have a voice, a shrug or a motto, and not the speaker's own."""
    table = source.language
    own = table.i & table.nominatives | table.i - table.subjects
    own |= table.negations  # "who have no voice"
    later = (n for n in range(start + 1, end) if source.breaks(n - 1))
    later = (n for n in later if source.texts[n] in table.joining)
    start = max(
        (n for n in later if has_verb(source.texts[n:end], table, source.lower_words)),
        default=start,
    )
    return any(
        source.texts[n] in table.gestures and own.isdisjoint(source.texts[max(start, n - 2) : n])
        for n in range(start, end)
    )


def joins(source: Source, at: int, end: int) -> bool:
    """Whether the clause from a token on hangs on the one before: "which is late"."""
    table, texts = source.language, source.texts[at : at + 2]
    joins = table.joining | table.conjunctions | table.relating | table.clauses
    joins -= table.conditions  # "if you come back, I call the police"
    main = texts[0] in table.articles and not (table.finite | table.modals).isdisjoint(texts[1:])
    aside = begins_with(source.texts[at:end], table.asides) > 0  # "between us,"
    return aside or end - at < _SPOKEN or (texts[0] in joins and not main)


def _is_said(source: Source, at: int, end: int) -> bool:
    """Whether a clause is of now, and not the speaker's "I": "it is late"."""
    table, texts = source.language, source.texts[at:end]
    opens = table.articles | table.absolutes | table.pronouns | table.we
    return (
        len(texts) >= _SPOKEN
        and (table.verb_tells_person or texts[0] in opens)
        and table.i.isdisjoint(texts)
        and not any(re.fullmatch(table.own_verb, text) for text in texts)
        and not narrates(texts[:_TOLD], table)
        and has_verb(texts, table)
    )


def addresses(source: Source, start: int, end: int) -> bool:
    """Whether words say "you"; in German "sie" and "ihr" are "she" and "her" without a capital."""
    you, formal = source.language.you, source.language.persons
    said = [n for n in range(start, end) if source.texts[n] in you]
    if not source.language.noun_capitals:
        return bool(said)
    words = (source.transcript.words[source.tokens[n].first].text for n in said)
    return any(
        source.texts[n] not in formal
        or (word[:1].isupper() and not (source.ends_sentence(n - 1) and _is_single(source, n + 1)))
        for n, word in zip(said, words, strict=True)
    )


def _is_single(source: Source, at: int) -> bool:
    """Whether a German verb is of one person: "Sie hat", not "Sie haben"."""
    verb = "".join(source.texts[at : at + 1])
    return not verb.endswith(("en", "sind")) and narrates([verb], source.language) | (
        verb in source.language.finite
    )
