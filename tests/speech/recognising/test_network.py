"""Our forward passes against openai-whisper's own, on real speech."""

from dataclasses import replace

import pytest
import torch
import whisper
from whisper.model import Whisper

from pipeline.speech.listening.features import log_mel
from pipeline.speech.listening.listening import Sound
from pipeline.speech.recognising.devices import Machine
from pipeline.speech.recognising.network import Network, _blocked_attention, _fused_attention
from pipeline.speech.weights import weights


@pytest.fixture(scope="module")
def model(weights_cache: object) -> Whisper:
    return whisper.load_model(str(weights.checkpoint("tiny.en").path))


@pytest.fixture(scope="module")
def mel(lighthouse_sounds: list[Sound]) -> torch.Tensor:
    return log_mel([sound.samples for sound in lighthouse_sounds], 80)


@torch.inference_mode()
def test_the_encoder_is_whispers(model: Whisper, mel: torch.Tensor) -> None:
    features = Network(model, torch.float32).encode(mel)
    assert torch.allclose(features, model.encoder(mel), atol=1e-3)


@torch.inference_mode()
def test_the_decoder_is_whispers(model: Whisper, mel: torch.Tensor) -> None:
    network = Network(model, torch.float32)
    features = model.encoder(mel)
    tokens = torch.tensor([[50257, 50362, 383, 1657], [50257, 50362, 1649, 262]])
    expected = model.decoder(tokens, features)
    decoding = network.begin(features, 8)
    for position in range(tokens.shape[1]):
        hidden = decoding.step(tokens[:, position])
        scores = network.logits(hidden)
        assert torch.allclose(scores, expected[:, position], atol=1e-3)
    best, logprob = network.best(hidden, scores)
    assert torch.equal(best, expected[:, -1].topk(4).indices)
    most = expected[:, -1].log_softmax(dim=-1).topk(4).values
    assert torch.allclose(logprob, most, atol=1e-3)


@torch.inference_mode()
def test_rows_that_stay_go_on_as_before(model: Whisper, mel: torch.Tensor) -> None:
    network = Network(model, torch.float32)
    features = network.encode(mel)
    both, one = (network.begin(part, 8) for part in (features, features[1:]))
    for prompt in (50257, 50362):
        both.step(torch.full((2,), prompt))
        one.step(torch.full((1,), prompt))
    both.keep([1])
    token = torch.tensor([1649])
    assert torch.allclose(both.step(token), one.step(token), atol=1e-4)
    assert torch.allclose(both.attention(0, 3, 300), one.attention(0, 3, 300), atol=1e-3)


@torch.inference_mode()
def test_what_tells_time_is_whispers_cross_attention(model: Whisper, mel: torch.Tensor) -> None:
    network = Network(model, torch.float32)
    features = model.encoder(mel[:1])
    decoding = network.begin(features, 8)
    tokens = torch.tensor([[50257, 50362, 383]])
    for token in tokens[0]:
        decoding.step(token[None])
    layer, head = network.heads[0]
    looked: list[torch.Tensor] = []
    hook = model.decoder.blocks[layer].cross_attn.register_forward_hook(
        lambda _module, _given, out: looked.append(out[1])
    )
    with whisper.model.disable_sdpa():
        model.decoder(tokens, features)
    hook.remove()
    assert torch.allclose(decoding.attention(0, 3, 400)[0], looked[0][0, head, :, :400], atol=1e-3)


def test_attention_in_blocks_is_attention() -> None:
    query, key, value = torch.randn(3, 2, 4, 600, 64).unbind(0)
    expected = _fused_attention(query / 8, key, value)
    assert torch.allclose(_blocked_attention(query / 8, key, value), expected, atol=1e-4)


@torch.inference_mode()
def test_a_cpu_with_tiles_computes_the_same(
    model: Whisper, mel: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a CPU is given other kernels, which every CPU can run, if slowly."""
    scores = []
    for tiles in (False, True):
        here = replace(Machine.here(), tiles=tiles)
        monkeypatch.setattr(Machine, "here", lambda here=here: here)
        network = Network(model, torch.bfloat16)
        decoding = network.begin(network.encode(mel), 8)
        for token in (50257, 50362, 383):
            hidden = decoding.step(torch.full((len(mel),), token))
        scores.append(network.best(hidden, network.logits(hidden)))
    (tokens, logprobs), (same, near) = scores
    assert torch.equal(tokens[:, 0], same[:, 0])
    assert torch.allclose(logprobs[:, 0], near[:, 0], atol=0.1)


@torch.inference_mode()
def test_bfloat16_stays_near(model: Whisper, mel: torch.Tensor) -> None:
    exact = Network(model, torch.float32).encode(mel)
    near = Network(model, torch.bfloat16).encode(mel).float()
    assert (near - exact).abs().mean() < 0.03 * exact.abs().mean()
