"""Corrections and glossary over raw words, and the map back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.models import Transcript, Word
from pipeline.transcript.corrections import corrections, glossary
from pipeline.transcript.corrections.corrections import Corrections, Replacement
from pipeline.transcript.corrections.glossary import Glossary, Term
from pipeline.transcript.corrections.overlay import Proofread, correct


def transcript(text: str, breaks: tuple[int, ...] = (0,), speaker: str | None = None) -> Transcript:
    """A second for each word."""
    words = [Word(word, n, n + 0.8, 0.9, speaker) for n, word in enumerate(text.split())]
    return Transcript(words, [(n,) for n in range(len(words))], breaks)


def corrected(
    raw: Transcript, toml: str = "", terms: str = "", folder: Path | None = None
) -> Proofread:
    assert folder is not None
    (folder / "c.toml").write_text(toml, encoding="utf-8")
    (folder / "g.toml").write_text(terms, encoding="utf-8")
    return correct(
        raw,
        corrections.load(folder / "c.toml"),
        glossary.load(folder / "g.toml", "g.toml"),
        people=(),
        name="corrections.toml",
    )


def written(result: Proofread) -> str:
    return " ".join(word.text for word in result.transcript.words)


def ids(result: Proofread) -> list[tuple[int, ...]]:
    return [tuple(raw) for raw in result.transcript.raw_ids]


RAW = "We put it on the archive, and the Archive was down. Um, it was."


def test_nothing_to_correct_changes_nothing(tmp_path: Path) -> None:
    raw = transcript(RAW, (0, 9))
    result = corrected(raw, folder=tmp_path)
    assert list(result.transcript.words) == list(raw.words)
    assert ids(result) == list(raw.raw_ids)
    assert list(result.transcript.breaks) == [0, 9]
    assert result.changes == []


def test_one_word_at_its_time_keeps_its_punctuation_and_number(tmp_path: Path) -> None:
    toml = '[[replace]]\nat = "00:00:06"\nsaid = "archive"\ntext = "arXiv"\n'
    result = corrected(transcript(RAW), toml, folder=tmp_path)
    assert written(result) == "We put it on the arXiv, and the Archive was down. Um, it was."
    assert ids(result)[5] == (5,)
    word = result.transcript.words[5]
    assert (word.start, word.end, word.probability) == (5, 5.8, None)
    (change,) = result.changes
    assert (change.kind, change.raw, change.published, change.at) == (
        "correction", "archive,", "arXiv,", 5
    )  # fmt: skip


def test_time_may_be_left_out_for_words_said_once_and_written_as_toml_writes_times(
    tmp_path: Path,
) -> None:
    toml = (
        '[[replace]]\nsaid = "and the archive"\ntext = "and the arXiv"\n'
        '[[replace]]\nat = 00:00:11.2\nsaid = "it"\ntext = "IT"\n'
    )
    result = corrected(transcript(RAW), toml, folder=tmp_path)
    assert written(result) == "We put it on the archive, and the arXiv was down. Um, IT was."


@pytest.mark.parametrize(
    ("said", "text", "expected", "raw_ids"),
    [
        ("put it on", "upload it to", "We upload it to the", [(0,), (1,), (2,), (3,), (4,)]),
        ("put it on the", "posted", "We posted archive,", [(0,), (1, 2, 3, 4), (5,)]),
        ("put", "will have put", "We will have put it", [(0,), (), (), (1,), (2,)]),
        ("put", "carried over", "We carried over it", [(0,), (1,), (1,), (2,)]),
        ("put it on", "a b", "We a b the", [(0,), (1, 2), (2, 3), (4,)]),
        ("down. Um,", "down.", "was down. it", [(9,), (10,), (12,)]),
        ("um", "", "down. it", [(10,), (12,)]),
    ],
)
def test_words_map_to_the_raw_words_that_they_stand_for(
    tmp_path: Path, said: str, text: str, expected: str, raw_ids: list[tuple[int, ...]]
) -> None:
    toml = f'[[replace]]\nsaid = "{said}"\ntext = "{text}"\n'
    result = corrected(transcript(RAW), toml, folder=tmp_path)
    assert expected in written(result)
    words = written(result).split()
    first = next(n for n in range(len(words)) if words[n:][: len(raw_ids)] == expected.split())
    assert ids(result)[first : first + len(raw_ids)] == raw_ids
    times = [(word.start, word.end) for word in result.transcript.words]
    assert times == sorted(times)


def test_breaks_follow_the_words(tmp_path: Path) -> None:
    toml = (
        '[[replace]]\nsaid = "put it on the"\ntext = "posted"\n'
        '[[replace]]\nsaid = "Um,"\ntext = ""\n'
    )
    result = corrected(transcript(RAW, (0, 6, 11)), toml, folder=tmp_path)
    words = [word.text for word in result.transcript.words]
    assert [words[first] for first in result.transcript.breaks] == ["We", "and", "it"]


def test_named_speakers_hold_until_the_next(tmp_path: Path) -> None:
    toml = (
        '[[speaker]]\nat = "00:00:06"\nname = "Charles"\n[[speaker]]\nat = "0:00"\nname = "Ada"\n'
    )
    result = corrected(transcript(RAW), toml, folder=tmp_path)
    speakers = [word.speaker for word in result.transcript.words]
    assert speakers == ["Ada"] * 6 + ["Charles"] * 8
    assert list(result.transcript.breaks) == [0, 6]


def test_the_glossary_replaces_exactly_its_mishearings(tmp_path: Path) -> None:
    terms = '[[term]]\ntext = "arXiv"\nheard = ["the archive", "archive", "archives"]\n'
    result = corrected(
        transcript("Archive. The “archive” archived; an archives"), "", terms, tmp_path
    )
    assert written(result) == "arXiv. arXiv” archived; an arXiv"
    assert [change.raw for change in result.changes] == ["Archive.", "The “archive”", "archives"]
    assert {change.kind for change in result.changes} == {"glossary"}
    assert ids(result) == [(0,), (1, 2), (3,), (4,), (5,)]


def test_the_glossary_never_joins_two_speakers(tmp_path: Path) -> None:
    raw = transcript("our kive")
    raw = Transcript(
        [raw.words[0]._replace(speaker="Ada"), raw.words[1]._replace(speaker="Charles")],
        raw.raw_ids,
    )
    terms = '[[term]]\ntext = "arXiv"\nheard = ["our kive"]\n'
    assert written(corrected(raw, "", terms, tmp_path)) == "our kive"


def test_a_correction_beats_the_glossary_and_may_quote_either_spelling(tmp_path: Path) -> None:
    terms = '[[term]]\ntext = "arXiv"\nheard = ["archive"]\n'
    toml = (
        '[[replace]]\nat = "00:00:05"\nsaid = "the archive"\ntext = "the Archive"\n'
        '[[replace]]\nsaid = "the arXiv was"\ntext = "the Internet Archive was"\n'
    )
    result = corrected(transcript(RAW), toml, terms, tmp_path)
    assert "on the Archive, and the Internet Archive was down." in written(result)


UNFIT = [
    ('[[replace]]\nsaid = "abacus"\ntext = "x"', "'abacus': these words are not in the transcript"),
    ('[[replace]]\nsaid = "was"\ntext = "x"', "said 2 times (00:00:09.0, 00:00:13.0); say which"),
    (
        '[[replace]]\nat = "00:10:00"\nsaid = "um"\ntext = "x"',
        "'um' at 00:10:00.0: not said within 60 s; the nearest is at 00:00:11.0",
    ),
    (
        '[[replace]]\nsaid = "um"\ntext = "hm"\n[[replace]]\nsaid = "hm"\ntext = "oh"',
        "'hm': another entry has changed these words",
    ),
    (
        '[[replace]]\nat = "00:00:04"\nsaid = "upon"\ntext = "on the archive"',
        "'upon' at 00:00:04.0: no longer needed: the transcript says this by itself",
    ),
    ('[[speaker]]\nat = "00:10:00"\nname = "Ada"', "Ada at 00:10:00.0: nothing is said there"),
    ('[[keep]]\nsaid = "abacus"', "'abacus': these words are not in the transcript there"),
    (
        '[[keep]]\nsaid = "um"\nat = "00:10:00"',
        "'um' at 00:10:00.0: these words are not in the transcript there",
    ),
    ('[names]\n"Speaker 9" = "Ada"', "[names] 'Speaker 9': no speaker is called so"),
]


@pytest.mark.parametrize(("toml", "message"), UNFIT, ids=range(len(UNFIT)))
def test_an_entry_that_fits_nothing_is_reported(tmp_path: Path, toml: str, message: str) -> None:
    result = corrected(transcript(RAW), toml, folder=tmp_path)
    (problem,) = result.problems
    assert str(problem).startswith("[")
    assert message in str(problem)


def test_two_corrections_of_the_same_words_are_an_error(tmp_path: Path) -> None:
    toml = (
        '[[replace]]\nsaid = "on the archive"\ntext = "x"\n'
        '[[replace]]\nsaid = "archive and"\ntext="y"'
    )
    with pytest.raises(ConfigError, match="'on the archive' and 'archive and' change the same"):
        corrected(transcript(RAW), toml, folder=tmp_path)


def test_kept_words_are_spared_here_or_everywhere(tmp_path: Path) -> None:
    terms = '[[term]]\ntext = "arXiv"\nheard = ["archive"]\n'
    near = '[[keep]]\nat = "00:00:08"\nsaid = "the archive"\n'
    result = corrected(transcript(RAW), near, terms, tmp_path)
    assert "on the arXiv, and the Archive was" in written(result)
    result = corrected(transcript(RAW), '[[keep]]\nsaid = "archive"\n', terms, tmp_path)
    assert written(result) == RAW
    assert result.problems == []


def test_numbered_voices_get_names_before_single_changes(tmp_path: Path) -> None:
    toml = '[names]\n"Speaker 1" = "Ada"\n[[speaker]]\nat = "00:00:12"\nname = "Charles"\n'
    result = corrected(transcript(RAW, speaker="Speaker 1"), toml, folder=tmp_path)
    assert [word.speaker for word in result.transcript.words] == ["Ada"] * 12 + ["Charles"] * 2


def test_names_are_told_by_their_sound_and_the_rule_says_so() -> None:
    raw = transcript("We met Jordy and open a i people.")
    words = list(raw.words)
    words[2] = words[2]._replace(probability=0.4)
    raw = Transcript(words, raw.raw_ids)
    result = correct(
        raw,
        Corrections(),
        Glossary(term=[Term(text="OpenAI")]),
        ["Jordi"],
        name="corrections.toml",
    )
    assert written(result) == "We met Jordi and OpenAI people."
    assert [(change.kind, change.rule) for change in result.changes] == [
        ("sound", "sounds like 'Jordi'"),
        ("sound", "has the letters of 'OpenAI'"),
    ]
    assert ids(result) == [(0,), (1,), (2,), (3,), (4, 5, 6), (7,)]


MALFORMED = [
    ('[[replace]]\nsaid = "a"', "[replace[1]] text: missing"),
    ('[[replace]]\nsaid = "a"\ntext = "b"\nat = "soon"', "[replace[1]] at: 'soon' is no time"),
    (f'[[keep]]\nsaid = "a"\nat = {"9" * 400}', "[keep[1]] at: '999"),
    ('[[heard]]\nsaid = "a"\nat = nan', "[heard[1]] at: must be"),
    ('[[heard]]\nsaid = "a"\nat = -2.5', "[heard[1]] at: must be"),
    ('[[replace]]\nsaid = " "\ntext = "b"', "[replace[1]] said: holds no words"),
    ('[[replace]]\nsaid = "a"\ntxt = "b"', "[replace[1]] txt: unknown key; did you mean 'text'?"),
    ('[[fix]]\nsaid = "a"', "fix: unknown key; it may hold replace, speaker, keep, heard, names"),
    ('[[replac]]\nsaid = "a"', "replac: unknown key; did you mean 'replace'?"),
    ('[[speaker]]\nat = true\nname = "x"', "[speaker[1]] at: "),
    (
        '[[speaker]]\nat = 1\nname = "x"\n[[speaker]]\nat = 1.0\nname = "y"',
        "two entries for 00:00:01.0",
    ),
    ("[[replace]", "corrections.toml: "),
]


@pytest.mark.parametrize(("toml", "message"), MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_file_is_a_wrong_setting(tmp_path: Path, toml: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        corrected(transcript(RAW), toml, folder=tmp_path)
    assert message in caught.value.message


def test_a_malformed_glossary_names_its_entry(tmp_path: Path) -> None:
    term = '[[term]]\ntext = "arXiv"\nheard = ["archive"]\n'
    for terms, message in (
        (term + '[[term]]\ntext = "x"\nheard = "y"', "g.toml: [term[2]] heard: "),
        (term + '[[term]]\ntext = "x"\nheard = [""]', "g.toml: [term[2]] heard[1]: holds no words"),
        (
            term + '[[term]]\ntext = "Archive"\nheard = ["ARCHIVE!"]',
            "listed under 'arXiv' and 'Archive'",
        ),
    ):
        with pytest.raises(ConfigError) as caught:
            corrected(transcript(RAW), "", terms, tmp_path)
        assert message in caught.value.message


WORDS = st.sampled_from(["a", "b", "c", "d,", "e.", "f"])


@given(st.lists(WORDS, min_size=1, max_size=12), st.data())
def test_every_raw_word_is_accounted_for(heard: list[str], data: st.DataObject) -> None:
    raw = transcript(" ".join(heard), tuple(sorted({0, len(heard) // 2})))
    first = data.draw(st.integers(0, len(heard) - 1))
    last = data.draw(st.integers(first + 1, len(heard)))
    text = data.draw(st.lists(WORDS, min_size=1, max_size=6))
    entry = Replacement(said=" ".join(heard[first:last]), text=" ".join(text), at=float(first))
    result = correct(
        raw, Corrections(replace=[entry]), Glossary(), people=(), name="corrections.toml"
    )
    words = [word.text for word in result.transcript.words]
    assert words[:first] == heard[:first]
    assert words[first + len(text) :] == heard[last:]
    outside = [raw_id for ids in result.transcript.raw_ids for raw_id in ids]
    assert {*range(first), *range(last, len(heard))} <= set(outside)
    assert outside == sorted(outside)
    assert all(
        one.start <= two.start
        for one, two in zip(result.transcript.words, result.transcript.words[1:], strict=False)
    )
    assert result.transcript.breaks[0] == 0
