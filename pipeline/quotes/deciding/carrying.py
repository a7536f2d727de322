"""Quotes that outlive a new transcription of the same recording, or of the same takes in another.

The sound is the same and so is the text; only another recogniser hears other words. What the host has
signed at that place is signed anew, for the words as they are heard now. What the earlier transcription
had word for word, and the new one spells otherwise for about the same sound ("a GI" for "AGI", "as" for
"is"), is noted under `proven`, with the recording's hash: no signature, for nobody was asked. Whatever
the new one hears that the host could not know of - a "not", a number, a hedge or a modal verb that the
text lacks, other words, a doubt of another kind - stops the quote as ever, and so do words that the
host has corrected since: that is a person's word against the text.

Another recording - cut, or with an intro - is transcribed anew as well. There the same holds wherever
the words around an edit show that it is the same take (see `takes`).
"""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pipeline.artefacts import AUDIO
from pipeline.models import Edit, Quote, Transcript, Word
from pipeline.quotes.asking.signatures import names
from pipeline.quotes.deciding.kept_ids import earlier
from pipeline.quotes.deciding.takes import Takes
from pipeline.quotes.kinds.meaning import guarded
from pipeline.quotes.ledger.edits import sign, unsign
from pipeline.quotes.ledger.ledger import Ledger
from pipeline.quotes.matching.edits import (
    DOUBTS,
    KINDS,
    bare,
    consent_line,
    proven_line,
    without_place,
)
from pipeline.quotes.matching.sounds import misheard, sounds_alike
from pipeline.quotes.matching.source import Source
from pipeline.quotes.matching.tokens import Tokenizer
from pipeline.quotes.proof.guard import PROVEN, Guard, Verdict
from pipeline.workspace import EpisodePaths

_NEAR = 2.0  # seconds: recognisers differ by half a second, and an edit may begin earlier
_LIGHT = frozenset(name for name, kind in KINDS.items() if kind.light)
_WORDING = frozenset({"added", "changed", "recognition", "dropped", "cut", "name", *_LIGHT})


class Carried(NamedTuple):
    """An edit of one quote that stays proven: the consent as it was signed, and as it must read now.

    `was` is empty where the earlier transcription had the words.
    """

    identity: str
    was: str
    now: str

    @property
    def line(self) -> str:
        """What became of it, for the host, who need not read the hash of the recording."""
        why = f"your consent “{without_place(self.was)}” holds" if self.was else "proven before"
        line = self.now if self.was else self.now.partition(" ")[2]
        return f"{self.identity}: {why}, for what is heard there now: “{line}”"


def recording_of(paths: EpisodePaths) -> str:
    """The SHA-256 of an episode's sound; empty where none is known."""
    audio = AUDIO.known(paths)
    return audio.sha256 if audio else ""


def proven_before(ledger: Path) -> tuple[str, dict[str, Quote]]:
    """The quotes that were proven last, by id, and the SHA-256 of the sound that they were proven on."""
    known = earlier(ledger)
    if not known.audio:
        return "", {}
    return known.audio, {quote.id: quote for quote in known.quotes if quote.status in PROVEN}


def corrected(transcript: Transcript, raw: Sequence[Word]) -> frozenset[int]:
    """The words of a transcript that are not as the recogniser heard them (`raw`)."""
    return frozenset(
        index
        for index, (word, ids) in enumerate(zip(transcript.words, transcript.raw_ids, strict=True))
        if len(ids) != 1 or ids[0] >= len(raw) or raw[ids[0]].text.strip() != word.text
    )


def carried(
    before: Mapping[str, Quote],
    verdicts: Sequence[Verdict],
    guard: Guard,
    mended: Collection[int] = (),
    takes: Takes | None = None,
) -> list[Carried]:
    """The edits that miss a consent now, and were signed or proven at the same place before.

    Not those of `mended` words, which are in the transcript by a correction. `takes` tell where the
    places are where the recording was another one.
    """
    found = []
    for verdict in verdicts:
        old = before.get(verdict.quote.id)
        if old and old.text == verdict.quote.text and verdict.quote.status == "needs-consent":
            found += _of_quote(old, verdict, guard, mended, takes)
    return found


def carry(ledger: Ledger, changes: Sequence[Carried]) -> None:
    """Write each consent as it must read now; the old line goes where nothing needs it any more."""
    there = {entry.id: entry.consent for _, entry in ledger.entries}
    changes = [change for change in changes if change.identity in there]
    for change in changes:
        sign(ledger, change.identity, change.now, "consent" if change.was else "proven")
    now = {change.now for change in changes}
    for identity, was in {(change.identity, change.was) for change in changes if change.was}:
        for line in there[identity]:
            # Signed in a sentence, or before lines had places.
            if line not in now and (names(line, was) or line == without_place(was)):
                unsign(ledger, identity, line)


def _of_quote(
    old: Quote, verdict: Verdict, guard: Guard, mended: Collection[int], takes: Takes | None
) -> list[Carried]:
    tokenizer = guard.source.tokenizer
    signed = [edit for edit in old.edits if edit.consented]
    still = [consent_line(edit) for edit in verdict.quote.edits if edit.consented]
    # What still fits is used up; a line may stand there twice.
    for line in still:
        match = next((edit for edit in signed if consent_line(edit) == line), None)
        if match:
            signed.remove(match)
    found: list[Carried] = []
    kept = [edit for edit in verdict.quote.edits if edit.consented]
    missing = [e for e in verdict.quote.edits if e.kind in verdict.stopped and not e.consented]
    for edit in missing:
        shift = takes.shift(edit.at) if takes else 0.0
        if shift is None or _is_mended(edit, guard.transcript.words, mended):
            continue
        moved = replace(edit, at=edit.at - shift)  # where the old edits have it
        match = next((one for one in signed if _covers(one, moved, tokenizer)), None)
        if match:
            found.append(Carried(verdict.quote.id, consent_line(match), consent_line(edit)))
        elif guard.recording and (_had(old, moved, guard.source) or _doubts(edit, kept)):
            found.append(Carried(verdict.quote.id, "", proven_line(guard.recording, edit)))
        else:
            continue
        kept.append(edit)
    # The line that signed for wording beside what moved goes: it gets one of its own.
    light = [consent_line(e) for e in verdict.quote.edits if e.consented and e.kind in _LIGHT]
    signs = any(each.was for each in found)
    return found + [Carried(verdict.quote.id, line, line) for line in light if signs]


def _is_mended(edit: Edit, words: Sequence[Word], mended: Collection[int]) -> bool:
    first = bisect_left(words, edit.at, key=lambda word: word.start)
    return any(number in mended for number in range(first, first + len(edit.raw.split())))


def _doubts(edit: Edit, kept: Sequence[Edit]) -> bool:
    """Whether a doubt is about words that are not published: those before are."""
    return edit.kind in DOUBTS and any(
        abs(edit.at - other.at) <= _NEAR and bare(edit.raw.split()) in bare(other.raw.split())
        for other in kept
    )


def _had(old: Quote, edit: Edit, source: Source) -> bool:
    """Whether the earlier transcription, which the quote was proven by, had it as it is published.

    Where it was an edit then, and free, the rules have changed and not what is heard.
    """
    if any((e.raw, e.published) == (edit.raw, edit.published) for e in old.edits):
        return False
    tokenizer = source.tokenizer
    heard, printed = _texts(edit.raw, tokenizer), _texts(edit.published, tokenizer)
    if guarded(heard, printed, tokenizer.language):
        return False
    loose = ("added", "changed", *_LIGHT)
    articles = tokenizer.language.articles - tokenizer.language.pronouns
    if edit.kind in loose and articles.issuperset([*heard, *printed]):
        return True  # hardly voiced: each recogniser hears its own
    reworded = edit.kind in loose and edit.raw and edit.published
    if reworded or (edit.kind == "name" and not _names(edit.published, source)):
        return misheard(edit.raw, edit.published)
    if edit.kind in ("recognition", "name") and edit.published:
        return sounds_alike(edit.raw, edit.published)
    if edit.kind not in ("dropped", "cut", *_LIGHT) or edit.published:
        return False
    return any(
        not free.published and abs(free.at - edit.at) <= _NEAR and sounds_alike(free.raw, edit.raw)
        for free in old.edits
    )


def _names(published: str, source: Source) -> bool:
    """Whether printed words may hold a name: one that nobody writes without a capital here."""
    return any(bare([word]).lower() not in source.lower_words for word in published.split())


def _covers(signed: Edit, edit: Edit, tokenizer: Tokenizer) -> bool:
    """Whether an edit is the one that was signed, heard otherwise."""
    if abs(signed.at - edit.at) > _NEAR:
        return False
    if consent_line(signed) == consent_line(edit):
        return True  # only its sentence is heard otherwise
    if edit.kind in DOUBTS:
        return signed.kind in DOUBTS  # somebody has listened
    heard, before = _texts(edit.raw, tokenizer), _texts(signed.raw, tokenizer)
    if edit.kind in _WORDING and signed.kind in _WORDING | {"negation", "number", "hedge", "modal"}:
        return _same_print(signed, edit, heard, tokenizer)
    alike = not guarded(before, heard, tokenizer.language)
    return edit.kind == signed.kind and alike and sounds_alike(signed.raw, edit.raw)


def _same_print(signed: Edit, edit: Edit, heard: Sequence[str], tokenizer: Tokenizer) -> bool:
    """Whether no more is printed than was signed for, and nothing is heard that weighs more."""
    printed, wanted = _texts(signed.published, tokenizer), _texts(edit.published, tokenizer)
    if not wanted:
        alike = not guarded(_texts(signed.raw, tokenizer), heard, tokenizer.language)
        return not printed and alike and sounds_alike(signed.raw, edit.raw)
    if guarded(heard, wanted, tokenizer.language):
        return False
    if edit.kind == "name" != signed.kind and not sounds_alike(edit.raw, edit.published):
        return False
    size = len(wanted)
    return any(printed[n : n + size] == wanted for n in range(len(printed) - size + 1))


def _texts(text: str, tokenizer: Tokenizer) -> list[str]:
    return [token.text for token in tokenizer.tokens(text.split())]
