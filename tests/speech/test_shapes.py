"""Larger models and other devices, as far as they can be tried without them.

The meta device holds shapes only: every operation of the forward passes runs there at full size, and
fails when something was left on another device.
"""

import numpy as np
import pytest
import torch
from whisper.model import ModelDimensions, Whisper

from pipeline.speech.listening.listening import Sound
from pipeline.speech.recognising.heard import Identity
from pipeline.speech.recognising.network import Network
from pipeline.speech.recognising.openai_whisper import OpenAiWhisper

TURBO = ModelDimensions(128, 1500, 1280, 20, 32, 51866, 448, 1280, 20, 4)
NARROW = ModelDimensions(128, 1500, 128, 2, 2, 51866, 448, 128, 2, 4)  # turbo but for its width


BFLOAT16 = pytest.param(torch.bfloat16, marks=pytest.mark.slow)  # other tests hear with it


@pytest.mark.parametrize("precision", [torch.float16, BFLOAT16])
@torch.inference_mode()
def test_turbo_runs_in_half_precision_on_one_device(
    precision: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta = torch.device("meta")
    with meta, monkeypatch.context() as patch:  # shapes know no sparse buffers
        patch.setattr(torch.Tensor, "to_sparse", lambda self: self)
        model = Whisper(TURBO)
    heads = torch.zeros(4, 20, dtype=torch.bool)
    heads[2, 4] = heads[3, 1] = True
    model.register_buffer("alignment_heads", heads.to_sparse(), persistent=False)
    network = Network(model, precision, meta)
    features = network.encode(torch.empty(5, 128, 3000))
    assert features.shape == (5, 1500, 1280)
    assert features.dtype is precision
    decoding = network.begin(features, 226)
    scores = network.logits(decoding.step(torch.zeros(5, dtype=torch.long, device=meta)))
    assert scores.shape == (5, 51866)
    decoding.keep([0, 3])
    hidden = decoding.step(torch.zeros(2, dtype=torch.long, device=meta))
    best, logprob = network.best(hidden, network.logits(hidden))
    assert best.shape == logprob.shape == (2, 4)
    assert decoding.attention(1, 2, 700).shape == (2, 2, 700)
    assert {tensor.device.type for tensor in (features, scores, best, logprob)} == {"meta"}


@pytest.mark.parametrize("precision", [torch.float32, torch.float16, BFLOAT16])
def test_a_model_of_turbos_kind_is_heard_from_end_to_end(
    precision: torch.dtype, lighthouse_sounds: list[Sound]
) -> None:
    """128 mel bands, a hundred languages, more encoder than decoder; random weights say anything."""
    torch.manual_seed(1)
    model = Whisper(NARROW).eval()
    torch.nn.init.normal_(model.decoder.positional_embedding, std=0.1)
    engine = OpenAiWhisper(model, Identity("openai-whisper", "random", "", {}), precision)
    assert len(engine.languages) == 100
    assert "yue" in engine.languages
    code, odds = engine.detect(lighthouse_sounds)
    assert code in engine.languages
    assert 0 < odds <= 1
    (heard,) = engine.hear(lighthouse_sounds[:1], "yue")
    end = lighthouse_sounds[0].end
    assert heard.end == pytest.approx(end)
    assert all(word.start <= word.end <= end for word in heard.words)


@torch.inference_mode()
@pytest.mark.slow
def test_half_precision_hears_what_full_precision_hears(
    weights_cache: object, lighthouse_sounds: list[Sound]
) -> None:
    """The precision that a GPU gets, on this CPU."""
    from pipeline.speech.recognising.openai_whisper import load_model
    from pipeline.speech.weights import weights

    identity = Identity("openai-whisper", "tiny.en", "", {})
    words = []
    for precision in (torch.float32, torch.float16):
        model = load_model(weights.checkpoint("tiny.en"))
        (heard,) = OpenAiWhisper(model, identity, precision).hear(lighthouse_sounds[:1], "en")
        words.append(heard.words)
    assert [word.text for word in words[0]] == [word.text for word in words[1]]
    late = [abs(a.start - b.start) for a, b in zip(*words, strict=True)]
    assert np.max(late) <= 0.1
