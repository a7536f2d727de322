"""What is shown when: words, cuts, pages, captions."""

from pipeline.audio.cutting import Passage
from pipeline.audio.film import RATE
from pipeline.quotes.proof.printed import Printed
from pipeline.show.audiograms.timing import COMING, HEARD, NOW, captions, pages, shots, shown_words
from pipeline.transcript.formats import srt, vtt

PASSAGES = [Passage(0.0, 10.0, 13.0), Passage(3.3, 50.0, 52.0)]  # three seconds, a gap of 0.3, two


def word(text: str, start: float | None = None) -> Printed:
    return Printed(text, True, None if start is None else (start, start + 0.5), text == "[...]")


QUOTE = [
    word("Bridges", 10.1), word("–", None), word("[some]", None), word("hum.", 11.0),
    word("[...]"), word("Nobody", 50.2), word("asked.", 51.0),
]  # fmt: skip


def test_words_are_lit_in_the_time_of_the_film_and_a_cut_while_it_is_heard() -> None:
    found = {each.text: each.lit for each in shown_words(QUOTE, PASSAGES)}
    assert found["hum."] == (1.0, 1.5)
    start, end = found["[...]"] or (0, 0)
    assert start == 1.5  # since the last word before it
    assert end == found["Nobody"][0]  # type: ignore[index]
    assert start < 3.0 < 3.3 < end  # the gap lies within
    assert found["[some]"] is None


def test_every_frame_has_one_word_at_most_that_is_being_said() -> None:
    words = shown_words(QUOTE, PASSAGES)
    found = shots(words, [range(len(words))], round(5.3 * RATE))
    assert all(lights.count(NOW) <= 1 for _, lights in found)
    last = found[-1][1]
    assert last == (HEARD, HEARD, COMING, HEARD, HEARD, HEARD, HEARD)  # an insertion is never lit
    at = next(number for number, (_, lights) in enumerate(found) if lights[3] == NOW)
    assert at / RATE == 1.0


def test_pages_end_with_sentences_else_clauses_and_turn_when_the_next_begins() -> None:
    words = shown_words([*QUOTE, *[word(f"w{n}", 51.5 + n / 100) for n in range(3)]], PASSAGES)
    found = pages(words, lambda some: len(some) <= 5)
    assert [words[page.start].text for page in found] == ["Bridges", "[...]", "w0"]
    shown = shots(words, found, 100)
    turned = next(number for number, (page, _) in enumerate(shown) if page == 1)
    assert abs(turned / RATE - 1.5) <= 1 / RATE
    long = shown_words([word("one,", 10.0), *[word("two", 10.5) for _ in range(9)]], PASSAGES)
    assert all(len(page) <= 4 for page in pages(long, lambda some: len(some) <= 4))


def test_captions_begin_at_zero_and_hold_the_printed_words() -> None:
    told = captions(shown_words(QUOTE, PASSAGES), "Ada <b>", "en")
    text = vtt.write(told)
    assert text.startswith("WEBVTT\n\n00:00:00.100 -->")
    assert "Bridges – [some] hum. [...] Nobody asked." in " ".join(text.split())
    assert "<v Ada &lt;b&gt;>" in text
    assert "--> 00:00:0" in srt.write(told).replace(",", ".")
