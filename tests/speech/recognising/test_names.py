"""Names that the recogniser is told to expect, with both engines and real weights."""

from pathlib import Path

import pytest
from whisper.tokenizer import Tokenizer, get_tokenizer

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.engine.progress import silent
from pipeline.models import Recognition
from pipeline.settings.production import ENGINES
from pipeline.speech.recognising.engine import load
from pipeline.speech.recognising.results import names_prompt


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return get_tokenizer(False)


def test_names_stand_before_the_text(tokenizer: Tokenizer) -> None:
    first, *tokens = names_prompt(["Ada Lovelace", "arXiv"], tokenizer)
    assert first == tokenizer.sot_prev
    assert tokenizer.decode(tokens) == " Ada Lovelace, arXiv"
    assert names_prompt([], tokenizer) == []


def test_a_long_list_is_cut_between_names(tokenizer: Tokenizer) -> None:
    names = [f"Name{n} Surname{n}" for n in range(500)]
    tokens = names_prompt(names, tokenizer)
    assert 150 < len(tokens) <= 201
    assert tokenizer.decode(tokens[1:]).split(", ")[-1] in names


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_expected_is_heard_and_nothing_else(
    engine: str, lighthouse: Path, lighthouse_text: str, weights_cache: Path
) -> None:
    """Unasked, tiny.en writes "11 years"."""
    if engine == "faster-whisper":
        pytest.importorskip("faster_whisper", reason="the extra [fast] is missing")

    def hear(*names: str) -> Recognition:
        return load(engine, "tiny.en", "cpu", names=names).transcribe(
            stream_pcm(lighthouse, duration=8.6),
            duration=8.6,
            language="en",
            scratch=None,
            progress=silent,
        )

    unasked, asked = hear(), hear("eleven years", "Tacoma")
    assert "names" not in unasked.options
    assert asked.options["names"] == ["eleven years", "Tacoma"]
    texts = [word.text.lower().strip(".,") for word in asked.words]
    spoken = [word.strip(".,") for word in lighthouse_text.lower().split()]
    assert texts == spoken[: len(texts)]
    assert [word.text for word in unasked.words[-2:]] == ["11", "years."]
    for before, after in zip(unasked.words, asked.words, strict=True):
        assert abs(before.start - after.start) < 0.2
