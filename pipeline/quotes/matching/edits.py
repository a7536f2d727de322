"""The kinds of edit, which of them are free, and what one that is not is called in the ledger."""

import re
import string
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pipeline.errors import ConfigError
from pipeline.models import Edit
from pipeline.times import clock, parse_clock

#: Kind: what it means, in the words of reports. These a show may let pass without a signature.
ALLOWABLE = {
    "filler": "filler dropped",
    "repetition": "repetition dropped",
    "false start": "false start dropped",
    "backchannel": "the listener's yeah dropped",
    "contraction": "contraction written out or made",
    "spelling": "spelled otherwise",
    "punctuation": "capital or punctuation",
    "inner quotes": "quotation marks within the quote",
    "insertion": "[bracketed insertion]",
    "ellipsis": "words left out, marked [...]",
    "recognition": "recogniser's error repaired",
    "question": "a question made a statement, or the other way round",
    "scare quotes": "quotation marks around words of the speaker's own",
}

#: These always need the host's signature: each can change what was meant.
STOPPED = {
    "added": "word added",
    "dropped": "word dropped",
    "cut": "a clause cut out",
    "wording": "wording changed",
    "changed": "word changed",
    "negation": "negation touched",
    "number": "number touched",
    "name": "name touched",
    "hedge": "hedge touched",
    "modal": "modal verb touched",
    "attribution": "cut off: whose view it is",
    "quotation": "begins inside a quotation of somebody else",
    "condition": "cut off: a condition",
    "retraction": "cut off: that it was taken back",
    "predicate": "cut off: what is said of it",
    "unseen": "cut off: the rest of a sentence, in a language that the guard does not know",
    "collage": "a word or two picked out of a sentence",
    "splice": "one sentence made of two",
    "answer": "the answer to another question",
    "asked": "question line: not what was asked",
    "symbol": "a sign that says something",
    "join": "joined across a gap without [...]",
    "order": "said in another order",
    "speaker": "another speaker's words",
    "nobody": "a name that nobody has under [[people]] of this episode",
    "suspect": "the recogniser doubts this passage: listen to it",
}

KINDS = ALLOWABLE | STOPPED

#: What hosts do all the time and what leaves the meaning alone. A repair of the recogniser's error
#: is not among them, nor is a question mark: only somebody who listened knows what it was.
DEFAULT_FREE = frozenset(ALLOWABLE) - {"recognition", "question", "scare quotes"}

_VERBS = {
    "join": "joined",
    "splice": "joined",
    "answer": "joined",
    "asked": "asked",
    "collage": "picked out",
    "order": "reordered",
    "speaker": "other speaker",
    "nobody": "named",
    "suspect": "heard",
}
_MARKS = frozenset(
    {"punctuation", "inner quotes", "scare quotes", "question", "symbol"}
)  # of marks
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
    """

    kind: str | None
    raw: str
    published: str
    position: int
    at: float
    place: str = ""
    again: bool = False


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
    for kind in wanted:
        if kind in STOPPED:
            raise ConfigError(
                f"show.toml: [quotes] free: '{kind}' ({STOPPED[kind]}) can never be free",
                f"kinds that can: {', '.join(ALLOWABLE)}",
            )
        if kind not in ALLOWABLE:
            raise ConfigError(
                f"show.toml: [quotes] free: there is no kind of edit '{kind}'",
                f"kinds that can be free: {', '.join(ALLOWABLE)}",
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
    if edit.kind in _VERBS:
        return f"{_VERBS[edit.kind]}: {raw or published}{place}"
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
