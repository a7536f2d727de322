"""Where scripts without blanks are cut, and how words join."""

import pytest

from pipeline.text.scripts import is_unspaced, join, letters


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("bridge", ["bridge"]),
        ("الجسر", ["الجسر"]),
        ("다리는", ["다리는"]),
        ("पुल", ["पुल"]),
        ("橋は眠らない。", ["橋", "は", "眠", "ら", "な", "い。"]),
        ("「橋」", ["「橋」"]),
        ("はい「橋」と", ["は", "い", "「橋」", "と"]),
        ("GPT-3は", ["GPT-3", "は"]),
        ("约10年", ["约", "10", "年"]),
        ("１０年", ["１０", "年"]),
        ("コーヒー", ["コー", "ヒー"]),
        ("ที่นี่", ["ที่", "นี่"]),
    ],
)
def test_a_word_is_cut_at_every_letter_of_a_script_without_blanks(
    word: str, expected: list[str]
) -> None:
    assert letters(word) == expected
    assert "".join(letters(word)) == word


def test_words_join_as_people_write_them() -> None:
    assert join(["橋", "は", "眠", "る。"]) == "橋は眠る。"
    assert join(["GPT-3", "は", "眠る"]) == "GPT-3 は眠る"
    assert join(["the", "bridge"]) == "the bridge"
    assert join(["الجسر", "ينام"]) == "الجسر ينام"
    assert [is_unspaced(text) for text in ("橋は", "다리", "橋 は")] == [True, False, False]
