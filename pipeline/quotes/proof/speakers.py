"""Whether two labels mean the same person, and who speaks in a span."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import islice

from pipeline.models import Span, Transcript, Word
from pipeline.quotes.languages.table import words
from pipeline.text.punctuation import breaks, core

_TITLES = words("dr prof professor mr mrs ms sir herr frau mme mlle monsieur madame sr sra")
_GENERATIONS = words("jr junior sen senior ii iii iv fils père hijo padre")  # "sr" is a title
_NICKNAME = 3  # letters: Joe, Tom, Jo
_THANKED = words("you thanks danke dir ihnen merci gracias")  # before a name nobody has oneself
_OFTEN = 10  # times that somebody is called count as much as one "thank you, Ada"
_ANONYMOUS = re.compile(r"(speaker|spk|spkr|s|track|voice)?[ _-]?\d+", re.IGNORECASE)


def same_speaker(label: str | None, name: str | None, labels: Collection[str | None] = ()) -> bool:
    """Whether a transcript's label can be `name`: "Ethan" and "Ethan Caballero" are the same.

    Where nobody has said who speaks, or speakers are only numbered and the name is not, nothing
    speaks against it; but a number is somebody else where one of the transcript's `labels` is the
    name, and so is "Otto Meyer" where another of them is exactly the name.
    """
    if label is None or name is None:
        return True
    if _is_numbered(label) and not _is_numbered(name):
        return not any(
            other and not _is_numbered(other) and same_speaker(other, name) for other in labels
        )
    wanted = _folded(name)
    if any(other and _folded(other) == wanted for other in labels):
        return _folded(label) == wanted
    return _agree(_folded(label), wanted)


def _agree(one: list[str], other: list[str]) -> bool:
    """Whether two names can be one person's: one begins or ends the other, such as a surname alone.

    "E. Caballero" is Ethan Caballero, and Joe Harrow Joseph; Otto and Karl Meyer are two people.
    """
    short, long = sorted((one, other), key=len)
    if _is_part(one, other):
        return True
    return short[-1] == long[-1] and short[0][:1] == long[0][:1]


def _is_part(one: list[str], other: list[str]) -> bool:
    short, long = sorted((one, other), key=len)
    return short in (long[: len(short)], long[len(long) - len(short) :])


def named_since(name: str | None, labels: Collection[str | None]) -> bool:
    """Whether `name` is the number of a voice that has a name by now: no word is labelled so any more."""
    if name is None or name in labels or not _is_numbered(name):
        return False
    return any(label and not _is_numbered(label) for label in labels)


def is_nobody(name: str, labels: Collection[str | None], people: Collection[str]) -> bool:
    """Whether nobody has a name: none of an episode's `people`, nor a label that says as much.

    "Otto" is the label "Otto Meyer"; "Otto Hahn" may be another than the label "Otto".
    """
    if not people or _is_numbered(name):
        return False
    wanted = _untitled(name)
    told = (_untitled(label) for label in labels if label and label.strip())
    known = [*map(_untitled, people), *(label for label in told if len(wanted) <= len(label))]
    if wanted[-1] in _GENERATIONS:  # the son is another
        known = [name for name in known if name[-1] == wanted[-1]]
    return not any(_is_part(wanted, other) or _is_shortened(wanted, other) for other in known)


def _untitled(name: str) -> list[str]:
    """The words of a name without a "Dr." before it."""
    found = [word.rstrip(".") for word in _folded(name)]
    return found[1:] if len(found) > 1 and found[0] in _TITLES else found


def _is_shortened(one: list[str], other: list[str]) -> bool:
    """Whether one is "O Meyer" or "Joe Meyer", and the other Otto or Joseph Meyer; Ottilie is another."""
    short = min(len(one[0]), len(other[0]))
    return (
        0 < short <= _NICKNAME
        and one[0][: min(short, 2)] == other[0][: min(short, 2)]
        and (one[-1] == other[-1])
    )


def label_for(name: str | None, spans: Sequence[Span], transcript: Transcript) -> str | None:
    """The transcript's label for `name` in some spans: one number there is one person."""
    label = speaker_of(spans, transcript)
    if label is None or name is None or not _is_numbered(label) or _is_numbered(name):
        return name
    labels = {word.speaker for word in transcript.words}
    return label if may_be(label, name, labels, transcript) else name


def may_be(
    label: str | None, name: str | None, labels: Collection[str | None], transcript: Transcript
) -> bool:
    """Whether nothing in a transcript with such `labels` speaks against it that one is `name`."""
    return same_speaker(label, name, labels) and not _calls(label, name, transcript)


def _calls(label: str | None, name: str | None, transcript: Transcript) -> bool:
    """Whether a numbered voice is not who is called so: it says "Thank you, Ada.", another answers.

    Of 683 voices of named transcripts 20 would be taken for somebody else by this, and 293 of 932 pairs
    of two people for one.
    """
    if label is None or name is None or not _is_numbered(label) or _is_numbered(name):
        return False
    called, answered = _addressed(_untitled(name)[0], transcript.words)
    others = max((count for who, count in answered.items() if who != label), default=0)
    calls = called[label] > 0 and called[label] >= answered[label]
    return calls or (others > 1 and not answered[label])


def _addressed(
    first: str, words: Sequence[Word]
) -> tuple[Counter[str | None], Counter[str | None]]:
    """How often each voice speaks to somebody of that first name, and is the next to speak."""
    called, answered = Counter[str | None](), Counter[str | None]()
    for n, word in enumerate(words):
        if first not in word.text.casefold() or core(word.text)[1].casefold() != first:
            continue
        apart = not n or breaks(words[n - 1].text) or words[n - 1].speaker != word.speaker
        if not (apart and breaks(word.text)):
            continue
        thanked = n and core(words[n - 1].text)[1].casefold() in _THANKED
        called[word.speaker] += _OFTEN if thanked else 1
        following = (w.speaker for w in islice(words, n + 1, None) if w.speaker != word.speaker)
        answered.update(islice(following, 1))
    return called, answered


def _is_numbered(label: str) -> bool:
    return _ANONYMOUS.fullmatch(label.strip()) is not None


def _folded(label: str) -> list[str]:
    return label.casefold().split()


def speaker_of(spans: Sequence[Span], transcript: Transcript) -> str | None:
    """Who says most of the words of some spans."""
    counts = Counter(
        transcript.words[number].speaker
        for span in spans
        for number in range(span.first, span.last)
    )
    return counts.most_common(1)[0][0] if counts else None
