"""The transcript as a page shows it: chapters, paragraphs of one speaker, sentences with their times."""

import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.models import Chapter, Transcript, Word
from pipeline.text.punctuation import ends_sentence
from pipeline.text.scripts import join

PARAGRAPH_WORDS = 90  # a paragraph ends with the sentence that reaches this
SHORT_PARAGRAPH = 40  # from here on a pause ends it too
PAUSE = 1.5  # seconds
SENTENCE_WORDS = 60  # a recogniser that sets no full stops still gets places to jump to

_LETTERS = string.digits + string.ascii_letters  # 62 digits
_ABBREVIATION = re.compile(r"(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|vs|e\.g|i\.e|etc|No)\.$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What jumps to its time; `start` in seconds.

    `gap` stands before the next sentence of the paragraph: nothing in scripts without blanks.
    """

    text: str
    start: float
    gap: str = "\n"


@dataclass(slots=True)
class Paragraph:
    """Sentences of one speaker; `named` where the speaker differs from the paragraph before.

    `anchor` is the fragment `t=41.5`, so that a link to a moment works without a script.
    """

    speaker: str | None
    start: float
    anchor: str
    named: bool
    sentences: list[Sentence] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)

    @property
    def starts(self) -> str:
        """When its sentences begin, in seconds: scripts wrap each in an element that jumps there."""
        return " ".join(f"{round(sentence.start, 2):g}" for sentence in self.sentences)

    @property
    def times(self) -> str:
        """When the words of each sentence begin, as `moments.js.j2` reads it; empty for words alone."""
        return " ".join(self.steps) if any(self.steps) else ""


@dataclass(slots=True)
class Passage:
    """The paragraphs of one chapter; `chapter` is None before the first one or without any."""

    chapter: Chapter | None
    paragraphs: list[Paragraph] = field(default_factory=list)


def passages(transcript: Transcript, chapters: Sequence[Chapter]) -> list[Passage]:
    """Lay out a transcript; a chapter begins at the first sentence that starts in it."""
    laid_out: list[Passage] = []
    coming = sorted(chapters, key=lambda chapter: chapter.start)
    length, silence = 0, 0.0
    for words, silence_after in _sentences(transcript.words):
        start, speaker = words[0].start, words[0].speaker
        begun = [chapter for chapter in coming if chapter.start <= start + 0.5]
        coming = coming[len(begun) :]
        if begun or not laid_out:
            laid_out.append(Passage(begun[-1] if begun else None))
        paragraphs = laid_out[-1].paragraphs
        named = not paragraphs or paragraphs[-1].speaker != speaker
        if named or length >= PARAGRAPH_WORDS or (length >= SHORT_PARAGRAPH and silence >= PAUSE):
            paragraphs.append(Paragraph(speaker, start, moment(start), named))
            length = 0
        _append(paragraphs[-1], Sentence(_joined(words), start))
        paragraphs[-1].steps.append(_steps(words))
        length += len(words)
        silence = silence_after
    return laid_out


def _append(paragraph: Paragraph, sentence: Sentence) -> None:
    if paragraph.sentences:
        before = paragraph.sentences[-1]
        blank = " " in join((before.text[-1:], sentence.text[:1]))
        paragraph.sentences[-1] = replace(before, gap=before.gap if blank else "")
    paragraph.sentences.append(sentence)


def _steps(words: Sequence[Word]) -> str:
    """Tenths of a second from each word to the next, a letter each; a Z is 61 and goes on.

    Empty where blanks do not tell the words apart, as in Japanese.
    """
    if len(_joined(words).split()) != len(words):
        return ""
    tenths = [round((word.start - words[0].start) * 10) for word in words]
    steps = (max(0, after - before) for before, after in pairwise(tenths))
    return "".join("Z" * (step // 61) + _LETTERS[step % 61] for step in steps)


def moment(seconds: float) -> str:
    """The fragment of a time on an episode's page: `t=2467.3`."""
    return f"t={round(seconds, 1):g}" if seconds < 1e5 else f"t={seconds:.1f}"


def paragraph_at(laid_out: Sequence[Passage], seconds: float) -> Paragraph | None:
    """The paragraph in which a time lies; None before the first word."""
    found = None
    for passage in laid_out:
        for paragraph in passage.paragraphs:
            if paragraph.start > seconds + 0.05:  # times in a ledger are rounded
                return found
            found = paragraph
    return found


def _sentences(words: Sequence[Word]) -> Iterator[tuple[list[Word], float]]:
    """Sentences, each of one speaker, with the seconds of silence after it."""
    sentence: list[Word] = []
    for word, following in pairwise([*words, None]):
        assert word is not None
        sentence.append(word)
        if following is None:
            yield sentence, 0.0
        elif _ends(sentence, following):
            yield sentence, following.start - word.end
            sentence = []


def _ends(sentence: Sequence[Word], following: Word) -> bool:
    word = sentence[-1]
    if following.speaker != word.speaker or len(sentence) >= SENTENCE_WORDS:
        return True
    stops = ends_sentence(word.text) and not _ABBREVIATION.match(word.text)
    return stops and not following.text[:1].islower()


def _joined(words: Sequence[Word]) -> str:
    return join(word.text for word in words)
