"""Recordings of people, with the words and times that others set by hand; skipped without them."""

import difflib
import json
import re
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import pytest
from whisper.normalizers import EnglishTextNormalizer

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.models import Recognition
from pipeline.speech.recognising.engine import Recogniser
from pipeline.speech.recognising.openai_whisper import OpenAiWhisper

CLIPPED = -10.0  # dBFS; at this level a third of the TIMIT files are noise from a wrong conversion


@pytest.fixture(scope="module")
def index(shared: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((shared / "audio" / "index.json").read_bytes())
    return entries


def recognise(tiny: OpenAiWhisper, path: Path, language: str | None = "en") -> Recognition:
    return Recogniser(tiny).transcribe(
        stream_pcm(path),
        duration=None,
        language=language,
        scratch=None,
        progress=lambda *_: None,
    )


def plain(text: str) -> str:
    return re.sub(r"[^a-z0-9']", "", text.lower())


@pytest.mark.slow
def test_words_and_their_times_are_right(
    tiny: OpenAiWhisper, shared: Path, index: list[dict[str, Any]]
) -> None:
    """TIMIT: verified words, hand-set boundaries; every sixth of its sentences."""
    sentences = [
        entry
        for entry in index
        if entry["name"].startswith("timit-") and entry["speech_level_dbfs"] < CLIPPED
    ][::6]
    normalise = EnglishTextNormalizer()
    spoken, heard, late = [], [], []
    for entry in sentences:
        words = recognise(tiny, shared / "audio" / entry["path"]).words
        truth = json.loads((shared / "audio" / entry["word_timings"]).read_bytes())
        spoken.append(normalise((shared / "audio" / entry["reference"]).read_text()))
        heard.append(normalise(" ".join(word.text for word in words)))
        matcher = difflib.SequenceMatcher(
            None,
            [plain(word["word"]) for word in truth],
            [plain(word.text) for word in words],
            False,
        )
        for first, second, size in matcher.get_matching_blocks():
            late += [
                words[second + offset].start - truth[first + offset]["start"]
                for offset in range(size)
            ]
    assert jiwer.wer(spoken, heard) < 0.12
    assert abs(np.median(late)) < 0.03
    assert np.mean(np.abs(late) <= 0.2) >= 0.95


@pytest.mark.parametrize("name", ["music-then-silence-204s", "silence-4s", "long-beeps-mp3"])
def test_nothing_is_invented(
    tiny: OpenAiWhisper, shared: Path, index: list[dict[str, Any]], name: str
) -> None:
    (entry,) = (entry for entry in index if entry["name"] == name)
    assert recognise(tiny, shared / "audio" / entry["path"], None).words == ()
