"""Reads a transcript in any format we know, told apart by content and never by the file's name."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from pipeline.errors import ConfigError, PullquoteError
from pipeline.models import Recognition, Transcript, Word, decode
from pipeline.transcript.formats import cue_file, podcast_json
from pipeline.transcript.formats.cue_file import WORD_LIMIT
from pipeline.transcript.words.words import from_recognition, interpolate, label, split

SIZE_LIMIT = 64 * 1024 * 1024  # bytes; a word-by-word JSON of ten hours has about 10 MB
_PAUSE = 1.0  # seconds of silence that break words which came without segments
_KNOWN = "I read our own words.json, Podcasting 2.0 JSON, WebVTT and SRT"
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def read_transcript(path: Path) -> Transcript:
    """The words of a transcript: ours, Podcasting 2.0 JSON, WebVTT or SRT.

    Words are `body.split()` over all cues or segments in order; those of a foreign file have times
    interpolated within their cue, and the language that the words tell. PullquoteError names the file
    and, where there is one, the line.
    """
    text = _text(path)
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[")):
        return _from_json(start, path.name)
    if start.startswith("WEBVTT"):
        return cue_file.read(start, "vtt", path.name)
    if "-->" in text:
        return cue_file.read(text, "srt", path.name)
    if not start.strip():
        raise PullquoteError(f"{path.name}: the file is empty", _KNOWN)
    raise PullquoteError(f"{path.name}: this is no transcript with times", _KNOWN)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file", _KNOWN) from None
    except OSError as error:
        raise PullquoteError(f"{path}: cannot be read: {error.strerror}", _KNOWN) from None
    if len(content) > SIZE_LIMIT:
        raise PullquoteError(
            f"{path.name}: larger than {SIZE_LIMIT // 2**20} MB, too large for a transcript", _KNOWN
        )
    encoding = next((name for bom, name in _BOMS.items() if content.startswith(bom)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PullquoteError(
            f"{path.name}, line {line}: not UTF-8 text (byte {error.start})",
            "is it a transcript? If so, save it again as UTF-8",
        ) from None
    if "\0" in text:
        raise PullquoteError(f"{path.name}: this is no text but a binary file", _KNOWN)
    return text


def _from_json(text: str, name: str) -> Transcript:
    try:
        document: Any = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise PullquoteError(f"{name}: no valid JSON: {error}", _KNOWN) from None
    if isinstance(document, dict) and "words" in document:
        return _ours(document, text.encode(), name)
    if isinstance(document, dict) and "segments" in document:
        return podcast_json.read(text, name)
    raise PullquoteError(
        f"{name}: JSON, but no transcript: it has no words and no segments", _KNOWN
    )


def _ours(document: dict[str, Any], content: bytes, name: str) -> Transcript:
    """`transcript.words.json`, `transcript.raw.json`, or the words file of `pullquote transcribe`."""
    if "raw_ids" in document:
        transcript = decode(Transcript, content, name)
        if len(transcript.raw_ids) != len(transcript.words):
            raise PullquoteError(
                f"{name}: {len(transcript.words)} words but {len(transcript.raw_ids)} raw_ids",
                "the file was damaged or edited by hand; make it again",
            )
        for index, word in enumerate(transcript.words):
            if word.text.split() != [word.text]:
                raise PullquoteError(
                    f"{name}: words.{index}: {word.text!r} is not one word",
                    "the file was damaged or edited by hand; make it again",
                )
    elif "segments" in document:
        transcript = from_recognition(decode(Recognition, content, name), [])
    else:
        transcript = _from_words(decode(_WordsFile, content, name))
    if not transcript.words:
        raise PullquoteError(f"{name}: holds no words", "is it the right file?")
    if len(transcript.words) > WORD_LIMIT:
        raise PullquoteError(f"{name}: more than {WORD_LIMIT:,} words", _KNOWN)
    return transcript


@dataclass(frozen=True, slots=True)
class _WordsFile:
    words: Sequence[Word]
    language: str = ""


def _from_words(file: _WordsFile) -> Transcript:
    words: list[Word] = []
    breaks: list[int] = []
    for word in file.words:
        speaker = label(word.speaker)
        for piece in interpolate(split(word.text), word.start, word.end, speaker, word.probability):
            before = words[-1] if words else None
            if before is None or before.speaker != speaker or piece.start - before.end >= _PAUSE:
                breaks.append(len(words))
            words.append(piece)
    raw_ids = [(index,) for index in range(len(words))]
    return Transcript(words, raw_ids, breaks or [0], file.language or cue_file.language_of(words))
