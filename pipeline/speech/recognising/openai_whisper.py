"""The default recogniser: openai-whisper's weights and tokenizer, decoded in batches."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import torch
import whisper
from torch.overrides import TorchFunctionMode
from whisper.model import ModelDimensions, Whisper

from pipeline.engine.progress import Progress, silent
from pipeline.errors import ConfigError, SpeechError
from pipeline.speech.listening.features import log_mel
from pipeline.speech.listening.listening import Sound
from pipeline.speech.recognising import devices
from pipeline.speech.recognising.alignment import (
    CLEAREST_HEADS,
    FRAME_SECONDS,
    onsets,
    token_starts,
)
from pipeline.speech.recognising.decoding import Attended, BatchDecoder, Sampler
from pipeline.speech.recognising.devices import Machine
from pipeline.speech.recognising.heard import Heard, Identity, WhisperEngine
from pipeline.speech.recognising.network import Network
from pipeline.speech.recognising.results import Verdict, choose, heard, judge
from pipeline.speech.weights import weights

_TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0)  # whisper's own, after 0

_LARGEST_BATCH = {"cpu": 16, "cuda": 32, "mps": 16}  # chunks; chosen
_DETECT = 4  # chunks that the language is detected in: two minutes


class OpenAiWhisper(WhisperEngine):
    """A `ChunkEngine` over an openai-whisper model."""

    def __init__(
        self,
        model: Whisper,
        identity: Identity,
        precision: torch.dtype,
        device: torch.device | None = None,
    ) -> None:
        self._net = Network(model, precision, device)  # has its own copy: the model is not kept
        room = devices.cache_bytes(asdict(model.dims), precision.itemsize)
        kind = self._net.device.type
        free = devices.free_bytes(self._net.device)
        sizes = devices.sizes(kind, Machine.here(), room, _LARGEST_BATCH[kind], free)
        super().__init__(identity, sizes, model.is_multilingual, model.num_languages)

    @classmethod
    def load(
        cls, name: str, device: str | None = None, progress: Progress = silent
    ) -> "OpenAiWhisper":
        """The model by name or path, on a device (`cpu`, `cuda`, `mps`; None: the best there is)."""
        found = weights.checkpoint(name, progress)
        target = _device(device)
        model = load_model(found)
        name_of = devices.precision(target.type, Machine.here())
        precision: torch.dtype = getattr(torch, name_of)
        options = {"precision": name_of, "device": target.type}
        return cls(
            model, Identity("openai-whisper", found.name, found.sha256, options), precision, target
        )

    def detect(self, sounds: Sequence[Sound]) -> tuple[str, float]:
        """The likeliest language over the first chunks, by the mean of its probabilities."""
        tokenizer = self._tokenizer()
        with torch.inference_mode():
            features = self._features(sounds[:_DETECT])
            start = torch.full((len(features),), tokenizer.sot, device=features.device)
            decoding = self._net.begin(features, 1)
            scores = self._net.logits(decoding.step(start)).float()
        chances = scores[:, list(tokenizer.all_language_tokens)].softmax(dim=-1).mean(dim=0)
        likeliest = int(chances.argmax())
        return tokenizer.all_language_codes[likeliest], float(chances[likeliest])

    def _hear(self, sounds: Sequence[Sound], language: str) -> list[Heard]:
        """Decode a batch; chunks that went wrong are decoded again, alone and without names."""
        tokenizer = self._tokenizer(language=language)
        decoder = BatchDecoder(self._net, tokenizer, self.identity.names)
        plain = BatchDecoder(self._net, tokenizer)
        with torch.inference_mode():
            features = self._features(sounds)
            frames = [max(1, round(sound.duration / FRAME_SECONDS)) for sound in sounds]
            results = decoder(features, frames)
            for index, result in enumerate(results):
                if judge(result, tokenizer) is Verdict.WRONG:
                    results[index] = _again(plain, features[index], frames[index], result)
        looked = [result.looked for result in results if result.looked is not None]
        starts = token_starts([looks.costs for looks in looked])
        return [
            heard(sound, result, begins.tolist(), tokenizer, onsets(begins.tolist(), looks.shares))
            for sound, result, begins, looks in zip(sounds, results, starts, looked, strict=True)
        ]

    def _features(self, sounds: Sequence[Sound]) -> torch.Tensor:
        mel = log_mel([sound.samples for sound in sounds], self._net.dims.n_mels)
        return self._net.encode(mel)


def _again(decoder: BatchDecoder, features: torch.Tensor, frames: int, first: Attended) -> Attended:
    """Decode one chunk at all rising temperatures at once, and take the coolest good result."""
    count = len(_TEMPERATURES)
    sampler = Sampler(_TEMPERATURES, seed=frames, device=features.device)
    tries = decoder(features.expand(count, -1, -1), [frames] * count, sampler)
    return choose([first, *tries], decoder.tokenizer)


class _Unfilled(TorchFunctionMode):
    """Layers whose weights are read right away get no random ones first: half the time of loading."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(func, "__module__", "") == "torch.nn.init":
            return kwargs["tensor"]
        return func(*args, **kwargs or {})


def load_model(found: weights.Weights) -> Whisper:
    try:
        content = torch.load(found.path, map_location="cpu", weights_only=True)
        with _Unfilled():
            model = Whisper(ModelDimensions(**content["dims"]))
        model.load_state_dict(content["model_state_dict"])
    except Exception as error:  # torch raises a dozen kinds for a file that is no checkpoint
        raise SpeechError(
            f"{found.path}: not an openai-whisper checkpoint ({type(error).__name__})",
            "give a .pt file that whisper.load_model reads, a CTranslate2 folder or a model's name",
        ) from None
    if heads := CLEAREST_HEADS.get(found.name, found.alignment_heads):
        mask = torch.zeros(model.dims.n_text_layer, model.dims.n_text_head, dtype=torch.bool)
        for layer, head in heads:
            mask[layer, head] = True
        model.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)
    elif found.name in whisper._ALIGNMENT_HEADS:
        model.set_alignment_heads(whisper._ALIGNMENT_HEADS[found.name])
    return model.eval()


def _device(name: str | None) -> torch.device:
    wanted = name or Machine.here().best
    devices.kind_of(wanted)
    try:
        device = torch.device(wanted)
        torch.zeros(1, device=device)  # a card that is too old takes memory, and no such work
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(
            f"no device '{wanted}' here: {reason}", "leave it out, to take the best that is here"
        ) from None
    return device
