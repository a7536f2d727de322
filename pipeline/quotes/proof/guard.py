"""The guard: whether a quote may be published, by what was said, the show's rules and signatures."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from pipeline.models import Edit, Quote, Span, Transcript
from pipeline.quotes.asking.questions import Asking, Question
from pipeline.quotes.asking.signatures import Signatures
from pipeline.quotes.context.borders import cut_off
from pipeline.quotes.context.gaps import Gaps
from pipeline.quotes.kinds.meaning import doubt
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.ledger.said import Said
from pipeline.quotes.matching.edits import (
    DOUBTS,
    KINDS,
    Part,
    bare,
    consent_line,
    proven_on,
    shortened,
)
from pipeline.quotes.matching.published import Published, read_published
from pipeline.quotes.matching.sentences import Range
from pipeline.quotes.matching.source import Source
from pipeline.quotes.proof.asked import misasked
from pipeline.quotes.proof.explanation import Explanation
from pipeline.quotes.proof.placing import Place, locate
from pipeline.quotes.proof.speakers import (
    is_nobody,
    label_for,
    may_be,
    named_since,
    speaker_of,
)
from pipeline.text.punctuation import ends_sentence
from pipeline.text.scripts import join
from pipeline.times import clock

#: Words of a quote at most: seven minutes of speech. What people quote has 140 at most; a text of
#: thousands of words would be searched for minutes.
LONGEST = 1000

#: Statuses with which a quote may be published.
PROVEN = frozenset({"verbatim", "cleaned", "consented"})

_BLIND = frozenset({"punctuation", "inner quotes"})  # free in a language without a table
_DIM = (
    frozenset({"filler", "backchannel", "contraction", "spelling", "repetition"}) | _BLIND
)  # with a part
_SAID_AT_LEAST = 0.5  # share of a sentence's words, and of the quote's, that must have been said
_REPLACING = frozenset({"changed", "dropped"})  # what stood right before a quote is asked there
_NEARBY = 60  # words around an edit: another of the same words there needs the same signature
_PLACE = 3  # words that tell one place from the other
_PLACELESS = DOUBTS | {
    "speaker",
    "nobody",
    "order",
    "join",
    "ellipsis",
    "splice",
    "collage",
    "asked",
}
_TURNING = frozenset({"negation", "number", "hedge", "modal"})
_LISTED = 4  # times in a message
_REMEMBERED = 1000  # verdicts: a review judges the whole ledger after every decision
_SHORTEST_SENTENCE = 4  # words; below that the edits speak for themselves


@dataclass(frozen=True, slots=True)
class Verdict:
    """A quote with its status and edits, and its parts for showing it beside what was said."""

    quote: Quote
    parts: Sequence[Part]
    stopped: frozenset[str]  # kinds that this show stops
    rivals: Sequence[float] = ()  # times of other places that say the same
    preceded_by: str = ""  # the words before the quote, where they tell it from a rival
    guest: Said | None = None  # what the guest said of it
    questions: Sequence[Question] = ()  # what the host is asked, or has signed

    @property
    def proven(self) -> bool:
        """Whether the quote may be published."""
        return self.quote.status in PROVEN

    @property
    def missing(self) -> list[Part]:
        """The edits that miss a signature."""
        return [part for part in self.parts if part.kind in self.stopped and not part.settled]

    def wanted(self) -> list[str]:
        """The consent lines that are missing, one for each question."""
        return [question.line for question in self.open_questions]

    @property
    def open_questions(self) -> list[Question]:
        """What the host has not signed."""
        asked = self.questions if self.quote.status == "needs-consent" else ()
        return [question for question in asked if not question.signed]


class Guard:
    """Checks quotes against one transcript; prepare it once, then ask for each quote."""

    def __init__(
        self,
        transcript: Transcript,
        free: frozenset[str],
        doubted: Sequence[Range] = (),
        recording: str = "",
        people: Collection[str] = (),
    ) -> None:
        """`recording` is the SHA-256 of the sound, for what was proven on just these bytes.

        `people` are the names of who may speak; where there are none, any name may be somebody's.
        """
        self.transcript = transcript
        self.source = Source(transcript)
        # Without its table nobody sees a "not" of that language, wherever it is dropped.
        table = self.source.language
        self.free = free if table.complete else free & (_DIM if table.negations else _BLIND)
        self.stopped = frozenset(KINDS) - self.free
        self.doubted = [self.source.parts(*doubt) for doubt in doubted]
        self.recording = recording
        self.people = people
        self._labels = frozenset(word.speaker for word in transcript.words)
        self._known: dict[str, Verdict] = {}

    def check(
        self, entry: Entry, heading: str = "", expected: float | None = None, moved: bool = False
    ) -> Verdict:
        """Explain every word of a quote and judge it; the same one is judged once.

        With `moved`, what was at the entry's time is expected at `expected` (seconds), or anywhere.
        """
        key = repr((heading, entry, expected, moved, self.recording))
        if key not in self._known:
            while len(self._known) >= _REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[key] = self._checked(entry, heading, expected, moved)
        return self._known[key]

    def _checked(self, entry: Entry, heading: str, expected: float | None, moved: bool) -> Verdict:
        published = read_published(entry.text, self.source.tokenizer, entry.footnotes)
        count = len(published.words) + len(published.marks)
        if count > LONGEST:
            why = f"it has {count} words, a quote at most {LONGEST}: make several of it"
            return Verdict(replace(_unfound(entry, heading), message=why), [], self.stopped)
        shown = "" if entry.at is None else clock(entry.at, 1)
        place = self._place(published, entry, expected if moved else entry.at, shown)
        explanation = place.explanation
        speaker = None if named_since(entry.speaker, self._labels) else entry.speaker
        speaker = speaker or speaker_of(explanation.spans, self.source.transcript)
        parts = [*explanation.parts, *self._beyond_words(published, explanation, speaker)]
        if entry.question and explanation.spans:
            parts += self._not_asked(entry.question, explanation.spans[0].first)
        parts = [self._placed(part, explanation.token_spans) for part in parts]
        proofs = Signatures(proven_on(self.recording, entry.proven, parts))
        signatures = Signatures(entry.consent)
        words = len(explanation.parts)
        asking = Asking(parts, words, self.stopped, signatures, proofs, self.source.language)
        edits = [asking.edit(index) for index, part in enumerate(parts) if part.kind]
        status, message = self._judge(published, place, edits)
        found = status in PROVEN or status == "needs-consent"
        if found and entry.guest and entry.guest.verb == "withdrawn":
            status = "withdrawn"
            message = f"withdrawn by the guest on {entry.guest.day}{entry.guest.why}: take it out"
        notes = [message, *_notes(signatures, published, entry)]
        return Verdict(
            replace(
                _unfound(entry, heading),
                speaker=speaker,
                start=self._start(explanation.spans),
                end=self._end(explanation.spans),
                spans=[self.source.whole(span) for span in explanation.spans],
                edits=edits,
                status=status,
                message="; ".join(filter(None, notes)),
            ),
            asking.parts,
            self.stopped,
            place.rivals,
            place.follows,
            entry.guest,
            asking.questions(entry.id),
        )

    def _place(
        self, published: Published, entry: Entry, expected: float | None, shown: str
    ) -> Place:
        """Where the quote was said; a sentence that seems invented is looked for once more."""
        place = locate(published, self.source, entry, expected, shown)
        if _unsaid(published, place.explanation) is None:
            return place
        bolder = locate(published, self.source, entry, expected, shown, bold=True)
        return place if _unsaid(published, bolder.explanation, in_one_place=True) else bolder

    def _placed(self, part: Part, spans: Sequence[tuple[int, int]]) -> Part:
        """A part that wants a signature with the words before it, where it could be signed twice.

        What is added could stand anywhere; what turns the meaning is signed for one place only.
        """
        source = self.source
        if not spans or part.kind not in self.stopped or part.kind in _PLACELESS:
            return part
        if not part.raw:
            return replace(part, place=self._words_before(part), again=part.kind in _TURNING)
        end = part.position + len(part.raw.split())
        here = source.token_at(part.position)
        near = source.tokens_of(max(0, part.position - _NEARBY), end + _NEARBY)
        twins = source.twins(part.position, end, near)
        if here is None or not twins:
            return part
        again = any(spans[0][0] <= twin < here for twin in twins)
        return replace(part, place=self._words_before(part), again=again)

    def _words_before(self, part: Part) -> str:
        words = self.source.transcript.words[max(0, part.position - _PLACE) : part.position]
        return bare(join(word.text for word in words).split())

    def _start(self, spans: Sequence[Span]) -> float:
        return self.source.transcript.words[spans[0].first].start if spans else 0.0

    def _end(self, spans: Sequence[Span]) -> float:
        return self.source.transcript.words[spans[-1].last - 1].end if spans else 0.0

    def _beyond_words(
        self, published: Published, explanation: Explanation, speaker: str | None
    ) -> list[Part]:
        """What no single word shows: who spoke, what was cut off before, what nobody heard well."""
        label = label_for(speaker, explanation.spans, self.source.transcript)
        found = self._other_speakers(explanation.parts, label)
        found += self._suspects(explanation)
        if explanation.spans:
            first = explanation.spans[0].first
            if speaker and is_nobody(speaker, self._labels, self.people):
                found.append(self._part("nobody", speaker, "", first))
            cut = Gaps(self.source).cropped(explanation.token_spans[0][0])
            if cut:
                found.append(self._part("negation", cut, "", first))
        changed = {part.position for part in explanation.parts if part.kind in _REPLACING}
        cuts = self._cut_off(explanation.token_spans, published.trails)
        hidden = {part.raw for part in explanation.parts if part.kind == "retraction"}
        cuts = [cut for cut in cuts if cut.raw not in hidden]  # it asks under the [...] already
        return found + [c for c in cuts if c.kind != "predicate" or c.position not in changed]

    def _cut_off(self, spans: Sequence[tuple[int, int]], trails: bool) -> list[Part]:
        """Whose view it is, and the conditions, that stand right outside a span of tokens."""
        source, found = self.source, []
        for kind, first, last in dict.fromkeys(cut_off(source, spans, trails)):
            position, end = source.tokens[first].first, source.tokens[last - 1].last
            raw = source.heard(position, end)
            found.append(self._part(kind, raw, "", position))
        return found

    def _other_speakers(self, parts: Sequence[Part], speaker: str | None) -> list[Part]:
        """Kept words that somebody else said, one part for each stretch."""
        words = self.source.transcript.words
        labels, transcript = self._labels, self.source.transcript
        heard = {words[part.position].speaker for part in parts if part.raw}
        agrees = {label: may_be(label, speaker, labels, transcript) for label in heard}
        found: list[Part] = []
        last = -1
        for index, part in enumerate(parts):
            if last == index - 1 and not part.published:
                last = index  # an "um" that was dropped: one stretch still
                continue
            kept = part.raw and part.published and part.kind != "ellipsis"
            if not kept or agrees[words[part.position].speaker]:
                continue
            raw = part.raw
            if found and last == index - 1:
                found[-1] = replace(found[-1], raw=join((found[-1].raw, raw)))
            else:
                found.append(self._part("speaker", raw, "", part.position))
            last = index
        return found

    def _not_asked(self, question: str, first: int) -> list[Part]:
        """The question line, where it is not what the answer at word `first` answers."""
        found = misasked(self.source, question, first, self.stopped)
        return [self._part(*found, first)] if found else []

    def _suspects(self, explanation: Explanation) -> list[Part]:
        found = []
        for span in explanation.spans:
            for start, end in self.doubted:
                first, last = max(span.first, start), min(span.last, end)
                if first < last:
                    kind, raw = doubt(self.source, first, last), self.source.heard(first, last)
                    found.append(self._part(kind, raw, "", first))
        return found

    def _part(self, kind: str, raw: str, published: str, position: int) -> Part:
        at = self.source.transcript.words[position].start
        return Part(kind, raw, published, position, at)

    def _judge(self, published: Published, place: Place, edits: Sequence[Edit]) -> tuple[str, str]:
        unsaid = _unsaid(published, place.explanation)
        if unsaid is not None:
            return "not-said", f"not said: “{shortened(unsaid)}”"
        if place.problem:
            return "ambiguous", self._ambiguous(place)
        stopped = [edit for edit in edits if edit.kind in self.stopped]
        wanting = [edit for edit in stopped if not edit.consented]
        if wanting:
            lines = [f"{consent_line(edit)} ({KINDS[edit.kind].means})" for edit in wanting]
            return "needs-consent", f"needs your consent: {'; '.join(lines)}"
        if stopped:
            return "consented", ""
        return ("cleaned" if edits else "verbatim"), ""

    def _ambiguous(self, place: Place) -> str:
        here = self._start(place.explanation.spans)
        if not place.rivals:
            return f"said at {clock(here, 1)}, but {place.problem}"
        times = [clock(at, 1) for at in sorted((here, *place.rivals))]
        listed = " and ".join(times[:_LISTED]) + (" and later" if len(times) > _LISTED else "")
        return f"said more than once, at {listed}: {place.problem}"


def _unfound(entry: Entry, heading: str) -> Quote:
    """A quote of which nobody knows yet whether it was said."""
    return Quote(
        id=entry.id,
        heading=heading,
        text=entry.text,
        speaker=entry.speaker,
        start=entry.at or 0.0,
        end=entry.at or 0.0,
        spans=[],
        edits=[],
        status="not-said",
        question=entry.question,
        footnotes=dict(entry.footnotes),
        soundbite=entry.soundbite,
    )


def _unsaid(
    published: Published, explanation: Explanation, in_one_place: bool = False
) -> str | None:
    """The first sentence of which too little was said, else the text if that holds for the whole.

    With `in_one_place`, words from several places do not add up to a sentence that was said.
    """
    kept = explanation.kept
    spoken = {word for token in published.tokens for word in range(token.first, token.last)}
    start = 0
    for index, word in enumerate(published.words):
        if not ends_sentence(word) and index < len(published.words) - 1:
            continue
        words = [number for number in range(start, index + 1) if number in spoken]
        said = sum(kept[number] for number in words)
        if in_one_place:
            places = Counter(explanation.spans_of[number] for number in words if kept[number])
            said = max(places.values(), default=0)
        if len(words) >= _SHORTEST_SENTENCE and said < _SAID_AT_LEAST * len(words):
            return join(published.words[start : index + 1])
        start = index + 1
    whole = [kept[number] for number in spoken]
    if not any(whole) or sum(whole) < _SAID_AT_LEAST * len(whole):
        return join(published.words) or "(no words)"
    return None


def _notes(signatures: Signatures, published: Published, entry: Entry) -> list[str]:
    notes = [f"this consent fits no edit: {line}" for line in signatures.unused()]
    missing = [number for number in published.footnotes if number not in entry.footnotes]
    notes += [f"footnote [{number}] has no text" for number in missing]
    unused = [number for number in entry.footnotes if number not in published.footnotes]
    notes += [f"footnote {number} is not in the text" for number in unused]
    return notes
