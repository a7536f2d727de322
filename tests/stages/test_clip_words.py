"""A clip holds its quote: what is cut out of the sample is recognised again, with real weights."""

import difflib
import json
from pathlib import Path

import pytest
from whisper.normalizers import EnglishTextNormalizer

from pipeline.audio.cutting import Room, cut
from pipeline.audio.decode import probe, stream_pcm
from pipeline.models import Transcript, decode
from pipeline.speech import engine
from pipeline.stages.clip import _passages, _quotes, _room

SAMPLE = Path(__file__).resolve().parents[2] / "episodes" / "why-bridges-hum"
BUILD = SAMPLE / "build"
TOLERANCE = 0.2  # of a quote's words: tiny.en hears them otherwise in half a minute than in three


def test_clips_of_the_sample_say_the_words_of_their_quotes(tmp_path: Path) -> None:
    normal = EnglishTextNormalizer()
    transcript = decode(Transcript, (BUILD / "transcript.words.json").read_bytes(), "words")
    words = transcript.words
    recogniser = engine.load("openai-whisper", "tiny.en")
    quotes = list(_quotes(json.loads((BUILD / "quotes.json").read_bytes())))
    assert quotes
    for quote in quotes:
        passages = _passages(quote, transcript)
        spans = [(words[first].start, words[last - 1].end) for first, last in passages]
        clip = tmp_path / f"{quote.id}.mp3"
        cut(SAMPLE / "audio.mp3", spans, clip, [Room(*_room(words, *part)) for part in passages])
        heard = recogniser.transcribe(
            stream_pcm(clip), duration=probe(clip).duration or 0.0, language="en",
            scratch=tmp_path / quote.id, progress=lambda *_: None,
        )  # fmt: skip
        said = " ".join(word.text for first, last in passages for word in words[first:last])
        wanted = normal(said).split()
        again = normal(" ".join(word.text for word in heard.words)).split()
        codes = difflib.SequenceMatcher(None, wanted, again, autojunk=False).get_opcodes()
        wrong = [code for code in codes if code[0] != "equal"]
        differing = sum(max(b - a, d - c) for _, a, b, c, d in wrong)
        assert differing <= TOLERANCE * len(wanted), (quote.id, wanted, again)
        at_edges = [code for code in wrong if code[1] == 0 or code[2] == len(wanted)]
        added = [code for code in at_edges if code[0] == "insert"]
        assert not added, f"{quote.id}: words of others at an edge: {again}"
        lost = [code for code in at_edges if code[0] == "delete"]
        assert not lost, f"{quote.id}: words cut off at an edge: {again}"


@pytest.mark.parametrize(("first", "last"), [(0, 3), (2, 4), (4, 6)])
def test_edges_stay_beside_their_words(first: int, last: int) -> None:
    transcript = decode(Transcript, (BUILD / "transcript.words.json").read_bytes(), "words")
    words = transcript.words[:6]
    room = Room(*_room(words, first, last))
    assert room.earliest_start <= words[first].start <= room.latest_start
    assert room.earliest_end <= words[last - 1].end <= room.latest_end
    if first:
        assert words[first - 1].end - room.earliest_start <= 0.1 + 1e-9
    if last < len(words):
        assert room.latest_end - words[last].start <= 0.1 + 1e-9
