"""A person's entries follow their words through cuts, intros and other recognisers."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.models import Transcript, Word
from pipeline.transcript.corrections.corrections import Corrections, Replacement, SpeakerChange
from pipeline.transcript.corrections.glossary import Glossary
from pipeline.transcript.corrections.overlay import correct
from pipeline.transcript.moved.anchors import Anchors, shifts_of

SPACE = 0.4  # seconds a word


def heard(texts: Sequence[str], shift: float = 0.0) -> list[Word]:
    return [
        Word(text, round(n * SPACE + shift, 2), round(n * SPACE + shift + 0.3, 2), 0.9, None)
        for n, text in enumerate(texts)
    ]


def transcript(words: list[Word]) -> Transcript:
    return Transcript(words, [[n] for n in range(len(words))])


COUNT = 2000
TEXTS = [f"word{n}" for n in range(COUNT)]
for _place in (300, 900, 1500):
    TEXTS[_place] = "archive"
ENTRIES = [
    Replacement(said="archive", text="arXiv", at=900 * SPACE),
    Replacement(said="word500 word501 word502", text="one two three", at=500 * SPACE),
    Replacement(said="word1200 word1201 word1202", text="four five six", at=1200 * SPACE),
]


def mended(texts: Sequence[str], entries: Sequence[Replacement] = ENTRIES) -> list[str]:
    found = correct(
        transcript(heard(texts)),
        Corrections(replace=list(entries)),
        Glossary(),
        people=(),
        name="corrections.toml",
    )
    return [word.text for word in found.transcript.words]


def test_an_intro_of_two_minutes_moves_all() -> None:
    intro = [f"intro{n}" for n in range(300)]
    now = mended(intro + TEXTS)
    assert now[300 + 900] == "arXiv"
    assert now[300 + 300] == now[300 + 1500] == "archive"
    assert now[800:803] == ["one", "two", "three"]


def test_a_cut_of_two_minutes_moves_what_follows() -> None:
    now = mended([*TEXTS[:100], *TEXTS[400:]])
    assert now[600] == "arXiv"
    assert now[1200] == "archive"


def test_where_the_entries_around_moved_apart_a_near_rival_asks() -> None:
    texts = list(TEXTS)
    texts[1040] = "archive"
    gone = [*texts[:600], *texts[740:]]  # the like of it is now where it was
    found = correct(
        transcript(heard(gone)),
        Corrections(replace=ENTRIES),
        Glossary(),
        people=(),
        name="corrections.toml",
    )
    (problem,) = found.problems
    assert "each may be meant: correct at" in problem.why
    assert [w.text for w in found.transcript.words].count("archive") == 4


def test_one_word_alone_is_no_proof_that_it_moved() -> None:
    texts = [text for n, text in enumerate(TEXTS) if n not in (300, 900)]
    found = correct(
        transcript(heard(texts)),
        Corrections(replace=ENTRIES[:1]),
        Glossary(),
        people=(),
        name="corrections.toml",
    )
    (problem,) = found.problems
    assert "not said within 60 s; the nearest is at 00:09:59" in problem.why


def test_two_that_moved_alike_prove_it() -> None:
    intro = [f"intro{n}" for n in range(300)]
    short = [
        Replacement(said="word100", text="x", at=100 * SPACE),
        Replacement(said="word1000", text="y", at=1000 * SPACE),
    ]
    now = mended(intro + TEXTS, short)
    assert (now[400], now[1300]) == ("x", "y")
    assert mended(intro + TEXTS, short[:1])[400] == "word100"


class TestSpeakers:
    """`[[speaker]]` entries have a time, and may have words."""

    @staticmethod
    def spoken(
        words: list[Word], *entries: SpeakerChange, by: Sequence[Replacement] = ()
    ) -> list[int]:
        """The words at which the speaker changes, and problems as -1."""
        found = correct(
            transcript(words),
            Corrections(speaker=list(entries), replace=list(by)),
            Glossary(),
            people=(),
            name="corrections.toml",
        )
        labels = [word.speaker for word in found.transcript.words]
        changes = [n for n in range(1, len(labels)) if labels[n] != labels[n - 1]]
        return changes + [-1] * len(found.problems)

    def test_with_words_they_follow_them(self) -> None:
        said = "word1000 word1001 word1002"
        entry = SpeakerChange(at=1000 * SPACE, name="Ada", said=said)
        assert self.spoken(heard(TEXTS), entry) == [1000]
        assert self.spoken(heard(TEXTS[400:]), entry) == [600]

    def test_without_words_they_follow_the_other_entries(self) -> None:
        entry = SpeakerChange(at=1000 * SPACE, name="Ada")
        assert self.spoken(heard(TEXTS[400:]), entry, by=ENTRIES[1:]) == [600]
        assert self.spoken(heard(TEXTS, 0.6), entry, by=ENTRIES[1:]) == [999]  # no move: jitter

    def test_words_that_another_recogniser_heard_otherwise_leave_the_time_and_are_told(
        self,
    ) -> None:
        entry = SpeakerChange(at=1000 * SPACE, name="Ada", said="word1000 ward1001")
        assert self.spoken(heard(TEXTS), entry) == [1000, -1]


@pytest.mark.parametrize("shift", [-300.0, -61.0, 0.0, 59.0, 500.0])
def test_the_shift_is_that_of_the_nearest(shift: float) -> None:
    words = heard(TEXTS, shift)
    shifts = shifts_of(words, [(["word10", "word11", "word12"], 10 * SPACE)])
    assert shifts.moved(100.0) == pytest.approx(100.0 + shift)
    assert Anchors(words, shifts).place(["archive"], 900 * SPACE) == 900


def _is_whole(place: int, sure: list[int], origins: list[int]) -> bool:
    """Whether nothing was cut or put in between a place and the sure entries on both sides.

    Where there is none on one side, it is the beginning or the end of all words.
    """
    first = max([n for n in sure if n <= place and n in origins], default=0)
    last = min([n for n in sure if n > place and n in origins], default=COUNT - 1)
    if first not in origins:
        return False
    start = origins.index(first)
    return origins[start : start + last - first + 1] == list(range(first, last + 1))


@settings(max_examples=60)
@example(seed=266, cuts=2, inserts=0)
@given(seed=st.integers(0, 10**6), cuts=st.integers(0, 3), inserts=st.integers(0, 3))
def test_no_entry_goes_astray(seed: int, cuts: int, inserts: int) -> None:
    """Words said three times, among others said once: mended where meant, or told; never elsewhere."""
    rng = random.Random(seed)
    places = sorted(rng.sample(range(COUNT), 30))
    texts = [f"word{n}" for n in range(COUNT)]
    said = {}
    for n, place in enumerate(places):
        said[place] = f"misheard{n // 3}"
        texts[place] = said[place]
    meant = places[::3]
    entries = [
        Replacement(said=said[place], text=f"right{place}", at=round(place * SPACE, 1))
        for place in meant
    ]
    entries += [
        Replacement(said=" ".join(texts[n : n + 3]), text=f"sure{n} x y", at=round(n * SPACE, 1))
        for n in range(50, 1950, 190)
        if not any(n <= place < n + 3 for place in places)
    ]
    after = list(enumerate(texts))
    for _ in range(cuts):
        start = rng.randrange(len(after))
        del after[start : start + rng.randrange(400)]
    for _ in range(inserts):
        start = rng.randrange(len(after) + 1)
        after[start:start] = [(-1, f"new{start}-{n}") for n in range(rng.randrange(400))]
    found = correct(
        transcript(heard([text for _, text in after])),
        Corrections(replace=entries),
        Glossary(),
        people=(),
        name="corrections.toml",
    )
    origins = [origin for origin, _ in after]
    wrong = []
    for word, ids in zip(found.transcript.words, found.transcript.raw_ids, strict=True):
        if word.text.startswith("right") and origins[ids[0]] != int(word.text[5:]):
            wrong.append(word.text)
    sure = [round((entry.at or 0.0) / SPACE) for entry in entries[len(meant) :]]
    broken = [place for place in meant if not _is_whole(place, sure, origins)]
    assert {int(text[5:]) for text in wrong} <= set(broken)
    right = {word.text for word in found.transcript.words if word.text.startswith("right")}
    told = " ".join(problem.entry for problem in found.problems)
    for entry in entries[: len(meant)]:
        assert entry.text in right or entry.said in told
