"""The commands that the page sends, and what each does to a host's files."""

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import partial
from itertools import takewhile
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.desk.working.files import ReviewFiles
from pipeline.desk.working.material import printable
from pipeline.errors import PullquoteError
from pipeline.models import Candidate, Word
from pipeline.quotes.deciding.decisions import Decisions
from pipeline.quotes.proof.guard import LONGEST
from pipeline.times import clock
from pipeline.transcript.chapters import marks
from pipeline.transcript.chapters.outline import opening
from pipeline.transcript.corrections import edits

_Short = Annotated[str, Field(max_length=400)]
_Text = Annotated[str, Field(max_length=40_000)]
#: A time in a recording: JSON as browsers and Python read it knows NaN and Infinity, too.
Seconds = Annotated[float, Field(ge=0, le=360_000, allow_inf_nan=False)]
_CHOSEN = 400  # words at most
_OPENING = 5  # words that find a place again
_ROUNDING = 0.06  # seconds: a time is written with one decimal
_NAMED = 40  # letters of a quote in the name of a decision


class Command(BaseModel):
    """One decision. `id` is made by the page: sent again, it is done once.

    `words` are numbers of words, and `said` what the page showed there; `at` in seconds.

    `base` is the fingerprint of the target as the page showed it, or `after` the id of the page's
    own earlier command on it; without either nothing is compared.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[\w-]+$")]
    do: str
    target: _Short = ""
    base: _Short | None = None
    after: _Short | None = None
    text: _Text | None = None
    heading: _Short = ""
    place: Annotated[int, Field(ge=0, le=10_000)] | None = None
    line: _Text = ""
    key: Literal["speaker", "question", "footnotes", "soundbite", "guest"] | None = None
    value: str | bool | dict[str, str] | None = None
    at: Seconds | None = None
    speaker: _Short | None = None
    words: tuple[int, int] | None = None
    said: _Text | None = None


def one_line(text: str) -> str:
    """The text as a ledger holds it: no line breaks, single blanks, no control characters."""
    return " ".join(
        "".join(c for c in text if c.isspace() or unicodedata.category(c) != "Cc").split()
    )


def _beginning(text: str) -> str:
    short = one_line(text)
    return f"“{short if len(short) <= _NAMED else short[:_NAMED].rsplit(' ', 1)[0] + '…'}”"


def _candidate(files: ReviewFiles, command: Command) -> Candidate:
    for candidate in files.material.candidates:
        if candidate.id == command.target:
            return candidate
    raise PullquoteError(f"there is no candidate {command.target}", "load the page again")


def _wanted(text: str | None, what: str) -> str:
    line = one_line(text or "")
    if not line:
        raise PullquoteError(f"{what} is empty", "write something, or leave it as it was")
    return line


def _quotable(text: str | None) -> str:
    line = _wanted(text, "the quote")
    count = len(line.split())
    if count > LONGEST:
        raise PullquoteError(
            f"the quote has {count} words, and at most {LONGEST} are checked", "make several of it"
        )
    return line


def _keep(files: ReviewFiles, command: Command) -> str:
    candidate = _candidate(files, command)
    text = _quotable(command.text) if command.text else None
    files.decisions.keep(candidate, one_line(command.heading), text)
    files.decide_later(candidate.id, later=False)
    return f"Keep {_beginning(text or candidate.text)}"


def _quote_passage(files: ReviewFiles, command: Command) -> str:
    text = _quotable(command.text)
    values = {"text": text, "speaker": command.speaker}
    if command.at is not None:
        values["at"] = clock(command.at, 1)
    files.decisions.add(one_line(command.heading), values)
    return f"Quote {_beginning(text)}"


#: Decisions on a candidate that is not kept: what each is called, and what it does to the ledger.
_NOT_KEPT: dict[str, tuple[str, Callable[[Decisions, Candidate], None]]] = {
    "reject": ("Reject", lambda on, candidate: on.reject(candidate)),
    "restore": ("Take back", lambda on, candidate: on.restore(candidate.id)),
    "later": ("Later", lambda on, candidate: None),
}


def _leave(files: ReviewFiles, command: Command) -> str:
    candidate = _candidate(files, command)
    name, decide = _NOT_KEPT[command.do]
    decide(files.decisions, candidate)
    files.decide_later(candidate.id, later=command.do == "later")
    return f"{name} {_beginning(candidate.text)}"


def _set(decisions: Decisions, command: Command) -> None:
    if command.key is None:
        raise PullquoteError("nothing to set")
    if command.key == "guest" and command.value:
        raise PullquoteError("only the guest can answer", "pullquote guest answer FILE")
    value = one_line(command.value) if isinstance(command.value, str) else command.value
    if isinstance(value, bool) != (command.key == "soundbite") and value:
        raise PullquoteError(f"{command.key} cannot be {value!r}")
    if isinstance(value, dict) != (command.key == "footnotes") and value:
        raise PullquoteError(f"{command.key} cannot be {value!r}")
    decisions.set_value(command.target, command.key, value)


def _move_heading(decisions: Decisions, command: Command) -> None:
    if command.place is None:
        raise PullquoteError("no place is chosen for the heading")
    decisions.move_section(command.heading, command.place)


#: Decisions on the ledger, on one of its quotes or a heading: what each is called, and what it does.
_DECISIONS: dict[str, tuple[str, Callable[[Decisions, Command], object]]] = {
    "remove": ("Reject {quote}", lambda on, do: on.remove(do.target)),
    "edit": ("Edit {quote}", lambda on, do: on.edit(do.target, _quotable(do.text))),
    "sign": ("Sign “{line}” of {quote}", lambda on, do: on.sign(do.target, do.line)),
    "mark": ("Mark as [...] in {quote}", lambda on, do: on.mark(do.target, do.line)),
    "unsign": ("Take back “{line}” of {quote}", lambda on, do: on.unsign(do.target, do.line)),
    "move": ("Move {quote}", lambda on, do: on.move(do.target, one_line(do.heading), do.place)),
    "set": ("Set the {key} of {quote}", _set),
    "rename": (
        "Rename {heading}",
        lambda on, do: on.rename(do.heading, _wanted(do.text, "the heading")),
    ),
    "move-heading": ("Move the heading {heading}", _move_heading),
    "remove-heading": (
        "Take out the heading {heading}",
        lambda on, do: on.remove_section(do.heading),
    ),
    "finish": ("Finish the review", lambda on, _: on.finish()),
    "reopen": ("Open the review again", lambda on, _: on.open()),
}


def _decide(files: ReviewFiles, command: Command) -> str:
    """Make a decision; PullquoteError where the quote that it is about is gone."""
    verdict = files.verdict(command.target)
    if edits_a_quote(command) and verdict is None:
        raise PullquoteError(
            f"the quote {command.target} is no longer in the ledger",
            "it was taken out in the file, or in another window",
        )
    name, decide = _DECISIONS[command.do]
    decide(files.decisions, command)
    return name.format(
        quote=_beginning(verdict.quote.text if verdict else ""),
        heading=_beginning(command.heading),
        line=command.line,
        key=command.key,
    )


def _spoken(files: ReviewFiles, command: Command) -> tuple[float, str]:
    """When the chosen words are said, and the words; the transcript may have changed since."""
    words = files.material.transcript.words
    first, last = command.words or (0, 0)
    if not 0 <= first < last <= first + _CHOSEN:
        raise PullquoteError("no words are chosen", "choose the words in the transcript")
    if command.said is not None:
        first, last = _found(words, first, last, command)
    elif last > len(words):
        raise PullquoteError("no words are chosen", "choose the words in the transcript")
    return words[first].start, " ".join(word.text for word in words[first:last])


def _found(words: Sequence[Word], first: int, last: int, command: Command) -> tuple[int, int]:
    """Where what the page showed is said now: at its numbers, or nearest to the time it was at."""
    shown = _letters(command.said or "")
    length = last - first
    if _letters("".join(printable(word.text) for word in words[first:last])) == shown:
        return first, last
    texts = [_letters(printable(word.text)) for word in words]
    places = [at for at in range(len(words)) if "".join(texts[at : at + length]) == shown]
    if not places:
        raise PullquoteError(
            f"{_beginning(command.said or '')} is not said there any more: the transcript changed",
            "choose the words again",
        )
    start = command.at if command.at is not None else words[min(first, len(words) - 1)].start
    nearest = min(places, key=lambda at: abs(words[at].start - start))
    return nearest, nearest + length


def _letters(text: str) -> str:
    return "".join(text.split())


def _correct(files: ReviewFiles, command: Command) -> str:
    at, said = _spoken(files, command)
    text = one_line(command.text or "")
    change = partial(edits.with_place, table="replace", at=at, said=said, text=text)
    files.rewrite("corrections.toml", change)
    return f"Correct {_beginning(said)}"


def _heard(files: ReviewFiles, command: Command) -> str:
    at, said = _spoken(files, command)
    files.rewrite("corrections.toml", partial(edits.with_place, table="heard", at=at, said=said))
    return f"Heard {_beginning(said)}"


def _term(files: ReviewFiles, command: Command) -> str:
    _, said = _spoken(files, command)
    text = _wanted(command.text, "the spelling")
    heard = one_line(said).strip(".,;:?!")
    files.rewrite("glossary.toml", partial(edits.with_term, text=text, heard=heard))
    return f"Put {_beginning(text)} into the glossary"


def _heard_from(files: ReviewFiles, at: float) -> str:
    """The words from `at` (seconds) on as they were heard, up to one that was mended; empty for one."""
    words = files.material.transcript.words
    first = bisect_left(words, at - _ROUNDING, key=lambda word: word.start)
    begun = words[first : first + _OPENING]
    heard = [word.text for word in takewhile(lambda word: word.probability is not None, begun)]
    return " ".join(heard) if len(heard) > 1 else ""


def _name_speaker(files: ReviewFiles, command: Command) -> str:
    name = _wanted(command.speaker, "the name")
    if command.at is None:
        raise PullquoteError("no place is chosen", "choose a paragraph")
    said = _heard_from(files, command.at)
    files.rewrite(
        "corrections.toml", partial(edits.with_speaker, at=command.at, name=name, said=said)
    )
    return f"Name {name}"


def _name_voice(files: ReviewFiles, command: Command) -> str:
    name = _wanted(command.speaker, "the name")
    voice = _wanted(command.text, "the voice")
    files.rewrite("corrections.toml", partial(edits.with_voice, voice=voice, name=name))
    return f"Name {voice} {name}"


def _keep_chapter(files: ReviewFiles, command: Command) -> str:
    """Make a chapter that begins at a time: of a proposal, or wherever the host wants one."""
    title = _wanted(command.text, "the title")
    at, said = opening(files.material.transcript.words, _chapter_at(command))
    files.settle("episode.toml", partial(marks.with_chapter, at=at, title=title, said=said))
    return f"Keep the chapter “{title}”"


def _change_chapter(files: ReviewFiles, command: Command) -> str:
    """Give a chapter another title, or let it begin elsewhere."""
    when, _, title = command.target.partition(" ")
    values = {}
    if command.text is not None:
        values["title"] = _wanted(command.text, "the title")
    if command.at is not None:
        at, said = opening(files.material.transcript.words, command.at)
        values |= {"at": clock(at, 1), "said": said}
    files.settle("episode.toml", partial(marks.changed, at=when, title=title, values=values))
    return f"{'Move' if 'at' in values else 'Rename'} the chapter “{title}”"


def _remove_chapter(files: ReviewFiles, command: Command) -> str:
    """Take a chapter out of the file; its part falls to the one before."""
    when, _, title = command.target.partition(" ")
    files.settle("episode.toml", partial(marks.without, at=when, title=title))
    files.dismiss(_chapter_at(command))
    return f"Take out the chapter “{title}”"


def _dismiss_chapter(files: ReviewFiles, command: Command) -> str:
    files.dismiss(_chapter_at(command))
    return f"Propose no chapter at {clock(_chapter_at(command))}"


def _chapter_at(command: Command) -> float:
    if command.at is None:
        raise PullquoteError("no place is chosen for the chapter", "load the page again")
    return command.at


_OPERATIONS: dict[str, Callable[[ReviewFiles, Command], str]] = {
    "keep": _keep,
    "quote": _quote_passage,
    **dict.fromkeys(_NOT_KEPT, _leave),
    "correct": _correct,
    "heard": _heard,
    "chapter": _keep_chapter,
    "change-chapter": _change_chapter,
    "remove-chapter": _remove_chapter,
    "dismiss-chapter": _dismiss_chapter,
    **dict.fromkeys(_DECISIONS, _decide),
    "term": _term,
    "speaker": _name_speaker,
    "voice": _name_voice,
}


def edits_a_quote(command: Command) -> bool:
    """Whether the target is a quote of the ledger, which an editor may have changed meanwhile."""
    return "{quote}" in _DECISIONS.get(command.do, ("",))[0]


def apply(files: ReviewFiles, command: Command) -> str:
    """Do it; returns what it is called in the journal."""
    operation = _OPERATIONS.get(command.do)
    if operation is None:
        raise PullquoteError(f"there is no command '{command.do}'", "load the page again")
    return operation(files, command)
