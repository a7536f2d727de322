"""The kinds of edit, which of them are free, and what one that is not is called in the ledger."""

import re
import string
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pipeline.errors import ConfigError
from pipeline.models import Edit
from pipeline.times import clock, parse_clock
from pipeline.workspace import table_beside


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of edit, as `kinds.toml` has it.

    What is not `allowable` always needs the host's signature: it can change what was meant. What is
    `free` passes where the show says nothing. What is `light` is signed for a quote, not a sentence.
    """

    means: str
    why: str = ""
    verb: str = ""
    allowable: bool = False
    free: bool = False
    light: bool = False


#: By name; those with a `why` are in the order in which they are shown, the worst first.
KINDS = {name: Kind(**said) for name, said in table_beside(__file__, "kinds.toml").items()}
DEFAULT_FREE = frozenset(name for name, kind in KINDS.items() if kind.free)
#: Words that stand as they were heard, and may have been misheard.
DOUBTS = frozenset({"suspect", "doubt"})
_MARKS = frozenset({"punctuation", "inner quotes", "scare quotes", "question", "symbol"})
_SAME_MOMENT = 1.0  # seconds between two recognisers' times of a word
_HASH = 8  # digits of a recording's hash, as in the keys of published media
_LONGEST = 12  # words of an edit that are written out in a consent
_SHORTENED = re.compile(r" … .+ \(\d+ words\)$")
# One mark more would change lines that hosts have signed; `text.punctuation.core` takes more.
_EDGES = string.punctuation.replace("%", "").replace("$", "") + "“”‘’„«»…—–。、，！？「」『』،؛؟۔।"
_SHOWN = 5  # of a longer one, from either end


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a quote, kept or edited, in the quote's order.

    `kind` is None where nothing was changed. `position` is the transcript word where it was said
    (for an addition the word before which it stands), `at` its time in seconds. `place` are the words
    before it, where the same is said more than once around there; `again` where it was said before.
    It is `settled` where somebody signed for it, or nobody has to.
    """

    kind: str | None
    raw: str
    published: str
    position: int
    at: float
    place: str = ""
    again: bool = False
    settled: bool = False


def free_kinds(wanted: Collection[str] | None, lightly_edited: bool = False) -> frozenset[str]:
    """The kinds that pass without a signature; ConfigError for one that is unknown or never free.

    A show that is `lightly_edited` lets wording pass, and says so where its quotes are published.
    """
    light = frozenset({"wording"} if lightly_edited else ())
    if wanted is None:
        return DEFAULT_FREE | light
    if "wording" in wanted:
        raise ConfigError(
            "show.toml: [quotes] free: 'wording' is free only where readers are told",
            "set [quotes] lightly_edited = true",
        )
    may = ", ".join(name for name, kind in KINDS.items() if kind.allowable)
    for name in wanted:
        if name not in KINDS:
            raise ConfigError(
                f"show.toml: [quotes] free: there is no kind of edit '{name}'",
                f"kinds that can be free: {may}",
            )
        if not KINDS[name].allowable:
            raise ConfigError(
                f"show.toml: [quotes] free: '{name}' ({KINDS[name].means}) can never be free",
                f"kinds that can: {may}",
            )
    return light.union(wanted)


def consent_line(edit: Edit | Part) -> str:
    """What an edit is called where a host signs for it: `added: people at`, `changed: yet to you have`.

    Where the same words are said again nearby it names the place: `dropped: not, after ‘it is’`.

    What was said may be shortened: the recording holds the rest. What is published stands there in
    full, since the host could change the middle of it afterwards.
    """
    marks = edit.kind in _MARKS or bare(edit.raw.split()) == bare(edit.published.split())
    raw = _named(edit.raw, marks)
    published = edit.published if marks else bare(edit.published.split())
    place = f", after ‘{edit.place}’" if edit.place else ""
    known = KINDS.get(edit.kind or "")  # an earlier release may have called it otherwise
    if known and known.verb:
        return f"{known.verb}: {raw or published}{place}"
    if not raw:
        return f"added: {published}{place}"
    if not published:
        return f"dropped: {raw}{place}"
    return f"changed: {raw} to {published}{place}"


def without_place(line: str) -> str:
    """A line of `consent` as it was written before lines named a place."""
    return line.partition(", after ‘")[0]


def _named(text: str, marks: bool) -> str:
    if marks or _SHORTENED.search(text):
        return text
    return shortened(bare(text.split()))


def bare(words: Iterable[str]) -> str:
    """Words without the punctuation around each, as consents name them."""
    return " ".join(word.strip(_EDGES) or word for word in words)


def shortened(text: str) -> str:
    """At most twelve words of `text`: its beginning, its end and how many there are."""
    words = text.split()
    if len(words) <= _LONGEST or _SHORTENED.search(text):
        return " ".join(words)
    return f"{' '.join(words[:_SHOWN])} … {' '.join(words[-_SHOWN:])} ({len(words)} words)"


def proven_line(recording: str, edit: Edit | Part, by: str = "") -> str:
    """The line of `proven` for an edit: good for the recording with this SHA-256 only.

    `by` says what heard it, where that was asked of the sound: then it holds for that moment only.
    """
    line = f"{recording[:_HASH]} {consent_line(edit)}"
    return f"{line} [heard at {clock(edit.at, 1)} by {by}]" if by else line


def proven_on(recording: str, lines: Sequence[str], parts: Sequence[Part]) -> list[str]:
    """The consent lines that `proven` lines hold for, of a quote's `parts`; none for another recording."""
    start = f"{recording[:_HASH]} "
    found = []
    for line in lines:
        if recording and line.startswith(start):
            text, heard, told = line.removeprefix(start).rpartition(" [heard at ")
            if not heard:
                found.append(told)
            elif any(_is_there(part, text, told.partition(" ")[0]) for part in parts if part.kind):
                found.append(text)
    return found


def _is_there(part: Part, text: str, at: str) -> bool:
    """Whether an edit was heard: the one that a line names, at its time."""
    try:
        near = abs(part.at - parse_clock(at)) <= _SAME_MOMENT
    except ValueError:
        return False
    return near and without_place(consent_line(part)) == without_place(text)
