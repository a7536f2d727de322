"""Threads: posts of a limited size, one after another.

Nothing is cut within a sentence, unless at the [...] that joins two passages to one. A quote too long for
a post goes on in the next, from one sentence to another, and what no post has room for is left out whole:
a quote without one of its sentences would say something else.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.models import Quote
from pipeline.rendering.quotation import marks, quoted
from pipeline.rendering.text import one_line
from pipeline.text.punctuation import ends_sentence
from pipeline.times import short_clock
from pipeline.writing.posting.source import PostedQuote, Source

Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Saying:
    """What one part says, as its template sees it; `last` tells whether `text` ends with it.

    `opens` is how much opens the thread: 3 the title, a sentence on the show and the address, 2 title and
    address, 1 the address.
    """

    text: str = ""
    opens: int = 0
    heading: str = ""
    question: str = ""
    quote: PostedQuote | None = None
    last: bool = True
    notes: Sequence[str] = ()


def thread(source: Source, template: str, fits: Fits) -> tuple[list[str], list[str]]:
    """The parts of a thread, and a line for whatever no part has room for."""
    left_out: list[str] = []
    quotes, digits = source.quotes, 1
    while True:
        written = _Thread(source, template, fits, quotes, digits)
        dropped = written.say_all()
        if dropped:
            left_out += [f"the quote at {short_clock(each.start)}: {_TOO_LONG}" for each in dropped]
            quotes = [quote for quote in quotes if quote not in dropped]
        elif len(written.said) >= 10**digits:
            digits += 1
        else:
            return written.texts, [*left_out, *written.left_out]


_TOO_LONG = "a sentence of it is longer than a post"


class _Thread:
    """A thread with these quotes, whose parts leave room for numbers of so many digits."""

    def __init__(
        self, source: Source, template: str, fits: Fits, quotes: Sequence[Quote], digits: int
    ) -> None:
        self._source, self._template, self._fits, self._quotes = source, template, fits, quotes
        self._values = source.values(quotes)
        self._language = source.facts.language
        self._most = 10**digits - 1
        self.said: list[Saying] = []
        self.left_out: list[str] = []

    @property
    def texts(self) -> list[str]:
        return [self._render(saying, n, len(self.said)) for n, saying in enumerate(self.said, 1)]

    def say_all(self) -> list[Quote]:
        """Say everything; the quotes that no part has room for."""
        self._open()
        posted = [
            (section.heading if place == 0 else "", quote)
            for section in self._values["sections"]
            for place, quote in enumerate(section.quotes)
        ]
        pairs = zip(self._quotes, posted, strict=True)
        return [quote for quote, (heading, said) in pairs if not self._quote(said, heading)]

    def _render(self, saying: Saying, number: int, total: int) -> str:
        values = {"part": saying, "number": number, "total": total}
        text = self._source.filled(self._template, self._values | values)
        return text.strip("\n") + "\n"

    def _has_room(self, saying: Saying) -> bool:
        return self._fits(self._render(saying, self._most, self._most))

    def _open(self) -> None:
        """The title, whose podcast it is, the thesis and the address: as much as goes into one part."""
        thesis = one_line(self._source.facts.thesis)
        whole = Saying(thesis, opens=3)
        fitting = [
            each for each in (whole, Saying(opens=3), Saying(opens=2)) if self._has_room(each)
        ]
        self.said = fitting[:1] or [Saying(opens=1)]
        if not fitting:
            self.left_out.append("the title: longer than a post")
        if thesis and self.said != [whole] and not self._go_on(Saying(thesis)):
            self.left_out.append("the thesis: a sentence of it is longer than a post")

    def _quote(self, quote: PostedQuote, heading: str) -> bool:
        """Say a quote with what belongs to it; whether there was room for the quote."""
        text, question = quoted(quote.text, self._language), quote.question or ""
        for above, asked in ((heading, question), (heading, ""), ("", "")):
            if self._go_on(Saying(text, heading=above, question=asked, quote=quote)):
                break
        else:
            return False
        at = short_clock(quote.start)
        if asked != question:
            self.left_out.append(f"the question at {at}: there is no room for it")
        if above != heading:
            self.left_out.append(f"the heading at {at}: there is no room for it")
        for number in quote.numbers:
            self._note(f"[{number}] {one_line(self._values['footnotes'][number - 1])}")
        return True

    def _note(self, note: str) -> None:
        longer = replace(self.said[-1], notes=[*self.said[-1].notes, note])
        if self._has_room(longer):
            self.said[-1] = longer
        elif not self._go_on(Saying(note)):
            self.left_out.append(f"the footnote {note[: note.index(' ')]}: longer than a post")

    def _go_on(self, saying: Saying) -> bool:
        """Say it in as many parts as it takes, from sentence to sentence; False where it can't be."""
        left = sentences(saying.text)
        parts: list[Saying] = []
        while left:
            part = self._longest(saying, left, parts)
            if part is None:
                first, *rest = passages(left[0])
                if not rest:
                    return False
                left = [first, *rest, *left[1:]]
                continue
            said, count = part
            parts.append(said)
            left = left[count:]
        self.said += parts
        return True

    def _longest(
        self, saying: Saying, left: Sequence[str], before: Sequence[Saying]
    ) -> tuple[Saying, int] | None:
        """The longest part that says the next of it, and how many sentences it says."""
        opening = ""
        if before:  # as printers do it, a quote that goes on opens with its mark again
            opening = marks(self._language).opening if saying.quote else ""
            saying = replace(saying, heading="", question="")
        for count in range(len(left), 0, -1):
            said = opening + "".join(left[:count]).strip()
            part = replace(saying, text=said, last=count == len(left))
            if self._has_room(part):
                return part, count
        return None


#: Full stops that end no sentence: initials, "w.r.t.", and what people shorten in our four languages.
_SHORTENED = re.compile(
    r"\W*(?:(?:\w\.)+|(?:Mr|Mrs|Ms|Dr|Prof|St|vs|No|etc|Nr|bzw|ca|Sr|Sra|Mme)\.)", re.IGNORECASE
)
_WORD = re.compile(r"\s*(?:\S*?[。！？][」』”’）]*|\S+)")  # after 。 stands no blank
_JOIN = re.compile(r"(?=\s\[(?:\.\.\.|…)\])")
_NOTES = re.compile(r"(?:\s*\[[^\[\].…\s]{1,3}\])+(?=[”’\"')]*$)")  # of a footnote, at the end
_NOTE_FOLLOWS = re.compile(r"\s*\[[^\[\].…\s]{1,3}\]")
_BRACKET = re.compile(r"[\[\]]")
_OPENING = "“„«‘‚\"'([¿¡"


def sentences(text: str) -> list[str]:
    """The sentences of a text, blanks before each included: joined, they are the text.

    None ends within brackets.
    """
    found, words, depth = [], "", 0
    pieces = _WORD.findall(text)
    for place, piece in enumerate(pieces, 1):
        words += piece
        for bracket in _BRACKET.findall(piece):
            depth = max(0, depth + (1 if bracket == "[" else -1))
        if depth == 0 and _ends(words, pieces[place] if place < len(pieces) else ""):
            found.append(words)
            words = ""
    return [*found, words] if words else found


def passages(sentence: str) -> list[str]:
    """What was said in one go: a sentence that was joined of several is parted before each [...]."""
    return [piece for piece in _JOIN.split(sentence) if piece.strip()]


def _ends(words: str, after: str) -> bool:
    """Whether a sentence ends here; the number of a footnote belongs to what stands before it."""
    bare = _NOTES.sub("", words).rstrip()
    word = bare[bare.rfind(" ") + 1 :]
    if word.endswith("]") or not ends_sentence(word) or _NOTE_FOLLOWS.match(after):
        return False
    if _SHORTENED.fullmatch(word.rstrip("”’\"')")):
        return False
    return not after.strip().lstrip(_OPENING)[:1].islower()
