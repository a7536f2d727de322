"""Reads WebVTT and SRT from anywhere: strict about times and order, tolerant about form.

A library that drops what it cannot parse would shift the number of every later word, and the words'
numbers are the addresses of quotes. So each line is read, and one that fits nowhere is an error with
its number.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pipeline.errors import PullquoteError
from pipeline.models import Transcript, Word
from pipeline.text.punctuation import core
from pipeline.transcript.words.words import interpolate, label, split

Format = Literal["vtt", "srt"]
WORD_LIMIT = 1_000_000  # about a hundred hours of speech

_STAMP = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_STAMP}\s*-->\s*{_STAMP}(?:\s.*)?", re.ASCII | re.DOTALL)
_LINE_END = re.compile(r"\r\n|\r|\n")
_SIGNATURE = re.compile(r"WEBVTT(?:[ \t].*)?")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s.*)?")  # blocks of a WebVTT file that are no cues
# No class of these holds "<", so that a file full of open tags takes no quadratic time.
_VOICE = re.compile(r"<(/?)v(?:\.[^\s<>]*)?(?:\s([^<>]*))?>")
_VTT_TAG = re.compile(r"</?(?:c|i|b|u|ruby|rt|lang|font)(?:[.\s][^<>]*)?>|<(?:\d+:)?\d+:\d+\.\d+>")
_SRT_TAG = re.compile(r"</?(?:b|i|u|font)(?:\s[^<>]*)?>|\{\\an?\d+\}", re.IGNORECASE)
_LABEL = re.compile(r"([^\s:\[(<♪][^:\n]{0,39}):(?:\s+|$)")
_LABEL_WORDS = 4  # of a speaker's name before a colon, at most
_SHOWN = 60  # letters of a line in a message
_PARTICLES = frozenset(
    {"of", "the", "and", "van", "von", "der", "den", "de", "da", "di", "la", "al"}
)


@dataclass(slots=True)
class Passage:
    """A cue or segment as it was read: its times in seconds, and who says what in it."""

    start: float
    end: float
    voices: list[tuple[str | None, str]]


def read(text: str, kind: Format, name: str) -> Transcript:
    """Parse a whole file; `name` is the file, for errors. Raises PullquoteError with the line."""
    lines = _LINE_END.split(text.removeprefix("\ufeff"))
    passages = list(_vtt_cues(lines, name) if kind == "vtt" else _srt_cues(lines, name))
    named = any(speaker for passage in passages for speaker, _ in passage.voices)
    return assemble(passages if named else _labelled(passages), name)


def assemble(passages: Sequence[Passage], name: str) -> Transcript:
    """Words of passages in order, each passage and each voice in it a break."""
    words: list[Word] = []
    breaks: list[int] = []
    for passage in passages:
        spoken = [(speaker, text) for speaker, body in passage.voices for text in split(body)]
        timed = interpolate([text for _, text in spoken], passage.start, passage.end, None, None)
        for index, ((speaker, _), word) in enumerate(zip(spoken, timed, strict=True)):
            if index == 0 or speaker != words[-1].speaker:
                breaks.append(len(words))
            words.append(word._replace(speaker=speaker))
        if len(words) > WORD_LIMIT:
            raise PullquoteError(
                f"{name}: more than {WORD_LIMIT:,} words", "give the transcript of one episode"
            )
    if not words:
        raise PullquoteError(f"{name}: holds no words", "is it the right file?")
    raw_ids = [(index,) for index in range(len(words))]
    return Transcript(words, raw_ids, breaks, language_of(words))


def leading_label(text: str) -> str | None:
    """What stands before a colon at the start of a text, if it is short enough to be a name."""
    match = _LABEL.match(text)
    if not match or not any(character.isalpha() for character in match[1]):
        return None
    words = match[1].split()
    if len(words) > _LABEL_WORDS or any(word[-1] in ",;!?" for word in words):
        return None
    return " ".join(words)


def _vtt_cues(lines: Sequence[str], name: str) -> Iterator[Passage]:
    if not _SIGNATURE.fullmatch(lines[0]):
        raise _broken(name, 1, "a WebVTT file begins with WEBVTT", lines[0])
    index = _paragraph_end(lines, 1)  # the rest of the header
    while index < len(lines):
        line, end = lines[index], _paragraph_end(lines, index + 1)
        if not line.strip():
            index += 1
        elif "-->" in line and not _ASIDE.fullmatch(line):
            yield Passage(*_times(line, index + 1, name), _voices(lines[index + 1 : end]))
            index = end
        elif _ASIDE.fullmatch(line) or (end == index + 1 < len(lines) and "-->" in lines[end]):
            index = end  # a comment, or the identifier of the cue that follows
        else:
            raise _broken(name, index + 1, "text that belongs to no cue", line)


def _paragraph_end(lines: Sequence[str], index: int) -> int:
    """The index of the next line that is empty or gives times."""
    while index < len(lines) and lines[index].strip() and "-->" not in lines[index]:
        index += 1
    return index


def _srt_cues(lines: Sequence[str], name: str) -> Iterator[Passage]:
    starts = [index for index, line in enumerate(lines) if "-->" in line]
    for index, line in enumerate(lines[: starts[0]] if starts else lines):
        if line.strip() and not _is_number(lines, index):
            raise _broken(name, index + 1, "text that belongs to no cue", line)
    for at, until in pairwise([*starts, len(lines)]):
        # Lines after an empty one too: some files have them inside a cue.
        body = [lines[n] for n in range(at + 1, until) if not _is_number(lines, n)]
        text = _SRT_TAG.sub("", "\n".join(filter(str.strip, body)))
        yield Passage(*_times(lines[at], at + 1, name), [(None, text)])


def _is_number(lines: Sequence[str], index: int) -> bool:
    """Whether a line is the number of the cue whose times follow."""
    following = lines[index + 1] if index + 1 < len(lines) else ""
    return "-->" in following and lines[index].strip().isdigit()


def _times(line: str, number: int, name: str) -> tuple[float, float]:
    match = _TIMES.fullmatch(line)
    if not match:
        raise _broken(name, number, "times must be written 00:01:02.500 --> 00:01:04.000", line)
    parts: tuple[str, ...] = match.groups("0")
    if any(int(parts[at]) > 59 for at in (1, 2, 5, 6)):
        raise _broken(name, number, "minutes and seconds go up to 59", line)
    start, end = _seconds(*parts[:4]), _seconds(*parts[4:])
    if end < start:
        raise _broken(name, number, "the cue ends before it starts", line)
    return start, end


def _seconds(hours: str, minutes: str, seconds: str, fraction: str) -> float:
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return (whole * 1000 + int(fraction.ljust(3, "0"))) / 1000


def _voices(lines: Sequence[str]) -> list[tuple[str | None, str]]:
    """Split a WebVTT cue at its voice tags, and take other tags and escapes out."""
    voices: list[tuple[str | None, str]] = []
    body = "\n".join(lines)
    speaker, at = None, 0
    for tag in _VOICE.finditer(body):
        voices.append((speaker, _plain(body[at : tag.start()])))
        speaker = None if tag[1] else label(html.unescape(tag[2] or ""))
        at = tag.end()
    voices.append((speaker, _plain(body[at:])))
    return voices


def _plain(text: str) -> str:
    return html.unescape(_VTT_TAG.sub("", text))


def _labelled(passages: Sequence[Passage]) -> list[Passage]:
    """Take `Name: ` at the start of cues for speakers, where the file uses such labels.

    It does if its first cue has one (noises in brackets aside). A label counts if each of its words is
    written as in a name, or if it comes back.
    """
    bodies = [passage.voices[-1][1].strip() for passage in passages]
    labels = [leading_label(body) for body in bodies]
    first = next((i for i, body in enumerate(bodies) if body and body[0] not in "[(♪"), None)
    if first is None or labels[first] is None:
        return list(passages)
    times = Counter(labels)
    believed = {labels[first]} | {name for name in times if times[name] > 1 or _is_name(name)}
    speaker: str | None = None
    result = []
    for passage, body, name in zip(passages, bodies, labels, strict=True):
        if name and name in believed:
            speaker = name
            body = body[body.index(":") + 1 :]
        result.append(Passage(passage.start, passage.end, [(speaker, body)]))
    return result


def _is_name(text: str | None) -> bool:
    words = (text or "").split()
    return bool(words) and all(not word[0].islower() or word in _PARTICLES for word in words)


def _broken(name: str, number: int, wrong: str, line: str) -> PullquoteError:
    shown = line if len(line) <= _SHOWN else line[: _SHOWN - 3] + "..."
    return PullquoteError(f"{name}, line {number}: {wrong}", f"it reads: {shown!r}")


UNDETERMINED = "und"

_FREQUENT = {
    "en": "the of and to a in that is you i it we for was on are with they be this have what so but not",
    "de": "der die und das ist ich nicht es ein zu wir in so auch sie mit auf dass den man aber eine von",
    "fr": "le la les et de des est que un une pas je on il qui dans ce pour en vous nous plus sur avec",
    "es": "el la los y de que en un una no es se lo por con para las del pero como más yo está muy",
    "it": "il di che e la è un non per una in si con ma sono come del della più anche questo quello mi",
    "pt": "o a que e de não um uma em para com os é do da se mas por eu como muito mais isso você",
    "nl": "de het een en van ik is dat niet je in te zijn we op met voor maar ook die er dan wat",
    "sv": "och att det som en är jag på inte vi för så den har av med men man ett om de var kan",
    "nb": "og det er ikke som på jeg til at en vi for så den har av med men man et om de var kan",
    "pl": "i w na to nie się że z jest jak a o ale tak co jest dla od ja tym po już czy był",
}
_WORDS = {tag: frozenset(words.split()) for tag, words in _FREQUENT.items()}
_SHARE = 0.15  # of all words; of conversation these make a quarter to two fifths
_SAMPLE = 2000  # words


def language_of(words: Sequence[Word]) -> str:
    """Which language words are in, by the most frequent ones: its tag; `und` where none is known here.

    Only languages that could be taken for one another are told apart. Of `und` nothing is assumed.
    """
    texts = [core(word.text)[1].casefold() for word in words[:_SAMPLE]]
    shares = {tag: sum(text in known for text in texts) for tag, known in _WORDS.items()}
    likeliest = max(shares, key=lambda tag: shares[tag])
    return likeliest if shares[likeliest] > _SHARE * len(texts) else UNDETERMINED
