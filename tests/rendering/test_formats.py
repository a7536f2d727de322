from datetime import UTC, datetime

import pytest
from markupsafe import Markup

from pipeline.rendering.formats import human_date, human_duration, human_list, human_size
from pipeline.rendering.words import read_words
from pipeline.text.languages import direction, fallbacks

MAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "date", "durations", "size"),
    [
        ("en", "1 May 2026", ["38 s", "1 min", "41 min", "1 h 12 min"], "61.3 MB"),
        ("en-US", "1 May 2026", ["38 s", "1 min", "41 min", "1 h 12 min"], "61.3 MB"),
        ("de", "1. Mai 2026", ["38 Sek.", "1 Min.", "41 Min.", "1 Std. 12 Min."], "61,3 MB"),
        ("fr", "1 mai 2026", ["38 s", "1 min", "41 min", "1 h 12 min"], "61,3\u202fMo"),
        ("es-MX", "1 de mayo de 2026", ["38 s", "1 min", "41 min", "1 h 12 min"], "61.3 MB"),
        ("pt", "1 de maio de 2026", ["38 s", "1 min", "41 min", "1 h 12 min"], "61,3 MB"),
        ("ja", "2026年5月1日", ["38 秒", "1 分", "41 分", "1 時間 12 分"], "61.3 MB"),
        ("tlh", "1 May 2026", ["38 s", "1 min", "41 min", "1 h 12 min"], "61.3 MB"),
    ],
)
def test_dates_durations_and_sizes(
    language: str, date: str, durations: list[str], size: str
) -> None:
    words = read_words(language)
    assert human_date(MAY, language) == date
    assert [human_duration(s, words) for s in (38, 59.6, 2467, 4322)] == durations
    assert human_size(61_250_001, language) == size


def test_a_size_has_one_decimal_in_the_unit_that_fits() -> None:
    sizes = [
        human_size(size, language="en")
        for size in (900, 999_940, 1_000_000, 1_201_000, 2_345_000_000)
    ]
    assert sizes == ["0.9 kB", "999.9 kB", "1.0 MB", "1.2 MB", "2.3 GB"]


@pytest.mark.parametrize(
    ("language", "names", "joined"),
    [
        ("en", [], ""),
        ("en", ["A"], "A"),
        ("en", ["A", "B"], "A and B"),
        ("en-US", ["A", "B", "C", "D"], "A, B, C and D"),
        ("de", ["A", "B", "C"], "A, B und C"),
        ("fr", ["A", "B"], "A et B"),
        ("es", ["Ana", "Tomás"], "Ana y Tomás"),
        ("es-AR", ["Ana", "Bo", "Inés"], "Ana, Bo e Inés"),
        ("es", ["Ana", "Hiroko"], "Ana e Hiroko"),
        ("es", ["agua", "hielo"], "agua y hielo"),
        ("ja", ["A", "B"], "A、B"),
    ],
)
def test_lists_end_in_the_language_s_and(language: str, names: list[str], joined: str) -> None:
    assert human_list(names, language) == joined


def test_markup_in_a_list_stays_markup() -> None:
    items = [Markup("<b>A</b>"), Markup('<a href="x">Iris</a>'), Markup("{0}")]
    joined = human_list(items, "de")
    assert joined == '<b>A</b>, <a href="x">Iris</a> und {0}'
    assert isinstance(joined, Markup)
    assert human_list(items[:2], "es") == '<b>A</b> e <a href="x">Iris</a>'


def test_a_language_is_a_kind_of_others() -> None:
    assert fallbacks("es-MX") == ("es-MX", "es-419", "es")
    assert fallbacks("EN") == ("en",)
    assert fallbacks("en-AU")[-1] == "en"
    assert fallbacks("zh-Hant-TW") == ("zh-Hant-TW", "zh-Hant", "zh")


@pytest.mark.parametrize(
    ("language", "way"),
    [
        *((tag, "rtl") for tag in ("ar", "he", "dv", "pa-Arab", "ckb")),
        *((tag, "ltr") for tag in ("en", "de", "pa", "ja")),
    ],
)
def test_lines_run_as_the_script_does(language: str, way: str) -> None:
    assert direction(language) == way
