"""A transcript prepared for alignment: tokens as numbers, what dropping each would cost, an index."""

import bisect
import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.models import Span, Transcript
from pipeline.quotes.languages.numbers import is_number
from pipeline.quotes.languages.table import Language, Phrase, language
from pipeline.quotes.matching.finer import finer
from pipeline.quotes.matching.tokens import Token, Tokenizer
from pipeline.text.punctuation import asks, breaks, core, ends_sentence
from pipeline.text.scripts import join

Ints = npt.NDArray[np.int64]

#: Costs are thousandths of an inserted word. They only choose between explanations; whether an edit
#: is allowed is the guard's. Chosen: what people leave out of themselves is cheap.
DROP = 800
DROP_FILLER = 100
DROP_REPETITION = 200
DROP_BACKCHANNEL = 150

_NOISE = re.compile(r"[\[(].*[\])]|♪+|#+|>>+|-+")  # "[laughs]": written, not said
_LONGEST_REPETITION = 6  # words
_LONGEST_BACKCHANNEL = 3  # words
_GRAM = 3  # words of the index
_LONGEST_FILLER = 5  # words: "you know what I mean"
# In French a « or » stands alone; in German »the other way round« it doesn't.
_OPENS_QUOTE = re.compile(r"[(\[¿¡]*(?:[\"“„«「『]|»(?=\w))")
_CLOSES_QUOTE = re.compile(r"(?:[\"”“»」』]|(?<=[\w.,!?…])«)[.,;:!?…)\]]*$")
_QUOTES = frozenset('"“”„«»「」『』')  # of both
_QUOTATION = 4  # tokens; what is shorter is a name, a title or a word that is mocked
#: What some say all the time: the least share of it in so many of their words. Of 791 speakers of
#: podcasts half say it 8 times in a thousand words, and 57 of them 20 times.
HABIT, _HABITUAL, _KNOWN = "like", 0.02, 300
_MARKING = 10  # quotations; whoever marks so many marks all
_UNCLOSED = 3  # sentences that a quotation goes on for where nobody closed it


class Source:
    """A transcript's tokens and the index over them; built once for all quotes of an episode.

    20,000 words take about a tenth of a second.
    """

    def __init__(self, transcript: Transcript) -> None:
        #: Its words cut to letters where their script has no blanks, and the word of the whole
        #: transcript that each one is (a part of).
        self.transcript, self.origin = finer(transcript)
        self.language = language(transcript.language)
        self.tokenizer = Tokenizer(self.language)
        words = ["" if _NOISE.fullmatch(word.text) else word.text for word in self.transcript.words]
        self.tokens = self.tokenizer.tokens(words)
        self.texts = [token.text for token in self.tokens]
        #: Words that occur without a capital: no names.
        lower = {text for word in {*words} if (text := core(word)[1]).islower()}
        self.lower_words = frozenset(lower.union(map(str.casefold, lower)))  # "saß", "sass"
        self.vocabulary: dict[str, int] = {}
        self.ids: Ints = np.array(
            [self.vocabulary.setdefault(text, len(self.vocabulary)) for text in self.texts],
            dtype=np.int64,
        )
        self.speakers = [self.transcript.words[token.first].speaker for token in self.tokens]
        self.turns = _turns(self.speakers)  # the number of the speaker's turn of each token
        self.filler = _fillers(self.texts, self.language)
        self.drop = self._drop_costs()  # of leaving out each token
        #: Where the quotation opened that each token is in, as a token; -1 outside one.
        self.quoted = _quoted(self.transcript, self.tokens, self.turns)
        #: Sorted keys of all runs of three tokens, and where each stands.
        self.grams, self.gram_positions = _index(self.ids, len(self.vocabulary))

    def _drop_costs(self) -> Ints:
        ids, costs = self.ids, np.full(len(self.ids), DROP, dtype=np.int64)
        for length in range(1, min(_LONGEST_REPETITION, len(ids) - 1) + 1):
            same = ids[:-length] == ids[length:]
            run = np.convolve(same, np.ones(length, dtype=np.int64))[length - 1 :] == length
            for start in np.flatnonzero(run[: len(same)]):
                costs[start : start + length] = DROP_REPETITION
        costs[self.filler] = DROP_FILLER
        listening = np.array([text in self.language.backchannels for text in self.texts], np.bool_)
        if len(self.turns):
            lengths = np.bincount(self.turns)
            alike = np.bincount(self.turns, weights=listening) == lengths
            costs[(alike & (lengths <= _LONGEST_BACKCHANNEL))[self.turns]] = DROP_BACKCHANNEL
        return costs

    def id_of(self, text: str) -> int:
        """The number of a token, or -1 where the transcript does not have it."""
        return self.vocabulary.get(text, -1)

    def positions(self, gram: Sequence[int]) -> Ints:
        """Where a run of three token ids begins."""
        if min(gram) < 0:
            return self.gram_positions[:0]
        size = len(self.vocabulary)
        key = (gram[0] * size + gram[1]) * size + gram[2]
        first, last = np.searchsorted(self.grams, [key, key + 1])
        return self.gram_positions[first:last]

    def whole(self, span: Span) -> Span:
        """A span in words of the whole transcript."""
        return Span(self.origin[span.first], self.origin[span.last - 1] + 1)

    def parts(self, first: int, last: int) -> tuple[int, int]:
        """The words here `[first, last)` of the words `[first, last)` of the whole transcript."""
        return bisect.bisect_left(self.origin, first), bisect.bisect_left(self.origin, last)

    def token_at(self, word: int) -> int | None:
        """The first token of a word; None for a word without letters."""
        found = bisect.bisect_left(self.tokens, word, key=lambda token: token.first)
        exact = found < len(self.tokens) and self.tokens[found].first == word
        return found if exact else None

    def heard(self, first: int, last: int) -> str:
        """Words of the transcript as an edit shows them."""
        return join(word.text for word in self.transcript.words[first:last])

    def tokens_of(self, first: int, last: int) -> tuple[int, int]:
        start = bisect.bisect_left(self.tokens, first, key=lambda token: token.first)
        return start, bisect.bisect_left(self.tokens, last, key=lambda token: token.first)

    def twins(self, first: int, last: int, near: tuple[int, int] | None = None) -> list[int]:
        """Where else the words `first` to `last` are said, as tokens, in order; `near` bounds them."""
        start, end = self.tokens_of(first, last)
        wanted = self.ids[start:end]
        if not len(wanted):
            return []
        least, most = near or (0, len(self.ids))
        most = min(most, len(self.ids) - len(wanted) + 1)
        places = np.flatnonzero(self.ids[least:most] == wanted[0]) + least
        for offset in range(1, len(wanted)):
            places = places[self.ids[places + offset] == wanted[offset]]
            if len(places) < 2:
                return []
        return [place for place in places.tolist() if place != start]

    def is_backchannel(self, position: int) -> bool:
        """Whether a token is a listener's "yeah": a turn of a few such words."""
        return int(self.drop[position]) == DROP_BACKCHANNEL

    def filler_length(self, position: int) -> int:
        """How many tokens from `position` on are one filler; 0 where none begins."""
        if not self.filler[position]:
            return 0
        end = position + _LONGEST_FILLER + 2  # what follows may give it a meaning
        return filler_at(self.texts[max(position - 1, 0) : end], min(position, 1), self.language)

    def time_of(self, position: int) -> float:
        """When a token is said, seconds."""
        return self.transcript.words[self.tokens[position].first].start

    @cached_property
    def habitual(self) -> frozenset[str | None]:
        """The speakers who say "like" all the time."""
        spoken, habits = Counter(self.speakers), Counter[str | None]()
        habits.update(self.speakers[n] for n in np.flatnonzero(self.ids == self.id_of(HABIT)))
        return frozenset(
            speaker
            for speaker, words in spoken.items()
            if words >= _KNOWN and habits[speaker] >= _HABITUAL * words
        )

    @cached_property
    def spellings(self) -> Counter[str]:
        """How often each word stands in the transcript, in this spelling."""
        return Counter(core(word.text)[1] for word in self.transcript.words)

    @cached_property
    def marked(self) -> bool:
        """Whether the transcript has marks: without any, nothing tells where its sentences begin."""
        return any(map(self.breaks, range(len(self.tokens))))

    def ends_sentence(self, position: int) -> bool:
        """Whether a token is the last of its sentence, by the transcript's punctuation."""
        return self._ends_word(position) and ends_sentence(self.ending(position))

    def breaks(self, position: int) -> bool:
        """Whether a clause ends with a token, or breaks off."""
        return self._ends_word(position) and breaks(self.ending(position))

    @cached_property
    def marks_speech(self) -> bool:
        """Whether quotation marks stand wherever somebody else speaks."""
        return len(np.unique(self.quoted)) > _MARKING

    def _ends_word(self, position: int) -> bool:
        """Whether a token is the last of its word: not the "do" of "don't."."""
        following, tokens = position + 1, self.tokens
        return following >= len(tokens) or tokens[following].first >= tokens[position].last

    def asks(self, position: int) -> bool:
        """Whether a question ends with a token."""
        return asks(self.ending(position))

    def ending(self, position: int) -> str:
        """The last word of a token, without the dot of "Mr.", and marks alone after it, as in French."""
        last = self.tokens[position].last
        following = position + 1
        count = len(self.transcript.words)
        end = self.tokens[following].first if following < len(self.tokens) else count
        words = self.transcript.words[last - 1 : min(max(end, last), last + 1)]
        text = "".join(word.text for word in words)
        bare = text.rstrip(".")
        return bare if bare.lower() in self.language.abbreviations else text


def _quoted(transcript: Transcript, tokens: Sequence[Token], turns: Ints) -> Ints:
    """Where the quotation opened that each token is in; a name or title of a few words is none."""
    found = np.full(len(tokens), -1, dtype=np.int64)
    opened, unmarked = -1, 0  # since when there was no mark in this turn
    texts = [word.text for word in transcript.words]
    marked = [n for n, text in enumerate(texts) if not _QUOTES.isdisjoint(text)]
    opening = {n for n in marked if _OPENS_QUOTE.match(texts[n])}
    closing = {n for n in marked if _CLOSES_QUOTE.search(texts[n])}
    if not marked:
        return found
    for position in _turning(tokens, turns, opening, closing):
        token = tokens[position]
        before = tokens[position - 1].last if position else 0
        if position and turns[position] != turns[position - 1]:
            found[_left_open(transcript, tokens, opened, position)] = opened
            opened, unmarked = -1, position
        if opened < 0 and not opening.isdisjoint(range(before, token.last)):
            opened = position
        following = tokens[position + 1].first if position + 1 < len(tokens) else token.last
        if not closing.isdisjoint(range(token.first, max(following, token.last))):
            if opened < 0 and not is_number(token.text):  # 6" is no quotation
                opened = _never_opened(transcript, tokens, unmarked, position)
            if 0 <= opened <= position + 1 - _QUOTATION:
                found[opened : position + 1] = opened
            opened, unmarked = -1, position + 1
    found[_left_open(transcript, tokens, opened, len(tokens))] = opened
    return found


def _turning(
    tokens: Sequence[Token], turns: Ints, opening: Collection[int], closing: Collection[int]
) -> list[int]:
    """The tokens at which a turn begins, or a quotation opens or closes; words are few that do."""
    firsts, lasts = [token.first for token in tokens], [token.last for token in tokens]
    found = {*(np.flatnonzero(np.diff(turns)) + 1).tolist()}
    found |= {bisect.bisect_right(lasts, word) for word in opening}
    for word in closing:
        position = bisect.bisect_right(firsts, word) - 1
        found.add(position)
        while position > 0 and lasts[position - 1] > word:
            position -= 1
            found.add(position)
    return sorted(position for position in found if 0 <= position < len(tokens))


def _left_open(transcript: Transcript, tokens: Sequence[Token], opened: int, end: int) -> slice:
    """The tokens of a quotation that nobody closed in its turn, which ends at `end`; none at -1."""
    if opened < 0:
        return slice(0)
    texts = (transcript.words[token.last - 1].text for token in tokens[opened:end])
    ends = [n for n, text in enumerate(texts, opened + 1) if ends_sentence(text)]
    return slice(opened, [*ends, end][:_UNCLOSED][-1])


def _never_opened(transcript: Transcript, tokens: Sequence[Token], first: int, last: int) -> int:
    """Where a quotation began that is closed at token `last`, and that nobody opened from `first` on."""
    ends = (
        n for n in range(first, last) if ends_sentence(transcript.words[tokens[n].last - 1].text)
    )
    return [first, *(n + 1 for n in ends)][-_UNCLOSED:][0]


def _turns(speakers: Sequence[str | None]) -> Ints:
    changes = [
        index > 0 and speaker != speakers[index - 1] for index, speaker in enumerate(speakers)
    ]
    return np.cumsum(np.array(changes, dtype=np.int64))


def _fillers(texts: Sequence[str], language: Language) -> npt.NDArray[np.bool_]:
    filler = np.zeros(len(texts), dtype=np.bool_)
    begins = {phrase[0] for phrase in language.fillers}
    for position in (position for position, text in enumerate(texts) if text in begins):
        length = filler_at(texts, position, language)
        filler[position : position + length] = True
    return filler


def filler_at(texts: Sequence[str], position: int, language: Language) -> int:
    """How many tokens from `position` on are one filler; 0 where the word there means something."""
    for length in range(min(_LONGEST_FILLER, len(texts) - position), 0, -1):
        phrase = tuple(texts[position : position + length])
        if phrase in language.fillers:
            return 0 if _means_something(phrase, texts, position, language) else length
    return 0


def _means_something(
    phrase: Phrase, texts: Sequence[str], position: int, language: Language
) -> bool:
    """Whether "like", "you know" and "I mean" are verbs or comparisons here."""
    before = texts[position - 1] if position else ""
    after = texts[position + len(phrase)] if position + len(phrase) < len(texts) else ""
    if phrase in language.ambiguous:
        earlier, later = language.ambiguous[phrase]
        return before in earlier or after in later or is_number(after)
    if phrase == ("like",):
        return (
            before in language.like
            or (before in language.likened and after in language.articles)  # "is like a prison"
            or is_number(after)  # "like fifty" is about fifty
            or (before in language.like_subjects and after in language.like_objects)
        )
    return False


def _index(ids: Ints, size: int) -> tuple[Ints, Ints]:
    if len(ids) < _GRAM:
        return ids[:0], ids[:0]
    keys = (ids[:-2] * size + ids[1:-1]) * size + ids[2:]
    order = np.argsort(keys, kind="stable")
    return keys[order], order
