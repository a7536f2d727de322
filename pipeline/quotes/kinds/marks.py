"""What is printed between and around the words and says something although no word was added.

A wink, a struck-out word and scare quotes turn a sentence into its opposite. Dashes, commas and the
like are how a page is set.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.quotes.languages.table import Language
from pipeline.quotes.matching.edits import Part
from pipeline.text.punctuation import (
    DOUBLE_MARKS,
    SINGLE_MARKS,
    asks,
    breaks,
    core,
    ends_clause,
    ends_sentence,
)
from pipeline.text.scripts import is_unspaced

#: Unicode categories of what is no letter, digit, space or punctuation: symbols, signs of currency and
#: arithmetic, marks that turn the direction of writing, characters without a meaning of their own.
_SPEAKING = frozenset({"So", "Sm", "Sc", "Sk", "Cf", "Co", "Cn", "Cs", "Cc"})
#: Apostrophes, soft hyphens, joiners of scripts, marks that editors of Arabic and Hebrew leave.
_SILENT = frozenset("`´^\u00ad\u200c\u200d\u200e\u200f\u061c\n\t")
_STRESSING = frozenset("*_")  # Markdown's
_STRUCK = frozenset({*range(0x0334, 0x0339), *range(0x20D0, 0x20FF)})  # lines through a letter
_TYPOGRAPHIC = frozenset({"Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Zs", "Mn"})
_TONE = frozenset("!?¡¿")
_QUOTING = (*DOUBLE_MARKS, *SINGLE_MARKS)
_SMILEY = re.compile(r"(?<!\w)[:;=][-'o]?[()\[\]DPp/|*]+(?!\w)")
_ELIDED = re.compile(f"['’][{re.escape(DOUBLE_MARKS)}]")  # "l'« expert »"
_CLOSED = re.compile(f"[{re.escape(''.join(_QUOTING))}][.,;:!?…)]*$")
_REACH = 3  # words before a quotation mark in which somebody is named who says it, or a name given
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys(f"{SINGLE_MARKS}`", "'")
    | dict.fromkeys(DOUBLE_MARKS, '"')
    | {"–": "-", "—": "-", "\u00ad": ""}
)
_MOVED = 4  # words over which a comma, or a full stop towards the beginning, goes
_CLAUSE = 10  # words of a clause that a full stop gives to the sentence before
_SCARE = 3  # words; marks around more of them make a clause of direct speech
_SCARE_LETTERS = 8  # the same in scripts without blanks


def typeset(text: str) -> str:
    """A text with plain quotation marks, apostrophes and dashes."""
    return unicodedata.normalize("NFKC", text).translate(_TYPOGRAPHY)


def _smiles(text: str) -> bool:
    return _SMILEY.search(text) is not None


def adds_symbol(raw: str, published: str) -> bool:
    """Whether printed words have a sign that the transcript's words have not."""
    shouts = published.count("!") > max(1, raw.count("!")) or "?!" in published or "!?" in published
    return bool(_signs(published) - _signs(raw)) or shouts or _smiles(published) > _smiles(raw)


def speaks(mark: str) -> bool:
    """Whether a mark that stands alone is more than a dash or a bullet."""
    return _smiles(mark) or any(
        unicodedata.category(character) not in _TYPOGRAPHIC
        or character in _TONE
        or ord(character) in _STRUCK
        for character in mark
    )


def _signs(text: str) -> Counter[str]:
    return Counter(
        character
        for character in text
        if ord(character) in _STRUCK
        or character in _STRESSING
        or (unicodedata.category(character) in _SPEAKING and character not in _SILENT)
    )


def with_scare_quotes(parts: Sequence[Part], language: Language) -> list[Part]:
    """Parts with the quotation marks named that make nobody's words of the speaker's own.

    Marks that were put around what somebody says or is called are `inner quotes` and stay so.
    """
    wrong = _put_around(parts, language) | _taken_from(parts, language)
    return [
        replace(part, kind="scare quotes")
        if index in wrong and part.kind == "inner quotes"
        else part
        for index, part in enumerate(parts)
    ]


def _put_around(parts: Sequence[Part], language: Language) -> set[int]:
    """The parts at which quotation marks were put around words that are the speaker's own."""
    pairs = marked_anew(parts)
    return {n for pair in pairs if not _introduced(parts, *pair, language) for n in pair}


def marked_anew(parts: Sequence[Part]) -> Iterator[tuple[int, int]]:
    """The first and last part of each stretch around which quotation marks were put."""
    opened = None
    for index, part in enumerate(parts):
        if part.kind == "inner quotes" and _opens(part.raw, part.published):
            opened = index
        if opened is not None and _closes(part.published):
            yield opened, index
            opened = None


def _taken_from(parts: Sequence[Part], language: Language) -> set[int]:
    """The parts at which marks were taken away, so that somebody else's words become the speaker's.

    One that only closes what was opened before the quote takes nothing from its reader, nor do those
    around what somebody is still told to have said.
    """
    wrong: set[int] = set()
    opened = False
    for index, part in enumerate(parts):
        if part.kind == "inner quotes" and _opens(part.published, part.raw):
            opened = not _is_told(parts[:index], parts[index:], language)
            if opened:
                wrong.add(index)
        opened = opened or part.published.startswith(_QUOTING)
        if opened and _closes(part.raw) and not _closes(part.published):
            wrong.add(index)
        opened = opened and not (_closes(part.raw) or _closes(part.published))
    return wrong


def _is_told(before: Sequence[Part], after: Sequence[Part], language: Language) -> bool:
    """Whether somebody still says it where marks were taken away: "it says, how does the stone sleep?"

    It is one sentence, and none that holds as well for who tells it, as "he said, I stole it" does.
    """
    verb = before[-1].published if before else ""
    if not ends_clause(verb) or core(verb)[1].casefold() not in language.telling:
        return False
    ends = (n for n, part in enumerate(after, 1) if _closes(part.raw) or ends_sentence(part.raw))
    said = after[: next(ends, len(after))]
    if len(said) < len(after) and not (_closes(said[-1].raw) and ends_sentence(said[-1].raw)):
        return False
    persons = language.i | language.we | (frozenset() if asks(said[-1].raw) else language.you)
    words = re.findall(r"\w+", " ".join(part.raw for part in said).casefold())
    return persons.isdisjoint(words)


def with_moved_ends(parts: Sequence[Part], language: Language) -> list[Part]:
    """Parts with the full stops named that hang a condition on another sentence.

    "I pay if it falls. I am rich." is not "I pay. If it falls I am rich."
    """
    found = list(parts)
    for index, part in enumerate(parts):
        if part.kind != "punctuation" or ends_sentence(part.raw) == ends_sentence(part.published):
            continue
        following = parts[index + 1].published.split() if index + 1 < len(parts) else []
        opening = core(following[0])[1].casefold() if following else ""
        opening = language.contractions.get(opening, (opening,))[0]
        limiting = opening in language.conditions | language.narrowing
        reach = _CLAUSE if opening else _MOVED  # at its end a quote has a full stop anyhow
        if limiting and _runs_on(parts[index + 1 :], anew=not ends_sentence(part.raw)):
            found[index] = replace(part, kind="condition")
        elif ends_sentence(part.raw):
            continue
        elif (not breaks(part.raw) and not _opens_clause(opening, language)) or any(
            _stood(parts, index + step) for step in (*range(-reach, 0), *range(1, _MOVED + 1))
        ):
            found[index] = replace(part, kind="splice")
    return _with_moved_commas(found, language)


def _with_moved_commas(parts: list[Part], language: Language) -> list[Part]:
    """Parts with the commas named that went over a word: "the boss, says Otto," "the boss says, Otto".

    One that goes over an "and" or an "um" stays where it was.
    """
    if not any(part.kind == "punctuation" for part in parts):
        return parts
    pauses = [breaks(part.published) - breaks(part.raw) for part in parts]
    light = language.connectives | language.joining | language.conjunctions | {""}
    for index, pause in enumerate(pauses):
        if pause >= 0 or parts[index].kind != "punctuation" or ends_sentence(parts[index].raw):
            continue
        for other in range(index + 1, min(len(parts), index + _MOVED + 1)):
            part = parts[other]
            if ends_sentence(part.raw) or ends_sentence(part.published):
                break
            if pauses[other] > 0 and part.kind == "punctuation":
                over = " ".join(each.published for each in parts[index + 1 : other + 1]).split()
                if any(core(word)[1].casefold() not in light for word in over):
                    parts[other] = replace(part, kind="symbol")
                break
    return parts


def _opens_clause(opening: str, language: Language) -> bool:
    """Whether a sentence may begin with a word where nobody heard an end before it, nor wrote a comma."""
    table = language
    openers = (
        *(table.nominatives, table.connectives, table.articles, table.pronouns, table.joining),
        *(table.clauses, table.backchannels, table.negations, table.you, table.we),
    )
    return not opening or not table.joining or any(opening in words for words in openers)


def _stood(parts: Sequence[Part], index: int) -> bool:
    """Whether a sentence ended at a part of the words as they were said, and ends there no more."""
    if not 0 <= index < len(parts) or parts[index].kind != "punctuation":
        return False
    return ends_sentence(parts[index].raw) and not ends_sentence(parts[index].published)


def _runs_on(parts: Sequence[Part], anew: bool) -> bool:
    """Whether the sentence that begins here, `anew` or not, ends where no such sentence ended."""
    for part in parts:
        if ends_sentence(part.published) != ends_sentence(part.raw):
            return ends_sentence(part.raw) == anew
        if ends_sentence(part.raw):
            return False
    return False


def _opens(raw: str, published: str) -> bool:
    """Whether a quotation mark opens a word of the second text, and none of the first."""
    opened = (
        _ELIDED.search(text) or any(word.startswith(_QUOTING) for word in text.split())
        for text in (raw, published)
    )  # a number is one part: "100 “million”"
    return [bool(each) for each in opened] == [False, True]


def _closes(text: str) -> bool:
    text = text.rstrip(".,;:!?…)")
    return len(text) > 1 and text.endswith(_QUOTING)


def _introduced(parts: Sequence[Part], first: int, last: int, language: Language) -> bool:
    length = sum(len(part.published.split()) for part in parts[first : last + 1])
    if length > (_SCARE_LETTERS if is_unspaced(parts[last].published) else _SCARE):
        return True
    before = " ".join(part.published for part in parts[max(0, first - _REACH) : first]).split()
    words = [core(word)[1].casefold() for word in before[-_REACH:]]
    popped = []
    while words and words[-1] in language.articles | language.pronouns | {""}:
        popped.append(words.pop())  # "call him a “thief”"
        before.pop()
    if any(popped) and not (language.pronouns - language.possessives) & {*popped}:
        return False  # "read a “serious” paper"
    verb = words[-1] if words else ""
    if verb in language.naming & language.asserting:  # "and": a list of words that are quoted
        return _CLOSED.search(" ".join(before[:-1])) is not None
    return verb in language.telling | language.naming
