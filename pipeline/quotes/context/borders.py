"""What was said right outside a span and changes what it means: whose view it is, a condition, a
narrowing; and spans so short that they say what nobody said.

"People say that concrete is safe" does not make the speaker say that concrete is safe, and "it
works, but only in summer" does not say that it works. Cutting at such a place is no lie in any
single word, so nothing but the words around the cut can tell. "I think" and "I guess" before a view
are the speaker's own: hosts leave them out all the time, and nobody is misled.
"""

from collections.abc import Iterator, Sequence

from pipeline.quotes.context.attribution import attributed
from pipeline.quotes.context.corrections import Cut
from pipeline.quotes.context.direct_speech import voiced
from pipeline.quotes.context.endings import after
from pipeline.quotes.context.turning import sentence_end, tells_of_own
from pipeline.quotes.kinds.limits import has_verb, is_relative
from pipeline.quotes.kinds.meaning import (
    PHRASE,
    SENTENCE,
    begins_with,
    concedes,
    denial_before,
    ends_with,
    hedge_before,
    is_inverted,
    is_year,
    leads_in,
    opening,
    past_conjunction,
    sentence_start,
    share_before,
)
from pipeline.quotes.languages.numbers import is_number
from pipeline.quotes.languages.table import Language
from pipeline.quotes.matching.source import Source

_PAUSE = 0.6  # seconds of silence that end a sentence where the recogniser set no full stop
_STRETCH = 3  # tokens; of the hosts' joined quotes one in seven hundred has a shorter span
_LEAST_FRAME = 2  # tokens of "some days"
_TALE = 2  # sentences that a "Suppose ..." may go on for
_LEAD = 4  # tokens of "in a perfect world"
_FRAME = 12  # tokens of "in the small towns along the river,"
_RESTART = 3  # tokens that are said again

_ABANDONED = ("...", "…", "—", "–", "-")  # "if the club ever... | I quit"


def cut_off(
    source: Source, spans: Sequence[tuple[int, int]], trails: bool = False
) -> Iterator[Cut]:
    """What was cut off before and after each span `[first, last)` of tokens, and spans too short.

    A quote that `trails` off, in dots, shows that its last sentence goes on, as a [...] does.
    """
    if spans and not source.language.complete:
        yield from _unseen(source, spans[0][0], spans[-1][1])
    for index, (first, last) in enumerate(spans):
        least = spans[index - 1][1] if index else 0
        most = spans[index + 1][0] if index + 1 < len(spans) else len(source.tokens)
        yield from _before(source, first, least)
        for cut in after(source, last, most):
            if cut[0] != "predicate" or not (trails or index < len(spans) - 1):
                yield cut
        ends = source.ends_sentence
        whole = ends(last - 1) and (first == 0 or ends(first - 1))
        if len(spans) > 1 and last - first < _STRETCH and not whole:
            yield "collage", first, last


def _unseen(source: Source, first: int, last: int) -> Iterator[Cut]:
    """The rest of a sentence that may deny what was kept, in a language whose table is not complete."""
    start, end = first, last
    while start and first - start < SENTENCE and not _parted(source, start):
        start -= 1
    while end < len(source.tokens) and end - last < SENTENCE and not _parted(source, end):
        end += 1
    if start < first:
        yield "unseen", start, first
    if last < end:
        yield "unseen", last, end


def _parted(source: Source, position: int) -> bool:
    """Whether another sentence begins at a token: after a full stop, by another, after a pause."""
    words, tokens = source.transcript.words, source.tokens
    before, token = tokens[position - 1], tokens[position]
    if before.last > token.first:
        return False
    return (
        source.ends_sentence(position - 1)
        or source.speakers[position - 1] != source.speakers[position]
        or words[token.first].start - words[before.last - 1].end > _PAUSE
    )


def _before(source: Source, first: int, least: int) -> Iterator[Cut]:
    start = sentence_start(source, first, least)
    first = _restarted(source, start, past_conjunction(source, first))
    quoted = voiced(source, start, first, least)
    if quoted is not None:
        yield "quotation", quoted, first
    whose = attributed(source, start, first)
    if whose is not None:
        yield "attribution", whose, first
    hung = _condition(source, start, first, least), _abandoned(source, start, least)
    found = (at for at in (*hung, _supposed(source, first, least)) if at is not None)
    condition = next(found, None)
    if condition is not None:
        yield "condition", condition, first
    if whose is None and condition is None:
        yield from _qualified(source, start, first)


def _restarted(source: Source, start: int, first: int) -> int:
    """Where the words at `first` were said for the first time: "if we, well, | if we sail"."""
    table, end = source.language, first
    light = (
        table.backchannels | table.connectives | {text for text, *more in table.slips if not more}
    )
    while end > start and (source.filler[end - 1] or source.texts[end - 1] in light):
        end -= 1
    for count in range(min(_RESTART, end - start), 1, -1):
        if source.texts[end - count : end] == source.texts[first : first + count]:
            return end - count
    return first


def _qualified(source: Source, start: int, first: int) -> Iterator[Cut]:
    """A "maybe", "half of", "failed to" or "should" right before `first` that governs what follows."""
    table = source.language
    texts = source.texts[start:first]
    counts = is_number(source.texts[first]) and not (texts and source.breaks(first - 1))
    governed = hedge_before(texts, table), share_before(texts, table), denial_before(texts, table)
    if governed[0]:
        yield "hedge", first - governed[0], first
    elif texts and is_number(texts[-1]) and not source.breaks(first - 1):
        yield "number", first - 1, first
    elif counts and ends_with(texts, table.bounds):
        yield "number", first - ends_with(texts, table.bounds), first
    elif governed[1]:
        yield "number", first - governed[1], first
    elif governed[2]:
        yield "negation", first - governed[2], first
    elif ends_with(texts, table.alternatives | table.undecided):
        yield "condition", first - ends_with(texts, table.alternatives | table.undecided), first
    yield from _began_late(source, start, first, texts)


def _began_late(source: Source, start: int, first: int, texts: list[str]) -> Iterator[Cut]:
    """The "should" right before `first`, or the word that says how: "well paid people"."""
    table = source.language
    if texts and texts[-1] not in table.dangling and not leads_in(source, first):
        yield "predicate", first - 1, first
    if texts and texts[-1] in table.conjunctions:
        texts.pop()  # "hay que"
    if texts and texts[-1] in table.modals and not source.breaks(first - 1):
        yield "modal", start + len(texts) - 1, first


def _condition(source: Source, start: int, first: int, least: int) -> int | None:
    """Where the first "if ..." or "in the past" begins on which the sentence hangs, before `first`."""
    conditions = (at for at in range(start, first) if _conditional(source, start, at))
    found = next(conditions, _fronted(source, start, first))
    if found is None and _is_unreal(source, start, first):
        return start
    found = _ordered(source, start, first) if found is None else found
    return _circumstance(source, start, first, shown=bool(least)) if found is None else found


def _is_unreal(source: Source, start: int, first: int) -> bool:
    """Whether it goes on as it began: "he would have signed, | he would have been home"."""
    table, texts = source.language, source.texts[start:first]
    begun = table.inverts and source.breaks(first - 1) and table.inverted & {*texts}
    return bool(begun and table.inverted & {*source.texts[first : first + _RESTART]})


def _ordered(source: Source, start: int, first: int) -> int | None:
    """Where a "Give me ten years and" or "One more scandal and" begins, which means an "if"."""
    table, opens = source.language, opening(source, start, first)
    texts = source.texts[opens : first - 1]
    joined = first > start and (source.texts[first - 1] in table.joining)
    joined = joined and (source.texts[first - 1],) not in table.turns
    if not joined or not _LEAST_FRAME < len(texts) <= _FRAME:
        return None
    acting = table.nominatives | table.articles | table.pronouns
    acts = table.verb_tells_person or source.texts[first] in acting
    subjects = table.nominatives | table.pronouns - table.one_words | table.you
    return opens if acts and not has_verb(texts[1:], table) and texts[0] not in subjects else None


def _fronted(source: Source, start: int, first: int) -> int | None:
    """Where a German "Kommt er noch einmal," begins, after which the verb stands first: "rufe ich"."""
    table, opens = source.language, opening(source, start, first)
    texts = source.texts[opens : first + _RESTART]
    if not table.noun_capitals or first - opens <= _LEAST_FRAME or not source.breaks(first - 1):
        return None
    subjects = table.nominatives | table.pronouns | table.articles
    follows = texts[first - opens] not in subjects and not subjects.isdisjoint(
        texts[first - opens + 1 :]
    )
    granted = begins_with(texts, table.idioms) or texts[0] in table.conceding
    return opens if follows and not granted else None


def _circumstance(source: Source, start: int, first: int, shown: bool) -> int | None:
    """Where an "In small towns," begins that opens the sentence and ends right before `first`.

    Under a [...], which is `shown`, anything else without a verb may be an aside.
    """
    table = source.language
    opens = opening(source, start, first)
    hedged = begins_with(source.texts[opens:first], table.hedges)  # "at least in small towns,"
    opens += hedged if not shown and source.texts[opens + hedged] in table.adjuncts else 0
    anew = max((n + 1 for n in range(opens, first) if source.texts[n] in table.joining), default=0)
    voice = source.texts[anew:first] if anew else []  # "and this stranger out of nowhere,"
    if not shown and len(voice) > _LEAST_FRAME and voice[0] in table.articles:
        opens = anew
    texts = source.texts[opens:first]
    if not texts or len(texts) > (_FRAME if source.marked else _LEAST_FRAME):
        return None
    if texts[0] not in table.adjuncts and (shown or not _is_verbless(source, opens, first)):
        return None
    verb = source.texts[first] in table.auxiliaries | table.modals | table.finite
    verb &= table.inverts
    nouns = table.nominatives | table.articles | table.absolutes
    subject = table.noun_capitals or verb or source.texts[first] in nouns
    aside = begins_with(texts, table.asides) or ends_with(texts, table.asides | table.bounds)
    aside = aside or (texts[0] in table.adjuncts and any(map(is_number, texts)))  # "in 1999"
    return opens if (subject or source.breaks(first - 1)) and not aside else None


def _is_verbless(source: Source, opens: int, first: int) -> bool:
    """Whether a sentence begins with "some days", and nobody who does anything: no name, no new start."""
    table = source.language
    said = [n for n in range(opens, first) if not source.filler[n]]
    texts = {source.texts[n] for n in said}
    verbs = table.auxiliaries | table.modals | table.finite | table.reporting | table.thwarting
    subjects = table.nominatives | table.you | table.things | table.clauses | table.negations
    verbs -= table.articles  # "meine"
    subjects |= table.persons - table.possessives - table.articles  # "most of them"
    subjects |= table.conditions | table.conjunctions  # "even if it rains"
    words = [source.transcript.words[source.tokens[n].first].text for n in said]
    following = source.texts[first : first + _RESTART]
    anew = (
        texts <= {*following}
        or following[0] in table.joining
        or all(w[:1].isupper() for w in words)
    )
    shares = source.texts[first - 1] in table.links  # "half of"
    brief = len(texts - table.backchannels - table.articles) < _LEAST_FRAME
    if source.breaks(opens):  # "and I, twenty years old,"
        texts -= table.nominatives & {source.texts[opens]}
    if source.texts[opens] in table.articles - table.things:  # "her father, drunk as usual,"
        subjects -= table.negations | table.clauses | table.conjunctions
    return not texts & (verbs | subjects) and not (brief or anew or shares)


def _supposed(source: Source, first: int, least: int) -> int | None:
    """Where the "Suppose ..." or "In my dream ..." begins of which the sentences up to `first` tell.

    They do until the speaker is back at what "we" did.
    """
    table, start, returned = source.language, first, False
    for _ in range(_TALE):
        if start <= least or not source.ends_sentence(start - 1):
            return None
        returned |= tells_of_own(source, start, sentence_end(source, start))
        end, start = start, sentence_start(source, start - 1, least)
        opens = opening(source, start, end - 1)
        starts = (n for n in range(start, end) if n in (start, opens) or source.breaks(n - 1))
        found = ((n, _supposes(source, n, n > opens)) for n in starts)
        at, length = next((each for each in found if each[1]), (end, 0))
        supposed = length and not _concluded(source, at + length, end)
        texts = source.texts[opens : min(end, opens + _LEAD)]  # "in this version"
        if supposed or (texts[0] in table.adjuncts and table.unreal & {*texts}):
            return None if returned else start
        if begins_with(source.texts[start:end], table.turns) and not table.conditions & {texts[0]}:
            return None  # "but in fact"
    return None


def _concluded(source: Source, start: int, end: int) -> bool:
    """Whether a supposition says at once what would happen: "it rains, then we go home"."""
    table, texts = source.language, source.texts
    adding = table.joining | table.relating | table.conjunctions | table.adjuncts
    clauses = [n for n in range(start + 1, end) if source.breaks(n - 1) and texts[n] not in adding]
    stated = not table.conjunctions.isdisjoint(texts[start - 1 : start + 1])
    return any(
        (stated or has_verb(texts[at:n], table)) and _acts(texts[n:end], table)
        for at, n in zip([start, *clauses], clauses, strict=False)
    )


def _acts(texts: Sequence[str], table: Language) -> bool:
    """Whether words have a verb, or may begin with one that tells who acts."""
    noun = texts[0] in table.articles or is_number(texts[0]) or len(texts) < _LEAST_FRAME
    return has_verb(texts, table) or (table.verb_tells_person and not noun)


def _supposes(source: Source, at: int, within: bool) -> int:
    """How many tokens from `at` on are the "suppose" of a clause, `within` a sentence or not."""
    texts, table = source.texts[at : at + PHRASE], source.language
    length = begins_with(texts, table.supposing - table.slips if within else table.supposing)
    if within and length and texts[0] in table.joining and texts[length - 1] in table.conditions:
        return 0  # ", and if I do, he will hear it"
    rest = source.texts[at + length : sentence_end(source, at)]
    idle = within and not has_verb(rest, table)  # "my mother gave it to me, imagine, my mother"
    return 0 if (rest and is_relative(rest, table)) or idle else length


def _abandoned(source: Source, start: int, least: int) -> int | None:
    """Where an "if he ever..." begins that was broken off before the sentence from `start` on."""
    if start <= least or not source.ending(start - 1).endswith(_ABANDONED):
        return None
    begun = sentence_start(source, start - 1, least)
    return next((at for at in range(begun, start) if _conditional(source, begun, at)), None)


def _conditional(source: Source, start: int, at: int) -> bool:
    """Whether a condition opens at a token, and not "if anything", or a frame such as "back then"."""
    table = source.language
    texts = source.texts[at : at + PHRASE]
    if texts[0] in table.relating and table.unreal & {*source.texts[max(start, at - _LEAD) : at]}:
        return True  # "a world in which"
    opens = opening(source, start, at) == at
    leads = table.dangling - table.persons - table.things - table.articles  # "and then"
    if texts[0] not in table.relating:  # "the bank, where she works"
        opens = opens or source.breaks(at - 1) or source.texts[at - 1] in table.connectives | leads
    if begins_with(texts, table.idioms) and texts[0] not in table.conditions:
        return False  # "as far as I know"
    frame = opens and max(begins_with(texts, table.frames), begins_with(texts, table.supposing))
    if frame:  # "in 1999" and "the moment was" are none
        finite = {*texts[frame : frame + 1]} & (table.auxiliaries | table.finite)
        return not is_year(texts[1:2]) and not finite
    if texts[0] in table.inverted:
        word = source.transcript.words[
            source.tokens[min(at + 1, len(source.tokens) - 1)].first
        ].text
        named = word[:1].isupper() and not table.noun_capitals  # "had Otto known"
        return opens and (named or is_inverted(texts, table))
    if texts[0] not in table.conditions or concedes(source, at):
        return False
    idioms = (n for n in range(2, len(texts)) if tuple(texts[:n]) in table.idioms)
    return not any(source.breaks(at + length - 1) for length in idioms)
