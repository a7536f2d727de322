"""What the host is asked: one question a sentence, with all of its edits side by side.

*Meaning* is signed one by one, after hearing it. *Wording* leaves what was said as it is: where nothing
else was edited in a sentence, it goes with the last question of the quote, or is asked once for all of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pipeline.models import Edit, encode
from pipeline.quotes.asking.signatures import Signatures, is_named, sentence_line, wording_line
from pipeline.quotes.languages.table import Language
from pipeline.quotes.matching.edits import DOUBTS, KINDS, Part
from pipeline.text.punctuation import ends_sentence
from pipeline.text.scripts import join
from pipeline.times import clock

Tier = Literal["meaning", "wording"]

_ORDER = {name: number for number, name in enumerate(KINDS) if KINDS[name].why}
# What stands right outside a quote, and was said.
_OUTSIDE = frozenset({"attribution", "condition", "retraction", "predicate", "unseen"})
_OUTSIDE |= {"negation", "number", "hedge", "modal"}
_CUTS = frozenset({"cut", "join"})
_OF_WORDS = DOUBTS | {"speaker"}  # of words that other parts show


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words on one side of a question, and the tier of the edit that they are lit for, if any."""

    text: str
    lit: Tier | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """All that was edited in one sentence, or all wording of a quote, for one signature.

    What the recogniser doubts goes with the wording, and makes it a question that is signed after hearing.

    `line` is what `consent` wants; `signed` are the lines of the ledger that hold already, all that are
    needed or none. `edits` and `why` have the worst first; `at` is when the first of them was said.
    """

    id: str
    quote: str
    tier: Tier
    at: float
    said: Sequence[Stretch]
    published: Sequence[Stretch]
    edits: Sequence[Edit]
    why: Sequence[str]
    line: str
    signed: Sequence[str] = ()

    @property
    def cuts(self) -> list[Edit]:
        """What was left out unmarked, and could be marked as [...]."""
        return [edit for edit in self.edits if edit.kind in _CUTS and not edit.consented]

    @property
    def lines(self) -> list[str]:
        """The question in lines: when, said and published with what was edited ‹so›, and why it matters."""
        head = f"{self.id}  {clock(self.at)}  {self.tier}"
        sides = (("said", self.said), ("published", self.published))
        shown = [
            f"  {name:9}  {join(f'‹{s.text}›' if s.lit else s.text for s in side) or '-'}"
            for name, side in sides
        ]
        return [head, *shown, *(f"  {'why':9}  {why}" for why in self.why)]

    @property
    def value(self) -> dict[str, Any]:
        """The question for scripts, both sides as plain texts."""
        sides = {"said": self.said, "published": self.published}
        value: dict[str, Any] = encode(self)
        return value | {name: join(each.text for each in side) for name, side in sides.items()}


@dataclass(slots=True)
class _Sentence:
    """The parts of a sentence, those first that follow each other, as indices of the parts."""

    shown: list[int] = field(default_factory=list)
    beyond: list[int] = field(default_factory=list)


_Asked = tuple[_Sentence, list[int]]  # with what of it is asked


class Asking:
    """Sorts the parts of one quote into questions; `shown` of them are its words, in order."""

    def __init__(
        self,
        parts: Sequence[Part],
        shown: int,
        stopped: Collection[str],
        signatures: Signatures,
        proofs: Signatures,
        language: Language,
    ) -> None:
        self.parts: Sequence[Part] = parts
        self.signed: dict[int, str] = {}  # part: the line that signs for it
        self.proven: set[int] = set()  # parts that nobody has to sign for
        self._sentences = list(_sentences(parts, shown, language))
        asked = [self._asked(sentence, stopped) for sentence in self._sentences]
        for index in (index for edits in asked for index in edits):
            line = signatures.of_edit(parts[index])
            if line is None and proofs.of_edit(parts[index]) is not None:
                self.proven.add(index)
            elif line is not None:
                self.signed[index] = line
        for sentence, edits in zip(self._sentences, asked, strict=True):
            self._sign(sentence, edits, signatures)
        self._asked_of = [[n for n in edits if n not in self.proven] for edits in asked]
        settled = self.signed.keys() | self.proven
        self.parts = [replace(part, settled=n in settled) for n, part in enumerate(parts)]

    def edit(self, index: int) -> Edit:
        part = self.parts[index]
        kind = part.kind or "changed"
        return Edit(kind, part.raw, part.published, part.at, part.settled, part.place)

    def questions(self, quote: str) -> list[Question]:
        """The questions about the quote of this id, signed and not, in its order; its wording last."""
        asked: list[list[_Asked]] = []
        light: list[_Asked] = []
        for sentence, edits in zip(self._sentences, self._asked_of, strict=True):
            if any(_tier(self.parts[index]) == "meaning" for index in edits):
                asked.append([(sentence, edits)])
            elif edits:
                light.append((sentence, edits))
        if light and asked and self._takes_in(asked[-1][0]):
            asked[-1] += light
        elif light:
            asked.append(light)
        return [self._question(quote, number, each) for number, each in enumerate(asked, 1)]

    def _takes_in(self, asked: _Asked) -> bool:
        """Whether the line for a sentence may sign for wording too: it names all of its words."""
        sentence, edits = asked
        return is_named(self._text(sentence)) and not self.signed.keys() >= {*edits}

    def _asked(self, sentence: _Sentence, stopped: Collection[str]) -> list[int]:
        numbers = (*sentence.shown, *sentence.beyond)
        return [index for index in numbers if self.parts[index].kind in stopped]

    def _sign(self, sentence: _Sentence, edits: Sequence[int], signatures: Signatures) -> None:
        left = [index for index in edits if not (index in self.signed or index in self.proven)]
        if not left:
            return
        unsigned = [self.parts[index] for index in left]
        known = [self.parts[index] for index in edits]
        line = signatures.of_sentence(known, unsigned, self._text(sentence))
        if line is not None:
            self.signed |= dict.fromkeys(left, line)

    def _text(self, sentence: _Sentence) -> str:
        return join(filter(None, (self.parts[index].published for index in sentence.shown)))

    def _question(self, quote: str, number: int, asked: Sequence[_Asked]) -> Question:
        edits = [index for _, indices in asked for index in indices]
        left = [index for index in edits if index not in self.signed]
        signed = [] if left else [*dict.fromkeys(self.signed[index] for index in edits)]
        weighs = (self.parts[index] for index in left or edits)
        heard = any(_tier(part) == "meaning" or part.kind in DOUBTS for part in weighs)
        worst = sorted(
            edits, key=lambda index: _ORDER.get(self.parts[index].kind or "", len(KINDS))
        )
        sides = [self._sides(sentence, set(edits)) for sentence, _ in asked]
        return Question(
            id=f"{quote}:{number}",
            quote=quote,
            tier="meaning" if heard else "wording",
            at=min(self.parts[index].at for index in edits),
            said=_joined(side for side, _ in sides),
            published=_joined(side for _, side in sides),
            edits=[self.edit(index) for index in worst],
            why=[*dict.fromkeys(_reason(self.parts[index]) for index in worst)],
            line=self._line(asked) if left else "",
            signed=signed,
        )

    def _line(self, asked: Sequence[_Asked]) -> str:
        """The line that signs for what is not signed: the sentence that is first, and wording of others."""
        (sentence, _), *_ = asked
        left = [[self.parts[n] for n in edits if n not in self.signed] for _, edits in asked]
        if all(_tier(part) == "wording" for part in left[0]):
            return wording_line([part for parts in left for part in parts])
        return sentence_line(left[0], self._text(sentence), [p for ps in left[1:] for p in ps])

    def _sides(
        self, sentence: _Sentence, edits: Collection[int]
    ) -> tuple[list[Stretch], list[Stretch]]:
        """What was said, and what is published, of a sentence."""
        said, published = [], []
        beyond = [self.parts[index] for index in sentence.beyond if index in edits]
        covered = [_covered(part) for part in beyond]
        outside = [part for part in beyond if part.kind in _OUTSIDE]
        for index in sentence.shown:
            part = self.parts[index]
            lit = _tier(part) if index in edits else None
            hides = [each for each in outside if part.kind == "ellipsis" and each.raw in part.raw]
            if hides or (part.published and any(part.position in words for words in covered)):
                lit = "meaning"
            outside = [each for each in outside if each not in hides]
            said.append(Stretch(part.raw, lit))
            published.append(Stretch(part.published, lit))
        first = min((self.parts[index].position for index in sentence.shown), default=0)
        for part in outside:
            said.insert(0 if part.position < first else len(said), Stretch(part.raw, "meaning"))
        return said, published


def _covered(part: Part) -> range:
    """The words of the transcript that a doubt, or another speaker, is about."""
    length = len(part.raw.split()) if part.kind in _OF_WORDS else 0
    return range(part.position, part.position + length)


def _tier(part: Part) -> Tier:
    return "wording" if KINDS[part.kind or "changed"].light else "meaning"


def _reason(part: Part) -> str:
    kind = part.kind or "changed"
    return ": ".join(filter(None, (KINDS[kind].means, KINDS[kind].why)))


def _sentences(parts: Sequence[Part], shown: int, language: Language) -> Iterator[_Sentence]:
    """The parts by the sentence that they are published in; what no single word shows goes with
    the nearest word.
    """
    sentences = [_Sentence()]
    for index in range(shown):
        sentences[-1].shown.append(index)
        if _closes(parts[index].published, language):
            sentences.append(_Sentence())
    if len(sentences) > 1 and not any(parts[index].published for index in sentences[-1].shown):
        rest = sentences.pop()
        sentences[-1].shown += rest.shown
    nearest = defaultdict(list)
    for sentence in sentences:
        for index in sentence.shown:
            if parts[index].raw and parts[index].published:
                nearest[parts[index].position].append(sentence)
    for index in range(shown, len(parts)):
        at = min(nearest, key=lambda place: abs(place - parts[index].position), default=None)
        home = sentences[0] if at is None else nearest[at][0]
        home.beyond.append(index)
    yield from sentences


def _closes(published: str, language: Language) -> bool:
    """Whether published words end a sentence."""
    last = published.rpartition(" ")[2]
    if not ends_sentence(last) or last.startswith(("[", "(")):
        return False
    return last.rstrip(".").casefold() not in language.abbreviations


def _joined(sides: Iterator[list[Stretch]]) -> list[Stretch]:
    """Stretches of one side, those that are lit alike as one; dots between two sentences."""
    found: list[Stretch] = []
    for number, side in enumerate(sides):
        for stretch in (*([Stretch("…")] if number else []), *side):
            if found and found[-1].lit == stretch.lit:
                found[-1] = Stretch(join(filter(None, (found[-1].text, stretch.text))), stretch.lit)
            elif stretch.text:
                found.append(stretch)
    return found
