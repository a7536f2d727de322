"""Laws of the four formats, their golden files, and an independent reader."""

import io
import json
import re
import time
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Transcript, Word
from pipeline.text.scripts import join
from pipeline.transcript.formats import podcast_json, srt, text, vtt
from pipeline.transcript.formats.cue_file import Format, read

DATA = Path(__file__).resolve().parents[1] / "data" / "transcript"

ALPHABETS = (
    "abcdefg.,?!'’&<>-:;\"",
    "אבגדה״׳?.",
    "مرحبا؟،.",
    "éüßñçøž…",
    "日本語。、テスト",
    "ภาษาไทย",
    "नमस्ते।हिन्दी",
    "中文，测试。",
)
_UNSPACED = re.compile("[\u0e00-\u0eff\u3000-\u9fff\uff00-\uffef]")
spoken = st.sampled_from(ALPHABETS).flatmap(
    lambda letters: st.text(letters, min_size=1, max_size=14)
)
names = st.sampled_from(["Ada Lovelace", "Charles", "עדה לאבלייס", "R&D <host>", "李白"])


@st.composite
def transcripts(draw: st.DrawFn, texts: st.SearchStrategy[str] = spoken) -> Transcript:
    """Words in order of time, with gaps, zero lengths and glitches of a recogniser."""
    clock = 0.0
    words = []
    speaker = draw(names)
    for heard in draw(st.lists(texts, min_size=1, max_size=60)):
        clock += draw(st.sampled_from([0.0, 0.0, 0.08, 0.4, 2.0]))
        length = draw(st.sampled_from([0.0, 0.05, 0.3, 0.612345, 9.0]))
        if draw(st.integers(0, 9)) == 0:
            speaker = draw(names)
        words.append(Word(heard, clock, clock + length, 0.9, speaker))
        clock += length
    return Transcript(words, [(index,) for index in range(len(words))])


def texts_of(transcript: Transcript) -> list[str]:
    return [word.text for word in transcript.words]


def milliseconds(stamp: str) -> int:
    hours, minutes, seconds = stamp.replace(",", ".").split(":")
    return round((int(hours) * 60 + int(minutes)) * 60_000 + float(seconds) * 1000)


def cue_times(content: str) -> list[tuple[int, int]]:
    found = []
    for line in content.splitlines():
        if " --> " in line:
            start, end = line.split(" --> ")
            found.append((milliseconds(start), milliseconds(end)))
    return found


@given(transcripts())
@pytest.mark.proves("P-05b")
def test_json_gives_back_exactly_the_words(transcript: Transcript) -> None:
    content = podcast_json.write(transcript)
    segments = json.loads(content)["segments"]
    bodies = [segment["body"] for segment in segments]
    assert "".join(bodies).replace(" ", "") == "".join(texts_of(transcript))
    assert bodies == [join(body.split()) for body in bodies]  # no blank where the script has none
    again = podcast_json.read(content)
    assert texts_of(again) == [word for body in bodies for word in body.split()]
    spaced = not any(map(_UNSPACED.search, texts_of(transcript)))
    if spaced:
        assert texts_of(again) == texts_of(transcript)
        assert [word.speaker for word in again.words] == [word.speaker for word in transcript.words]
    assert all(one["endTime"] <= two["startTime"] for one, two in pairwise(segments))


@given(transcripts())
def test_vtt_gives_back_the_text_and_speakers(transcript: Transcript) -> None:
    again = read(vtt.write(transcript), "vtt", "WebVTT")
    assert join(texts_of(again)).replace(" ", "") == join(texts_of(transcript)).replace(" ", "")
    assert {word.speaker for word in again.words} == {word.speaker for word in transcript.words}


@given(transcripts(st.text("abcdefg.,?!'’&<>-:;", min_size=1, max_size=14)))
def test_vtt_gives_back_every_word_of_a_script_with_blanks(transcript: Transcript) -> None:
    again = read(vtt.write(transcript), "vtt", "WebVTT")
    assert texts_of(again) == texts_of(transcript)
    assert [word.speaker for word in again.words] == [word.speaker for word in transcript.words]


@given(
    transcripts(
        st.text("abcABC.,?!'’&>-;:", min_size=1, max_size=14).filter(
            lambda heard: "-->" not in heard
        )
    )
)
def test_srt_gives_back_every_word_of_a_script_with_blanks(transcript: Transcript) -> None:
    again = read(srt.write(transcript), "srt", "SRT")
    assert texts_of(again) == texts_of(transcript)
    assert [word.speaker for word in again.words] == [word.speaker for word in transcript.words]


@pytest.mark.parametrize("module", [vtt, srt], ids=["vtt", "srt"])
@given(transcript=transcripts())
def test_cues_are_in_order_apart_and_readable(module: ModuleType, transcript: Transcript) -> None:
    times = cue_times(module.write(transcript))
    assert all(start < end <= start + 7000 for start, end in times)
    assert all(one[1] <= two[0] for one, two in pairwise(times))


@pytest.mark.parametrize(("module", "kind"), [(vtt, "vtt"), (srt, "srt")], ids=["vtt", "srt"])
@given(transcript=transcripts())
def test_times_survive_to_the_millisecond(
    module: ModuleType, kind: Format, transcript: Transcript
) -> None:
    content = module.write(transcript)
    again = read(content, kind, "x")
    edges = [*again.breaks, len(again.words)]
    found = [
        (round(again.words[first].start * 1000), round(again.words[last - 1].end * 1000))
        for first, last in pairwise(edges)
    ]
    assert found == cue_times(content)


@given(transcripts())
@pytest.mark.proves("P-05a")
def test_vtt_lines_have_room_on_a_screen(transcript: Transcript) -> None:
    for line in vtt.write(transcript).splitlines():
        assert len(line) <= vtt.COLUMNS or len(line.split("> ")[-1].split()) <= 2


@given(transcripts())
@pytest.mark.proves("P-05a")
def test_srt_cues_are_two_lines_of_32(transcript: Transcript) -> None:
    for block in srt.write(transcript).strip().split("\n\n"):
        lines = block.splitlines()[2:]
        assert len(lines) <= 2
        assert all(len(line) <= srt.COLUMNS for line in lines)


@given(transcripts())
def test_no_cue_text_holds_the_arrow(transcript: Transcript) -> None:
    for line in vtt.write(transcript).splitlines():
        assert "-->" not in line or line[:2].isdigit()


@given(transcripts())
def test_an_independent_reader_takes_every_cue(transcript: Transcript) -> None:
    content = vtt.write(transcript)
    captions = webvtt.from_buffer(io.StringIO(content), format="vtt", strict=True)
    assert len(captions) == len(cue_times(content))
    content = srt.write(transcript)
    captions = webvtt.from_buffer(io.StringIO(content), format="srt")
    assert len(captions) == len(cue_times(content))


@given(transcripts())
def test_plain_text_has_every_word_and_speaker(transcript: Transcript) -> None:
    content = text.write(transcript)
    paragraphs = [block.split("\n", 1) for block in content.rstrip("\n").split("\n\n")]
    body = "".join(paragraph[1] for paragraph in paragraphs)
    assert body.replace(" ", "").replace("\n", "") == "".join(texts_of(transcript))
    assert all(heading.endswith("]") for heading, _ in paragraphs)


def conversation() -> Transcript:
    """A made-up conversation with what formats stumble over."""
    lines = [
        ("Ada Lovelace", 0.0, "Welcome back. Today we ask whether R&D can be <measured> at all."),
        ("Ada Lovelace", 6.2, "And if a --> b is an arrow, where does it point?"),
        ("Charles Babbage", 10.0, "Yes."),
        (
            "Charles Babbage",
            13.0,
            "Note: an engine that weaves patterns, slowly, over two hundred "
            "and fifty wheels and more, has no opinion about what it weaves and asks for none",
        ),
        ("עדה", 26.0, "שלום, מה שלומך היום?"),
        ("李白", 30.0, "床前明月光，疑是地上霜。举头望明月，低头思故乡。"),
        (None, 3600.5, "(laughs)"),
    ]
    words: list[Word] = []
    for speaker, start, line in lines:
        for index, item in enumerate(line.split()):
            at = start + 0.4 * index
            words.append(Word(item, round(at, 3), round(at + 0.35, 3), 0.9, speaker))
    return Transcript(words, [(index,) for index in range(len(words))])


def test_a_word_longer_than_any_line() -> None:
    words = [Word("語" * 150, 0, 9), Word("x" * 150, 9, 10), Word("語", 10, 11)]
    transcript = Transcript(words, [(0,), (1,), (2,)])
    segments = json.loads(podcast_json.write(transcript))["segments"]
    assert " ".join(segment["body"] for segment in segments).split() == texts_of(transcript)
    kinds: list[tuple[ModuleType, Format, int]]
    kinds = [(vtt, "vtt", vtt.COLUMNS), (srt, "srt", srt.COLUMNS)]
    for module, kind, columns in kinds:
        lines = module.write(transcript).splitlines()
        assert all(len(line) <= columns for line in lines if "語" in line)
        assert "x" * 150 in lines
        assert join(texts_of(read(module.write(transcript), kind, "x"))).count("語") == 151


@pytest.mark.parametrize(
    ("module", "suffix"), [(vtt, "vtt"), (srt, "srt"), (podcast_json, "json"), (text, "txt")]
)
def test_golden_files(module: ModuleType, suffix: str) -> None:
    expected = (DATA / f"conversation.{suffix}").read_bytes().decode()
    assert module.write(conversation()) == expected


def test_thirty_thousand_words_are_written_in_no_time() -> None:
    words = [
        Word(
            "something," if n % 17 == 0 else "word" if n % 9 else "end.",
            n * 0.4,
            n * 0.4 + 0.35,
            0.9,
            "Ada" if n // 200 % 2 else "Charles",
        )
        for n in range(30_000)
    ]
    transcript = Transcript(words, [(n,) for n in range(30_000)])
    begun = time.process_time()
    for module in (vtt, srt, podcast_json, text):
        module.write(transcript)
    assert time.process_time() - begun < 2
