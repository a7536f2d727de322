"""Which edits the sound may prove, and what it must say of each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from pipeline.models import Transcript, Word
from pipeline.quotes.deciding.hearing import (
    Passage,
    noted,
    passages,
    proofs,
    spellings,
    supported,
)
from pipeline.quotes.ledger.ledger import Entry, parse_ledger
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard

SAID = (
    "We saw it last year. They have more cloth and open AI head in the summer, and they were not sure "
    "of it. It was two thousand people, probably, and the sign rules were strict. After that we left."
)
RECORDING = "3f2a9c1e" + "0" * 56


@pytest.fixture
def guard() -> Guard:
    words = [Word(text, n * 0.4, n * 0.4 + 0.35, 0.5, "Ada") for n, text in enumerate(SAID.split())]
    numbers = [[n] for n in range(len(words))]
    return Guard(Transcript(words, numbers), DEFAULT_FREE, recording=RECORDING)


def found(guard: Guard, text: str) -> list[Passage]:
    return list(passages(guard.check(Entry(text, id="k3v9")), guard))


def asked(guard: Guard, text: str) -> list[tuple[str, str]]:
    return [(each.part.raw, each.part.published) for p in found(guard, text) for each in p.repairs]


MENDED = "They have more clout than OpenAI had in the summer, and they were not sure of it."


def test_repairs_of_a_sentence_are_asked_about_together(guard: Guard) -> None:
    (passage,) = found(guard, MENDED)
    assert len(passage.repairs) == 2
    assert "more cloth and open AI head in" in passage.text([])
    assert "more clout than open AI had in" in passage.text(passage.repairs)
    assert passage.first < passage.repairs[0].first
    assert passage.last > passage.repairs[-1].last


@pytest.mark.parametrize(
    "text",
    [
        "They have more cloth and open AI head in the summer, and they were sure of it.",
        "It was two thousand people, and the sign rules were strict.",
        "We saw it last year! They have more cloth and open AI head in the summer.",
    ],
    ids=["a not that goes", "a hedge that goes", "a mark"],
)
def test_the_sound_is_not_asked(guard: Guard, text: str) -> None:
    assert asked(guard, text) == []


def test_marks_around_a_repair_stay_as_the_recogniser_set_them(guard: Guard) -> None:
    text = (
        "It was two thousand people, probably, and the sine rules were strict. After all we left."
    )
    (passage,) = found(guard, text)
    assert "and the sine rules were strict. After all we left." in passage.text(passage.repairs)


class Told:
    """What a model says: a text is as likely as the repairs in it are worth."""

    def __init__(self, **worth: Mapping[str, float]) -> None:
        self.worth = worth
        self.texts: list[str] = []

    def __call__(self, passage: Passage, texts: Sequence[str]) -> Mapping[str, Sequence[float]]:
        self.texts += texts
        return {
            model.replace("_", "."): [
                sum(value for words, value in worth.items() if words in text) for text in texts
            ]
            for model, worth in self.worth.items()
        }


def test_one_that_the_sound_denies_does_not_hide_among_the_others(guard: Guard) -> None:
    text = MENDED.replace("summer", "winter")
    (passage,) = found(guard, text)
    heard = supported(passage, Told(base={"clout": 6.0, "had": 9.0, "winter": -12.0}))
    assert [each.repair.part.published for each in heard] == ["clout than", "had"]


@pytest.mark.parametrize(
    ("published", "gain", "holds"),
    [
        ("sign rulers were", -2.6, True),  # 0.45 a letter of "rulers"
        ("sign rulers were", -2.8, False),
        ("sine rules were", -1.7, True),
        ("sign rules are", -1.9, False),
    ],
)
def test_short_words_may_lose_little(
    guard: Guard, published: str, gain: float, holds: bool
) -> None:
    text = f"It was two thousand people, probably, and the {published} strict."
    (passage,) = found(guard, text)
    word = passage.repairs[0].part.published
    assert bool(supported(passage, Told(base={word: gain}))) is holds


def test_a_small_lie_does_not_hide_in_a_large_repair(guard: Guard) -> None:
    text = MENDED.replace("clout than", "clout that")
    (passage,) = found(guard, text)
    told = Told(base={"clout": 9.0, "clout and": 4.0, "had": 5.0})
    assert [each.repair.part.published for each in supported(passage, told)] == ["had"]
    told = Told(base={"clout": 9.0, "clout and": 1.0, "had": 5.0})
    assert len(supported(passage, told)) == 2


def test_a_word_is_not_dropped_within_a_repair(guard: Guard) -> None:
    text = "It was two thousand people, probably, and the sine were strict."
    (passage,) = found(guard, text)
    assert passage.repairs[0].part.raw == "sign rules"
    assert not supported(passage, Told(base={"sine": 9.0, "sine rules": 4.0}))
    assert supported(passage, Told(base={"sine": 9.0, "sine rules": -4.0}))


def test_a_number_must_be_as_likely(guard: Guard) -> None:
    (passage,) = found(
        guard, "It was ten thousand people, probably, and the sign rules were strict."
    )
    assert not supported(passage, Told(base={"ten": -0.1}))
    assert supported(passage, Told(base={"ten": 0.1}))
    assert not supported(passage, Told(tiny_en={"ten": -4.6}, base={"ten": 9.0}))


def test_a_name_that_the_host_has_listed_may_be_as_likely_as_any_word(guard: Guard) -> None:
    verdict = guard.check(Entry(MENDED.replace("OpenAI had", "OpenAI Hahn"), id="k3v9"))
    told = Told(base={"clout": 6.0, "Hahn": -0.9})
    for names, count in ((), 1), (("Otto Hahn",), 2), (("Otto Hahne",), 1):
        (passage,) = passages(verdict, guard, names)
        assert len(supported(passage, told)) == count
    (passage,) = passages(verdict, guard, ["Otto Hahn"])
    assert len(supported(passage, Told(base={"clout": 6.0, "Hahn": -4.6}))) == 1


def test_a_name_that_is_known_gives_way_to_no_other_so_easily() -> None:
    said = "We met Anna twice, and Hannah once, and then I met Anna at the mill near Holm."
    words = [Word(text, 0.4 * n, 0.4 * n + 0.4, 0.9) for n, text in enumerate(said.split())]
    guard = Guard(Transcript(words, [[n] for n in range(len(words))], [0], "en"), DEFAULT_FREE)
    verdict = guard.check(Entry("And then I met Hannah at the mill near Helm.", "k3v9"))
    (passage,) = passages(verdict, guard, ["Hannah", "Helm"])
    anna, holm = passage.repairs
    assert (anna.listed, holm.listed) == (False, True), "Anna is heard twice"
    (passage,) = passages(verdict, guard, ["Hannah", "Holm", "Helm"])
    assert not passage.repairs[1].listed, "both are expected"


def test_a_name_that_is_heard_elsewhere_is_expected_where_a_quote_has_it() -> None:
    said = "The DeepMind people left, and then the Deep Find people left as well."
    words = [Word(text, 0.4 * n, 0.4 * n + 0.4, 0.9) for n, text in enumerate(said.split())]
    guard = Guard(Transcript(words, [[n] for n in range(len(words))], [0], "en"), DEFAULT_FREE)
    for name, names in (("DeepMind", ["DeepMind", "Ann"]), ("MetaMind", ["Ann"])):
        verdict = guard.check(Entry(f"And then the {name} people left as well.", "k3v9"))
        (passage,) = passages(verdict, guard, ["Ann"])
        assert passage.names == names
        assert not passage.repairs[0].listed, "by nobody"


def test_capitals_are_those_of_the_hosts_lists(guard: Guard) -> None:
    entry = Entry("It was two thousand people, probably, and the Sign rules were strict.", "k3v9")
    verdict = guard.check(entry)
    assert [edit.kind for edit in verdict.quote.edits] == ["capital"]
    (proof,) = spellings(verdict, guard, ["Sign"])
    assert not [*spellings(verdict, guard, ["SIGN", "Rules"])]
    assert guard.check(replace(entry, proven=[proof.line])).proven


def test_what_is_proven_holds_for_this_moment_of_this_recording(guard: Guard) -> None:
    verdict = guard.check(Entry(MENDED, id="k3v9"))
    told = Told(tiny_en={"clout": 0.2}, base={"clout": 2.0, "AI had": 4.0})
    proven = proofs(verdict, guard, passages(verdict, guard), told)
    lines = [each.line for each in proven]
    assert lines == [
        "3f2a9c1e changed: cloth and to clout than [heard at 00:00:03.2 by tiny.en +0.2, base +2.0]",
        "3f2a9c1e changed: head to had [heard at 00:00:04.8 by tiny.en +0.0, base +4.0]",
    ]
    assert guard.check(Entry(MENDED, id="k3v9", proven=lines)).proven
    elsewhere = [line.replace("heard at 00:00:0", "heard at 00:10:0") for line in lines]
    assert not guard.check(Entry(MENDED, id="k3v9", proven=elsewhere)).proven
    other = Guard(guard.transcript, DEFAULT_FREE, recording="0" * 64)
    assert not other.check(Entry(MENDED, id="k3v9", proven=lines)).proven


def test_a_proof_is_noted_once(guard: Guard) -> None:
    ledger = parse_ledger(f'[[section]]\n[[section.quote]]\nid = "k3v9"\ntext = "{MENDED}"\n', "q")
    verdict = guard.check(Entry(MENDED, id="k3v9"))
    told = Told(base={"clout": 2.0, "AI had": 4.0})
    proven = proofs(verdict, guard, passages(verdict, guard), told)
    noted(ledger, proven)
    (_, entry), *_ = parse_ledger(ledger.dumps(), "q").entries
    assert list(entry.proven) == [each.line for each in proven]
    noted(parsed := parse_ledger(ledger.dumps(), "q"), proven)
    assert parsed.dumps() == ledger.dumps()


def test_what_stands_outside_a_quote_may_have_been_a_filler() -> None:
    said = "We left then, um, my kazillion masons came by boat. It was, um, a long pier."
    words = [Word(text, n * 0.4, n * 0.4 + 0.35, 0.5, "Ada") for n, text in enumerate(said.split())]
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
    (passage,) = found(guard, "A zillion masons came by boat.")
    told = Told(base={"um a zillion": 4.0, "um kazillion": 2.0})
    (heard,) = supported(passage, told)
    assert passage.text([heard.repair]).startswith("We left then, um, um a zillion masons")
    hidden = Told(base={"um a zillion": 4.0, "um kazillion": 9.0})
    assert not supported(passage, hidden), "it is only what stands outside that was misheard"


def test_a_doubt_about_a_name_of_the_hosts_list_is_settled() -> None:
    said = "We went there with Otto Hahn in the summer."
    words = [Word(text, n * 0.4, n * 0.4 + 0.35, 0.5, "Ada") for n, text in enumerate(said.split())]
    transcript = Transcript(words, [[n] for n in range(len(words))])
    guard = Guard(transcript, DEFAULT_FREE, [(5, 6)], recording=RECORDING)
    entry = Entry(said, id="k3v9")
    verdict = guard.check(entry)
    assert [edit.kind for edit in verdict.quote.edits] == ["doubt"]
    assert not [*spellings(verdict, guard, ["Otto Hahne"])]
    (proof,) = spellings(verdict, guard, ["Otto Hahn"])
    assert guard.check(replace(entry, proven=[proof.line])).proven
