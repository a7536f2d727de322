"""The vocabulary: plain frozen records that the domain packages hand to each other.

Times are float seconds of the *published* audio file. Word ids are positions in the raw
transcript's list of words; a span `[first, last)` excludes its end, as Python slices do.
"""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from pipeline.errors import PullquoteError

#: Files that git ignores below `build/`: absent ones are offline, not stale.
MEDIA_SUFFIXES = frozenset({".mp3", ".m4a", ".wav", ".flac", ".opus", ".ogg", ".mp4"})


class Word(NamedTuple):
    """One word as it was heard, punctuation attached, without blanks around it.

    `probability` is the recogniser's, 0 to 1, or None when the transcript came from elsewhere;
    `speaker` is a label or None while nobody has said who speaks. Serialised as a JSON list.
    """

    text: str
    start: float
    end: float
    probability: float | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch that the recogniser decoded as one, over words `first` to `last` (excluded).

    The signals are the recogniser's: mean log-probability of its tokens, probability that nobody
    speaks, and zlib compression ratio of its text (above about 2.4 it loops).
    """

    first: int
    last: int
    start: float
    end: float
    avg_logprob: float | None = None
    no_speech_prob: float | None = None
    compression_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a recogniser said of one audio file; `build/transcript.raw.json`, never changed later."""

    words: Sequence[Word]
    segments: Sequence[Segment]
    language: str
    duration: float  # seconds of the audio that was heard
    engine: str  # "openai-whisper"
    model: str  # the name or file name asked for, such as "tiny.en"
    model_sha256: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transcript:
    """A transcript as quotes, pages and formats read it: corrected words, and where each came from.

    `raw_ids[i]` lists the raw word ids that word i stands for (empty for an inserted word). For a
    foreign transcript it is the identity. `breaks` holds the word ids that start a new cue or
    segment of the source, in order, beginning with 0: the reader's paragraphs where no speaker is known.
    """

    words: Sequence[Word]
    raw_ids: Sequence[Sequence[int]]
    breaks: Sequence[int] = (0,)
    language: str = "en"


class Turn(NamedTuple):
    """A stretch in which a speaker is heard, in seconds; several speakers may overlap."""

    speaker: str
    start: float
    end: float


#: Stretches in which somebody is heard, in order, as `Turn` has them.
Turns = Sequence[tuple[str, float, float]]


@dataclass(frozen=True, slots=True)
class Change:
    """One replacement: `raw` as it was heard, `at` in seconds, and the rule that made it.

    `kind` is "correction", "glossary" (a spelling that it lists) or "sound" (like a term's).
    """

    kind: str
    raw: str
    published: str
    at: float
    rule: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A correction that no longer fits the transcript: which one, and why; `at` seconds if it says so."""

    entry: str
    why: str
    at: float | None = None

    def __str__(self) -> str:
        return f"{self.entry}: {self.why}"


class Doubt(NamedTuple):
    """Words `first` to `last` (excluded) that are doubted as one, and the strongest doubt in them."""

    first: int
    last: int
    score: float


@dataclass(frozen=True, slots=True)
class Suspect:
    """A doubtful passage of the corrected transcript, the strongest doubt in it, and its signs.

    It is what is played in one go; `parts` are the doubtful words in it.
    """

    first: int
    last: int
    start: float
    end: float
    score: float
    why: tuple[str, ...]
    parts: tuple[Doubt, ...] = ()  # files of earlier versions have none

    @property
    def doubts(self) -> Sequence[Doubt]:
        """The doubtful words; the whole passage where nothing says which."""
        return self.parts or (Doubt(self.first, self.last, self.score),)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the episode; `start` in seconds."""

    start: float
    title: str
    url: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True)
class ProposedChapter:
    """Where the subject changes, in seconds; `said` are the words that open the part.

    `title` is a phrase that is said there, empty where none is good enough.
    """

    start: float
    title: str
    said: str


class Span(NamedTuple):
    """Words `first` to `last` (excluded) of the transcript that a quote was cut from."""

    first: int
    last: int


class Referent(NamedTuple):
    """What could stand for the pronoun at word `word` of the transcript: `[The tower]`, `[Ada] is`."""

    word: int
    text: str


class Phrase(NamedTuple):
    """Words and when the first of them was said, in seconds."""

    said: Sequence[str]
    start: float


class Opening(NamedTuple):
    """A chapter's time as `episode.toml` has it, and what was said from there on."""

    at: str
    phrases: Sequence[Phrase]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that `suggest` proposes."""

    id: str
    words: Span
    start: float
    end: float
    speaker: str | None
    text: str
    score: float
    why: Sequence[str] = ()
    core: Span | None = None  # the sentences that would be quoted alone
    cut: Span | None = None  # what could be left out, marked [...]
    referent: Referent | None = None  # for a pronoun that opens it and points outside

    @property
    def first(self) -> int:
        return self.words.first

    @property
    def last(self) -> int:
        """The word after its last one."""
        return self.words.last


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference between what was said and what is published.

    `kind` is a name of `quotes.guard`'s table; `raw` the words as heard, `published` the words as
    printed (either may be empty); `at` the time in seconds where it was said; `place` the words before
    it, where the same is said again nearby.
    """

    kind: str
    raw: str
    published: str
    at: float
    consented: bool = False
    place: Annotated[str, Field(exclude_if=lambda found: not found)] = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A reviewed quote, proven against the transcript; one entry of `build/quotes.json`."""

    id: str
    heading: str
    text: str
    speaker: str | None
    start: float
    end: float
    spans: Sequence[Span]
    edits: Sequence[Edit]
    status: str  # verbatim, cleaned, consented, needs-consent, ambiguous, not-said
    question: str | None = None
    footnotes: dict[str, str] = field(default_factory=dict)
    soundbite: bool = False
    message: str = ""

    def passages(self, length: int) -> list[Span]:
        """What it was cut from, of a transcript of so many words; spans that touch are one."""
        found: list[Span] = []
        for first, last in ((span.first, min(span.last, length)) for span in self.spans):
            if first < last:
                touches = bool(found) and found[-1].last == first
                found.append(Span(found.pop().first if touches else first, last))
        return found


_Record = TypeVar("_Record")


def encode(record: Any) -> Any:
    """A record as plain lists and dicts for JSON; words and spans become lists."""
    return _adapter(type(record)).dump_python(record, mode="json")


def decode(kind: type[_Record], content: bytes, name: str) -> _Record:
    """Parse and check a JSON file that holds a record; `name` is the file, for the error.

    Files in `build/` may come from another machine or an editor, so types are checked.
    """
    try:
        record: _Record = _adapter(kind).validate_json(content)
        return record
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PullquoteError(
            f"{name}: {where or 'the file'}: {first['msg']}",
            "the file was damaged or edited by hand; restore it from git, or delete it and run again",
        ) from None


#: What reads and writes records of a kind; building one takes milliseconds.
_adapter: Callable[[Any], TypeAdapter[Any]] = functools.cache(TypeAdapter)
