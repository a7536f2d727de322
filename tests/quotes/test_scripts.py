"""Quotes in scripts without blanks, from right to left, and with vowel signs."""

from collections.abc import Callable

import pytest

from pipeline.models import Quote, Transcript, Word
from pipeline.quotes.languages.table import language
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.matching.sentences import sentences, turns
from pipeline.quotes.proof.guard import PROVEN, Guard
from pipeline.quotes.proposals.candidates import suggest
from pipeline.text.scripts import join

Judge = Callable[[str, list[str], str], Quote]

BRIDGE = [
    "この",
    "橋",
    "は",
    "夜",
    "に",
    "眠",
    "ら",
    "ない。",
    "私",
    "は",
    "毎",
    "晩",
    "ここ",
    "に",
    "来る。",
]
ARABIC = ["هذا", "الجسر", "لا", "ينام", "في", "الليل.", "أنا", "أزوره", "كل", "مساء."]
HEBREW = ["הגשר", "הזה", "לא", "ישן", "בלילה.", "אני", "בא", "לכאן", "כל", "ערב."]
THAI = ["สะพาน", "นี้", "ไม่", "เคย", "หลับ"]
HINDI = ["यह", "पुल", "कभी", "नहीं", "सोता।", "मैं", "हर", "शाम", "यहाँ", "आता", "हूँ।"]


def talk(tag: str, texts: list[str]) -> Transcript:
    words = [Word(text, n * 0.5, n * 0.5 + 0.5, None, "Ada") for n, text in enumerate(texts)]
    return Transcript(words, [[n] for n in range(len(words))], language=tag)


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Judge a published text against the words that were heard in a language."""

    def judged(tag: str, texts: list[str], published: str) -> Quote:
        return Guard(talk(tag, texts), DEFAULT_FREE).check(Entry(published)).quote

    return judged


@pytest.mark.parametrize(
    ("tag", "texts", "published", "spans"),
    [
        ("ja", BRIDGE, "この橋は夜に眠らない。", [(0, 8)]),
        ("ja", BRIDGE, "「この橋は夜に眠らない」", [(0, 8)]),
        ("ja", BRIDGE, "私は毎晩、ここに来る。", [(8, 15)]),
        (
            "ja",
            ["この橋は夜に眠らない。", "私は毎晩ここに来る。"],
            "私は毎晩ここに来る。",
            [(1, 2)],
        ),
        ("zh", ["这座桥", "晚上", "不", "睡觉。"], "这座桥晚上不睡觉。", [(0, 4)]),
        ("th", THAI, "สะพานนี้ไม่เคยหลับ", [(0, 5)]),
        ("ar", ARABIC, "هذا الجسر لا ينام في الليل.", [(0, 6)]),
        ("ar", ARABIC, "\u200fأنا أزوره كل مساء\u200f", [(6, 10)]),
        ("he", HEBREW, "”אני בא לכאן כל ערב.”", [(5, 10)]),
        ("hi", HINDI, "यह पुल कभी नहीं सोता।", [(0, 5)]),
    ],
)
def test_words_are_found_letter_by_letter(
    judge: Judge, tag: str, texts: list[str], published: str, spans: list[tuple[int, int]]
) -> None:
    quote = judge(tag, texts, published)
    assert quote.status in PROVEN, quote.message
    assert [tuple(span) for span in quote.spans] == spans
    assert (quote.start, quote.end) == (spans[0][0] * 0.5, spans[-1][1] * 0.5)


@pytest.mark.parametrize(
    ("tag", "texts", "published"),
    [
        ("ja", BRIDGE, "この橋は夜に眠る。"),  # sleeps
        ("ja", BRIDGE, "この橋は夜に眠ら。"),
        ("ja", BRIDGE, "この橋は昼に眠らない。"),  # by day
        ("ja", BRIDGE, "この橋は[絶対]夜に眠らない。"),
        ("ja", BRIDGE, "この橋は「夜」に眠らない。"),
        ("ja", BRIDGE, "夜に眠らない。"),  # the rest of the sentence is cut off
        ("ja", ["この橋は夜に眠らない。"], "この橋は夜に眠ら"),  # within a word of a foreign file
        ("zh", ["这座桥", "晚上", "不", "睡觉。"], "这座桥晚上睡觉。"),
        ("th", THAI, "สะพานนี้เคยหลับ"),
        ("th", ["ใกล้", "มาก"], "ไกล มาก"),  # near, far
        ("ar", ARABIC, "هذا الجسر ينام في الليل."),
        ("ar", ARABIC, "هذا الجسر لا ينام في النهار."),
        ("ar", ARABIC, "ينام في الليل."),
        ("ar", ARABIC, "هذا الجسر «لا» ينام في الليل."),
        ("he", HEBREW, "הגשר הזה ישן בלילה."),
        ("hi", ["यह", "की", "है"], "यह का है"),  # a vowel sign is no punctuation
        ("hi", HINDI, "यह पुल कभी सोता।"),
        ("ja", BRIDGE, "この橋は夜に眠らない？"),  # asked, not said
        ("hi", HINDI, "यह पुल कभी नहीं सोता?"),
        ("ar", ARABIC, "هذا الجسر لا ينام في الليل؟"),
    ],
)
def test_nothing_but_marks_is_free_where_the_guard_knows_no_language(
    judge: Judge, tag: str, texts: list[str], published: str
) -> None:
    assert judge(tag, texts, published).status not in PROVEN


def test_a_consent_in_a_script_without_blanks_is_written_as_the_script_is(judge: Judge) -> None:
    quote = judge("ja", BRIDGE, "この橋は昼に眠らない。")
    assert quote.message == "needs your consent: changed: 夜 to 昼 (word changed)"
    transcript = talk("ja", BRIDGE)
    signed = Entry("この橋は昼に眠らない。", consent=["changed: 夜 to 昼"])
    assert Guard(transcript, DEFAULT_FREE).check(signed).quote.status == "consented"


def test_doubts_are_about_the_words_of_the_whole_transcript() -> None:
    transcript = talk("ja", BRIDGE)
    text = "私は毎晩ここに来る。"
    assert Guard(transcript, DEFAULT_FREE, [(0, 3)]).check(Entry(text)).proven
    verdict = Guard(transcript, DEFAULT_FREE, [(12, 13)]).check(Entry(text))
    assert verdict.wanted() == ["wording: heard: ここ"]


def test_sentences_end_as_the_script_ends_them() -> None:
    for tag, texts, count in (
        ("ja", BRIDGE, 2),
        ("ar", ["هل", "ينام", "الجسر؟", "لا،", "أبدا."], 2),
        ("hi", HINDI, 2),
    ):
        transcript = talk(tag, texts)
        (turn,) = turns(transcript)
        assert len(sentences(transcript.words, turn, language(tag))) == count


def test_candidates_are_written_without_blanks() -> None:
    texts = BRIDGE * 30
    found = suggest(talk("ja", texts), 3)
    assert found
    assert all(" " not in candidate.text for candidate in found)
    assert all(join(texts[c.first : c.last]) == c.text for c in found)
