"""A clip holds its quote: what is cut out of a recording is recognised again, with real weights."""

import difflib
import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from whisper.normalizers import EnglishTextNormalizer

from pipeline.artefacts import QUOTES
from pipeline.audio.cutting import room_of, sound_of, write
from pipeline.audio.decoding.decode import probe, stream_pcm
from pipeline.engine.progress import silent
from pipeline.models import Quote, Transcript, decode
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import Guard
from pipeline.speech.recognising import engine
from pipeline.speech.recognising.engine import Recogniser
from pipeline.transcript.words.words import from_recognition

SAMPLE = Path(__file__).resolve().parents[2] / "episodes" / "why-bridges-hum"
BUILD = SAMPLE / "build"
TOLERANCE = 0.2  # of a quote's words: tiny.en hears them otherwise in half a minute than in three
RUN_IN = 2  # edges of fourteen at which one word more may be heard


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return engine.load("openai-whisper", "tiny.en")


def heard_again(
    recording: Path, quote: Quote, transcript: Transcript, recogniser: Recogniser, clip: Path
) -> tuple[list[str], list[str]]:
    """The words of a quote as they were recognised first, and in its clip."""
    normal = EnglishTextNormalizer()
    words = transcript.words
    write(sound_of(recording, quote, transcript), clip)
    heard = recogniser.transcribe(
        stream_pcm(clip), duration=probe(clip).duration, language="en",
        scratch=None, progress=silent,
    )  # fmt: skip
    said = " ".join(
        word.text
        for first, last in quote.passages(len(transcript.words))
        for word in words[first:last]
    )
    return normal(said).split(), normal(" ".join(word.text for word in heard.words)).split()


def check(name: str, wanted: Sequence[str], again: Sequence[str]) -> list[str]:
    """No word of a quote is cut off in its clip, few are heard otherwise; what is added at its edges."""
    codes = difflib.SequenceMatcher(None, wanted, again, autojunk=False).get_opcodes()
    wrong = [code for code in codes if code[0] != "equal"]
    differing = sum(max(b - a, d - c) for _, a, b, c, d in wrong)
    assert differing <= TOLERANCE * len(wanted), (name, wanted, again)
    at_edges = [code for code in wrong if code[1] == 0 or code[2] == len(wanted)]
    lost = [code for code in at_edges if code[0] == "delete"]
    assert not lost, f"{name}: words cut off at an edge: {again}"
    added = [code for code in at_edges if code[0] == "insert"]
    return [" ".join(again[first:last]) for _, _, _, first, last in added]


@pytest.mark.slow
def test_clips_of_the_sample_say_the_words_of_their_quotes(
    recogniser: Recogniser, tmp_path: Path
) -> None:
    transcript = decode(Transcript, (BUILD / "transcript.words.json").read_bytes(), "words")
    quotes = QUOTES.read(BUILD / "quotes.json").quotes
    assert quotes
    for quote in quotes:
        clip = tmp_path / f"{quote.id}.mp3"
        again = heard_again(SAMPLE / "audio.mp3", quote, transcript, recogniser, clip)
        assert check(quote.id, *again) == [], "words of others at an edge"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_clips_of_a_real_link_post_say_the_words_of_its_quotes(
    recogniser: Recogniser, shared: Path, tmp_path: Path
) -> None:
    """Seven quotes of nine passages, some of which begin or end within a sentence."""
    folder = shared / "episodes/ethan"
    turns = json.loads((folder / "truth.json").read_bytes())["turns"]
    recognised = recogniser.transcribe(
        stream_pcm(folder / "audio.mp3"), duration=None, language="en",
        scratch=None, progress=silent,
    )  # fmt: skip
    spoken = [(turn["speaker"], turn["start"], turn["end"]) for turn in turns]
    transcript = from_recognition(recognised, spoken)
    guard = Guard(transcript, DEFAULT_FREE)
    post = (shared / "seed/link-post.txt").read_text(encoding="utf-8")
    texts = re.findall(r"^“.*”$", post, re.MULTILINE)
    assert len(texts) == 7
    added = []
    for number, text in enumerate(texts):
        quote = guard.check(Entry(text, speaker="Ethan")).quote
        clip = tmp_path / f"{number}.mp3"
        added += check(
            text, *heard_again(folder / "audio.mp3", quote, transcript, recogniser, clip)
        )
    # Where nobody pauses, the end of the word before runs into the first one: "but all", "in the".
    assert len(added) <= RUN_IN, added
    assert all(" " not in word for word in added), added


@pytest.mark.parametrize(("first", "last"), [(0, 3), (2, 4), (4, 6)])
def test_edges_stay_beside_their_words(first: int, last: int) -> None:
    transcript = decode(Transcript, (BUILD / "transcript.words.json").read_bytes(), "words")
    words = transcript.words[:6]
    room = room_of(words, first, last)
    assert room.earliest_start <= words[first].start <= room.latest_start
    assert room.earliest_end <= words[last - 1].end <= room.latest_end
    if first:
        assert words[first - 1].end - room.earliest_start <= 0.1 + 1e-9
    if last < len(words):
        assert room.latest_end - words[last].start <= 0.1 + 1e-9
    assert room.latest_start - words[first].start <= 0.05 + 1e-9
    assert words[last - 1].end - room.earliest_end <= 0.05 + 1e-9
