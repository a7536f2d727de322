"""The overlay: corrections and glossary laid over raw words, with the way back to them.

The raw transcript never changes. Each corrected word keeps the raw ids that it stands for, so quotes,
which refer to raw words, stay where they are when a spelling is mended.
"""

import difflib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from pipeline.errors import ConfigError
from pipeline.models import Change, Problem, Suspect, Transcript, Word
from pipeline.shifts import Shifts
from pipeline.text.punctuation import core
from pipeline.text.scripts import join
from pipeline.transcript.corrections import corrections as corrections_file
from pipeline.transcript.corrections import glossary as glossary_file
from pipeline.transcript.corrections import sounds
from pipeline.transcript.corrections.corrections import Corrections, Replacement
from pipeline.transcript.corrections.glossary import Glossary
from pipeline.transcript.moved.anchors import NOWHERE, Anchors, shifts_of
from pipeline.transcript.words.words import interpolate, normal, split


@dataclass(frozen=True, slots=True)
class Proofread:
    """The corrected words, what was changed in order of time, what no longer fits, what to hear again."""

    transcript: Transcript
    changes: Sequence[Change]
    problems: Sequence[Problem]
    suspects: Sequence[Suspect] = ()


class _Token(NamedTuple):
    """A word on its way: its raw ids, and its place in the raw transcript, which tells its segment."""

    word: Word
    raw_ids: tuple[int, ...]
    place: int
    mended: bool = False  # by a correction; nothing else may touch it


class _Patch(NamedTuple):
    """Tokens [first, last), listed as `said`, become `text` by a rule."""

    first: int
    last: int
    said: str
    text: str
    rule: str


def correct(
    transcript: Transcript,
    corrections: Corrections,
    glossary: Glossary,
    people: Sequence[str],
    name: str,
) -> Proofread:
    """Lay corrections and glossary over the raw words; `people` are terms that may be told by sound.

    Corrections come first, and again after the glossary, because a person may quote either spelling.
    ConfigError, with file and entries, for two corrections of the same words.
    """
    shifts = shifts_of(transcript.words, corrections.hints)
    words, problems = corrections_file.named_speakers(transcript.words, corrections, shifts)
    tokens = [
        _Token(word, tuple(ids), place)
        for place, (word, ids) in enumerate(zip(words, transcript.raw_ids, strict=True))
    ]
    changes: list[Change] = []
    patches, unfit = _anchored(corrections.replace, tokens, name, shifts)
    tokens = _patched(tokens, patches, "correction", changes)
    for kind, terms in (("glossary", _listed), ("sound", _sounding)):
        words = [token.word for token in tokens]
        anchors = Anchors(words, shifts)
        spared, lost = corrections_file.fitting("keep", corrections.keep, anchors)
        if kind == "glossary":  # afterwards, a kept spelling may be gone with what stood around it
            problems += lost
        found = _untouched(tokens, terms(glossary, people, words), spared)
        tokens = _patched(tokens, found, kind, changes)
    patches, still = _anchored(list(unfit), tokens, name, shifts)
    tokens = _patched(tokens, patches, "correction", changes)
    for entry, why in still.items():
        # A spelling that the glossary has changed since is best explained as it was heard.
        reason = unfit[entry] if why.startswith(NOWHERE) else why
        problems.append(Problem(f"[[replace]] {entry}", reason, entry.at))
    ordered = sorted(changes, key=lambda change: change.at)
    return Proofread(_transcript(tokens, transcript), ordered, problems)


def _listed(glossary: Glossary, people: Sequence[str], words: Sequence[Word]) -> list[_Patch]:
    del people  # nobody said how they are misheard
    return [
        _Patch(first, last, heard, text, f"glossary.toml: '{text}' is heard as '{heard}'")
        for first, last, heard, text in glossary_file.matches(glossary, words)
    ]


def _sounding(glossary: Glossary, people: Sequence[str], words: Sequence[Word]) -> list[_Patch]:
    terms = list(dict.fromkeys([*(term.text for term in glossary.term), *people]))
    patches = []
    for match in sounds.matches(terms, words):
        heard = [word.text for word in words[match.first : match.last]]
        said = " ".join(core(text)[1] or text for text in heard)
        why = "has the letters of" if match.likeness > 2 else "sounds like"
        patches.append(_Patch(match.first, match.last, said, match.text, f"{why} '{match.text}'"))
    return patches


def _anchored(
    entries: Sequence[Replacement], tokens: Sequence[_Token], name: str, shifts: Shifts
) -> tuple[list[_Patch], dict[Replacement, str]]:
    """Where each entry belongs, in order, and the entries that fit nothing, with the reason."""
    words = [token.word for token in tokens]
    anchors = Anchors(words, shifts)
    patches: dict[_Patch, Replacement] = {}
    unfit: dict[Replacement, str] = {}
    for entry in entries:
        place = corrections_file.anchor(entry, anchors)
        if isinstance(place, str):
            unfit[entry] = place
        else:
            patches[_Patch(*place, entry.said, entry.text, f"{name}: [[replace]] {entry}")] = entry
    ordered = sorted(patches)
    for patch, after in pairwise(ordered):
        if after.first < patch.last:
            raise ConfigError(
                f"{name}: [[replace]] {patches[patch]} and {patches[after]} change the same words",
                "join them, or give each its own time",
            )
    for patch in ordered:
        if any(token.mended for token in tokens[patch.first : patch.last]):
            unfit[patches[patch]] = "another entry has changed these words"
    return [patch for patch in ordered if patches[patch] not in unfit], unfit


def _untouched(
    tokens: Sequence[_Token], patches: Sequence[_Patch], spared: set[int]
) -> list[_Patch]:
    return [
        patch
        for patch in patches
        if spared.isdisjoint(range(patch.first, patch.last))
        and not any(token.mended for token in tokens[patch.first : patch.last])
    ]


def _patched(
    tokens: Sequence[_Token], patches: Sequence[_Patch], kind: str, changes: list[Change]
) -> list[_Token]:
    result: list[_Token] = []
    at = 0
    for patch in patches:
        result.extend(tokens[at : patch.first])
        old = tokens[patch.first : patch.last]
        new = _replaced(tokens, patch, kind == "correction")
        raw, published = (join(token.word.text for token in part) for part in (old, new))
        changes.append(Change(kind, raw, published, old[0].word.start, patch.rule))
        result.extend(new)
        at = patch.last
    result.extend(tokens[at:])
    return result


def _replaced(tokens: Sequence[_Token], patch: _Patch, mended: bool) -> list[_Token]:
    """The tokens that take a patch's place; those that it leaves as they were keep everything."""
    old = tokens[patch.first : patch.last]
    said = split(patch.said)
    texts = _with_punctuation(split(patch.text), said, old)
    before, after = [normal(token.word.text) for token in old], [normal(text) for text in texts]
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    result: list[_Token] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            for token, heard, text in zip(old[i:j], said[i:j], texts[k:m], strict=True):
                kept = heard == text
                word = token.word if kept else token.word._replace(text=text)
                result.append(token._replace(word=word, mended=mended))
        else:
            result.extend(_block(tokens, patch.first + i, patch.first + j, texts[k:m], mended))
    return result


def _block(
    tokens: Sequence[_Token], first: int, last: int, texts: Sequence[str], mended: bool
) -> list[_Token]:
    """`texts` for tokens [first, last), either of which may be empty, shared out in order."""
    old = tokens[first:last]
    before = tokens[first - 1] if first else None
    base = old[0] if old else before or tokens[first]
    if old:
        start, end = old[0].word.start, max(token.word.end for token in old)
    else:
        start = before.word.end if before else base.word.start
        end = max(start, tokens[first].word.start) if first < len(tokens) else start
    if len(old) == len(texts):
        timed = [
            token.word._replace(text=text, probability=None)
            for token, text in zip(old, texts, strict=True)
        ]
    else:
        timed = interpolate(texts, start, end, base.word.speaker, None)
    result = []
    for index, word in enumerate(timed):
        low = index * len(old) // len(texts)
        high = -(-(index + 1) * len(old) // len(texts))
        ids = [raw_id for token in old[low:high] for raw_id in token.raw_ids]
        place = old[low].place if old else base.place
        result.append(_Token(word, tuple(dict.fromkeys(ids)), place, mended))
    return result


def _with_punctuation(
    texts: Sequence[str], said: Sequence[str], old: Sequence[_Token]
) -> list[str]:
    """Carry the punctuation around the heard words over, where the entry says nothing about it."""
    result = list(texts)
    if not result:
        return result
    lead, tail = _around(old[0].word.text)[0], _around(old[-1].word.text)[1]
    if not _around(said[0])[0] and not _around(result[0])[0]:
        result[0] = lead + result[0]
    if not _around(said[-1])[1] and not _around(result[-1])[1]:
        result[-1] += tail
    return result


def _around(text: str) -> tuple[str, str]:
    before, word, after = core(text)
    return (before, after) if word else ("", "")


def _transcript(tokens: Sequence[_Token], raw: Transcript) -> Transcript:
    breaks = []
    for index, token in enumerate(tokens):
        segment = bisect_right(raw.breaks, token.place)
        before = tokens[index - 1] if index else None
        if (
            before is None
            or segment != bisect_right(raw.breaks, before.place)
            or token.word.speaker != before.word.speaker
        ):
            breaks.append(index)
    return replace(
        raw,
        words=[token.word for token in tokens],
        raw_ids=[token.raw_ids for token in tokens],
        breaks=breaks or [0],
    )
