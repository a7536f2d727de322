"""The default engine with the packaged weights on real speech."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import jiwer
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from whisper.model import ModelDimensions, Whisper
from whisper.normalizers import EnglishTextNormalizer

from pipeline.engine.progress import silent
from pipeline.errors import ConfigError, SpeechError
from pipeline.models import Recognition, decode, encode
from pipeline.speech.listening.features import log_mel
from pipeline.speech.listening.listening import Listener, Sound, halves
from pipeline.speech.recognising import engine
from pipeline.speech.recognising.alignment import CLEAREST_HEADS
from pipeline.speech.recognising.engine import Recogniser
from pipeline.speech.recognising.heard import Heard, Identity
from pipeline.speech.recognising.openai_whisper import OpenAiWhisper, load_model
from pipeline.speech.weights import weights

Samples = NDArray[np.float32]


def recognise(
    tiny: OpenAiWhisper, samples: Samples, language: str | None = "en", scratch: Path | None = None
) -> Recognition:
    return Recogniser(tiny).transcribe(
        [samples], duration=None, language=language, scratch=scratch, progress=silent
    )


@pytest.fixture(scope="module")
def heard(tiny: OpenAiWhisper, lighthouse_samples: Samples) -> Recognition:
    return recognise(tiny, lighthouse_samples)


def error_rate(recognition: Recognition, text: str) -> float:
    normalise = EnglishTextNormalizer()
    spoken = " ".join(word.text for word in recognition.words)
    return float(jiwer.wer(normalise(text), normalise(spoken)))


def test_a_model_is_loaded_as_it_was_saved_and_gets_no_random_weights_first(
    weights_cache: Path,
) -> None:
    found = weights.checkpoint("tiny.en")
    before = torch.get_rng_state()
    model = load_model(found)
    assert torch.equal(torch.get_rng_state(), before)
    saved = torch.load(found.path, weights_only=True)["model_state_dict"]
    assert model.state_dict().keys() == saved.keys()
    assert all(torch.equal(model.state_dict()[name], saved[name].float()) for name in saved)


def test_the_words_are_those_that_were_read(heard: Recognition, lighthouse_text: str) -> None:
    assert error_rate(heard, lighthouse_text) <= 0.03


def test_words_are_whole_and_in_order(heard: Recognition) -> None:
    assert all(word.text and not re.search(r"\s", word.text) for word in heard.words)
    for word in heard.words:
        assert 0.0 <= word.start <= word.end <= heard.duration, word
        assert word.probability is not None
        assert 0.0 < word.probability <= 1.0, word
    assert all(before.start <= after.start for before, after in pairwise(heard.words))


def test_words_are_where_they_are_spoken(heard: Recognition) -> None:
    """The text's paragraphs were read at 0, 9.72 and 23.90 s and end at 8.52, 19.40 and 30.45 s."""
    texts = [word.text for word in heard.words]
    for first, last, start, end in (
        ("The", "years.", 0.0, 8.52),
        ("People", "night.", 9.72, 19.40),
        ("When", "offered.", 23.90, 30.45),
    ):
        begins, ends = heard.words[texts.index(first)], texts.index(last)
        assert abs(begins.start - start) < 0.25, begins
        assert abs(heard.words[ends].end - end) < 0.4, heard.words[ends]


def test_times_come_from_the_heads_that_were_measured(tiny: OpenAiWhisper) -> None:
    assert tuple(map(tuple, tiny._net.heads)) == CLEAREST_HEADS["tiny.en"]


def test_segments_cover_all_words_with_signals(heard: Recognition) -> None:
    assert [segment.first for segment in heard.segments[1:]] == [
        segment.last for segment in heard.segments[:-1]
    ]
    assert (heard.segments[0].first, heard.segments[-1].last) == (0, len(heard.words))
    for segment in heard.segments:
        assert segment.avg_logprob is not None
        assert -1 < segment.avg_logprob < 0
        assert segment.no_speech_prob is not None
        assert segment.no_speech_prob < 0.5
        assert segment.compression_ratio is not None
        assert 0.5 < segment.compression_ratio < 2.4


def test_the_result_says_what_made_it(heard: Recognition) -> None:
    assert (heard.engine, heard.model, heard.language) == ("openai-whisper", "tiny.en", "en")
    assert heard.model_sha256.startswith("1a5afae0")
    assert set(heard.options) == {"precision", "device"}
    assert decode(Recognition, json.dumps(encode(heard)).encode(), "x").words == list(heard.words)


def test_the_same_sound_gives_the_same_result(
    tiny: OpenAiWhisper, lighthouse_samples: Samples, heard: Recognition
) -> None:
    assert recognise(tiny, lighthouse_samples) == heard


@pytest.mark.parametrize("seconds", [0, 1, 40])
def test_silence_holds_no_words(tiny: OpenAiWhisper, seconds: int) -> None:
    recognition = recognise(tiny, np.zeros(seconds * 16_000, np.float32), None)
    assert (recognition.words, recognition.segments) == ((), ())
    assert recognition.duration == seconds


def test_speech_after_long_silence_keeps_its_times(
    tiny: OpenAiWhisper, lighthouse_samples: Samples, heard: Recognition
) -> None:
    late = np.concatenate([np.zeros(300 * 16_000, np.float32), lighthouse_samples[: 9 * 16_000]])
    found = recognise(tiny, late)
    expected = [word.text.lower() for word in heard.words[:10]]
    assert [word.text.lower() for word in found.words[:10]] == expected
    for before, after in zip(heard.words[:10], found.words, strict=False):
        assert abs(after.start - 300 - before.start) < 0.1


@pytest.mark.slow
def test_language_tags_are_reduced_and_checked(
    tiny: OpenAiWhisper, lighthouse_samples: Samples, heard: Recognition
) -> None:
    assert recognise(tiny, lighthouse_samples, "en-GB") == heard
    with pytest.raises(ConfigError, match="knows English only, and the language is 'de-CH'"):
        recognise(tiny, lighthouse_samples, "de-CH")
    detected = recognise(tiny, lighthouse_samples, None)
    assert detected == heard  # the one that it knows, with no probability


def test_a_source_that_fails_half_way_is_reported(
    tiny: OpenAiWhisper, lighthouse_samples: Samples
) -> None:
    def broken() -> "object":
        yield lighthouse_samples
        raise SpeechError("the recording ends in the middle")

    with pytest.raises(SpeechError, match="ends in the middle"):
        Recogniser(tiny).transcribe(
            broken(),  # type: ignore[arg-type]
            duration=None,
            language="en",
            scratch=None,
            progress=silent,
        )


def test_unknown_engines_and_devices_are_errors(weights_cache: Path) -> None:
    with pytest.raises(SpeechError, match="no engine 'vosk'"):
        engine.load("vosk", "tiny.en")
    for device in ("quantum", "meta"):
        with pytest.raises(ConfigError, match=f"'{device}' is not supported"):
            OpenAiWhisper.load("tiny.en", device)


def test_multilingual_models_detect_as_whisper_does(lighthouse_sounds: list[Sound]) -> None:
    """Random weights, as there are none for several languages here: the wiring is what counts."""
    torch.manual_seed(3)
    model = Whisper(ModelDimensions(80, 1500, 64, 1, 1, 51865, 448, 64, 1, 1)).eval()
    torch.nn.init.normal_(model.decoder.positional_embedding)
    tiny = OpenAiWhisper(model, Identity("openai-whisper", "random", "", {}), torch.float32)
    with torch.inference_mode():
        mel = log_mel([sound.samples for sound in lighthouse_sounds], 80)
        _, chances = model.detect_language(mel)
    mean = {code: np.mean([chance[code] for chance in chances]) for code in chances[0]}
    code, odds = tiny.detect(lighthouse_sounds)
    assert odds == pytest.approx(mean[code], rel=1e-3)
    assert mean[code] == pytest.approx(max(mean.values()), rel=1e-3)
    for language in ("de", "ja"):
        assert language in tiny.languages
        (heard,) = tiny.hear(lighthouse_sounds[1:], language)
        assert all(word.end <= lighthouse_sounds[1].end for word in heard.words)


def test_a_file_that_is_no_checkpoint_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    for content in (b"", b"not a checkpoint", b"PK\x03\x04"):
        path.write_bytes(content)
        with pytest.raises(SpeechError, match="not an openai-whisper checkpoint"):
            OpenAiWhisper.load(str(path), "cpu")


def test_a_checkpoint_cannot_run_code(tmp_path: Path) -> None:
    class Attack:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(tmp_path / "attacked"),)

    path = tmp_path / "model.pt"
    torch.save({"dims": Attack(), "model_state_dict": {}}, path)
    with pytest.raises(SpeechError):
        OpenAiWhisper.load(str(path), "cpu")
    assert not (tmp_path / "attacked").exists()


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from pipeline.speech.recognising.engine import Recogniser
from pipeline.speech.recognising.openai_whisper import OpenAiWhisper

tiny = OpenAiWhisper.load("tiny.en", "cpu")
tiny.batch = tiny.workers = 1
samples = np.load(sys.argv[1])

def die_after_the_first(done, total, unit):
    if done < 25:
        os.kill(os.getpid(), signal.SIGKILL)

Recogniser(tiny).transcribe(
    [samples], duration=None, language="en", scratch=Path(sys.argv[2]), progress=die_after_the_first
)
"""


def test_a_killed_run_goes_on_where_it_was(
    tiny: OpenAiWhisper,
    lighthouse_samples: Samples,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sound, scratch = tmp_path / "sound.npy", tmp_path / "scratch"
    np.save(sound, lighthouse_samples)
    done = subprocess.run([sys.executable, "-c", KILLED, str(sound), str(scratch)])
    assert done.returncode == -signal.SIGKILL
    kept = {path.name for path in scratch.glob("*.json")}
    assert kept

    monkeypatch.setattr(tiny, "batch", 1)
    undisturbed = recognise(tiny, lighthouse_samples)
    listened: list[float] = []
    hear = tiny.hear

    def counted(sounds: Sequence[Sound], language: str) -> list[Heard]:
        listened.append(sounds[0].start)
        return hear(sounds, language)

    monkeypatch.setattr(tiny, "hear", counted)
    assert recognise(tiny, lighthouse_samples, scratch=scratch) == undisturbed
    assert len(listened) == 2 - len(kept)
    listened.clear()
    assert recognise(tiny, lighthouse_samples, scratch=scratch) == undisturbed
    assert listened == []


@pytest.mark.slow
def test_kept_batches_that_are_damaged_are_heard_again(
    tiny: OpenAiWhisper, lighthouse_samples: Samples, tmp_path: Path, heard: Recognition
) -> None:
    assert recognise(tiny, lighthouse_samples, scratch=tmp_path) == heard
    (kept,) = tmp_path.glob("*.json")
    kept.write_text('[{"words": [["half", 1.0')
    assert recognise(tiny, lighthouse_samples, scratch=tmp_path) == heard


def test_a_chunk_that_loops_is_decoded_again(
    tiny: OpenAiWhisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tone makes tiny.en loop or guess; the words that stay are marked by their signals."""
    seconds = np.arange(20 * 16_000, dtype=np.float32) / 16_000
    tone = (0.3 * np.sin(2 * np.pi * 220 * seconds) * (1 + np.sin(2 * np.pi * 3 * seconds))).astype(
        np.float32
    )
    (first,) = tiny.hear([Sound(0.0, tone, ((0.0, 20.0),))], "en")
    (second,) = tiny.hear([Sound(0.0, tone, ((0.0, 20.0),))], "en")
    assert first == second
    assert len(first.words) < 60


@pytest.mark.parametrize("precision", ["bfloat16", pytest.param("float32", marks=pytest.mark.slow)])
def test_a_chunk_is_heard_the_same_whoever_else_is_in_its_batch(
    lighthouse_samples: Samples,
    precision: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.speech.recognising.devices.precision", lambda *_: precision)
    either = OpenAiWhisper.load("tiny.en", "cpu")
    chunks = list(Listener().chunks([lighthouse_samples]))
    pieces = list(halves(chunks[0]))
    together = either.hear([*chunks, *pieces], "en")
    assert together[: len(chunks)] == [either.hear([chunk], "en")[0] for chunk in chunks]
    assert together[len(chunks) :] == either.hear(pieces, "en")
    assert all(heard.words for heard in together)
