"""faster-whisper (extra `[fast]`): CTranslate2's int8 decoder over our chunks and features.

Its pipeline takes a whole recording; here the engine under it gets our chunks, so that recordings of
any length fit, and the encoder's output serves decoding and alignment. On a CPU that multiplies
bfloat16 our own encoder reads the same weights. The whole takes 1.4 times as long with CTranslate2's,
whose attention is not blocked (`tests/benchmarks/bench_decoding.py`, 2026-11-29), and int8 is less exact.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from whisper.model import AudioEncoder
from whisper.tokenizer import Tokenizer

from pipeline.engine.progress import Progress, silent
from pipeline.errors import ConfigError, SpeechError
from pipeline.speech.listening.features import log_mel
from pipeline.speech.listening.listening import Sound
from pipeline.speech.recognising import devices
from pipeline.speech.recognising.alignment import CLEAREST_HEADS, FRAME_SECONDS
from pipeline.speech.recognising.devices import Machine
from pipeline.speech.recognising.heard import Heard, Identity, WhisperEngine
from pipeline.speech.recognising.network import Encoder
from pipeline.speech.recognising.results import (
    Decoded,
    Readings,
    Verdict,
    choose,
    heard,
    judge,
    names_prompt,
)
from pipeline.speech.weights import ctranslate2_file, weights

Features: TypeAlias = NDArray[Any]  # (chunks, T, D)

_LARGEST_BATCH = {"cpu": 8, "cuda": 16}  # on a CPU more only takes memory
_ALIGN = {"cpu": 1, "cuda": 16}  # chunks aligned at once: on a CPU padding costs more than it saves
_DETECT = 4  # chunks that the language is detected in: two minutes
_GREEDY = {"beam_size": 1}  # the likeliest token each time
_TEXT = 224  # tokens: half of the context, as whisper
_IMPOSSIBLE = 1e-9  # probability; its logarithm is still a number
# How a chunk that went wrong is decoded again: with more to choose from, then without saying the same
# thing again. CTranslate2 draws random numbers from a generator for each of its threads, which takes a
# seed only once: with temperatures, as whisper tries again, the same sound gave now one text, now another.
_AGAIN: Sequence[dict[str, float]] = (
    {"beam_size": 5},
    {"beam_size": 5, "no_repeat_ngram_size": 4},
    {"beam_size": 5, "no_repeat_ngram_size": 3, "repetition_penalty": 1.2},
)


class FasterWhisper(WhisperEngine):
    """A `ChunkEngine` over a CTranslate2 Whisper model; `encoder` replaces its own."""

    def __init__(
        self, model: Any, identity: Identity, sizes: tuple[int, int], encoder: Encoder | None = None
    ) -> None:
        count = 100 if model.n_mels == 128 else 99  # decides the numbers of special tokens
        super().__init__(identity, sizes, model.is_multilingual, count)
        self._model, self._encoder = model, encoder

    @classmethod
    def load(
        cls, name: str, device: str | None = None, progress: Progress = silent
    ) -> "FasterWhisper":
        """The model by name or path, on `cpu` or `cuda` (None: the best there is)."""
        try:
            import ctranslate2
            from faster_whisper import WhisperModel
        except ImportError:
            raise weights.not_installed() from None
        cards = ctranslate2.get_cuda_device_count()
        wanted = device or ("cuda" if cards else "cpu")
        number = wanted.partition(":")[2]  # cuda:1 is the second of them
        if (target := devices.kind_of(wanted, ("cpu", "cuda"))) == "cuda" and not cards:
            raise ConfigError(
                f"no device '{wanted}' here: CTranslate2 finds no card with a driver",
                "leave it out, to take the best that is here",
            )
        found = weights.ctranslate2_folder(name, progress)
        machine = Machine.here()
        try:
            kind = devices.compute_type(target, ctranslate2.get_supported_compute_types(target))
            sizes, encoder = _fitted(found.path / "model.bin", target, machine)
            model = WhisperModel(
                str(found.path),
                device=target,
                device_index=int(number or 0),
                compute_type=kind,
                num_workers=sizes[1],
                cpu_threads=max(1, machine.threads // sizes[1]),
                files=_files(found),
            )
        except (RuntimeError, ValueError) as error:
            raise SpeechError(
                f"faster-whisper cannot use {found.path} on '{wanted}': {error}",
                "give a CTranslate2 folder or a model's name, and cpu or cuda as --device",
            ) from None
        options = {"precision": kind, "device": target}
        if encoder:
            options["encoder"] = "bfloat16"
        identity = Identity("faster-whisper", found.name, found.sha256, options)
        return cls(model.model, identity, sizes, encoder)

    def detect(self, sounds: Sequence[Sound]) -> tuple[str, float]:
        """The likeliest language over the first chunks, by the mean of its probabilities."""
        total: dict[str, float] = {}
        chances = self._model.detect_language(_view(self._encode(sounds[:_DETECT])))
        for chunk in chances:
            for token, chance in chunk:
                total[token[2:-2]] = total.get(token[2:-2], 0.0) + chance
        code = max(total, key=lambda code: total[code])
        return code, total[code] / len(chances)

    def _hear(self, sounds: Sequence[Sound], language: str) -> list[Heard]:
        """Decode a batch; chunks that went wrong are decoded again, alone and without names."""
        tokenizer = self._tokenizer(language=language)
        features = self._encode(sounds)
        results = self._decode(features, tokenizer, _GREEDY, names=self.identity.names)
        for index, result in enumerate(results):
            if judge(result, tokenizer) is Verdict.WRONG:
                results[index] = self._again(features[index : index + 1], result, tokenizer)
        starts = self._align(features, sounds, results, tokenizer)
        return [
            heard(sound, result, begins, tokenizer)
            for sound, result, begins in zip(sounds, results, starts, strict=True)
        ]

    def _encode(self, sounds: Sequence[Sound]) -> Features:
        mel = log_mel([sound.samples for sound in sounds], self._model.n_mels)
        if self._encoder is None:
            on_cpu = self._model.device == "cpu"
            return np.asarray(self._model.encode(_view(mel.numpy()), to_cpu=not on_cpu))
        with torch.inference_mode():
            features: Features = self._encoder(mel).float().numpy()
            return features

    def _decode(
        self,
        features: Features,
        tokenizer: Tokenizer,
        search: Mapping[str, float],
        names: Sequence[str] = (),
    ) -> list[Decoded]:
        before = names_prompt(names, tokenizer)
        prompt = [*before, *tokenizer.sot_sequence_including_notimestamps]
        never = [*tokenizer.non_speech_tokens, tokenizer.sot, tokenizer.sot_prev, tokenizer.sot_lm]
        generated = self._model.generate(
            _view(features),
            [prompt] * len(features),
            **search,
            max_length=2 * _TEXT,  # CTranslate2 halves it
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=sorted({*never, tokenizer.transcribe, tokenizer.translate}),
        )
        return [_decoded(result, tokenizer) for result in generated]

    def _again(self, features: Features, first: Decoded, tokenizer: Tokenizer) -> Decoded:
        """Decode one chunk in other ways, up to the first good result or the last."""
        tries = [first]
        for search in _AGAIN:
            tries += self._decode(features, tokenizer, search)
            if judge(tries[-1], tokenizer) is not Verdict.WRONG:
                break
        return choose(tries, tokenizer)

    def _align(
        self,
        features: Features,
        sounds: Sequence[Sound],
        results: list[Decoded],
        tokenizer: Tokenizer,
    ) -> list[list[int]]:
        """The frame of each token's beginning, and of the text's end, by CTranslate2's warping."""
        aligned: list[Any] = []
        for at in range(0, len(sounds), _ALIGN[self._model.device]):
            part = slice(at, at + _ALIGN[self._model.device])
            aligned += self._model.align(
                _view(features[part]),
                list(tokenizer.sot_sequence),
                [result.tokens for result in results[part]],
                [round(sound.duration / FRAME_SECONDS) * 2 for sound in sounds[part]],
                median_filter_width=7,
            )
        readings, starts = Readings(tokenizer), []
        for result, alignment in zip(results, aligned, strict=True):
            odds = alignment.text_token_probs
            result.logprobs = [math.log(max(each, _IMPOSSIBLE)) for each in odds]
            result.certainties = [  # no other candidate is known
                readings.certainty([token], [logprob])
                for token, logprob in zip(result.tokens, result.logprobs, strict=False)
            ]
            pairs = np.array(alignment.alignments).reshape(-1, 2)
            first = np.flatnonzero(np.diff(pairs[:, 0], prepend=-1))
            starts.append([int(frame) for frame in pairs[first, 1]])
        return starts


def _view(values: NDArray[Any]) -> Any:
    """The same memory as CTranslate2 takes it."""
    import ctranslate2

    return ctranslate2.StorageView.from_array(values)


def _files(found: weights.Weights) -> dict[str, bytes] | None:
    """The model with the heads that tell time best, where they are known; else it is read as it is."""
    heads = CLEAREST_HEADS.get(found.name)
    if not heads or not (found.path / "config.json").is_file():
        return None
    return ctranslate2_file.with_heads(found.path, heads)


def _fitted(
    model_bin: Path, device: str, machine: Machine
) -> tuple[tuple[int, int], Encoder | None]:
    """Sizes of batches for a model, and our encoder where it is faster than CTranslate2's."""
    try:
        variables = ctranslate2_file.read_variables(model_bin)
    except SpeechError:  # CTranslate2 may know a newer format, and judges it
        return (1, 1), None
    dims = ctranslate2_file.dimensions(variables)
    room = devices.cache_bytes(dims, 4 if device == "cpu" else 2)
    sizes = devices.sizes(device, machine, room, _LARGEST_BATCH[device])
    own = device == "cpu" and devices.precision(device, machine) == "bfloat16"
    if not own or ctranslate2_file.quantised(variables):
        return sizes, None
    names = ("n_mels", "n_audio_ctx", "n_audio_state", "n_audio_head", "n_audio_layer")
    module = AudioEncoder(*(dims[name] for name in names))
    module.load_state_dict(
        {
            name.removeprefix("encoder."): torch.tensor(values)
            for name, values in ctranslate2_file.whisper_state(variables)
            if name.startswith("encoder.")
        }
    )
    return sizes, Encoder(module, torch.bfloat16, torch.device("cpu"))


def _decoded(result: Any, tokenizer: Tokenizer) -> Decoded:
    tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
    return Decoded(
        tokens=tokens,
        avg_logprob=result.scores[0] * len(tokens) / (len(tokens) + 1),
        no_speech_prob=result.no_speech_prob,
    )
