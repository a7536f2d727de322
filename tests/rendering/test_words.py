"""Catalogues: those that we ship are whole, and a show's own are checked as its other files are."""

import re
from io import BytesIO
from typing import Any

import pytest
from babel.messages.pofile import read_po

from pipeline.errors import ConfigError
from pipeline.rendering.words import SOURCE, read_words

LANGUAGES = ("de", "es", "fr")
# What stands visibly within what a screen reader reads (WCAG 2.5.3, label in name).
SHOWN = (
    ("Download the audio", "Download"),
    ("In the transcript, at %(time)s", "In the transcript"),
    ("Link to this quote, at %(time)s", "Link"),
    ("Link of the chapter %(title)s", "Link"),
)


def places(message: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s", message))


def test_every_message_is_in_the_source_catalogue(collecting: Any) -> None:
    now = collecting.written(collecting.collected(), "", collecting.BEGIN)
    assert now == SOURCE.read_bytes(), "messages changed: run `make words`, then translate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_that_we_ship_is_whole(language: str, collecting: Any) -> None:
    catalogue = read_po(BytesIO(collecting.shipped(language).read_bytes()), abort_invalid=True)
    source = read_po(BytesIO(SOURCE.read_bytes()))
    assert [(m.context, m.id) for m in catalogue] == [(m.context, m.id) for m in source]
    assert not catalogue.obsolete
    for message in catalogue:
        if message.id:
            assert message.string, f"'{message.id}' is not translated"
            assert not message.fuzzy, message.id
            assert places(str(message.string)) == places(str(message.id)), message.id
            assert not set("'\"") & set(str(message.string)), "marks are typographic"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_seen_is_part_of_what_is_read_aloud(language: str) -> None:
    words = read_words(language)
    for sentence, shown in SHOWN:
        assert words(shown) in words(sentence)


def test_a_language_without_a_catalogue_has_english_words() -> None:
    assert read_words("nl")("Subscribe") == "Subscribe"
    assert read_words("de-AT")("Subscribe") == "Abonnieren"
    assert read_words("es-MX")("host", "role") == "presentación"


def own(text: str) -> str:
    return f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n{text}\n'


def test_a_show_has_words_of_its_own() -> None:
    files = {
        "en.po": own('msgid "Subscribe"\nmsgstr "Follow"'),
        "nl.po": own('msgid "Subscribe"\nmsgstr "Abonneren"\n\nmsgid "Copy"\nmsgstr ""'),
        "DE-at.po": own('msgid "Subscribe"\nmsgstr "Mithören"'),
        "de.po": own('msgid "Subscribe"\nmsgstr "Folgen"\n\nmsgid "Chapters"\nmsgstr "Teile"'),
    }
    assert read_words("en-GB", files)("Subscribe") == "Follow"
    assert read_words("nl", files)("Subscribe") == "Abonneren"
    assert read_words("nl", files)("Copy") == "Copy"
    austrian = read_words("de-AT", files)
    assert [austrian(word) for word in ("Subscribe", "Chapters", "Topics")] == [
        "Mithören",
        "Teile",
        "Themen",
    ]


def test_what_is_marked_as_fuzzy_does_not_count() -> None:
    files = {"nl.po": own('#, fuzzy\nmsgid "Subscribe"\nmsgstr "Abonneren"')}
    assert read_words("nl", files)("Subscribe") == "Subscribe"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ('msgid "Subsribe"\nmsgstr "x"', 4, "no page says 'Subsribe'; did you mean 'Subscribe'"),
        ('msgid "With %(people)s"\nmsgstr "%(peple)s"', 4, "holds a place that nothing fills"),
        ('msgid "With %(people)s"\nmsgstr "100 % %(people)s"', 4, "holds a place"),
        ('msgctxt "rol"\nmsgid "host"\nmsgstr "x"', 5, "no page says 'host' in the context 'rol'"),
        ('msgid "Subscribe"\nmsgsrt "x"', 5, ""),
    ],
)
def test_a_broken_catalogue_is_named_with_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_words("nl", {"nl.po": own(text)})
    assert f"feed/templates/nl.po, line {line}: " in caught.value.message
    assert problem in caught.value.message
