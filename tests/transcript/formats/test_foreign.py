"""Transcripts from elsewhere, whole and broken."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import PullquoteError
from pipeline.models import Recognition, Segment, Transcript, Word, encode
from pipeline.transcript.formats import foreign, podcast_json, srt, text, vtt
from pipeline.transcript.formats.cue_file import Format, read
from pipeline.transcript.formats.foreign import read_transcript
from pipeline.workspace import dump_json


def saved(folder: Path, content: str | bytes, name: str = "a.txt") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(word.speaker, word.text) for word in transcript.words]


VTT = """WEBVTT Kind: captions
Language: en

STYLE
::cue { color: red }

NOTE a comment
of two lines, even with an --> arrow in its head? no.

intro
00:00.500 --> 00:02.500 align:start position:10%
<v.loud Ada Lovelace>Hello <i>there</i>, Q&amp;A&nbsp;fans<00:00:02.000> &lt;3

00:00:03.000 --> 00:00:05.000
<v Ada Lovelace>One.</v> <v Charles>Two.
"""


def test_webvtt_with_everything_in_it(tmp_path: Path) -> None:
    content = VTT.replace(", even with an --> arrow in its head? no.", "")
    transcript = read_transcript(saved(tmp_path, "\ufeff" + content.replace("\n", "\r\n"), "x.srt"))
    ada = "Ada Lovelace"
    assert said(transcript) == [
        (ada, "Hello"), (ada, "there,"), (ada, "Q&A"), (ada, "fans"), (ada, "<3"),
        (ada, "One."), ("Charles", "Two."),
    ]  # fmt: skip
    assert transcript.breaks == [0, 5, 6]
    assert (transcript.words[0].start, transcript.words[4].end) == (0.5, 2.5)


def test_srt_of_all_sorts(tmp_path: Path) -> None:
    content = (
        "\n1\n00:00:01,000 --> 00:00:02,000\n<i>Ada:</i> In\n\n1843\n"
        "2\n0:00:02.500 --> 0:00:03.0 X1:10\n{\\an8}note this: I wrote\nit.\n"
        "3\n00:00:03,000 --> 00:00:04,000\n\n"
        "4\n00:00:05,000 --> 00:00:06,000\nSPEAKER_01: Did you?"
    )
    transcript = read_transcript(saved(tmp_path, content))
    assert said(transcript) == [
        ("Ada", "In"), ("Ada", "1843"), ("Ada", "note"), ("Ada", "this:"), ("Ada", "I"),
        ("Ada", "wrote"), ("Ada", "it."), ("SPEAKER_01", "Did"), ("SPEAKER_01", "you?"),
    ]  # fmt: skip


def test_srt_without_names_keeps_its_colons(tmp_path: Path) -> None:
    content = "00:00:01,000 --> 00:00:02,000\nSo here it is\n\n00:00:03,000 --> 00:00:04,000\nNote: twice\n"
    assert [word.text for word in read_transcript(saved(tmp_path, content)).words] == (
        ["So", "here", "it", "is", "Note:", "twice"]
    )


def test_webvtt_with_names_in_the_text_as_some_recorders_write_it(tmp_path: Path) -> None:
    content = "WEBVTT\n\n1\n00:01.000 --> 00:02.000\nAda Lovelace: Hello.\n"
    assert said(read_transcript(saved(tmp_path, content))) == [("Ada Lovelace", "Hello.")]


def test_podcast_json(tmp_path: Path) -> None:
    segments = [
        {"speaker": "Ada", "startTime": 0.5, "endTime": 1, "body": "Hello  there"},
        {"startTime": "1.5", "endTime": 2.0, "body": " \n"},
        {"startTime": 2, "endTime": 2.0, "body": "you", "extra": 1},
    ]
    transcript = read_transcript(saved(tmp_path, json.dumps({"segments": segments})))
    assert said(transcript) == [("Ada", "Hello"), ("Ada", "there"), (None, "you")]
    assert transcript.breaks == [0, 2]


def test_our_own_files(tmp_path: Path) -> None:
    words = [
        Word("Hello", 0, 1, 0.9, "Ada"),
        Word("you", 1, 2, 0.8, "Ada"),
        Word("Hm", 9, 9.5, 0.3),
    ]
    whole = Transcript(words, [(0,), (1, 2), ()], (0, 2), "en")
    read_back = read_transcript(saved(tmp_path, dump_json(encode(whole))))
    assert encode(read_back) == encode(whole)
    plain = read_transcript(
        saved(tmp_path, json.dumps({"words": words, "engine": "x", "model": "y"}))
    )
    assert list(plain.words) == words
    assert plain.breaks == [0, 2]
    raw = Recognition(words, [Segment(0, 3, 0, 9.5)], "en", 10, "openai-whisper", "tiny.en", "0")
    heard = read_transcript(saved(tmp_path, dump_json(encode(raw))))
    assert list(heard.words) == words


def test_utf_16_as_windows_tools_write_it(tmp_path: Path) -> None:
    content = "1\r\n00:00:01,000 --> 00:00:02,000\r\nGrüße\r\n".encode("utf-16")
    assert [word.text for word in read_transcript(saved(tmp_path, content)).words] == ["Grüße"]


CUE = "00:00:01.000 --> 00:00:02.000\nHello\n"
BROKEN = [
    ("", "a.txt: the file is empty"),
    (" \n\n", "a.txt: the file is empty"),
    ("Hello there.", "a.txt: this is no transcript with times"),
    (b"\xff\xfb\x90\x64" * 9, "a.txt, line 1: not UTF-8 text (byte 0)"),
    (CUE.encode() + b"\n\xe9t\xe9", "a.txt, line 4: not UTF-8 text (byte 37)"),
    (b"RIFF\0\0\0\0WAVEfmt ", "a.txt: this is no text but a binary file"),
    (b"\xff\xfea", "a.txt, line 1: not UTF-8 text (byte 2)"),
    ("WEBVTT\n\n", "a.txt: holds no words"),
    ("WEBVTT\n\n00:00:01.000 --> 00:00:0x.000\nHi\n", "a.txt, line 3: times must be written"),
    ("WEBVTT\n\n00:99.000 --> 01:00.000\nHi\n", "a.txt, line 3: minutes and seconds go up to 59"),
    ("WEBVTT\n\n00:02.000 --> 00:01.000\nHi\n", "a.txt, line 3: the cue ends before it starts"),
    (f"WEBVTT\n\n{CUE}\nlost words\n\n{CUE}", "a.txt, line 6: text that belongs to no cue"),
    (f"WEBVTT\n\n{CUE}-- > --> x\n", "a.txt, line 5: times must be written"),
    ("WEBVTTX\n\n" + CUE, "a.txt, line 1: a WebVTT file begins with WEBVTT"),
    ("lost\n" + CUE, "a.txt, line 1: text that belongs to no cue"),
    ("1\n00:00:01,000 --> \nHi\n", "a.txt, line 2: times must be written"),
    ("{", "a.txt: no valid JSON: EOF while parsing"),
    ("[" * 100_000, "a.txt: no valid JSON"),
    ("[1]", "a.txt: JSON, but no transcript"),
    ('{"a": 1}', "a.txt: JSON, but no transcript"),
    ('{"segments": 3}', "a.txt: segments: Input should be a valid array"),
    ('{"segments": [{"startTime": 0, "endTime": 1}]}', "a.txt: segment 1: body: Field required"),
    (
        '{"segments": [{"startTime": 2, "endTime": 1, "body": "x"}]}',
        "a.txt: segment 1 ends (1.0 s)",
    ),
    ('{"segments": [{"startTime": -2, "endTime": 1, "body": "x"}]}', "a.txt: segment 1: startTime"),
    ('{"segments": [{"startTime": NaN, "endTime": 1, "body": "x"}]}', "a.txt: no valid JSON"),
    ('{"segments": []}', "a.txt: holds no words"),
    ('{"words": [["x", 0]]}', "a.txt: words.0.2: Field required"),
    ('{"words": [["x", 0, 1]], "raw_ids": []}', "a.txt: 1 words but 0 raw_ids"),
    ('{"words": [["x y", 0, 1]], "raw_ids": [[0]]}', "a.txt: words.0: 'x y' is not one word"),
    ('{"words": []}', "a.txt: holds no words"),
]


@pytest.mark.parametrize(("content", "message"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_is_named_with_its_line(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    with pytest.raises(PullquoteError) as caught:
        read_transcript(saved(tmp_path, content))
    assert caught.value.message.startswith(message)


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(PullquoteError, match="there is no such file"):
        read_transcript(tmp_path / "none.vtt")
    with pytest.raises(PullquoteError, match="cannot be read"):
        read_transcript(tmp_path)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.vtt"
    with path.open("wb") as file:
        file.truncate(foreign.SIZE_LIMIT + 1)
    with pytest.raises(PullquoteError, match="larger than 64 MB"):
        read_transcript(path)


def test_more_words_than_an_episode_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.transcript.formats.cue_file.WORD_LIMIT", 3)
    with pytest.raises(PullquoteError, match="more than 3 words"):
        read("WEBVTT\n\n00:01.000 --> 00:02.000\na b c d\n", "vtt", "WebVTT")


LINES = st.sampled_from(
    ["WEBVTT", "", "1", "NOTE x", "STYLE", "00:01.000 --> 00:02.000", "00:00:03,5 --> 00:04", "-->",
     "Ada: hi", "<v Ada>hi", "<v", "text", "\ufeff", "00:00:05,000 --> 00:00:06,000 x", "\u2028", "♪"]
)  # fmt: skip


@given(st.lists(LINES).map("\n".join), st.sampled_from(["vtt", "srt"]))
def test_anything_is_read_or_refused_for_people(content: str, kind: Format) -> None:
    try:
        transcript = read(content, kind, "x")
    except PullquoteError:
        return
    assert transcript.breaks[0] == 0
    assert all(word.text.split() == [word.text] for word in transcript.words)


@pytest.mark.parametrize("name", ["ns-transcript.vtt", "ns-transcript.srt", "ns-transcript.json"])
def test_the_namespaces_examples_survive_every_format(
    shared: Path, name: str, tmp_path: Path
) -> None:
    transcript = read_transcript(shared / "feeds" / name)
    assert all(word.speaker for word in transcript.words)
    again = tmp_path / "again"
    for module in (vtt, srt, podcast_json):
        again.write_text(module.write(transcript))
        assert said(read_transcript(again)) == said(transcript)
    assert text.write(transcript).count(":") > 1


@pytest.mark.slow
def test_real_conversations_survive_every_format(shared: Path) -> None:
    for path in sorted((shared / "quotes").glob("*.json"))[::40]:
        words: list[Word] = []
        for turn in json.loads(path.read_bytes())["turns"]:
            for spoken in turn["text"].split():
                at = len(words) * 0.4
                words.append(Word(spoken, at, at + 0.35, None, " ".join(turn["speaker"].split())))
        transcript = Transcript(words, [(index,) for index in range(len(words))])
        assert said(read(vtt.write(transcript), "vtt", "WebVTT")) == said(transcript), path.name
        assert said(podcast_json.read(podcast_json.write(transcript))) == said(transcript)
        again = read(srt.write(transcript), "srt", "SRT")
        same = sum(a == b for a, b in zip(said(again), said(transcript), strict=False))
        assert len(again.words) == len(words)
        assert same > 0.98 * len(words)
        assert all(one.start <= two.start for one, two in pairwise(again.words))


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("en", "The bridge is old and it was built by the people of this town for us."),
        ("de", "Die Brücke ist alt und ich weiß nicht, wer sie in dieser Stadt gebaut hat."),
        ("fr", "Le pont est vieux et je ne sais pas qui est venu le construire dans la ville."),
        ("es", "El puente es viejo y no se sabe por qué lo hicieron en la ciudad."),
        ("pt", "A ponte é velha e não se sabe por que os homens a fizeram em uma cidade."),
        ("nb", "Broen er gammel og det er ikke lett å vite hvem som var med på å bygge den."),
        ("und", "Silta on vanha eikä kukaan tiedä kuka sen rakensi tähän kaupunkiin."),
        ("und", "橋は古い。"),
        ("und", "الجسر قديم ولا أحد يعرف من بناه."),
    ],
)
def test_the_language_of_a_file_that_does_not_say_it_is_told_by_its_words(
    tmp_path: Path, tag: str, said: str
) -> None:
    content = f"WEBVTT\n\n00:00:01.000 --> 00:00:05.000\n{said}\n"
    assert read_transcript(saved(tmp_path, content)).language == tag


def test_our_words_file_says_its_language(tmp_path: Path) -> None:
    words = {"words": [["橋", 0.0, 1.0, 0.9, None]], "language": "ja"}
    assert read_transcript(saved(tmp_path, dump_json(words))).language == "ja"
