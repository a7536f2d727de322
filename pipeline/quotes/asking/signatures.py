"""What a host has signed under one quote, and what each signature holds for.

A line of `consent` signs a sentence as it is published, with all that was edited in it:
`added: people at; dropped: so in “I know a bunch of people at work.”` It holds while the sentence has
these words and no edit that the line lacks: fewer are left where the transcript was mended. A line
`wording: …` signs edits of wording, in whichever sentence they are, and may sign for a sentence too. A line
with neither signs one edit: so they were written before questions were sentences, and so are `proven`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipeline.quotes.matching.edits import KINDS, Part, bare, consent_line, shortened

_BETWEEN = "; "
_IN = " in “"
_WORDING = "wording: "
_LONGEST = 60  # words of a sentence that a line holds in full; longer ones are the recogniser's


def sentence_line(edits: Sequence[Part], sentence: str, wording: Sequence[Part] = ()) -> str:
    """The line that signs for all edits of a sentence, and for `wording` of others."""
    lines = [consent_line(edit) for edit in (*wording, *edits)]
    opening = _WORDING if wording else ""
    return f"{opening}{_BETWEEN.join(lines)}{_IN}{_named(sentence)}”"


def wording_line(edits: Sequence[Part]) -> str:
    return _WORDING + _BETWEEN.join(map(consent_line, edits))


class Signatures:
    """The signatures under one quote; each line signs once.

    A line without a place holds for the first place only.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._used: set[int] = set()
        self._spent: set[int] = set()  # of those, the ones that may sign for no sentence any more
        self._folded = [_folded(line) for line in self._lines]
        self._wording = [
            Counter(line.removeprefix(_WORDING).split(_BETWEEN))
            for line in self._folded
            if line.startswith(_WORDING)
        ]

    def of_edit(self, edit: Part) -> str | None:
        """Use up the line that signs for a single edit, or for the wording; None where there is none."""
        forms = [edit] if edit.again else [edit, replace(edit, place="")]
        wanted = [_folded(consent_line(form)) for form in forms]
        found = next((n for line in wanted if (n := self._place(line)) >= 0), -1)
        if found < 0 and edit.kind and KINDS[edit.kind].light:
            return self._use(self._of_wording(wanted))
        self._spent.add(found)
        return self._use(found)

    def of_sentence(self, edits: Sequence[Part], unsigned: Sequence[Part], text: str) -> str | None:
        """Use up the line that signs for a sentence with these edits; None where there is none.

        It has to name all that is `unsigned` otherwise. What it names beyond the edits that there are
        was mended in the transcript, as long as the sentence stands there in full.
        """
        wanted = Counter(_folded(consent_line(edit)) for edit in unsigned)
        known = Counter(_folded(consent_line(edit)) for edit in edits)
        words = _words(_named(text))
        for number, line in enumerate(self._lines):
            signed = None if number in self._spent else _edits_in(line, words)
            if signed is None or wanted - signed:
                continue
            if not signed - known or is_named(text):
                self._spent.add(number)
                return self._use(number)
        return None

    def unused(self) -> list[str]:
        """The lines that fit nothing, as written."""
        return [line for number, line in enumerate(self._lines) if number not in self._used]

    def _place(self, folded: str) -> int:
        places = (n for n, line in enumerate(self._folded) if line == folded)
        return next((n for n in places if n not in self._used), -1)

    def _of_wording(self, wanted: Sequence[str]) -> int:
        numbers = [n for n, line in enumerate(self._folded) if line.startswith(_WORDING)]
        for number, left in zip(numbers, self._wording, strict=True):
            line = next((line for line in wanted if left[line]), None)
            if line is not None:
                left[line] -= 1
                return number
        return -1

    def _use(self, number: int) -> str | None:
        if number < 0:
            return None
        self._used.add(number)
        return self._lines[number]


def names(line: str, edit: str) -> bool:
    """Whether a line of the ledger signs for an edit among others."""
    edits, found, _ = line.rpartition(_IN)
    return edit in (edits if found else line).removeprefix(_WORDING).split(_BETWEEN)


def _edits_in(line: str, words: Sequence[str]) -> Counter[str] | None:
    """The edits that a line signs for in a sentence of these words; None where it is of another."""
    for found in re.finditer(re.escape(_IN), line):
        if _words(line[found.end() :]) == words:
            edits = line[: found.start()].removeprefix(_WORDING)
            return Counter(map(_folded, edits.split(_BETWEEN)))
    return None


def is_named(sentence: str) -> bool:
    """Whether a line holds all words of a sentence."""
    return len(sentence.split()) <= _LONGEST


def _named(sentence: str) -> str:
    return sentence if is_named(sentence) else shortened(sentence)


def _words(text: str) -> list[str]:
    """Words as a signature binds them: not their marks and capitals, which are free or an edit."""
    return [word for word in _folded(bare(text.split())).split() if word.strip("[.…]")]


def _folded(line: str) -> str:
    text = unicodedata.normalize("NFKC", line).casefold()
    text = re.sub(r"[’‘`´]", "'", re.sub(r"[“”„]", '"', text))
    return " ".join(text.split())
