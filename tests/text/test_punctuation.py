"""Where sentences, questions and clauses end, in any script."""

import re
from pathlib import Path

import pytest

import pipeline.desk
from pipeline.text.punctuation import asks, breaks, core, ends_clause, ends_sentence, words

SENTENCES = ["no.", "橋。", "はい」。", "「はい。」", "है।", "Brücke.“", "so…", "Hm…’”", "はい！」"]
QUESTIONS = ["no?", "الجسر؟", "是？", "What?!", "what?”", "so?...", "really⁉", "quoi?»", "(why?)"]
CLAUSES = ["no,", "那，", "so,”", "then—", "لا،", "also:“"]
WORDS = ["no", "”", "", "3.5", "C#", "it’s", "-", "well-"]


@pytest.mark.parametrize("text", SENTENCES + QUESTIONS)
def test_a_sentence_ends_as_its_script_ends_it(text: str) -> None:
    assert ends_sentence(text)
    assert breaks(text)
    assert not ends_clause(text)
    assert asks(text) is (text in QUESTIONS)


@pytest.mark.parametrize("text", CLAUSES + WORDS)
def test_what_ends_no_sentence_asks_nothing(text: str) -> None:
    assert not ends_sentence(text)
    assert not asks(text)
    assert ends_clause(text) is (text in CLAUSES)
    assert breaks(text) is (text in CLAUSES or text.endswith("-"))


def test_the_page_has_the_same_sentence_ends() -> None:
    script = (Path(pipeline.desk.__file__).parent / "static" / "dom.js").read_text()
    found = re.search(r"const SENTENCE_END = /(.+)/u;", script)
    assert found
    for text in SENTENCES + QUESTIONS + CLAUSES + WORDS:
        assert bool(re.search(found[1], text)) is ends_sentence(text), text


def test_a_word_is_what_is_left_without_its_punctuation() -> None:
    assert core("“it’s,”") == ("“", "it’s", ",”")
    assert core("(C#)") == ("(", "C#", ")")
    assert core("...") == ("...", "", "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It was built in 1938.", "it was  built—in 1938 [1]!"),
        ("“Don’t,” he said.", '"Don\'t" he said: [...]'),
        ("well-known", "well known"),
        ("A 5% share, 3 €", "a 5 % share; 3€"),
        ("橋は、歌う。", "橋は歌う"),
        ("सच है।", "सच है"),
        ("soft\u00adly", "softly"),
        ("ﬁne… 'tis", "fine 'Tis"),
    ],
)
def test_two_texts_say_the_same(one: str, other: str) -> None:
    assert words(one) == words(other) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("we're here", "were here"),
        ("1.5", "15"),
        ("I [never] said", "I said"),
        ("सच", "सचे"),
        ("はい", "はいはい"),
        ("C#", "C"),
        ("a sign", "assign"),
    ],
)
def test_two_texts_say_another_thing(one: str, other: str) -> None:
    assert words(one) != words(other)
