"""What a part is called: a phrase that was said, or nothing."""

import pytest

from pipeline.models import Word
from pipeline.transcript.chapters.titles import Titles


def spoken(text: str, doubted: str = "") -> list[Word]:
    return [
        Word(word, n * 0.4, n * 0.4 + 0.3, 0.1 if word == doubted else 0.9)
        for n, word in enumerate(text.split())
    ]


def answered(text: str) -> str:
    """A text, and an answer that speaks of the same."""
    return " ".join([text, *(word.strip(".,;?¿") for word in reversed(text.split()))])


def title(text: str, language: str = "en", doubted: str = "") -> str:
    return Titles(spoken(answered(text), doubted), (), language).of(0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The wind is the player. So why do bridges hum?", "Why do bridges hum?"),
        (
            "Right. And, uh, how do you tune a cable when the wind is up?",
            "How do you tune a cable?",
        ),
        (
            "Okay, let's talk about suspension bridges because people fear them.",
            "Suspension bridges",
        ),
        ("I'm curious how you got into engineering. It's late.", ""),
        ("I'm curious how bridges were built, before steel came?", "How bridges were built"),
        ("So what do you think about that?", ""),  # of what, nobody knows
        ("Does it, you know, kind of hum at night?", ""),
        ("How how do bridges hum?", ""),  # a false start
        ("Wind, cables, decks and rivets.", ""),  # a row of words
        ("We drove there on a Sunday and had lunch.", ""),
        ("You know what I mean?", ""),
        ('So then Ada asked, "Why do bridges hum?"', ""),  # nobody asks it here
        ("This episode is brought to you by Rope. How do you hang a bridge?", ""),
        ("Why do [inaudible] bridges hum?", ""),
        ("Let's talk about exploring and learning about.", ""),
        ("So then Ada asked, ‘Why do bridges hum?’", ""),
        ("Do you do you see bridges hum?", ""),
        ("What makes bridges hum and why do people fear cables?", "What makes bridges hum?"),
        ("Tell me about cables and why people fear rust.", ""),  # a single word
    ],
)
def test_a_title_is_a_phrase_that_opens_a_subject(text: str, expected: str) -> None:
    assert title(text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de-AT", "Genau. Also, warum brummen Brücken im Wind?", "Warum brummen Brücken im Wind?"),
        ("de", "Gut, kommen wir zum Thema Windlast, weil das wichtig ist.", "Thema Windlast"),
        ("fr", "Alors, pourquoi les ponts chantent ?", "Pourquoi les ponts chantent\u202f?"),
        ("es", "Bueno, y ¿por qué cantan los puentes?", "¿Por qué cantan los puentes?"),
        (
            "de",
            "Ja, und wie bist du zum Brückenbau gekommen?",
            "Wie bist du zum Brückenbau gekommen?",
        ),
        ("de", "Mich würde interessieren, wie Brücken wachsen?", "Wie Brücken wachsen"),
        ("de", "Lass uns mal über Windkanäle reden, weil sie laut sind.", "Windkanäle"),
        ("de", "Was macht eine gute Brücke aus, wenn es weht?", "Was macht eine gute Brücke aus?"),
        ("de", "Das Thema heute ist Brückenbau bei Wind.", "Brückenbau bei Wind"),
        (
            "fr",
            "Qu'est-ce que le vent fait aux câbles, quand il souffle ?",
            "Qu'est-ce que le vent fait aux câbles\u202f?",
        ),
        ("fr", "Qu'est-ce que tu veux dire ?", ""),
        ("es", "Bueno, hablemos de los puentes colgantes porque cantan.", "Los puentes colgantes"),
        ("es", "¿Y cuál es el futuro de los puentes?", "¿Cuál es el futuro de los puentes?"),
        ("ar", "لماذا تهمهم الجسور؟", "لماذا تهمهم الجسور؟"),
        ("it", "Perché i ponti cantano? Non lo so.", "Perché i ponti cantano?"),
        ("ja", "なぜ 橋 は 鳴る の ですか？", "なぜ橋は鳴るのですか？"),
    ],
)
def test_a_title_is_written_as_its_language_does(language: str, text: str, expected: str) -> None:
    assert title(text, language) == expected


def test_a_doubted_word_makes_no_title() -> None:
    asked = "Why do britches hum?"
    assert title(asked) == "Why do britches hum?"
    assert title(asked, doubted="britches") == ""
    assert Titles(spoken(answered(asked)), {2}, "en").of(0) == ""


def test_what_is_spoken_of_once_only_is_no_subject() -> None:
    assert Titles(spoken("Why do bridges hum? The wind, and rope, and rust."), (), "en").of(0) == ""


def test_a_question_among_several_people_has_an_answer() -> None:
    words = [word._replace(speaker="Ada") for word in spoken(answered("Why do bridges hum?"))]
    asked = [*words, *(word._replace(speaker="Ben") for word in spoken("Wind. " * 100))]
    assert Titles(asked, (), "en").of(0) == "Why do bridges hum?"
    rhetorical = [
        *words,
        *(word._replace(speaker="Ada") for word in spoken("Wind. " * 100)),
        asked[-1],
    ]
    assert Titles(rhetorical, (), "en").of(0) == ""
