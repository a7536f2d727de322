"""The extra engine, offline, on the same weights and chunks: both engines must hear the same."""

import json
from dataclasses import replace
from pathlib import Path

import jiwer
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from whisper.normalizers import EnglishTextNormalizer

from pipeline.errors import SpeechError
from pipeline.models import Recognition
from pipeline.speech.listening.features import log_mel
from pipeline.speech.listening.listening import Sound
from pipeline.speech.recognising.alignment import CLEAREST_HEADS
from pipeline.speech.recognising.devices import Machine
from pipeline.speech.recognising.engine import ChunkEngine, Recogniser
from pipeline.speech.recognising.heard import Identity
from pipeline.speech.recognising.openai_whisper import OpenAiWhisper
from pipeline.speech.weights import weights

pytest.importorskip("faster_whisper")

import ctranslate2

from pipeline.speech.recognising.faster_whisper import FasterWhisper, _files, _fitted


def recognise(engine: ChunkEngine, samples: NDArray[np.float32]) -> Recognition:
    return Recogniser(engine).transcribe(
        [samples], duration=None, language=None, scratch=None, progress=lambda *_: None
    )


@pytest.fixture(scope="module")
def engine() -> FasterWhisper:
    return FasterWhisper.load("tiny.en", "cpu")


def test_both_engines_hear_the_same(
    engine: FasterWhisper, tiny: OpenAiWhisper, lighthouse_samples: NDArray[np.float32]
) -> None:
    """So the converted checkpoint is what faster-whisper runs."""
    theirs, ours = recognise(engine, lighthouse_samples), recognise(tiny, lighthouse_samples)
    normalise = EnglishTextNormalizer()
    texts = [normalise(" ".join(word.text for word in heard.words)) for heard in (theirs, ours)]
    assert jiwer.wer(*texts) <= 0.02
    assert len(theirs.words) == len(ours.words)
    late = [abs(a.start - b.start) for a, b in zip(theirs.words, ours.words, strict=True)]
    assert np.median(late) <= 0.04
    assert np.quantile(late, 0.95) <= 0.2
    assert theirs.model_sha256 == ours.model_sha256
    assert theirs.engine == "faster-whisper"


def test_the_model_is_given_the_heads_that_were_measured() -> None:
    found = weights.ctranslate2_folder("tiny.en")
    files = _files(found)
    assert files is not None
    assert json.loads(files["config.json"])["alignment_heads"] == [
        list(pair) for pair in CLEAREST_HEADS["tiny.en"]
    ]
    assert files["model.bin"] == (found.path / "model.bin").read_bytes()


def test_a_model_that_was_not_measured_is_read_as_it_is() -> None:
    assert _files(replace(weights.ctranslate2_folder("tiny.en"), name="another")) is None


def test_the_same_sound_gives_the_same_result(
    engine: FasterWhisper, lighthouse_samples: NDArray[np.float32]
) -> None:
    sound = lighthouse_samples[: 9 * 16_000]
    assert recognise(engine, sound) == recognise(engine, sound)


def test_our_encoder_is_as_theirs(lighthouse_sounds: list[Sound]) -> None:
    """Read from the same file, without int8's rounding: used where the CPU multiplies bfloat16."""
    capable = Machine(cuda=False, bfloat16=True, threads=2)
    folder = weights.ctranslate2_folder("tiny.en").path
    sizes, encoder = _fitted(folder / "model.bin", "cpu", capable)
    assert encoder is not None
    model = ctranslate2.models.Whisper(str(folder), compute_type="float32")
    mel = log_mel([sound.samples for sound in lighthouse_sounds], 80)
    theirs = np.asarray(model.encode(ctranslate2.StorageView.from_array(mel.numpy())))
    with torch.inference_mode():
        ours = encoder(mel).float().numpy()
    likeness = (ours * theirs).sum(-1) / np.linalg.norm(ours, axis=-1)
    assert np.quantile(likeness / np.linalg.norm(theirs, axis=-1), 0.01) > 0.999
    assert sizes == (8, 2)


def test_without_bfloat16_ctranslate2_encodes(lighthouse_samples: NDArray[np.float32]) -> None:
    plain = Machine(cuda=False, bfloat16=False, threads=1)
    folder = weights.ctranslate2_folder("tiny.en").path
    sizes, encoder = _fitted(folder / "model.bin", "cpu", plain)
    assert encoder is None
    model = ctranslate2.models.Whisper(str(folder), compute_type="int8")
    engine = FasterWhisper(model, Identity("faster-whisper", "tiny.en", "", {}), sizes)
    heard = recognise(engine, lighthouse_samples[: 9 * 16_000])
    assert len(heard.words) > 10


def test_a_folder_that_holds_no_model_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"nothing")
    with pytest.raises(SpeechError, match="cannot use"):
        FasterWhisper.load(str(tmp_path), "cpu")
