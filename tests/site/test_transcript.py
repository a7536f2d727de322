from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Chapter, Transcript, Word
from pipeline.site.transcript import PARAGRAPH_WORDS, moment, paragraph_at, passages


def transcript(*turns: tuple[str | None, str], pause: float = 0.0) -> Transcript:
    """Words of half a second; `pause` seconds of silence after each sentence."""
    words: list[Word] = []
    now = 0.0
    for speaker, text in turns:
        for text_of_word in text.split():
            words.append(Word(text_of_word, now, now + 0.5, None, speaker))
            now += 0.5 + (pause if text_of_word.endswith(".") else 0)
    return Transcript(words, [[i] for i in range(len(words))])


def shown(script: Transcript, *chapters: Chapter) -> list[list[list[str]]]:
    """The sentences of each paragraph of each passage."""
    return [
        [[sentence.text for sentence in paragraph.sentences] for paragraph in passage.paragraphs]
        for passage in passages(script, chapters)
    ]


def test_sentences_are_one_speaker_s() -> None:
    script = transcript(("A", "Is it true? I think so."), ("B", "no it is"), ("A", "Fine."))
    assert shown(script) == [[["Is it true?", "I think so."], ["no it is"], ["Fine."]]]
    assert [p.named for p in passages(script, [])[0].paragraphs] == [True, True, True]


def test_abbreviations_and_small_letters_go_on() -> None:
    script = transcript((None, "Dr. Lind and J. Smith said e.g. so... maybe. Then 3.5 more."))
    assert shown(script) == [[["Dr. Lind and J. Smith said e.g. so... maybe.", "Then 3.5 more."]]]


def test_long_turns_become_paragraphs_of_whole_sentences() -> None:
    script = transcript(("A", "One two three four five. " * 60))
    (passage,) = passages(script, [])
    lengths = [sum(len(s.text.split()) for s in p.sentences) for p in passage.paragraphs]
    assert lengths == [90, 90, 90, 30]
    assert [p.named for p in passage.paragraphs] == [True, False, False, False]


def test_a_pause_ends_a_paragraph_that_is_long_enough() -> None:
    script = transcript(("A", "One two three four five. " * 20), pause=2)
    assert [len(p.sentences) for p in passages(script, [])[0].paragraphs] == [8, 8, 4]


def test_speech_without_full_stops_still_has_places_to_jump_to() -> None:
    script = transcript((None, "word " * 150))
    (passage,) = passages(script, [])
    assert [len(s.text.split()) for p in passage.paragraphs for s in p.sentences] == [60, 60, 30]


def test_scripts_without_blanks_are_joined_without_them() -> None:
    assert shown(transcript((None, "潮 を 測る。 機械 です。 OK です")))[0][0] == [
        "潮を測る。",
        "機械です。",
        "OK です",
    ]


def test_a_chapter_begins_at_its_first_sentence_and_names_the_speaker_again() -> None:
    script = transcript(("A", "One two. Three four. Five six."))
    chapters = [Chapter(0.9, "Two"), Chapter(1.2, "skipped by"), Chapter(2.1, "Three")]
    found = passages(script, chapters)
    assert [p.chapter and p.chapter.title for p in found] == [None, "skipped by", "Three"]
    assert all(p.paragraphs[0].named for p in found)


def test_a_moment_lies_in_its_paragraph() -> None:
    script = transcript(("A", "One two."), ("B", "Three four."))
    laid_out = passages(script, [])
    assert [getattr(paragraph_at(laid_out, t), "speaker", None) for t in (0, 0.9, 0.97, 99)] == [
        "A",
        "A",
        "B",
        "B",
    ]
    assert paragraph_at(passages(transcript(), []), 1) is None
    assert moment(2467.34) == "t=2467.3"
    assert moment(60.0) == "t=60"
    assert moment(123456.78) == "t=123456.8"


WORDS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b.", "C", "d?", "E!", "é…"]), st.sampled_from(["A", "B", None])
    ),
    max_size=300,
)


@given(WORDS, st.lists(st.floats(0, 200), max_size=5))
def test_every_word_is_shown_once_in_order(
    spoken: list[tuple[str, str]], starts: list[float]
) -> None:
    script = transcript(*[(speaker, text) for text, speaker in spoken])
    found = passages(script, [Chapter(start, "x") for start in starts])
    paragraphs = [paragraph for passage in found for paragraph in passage.paragraphs]
    sentences = [sentence for paragraph in paragraphs for sentence in paragraph.sentences]
    assert " ".join(s.text for s in sentences).split() == [text for text, _ in spoken]
    assert [s.start for s in sentences] == sorted(s.start for s in sentences)
    assert all(len(p.sentences) <= PARAGRAPH_WORDS for p in paragraphs)


def test_sentences_stand_apart_only_where_the_script_sets_blanks() -> None:
    def gaps(*texts: str) -> list[str]:
        words = [Word(text, n, n + 1.0, None, "Ada") for n, text in enumerate(texts)]
        laid_out = passages(Transcript(words, [[n] for n in range(len(words))]), [])
        return [sentence.gap for sentence in laid_out[0].paragraphs[0].sentences[:-1]]

    assert gaps("橋", "は", "眠る。", "川", "は", "流れる。") == [""]
    assert gaps("It", "sleeps.", "It", "wakes.") == ["\n"]
    assert gaps("هل", "ينام؟", "لا.") == ["\n"]


def test_a_paragraph_tells_when_each_of_its_words_begins() -> None:
    def paragraph(*words: tuple[str, float]) -> str:
        said = [Word(text, start, start + 0.1, 0.9, "Ada") for text, start in words]
        laid_out = passages(Transcript(said, [[i] for i in range(len(said))]), [])
        return laid_out[0].paragraphs[0].times

    assert paragraph(("One", 0.0), ("two", 0.34), ("three.", 1.36)) == "3b"  # tenths: 0, 3, 14
    assert paragraph(("Well.", 0.0), ("Long", 1.0), ("pause.", 7.2)) == " Z1"
    assert paragraph(("Back", 5.0), ("wards.", 4.0)) == "0"  # times of a foreign file
    assert paragraph(("風が", 0.0), ("鳴る。", 1.0)) == ""
