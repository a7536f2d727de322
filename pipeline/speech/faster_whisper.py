"""faster-whisper (extra `[fast]`): CTranslate2's int8 kernels over the same chunks and features.

Its pipeline takes a whole recording; here the engine under it gets our chunks, so that recordings of
any length fit, and the encoder's output serves decoding and alignment.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.engine.progress import Progress, silent
from pipeline.errors import SpeechError
from pipeline.speech import weights
from pipeline.speech.alignment import FRAME_SECONDS
from pipeline.speech.engine import Heard, Identity
from pipeline.speech.features import log_mel
from pipeline.speech.listening import Sound
from pipeline.speech.results import Decoded, Verdict, choose, heard, judge

if TYPE_CHECKING:
    from whisper.tokenizer import Tokenizer

_BATCH = {"cpu": 4, "cuda": 16}  # on a CPU more only takes memory
_WORKERS = 2
_DETECT = 4  # chunks that the language is detected in: two minutes
_TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0)


class FasterWhisper:
    """A `ChunkEngine` over a CTranslate2 Whisper model."""

    def __init__(self, model: Any, identity: Identity, workers: int) -> None:
        from whisper.tokenizer import LANGUAGES

        self.identity = identity
        self.batch, self.workers = _BATCH[model.device], workers
        self._model = model
        self._count = 100 if model.n_mels == 128 else 99  # decides the numbers of special tokens
        known = list(LANGUAGES)[: self._count]
        self.languages: Sequence[str] = known if model.is_multilingual else ("en",)

    @classmethod
    def load(
        cls, name: str, device: str | None = None, progress: Progress = silent
    ) -> "FasterWhisper":
        """The model by name or path, on `cpu` or `cuda` (None: the best there is)."""
        try:
            from faster_whisper import WhisperModel
        except ImportError:
            raise SpeechError(
                "the engine faster-whisper is not installed", "run: pip install 'pullquote[fast]'"
            ) from None
        import torch

        found = weights.ctranslate2_folder(name, progress)
        target = device or ("cuda" if torch.cuda.is_available() else "cpu")
        kind = "int8" if target == "cpu" else "float16"
        workers = min(_WORKERS, torch.get_num_threads()) if target == "cpu" else 1
        try:
            model = WhisperModel(
                str(found.path),
                device=target,
                compute_type=kind,
                num_workers=workers,
                cpu_threads=max(1, torch.get_num_threads() // workers),
            )
        except (RuntimeError, ValueError) as error:
            raise SpeechError(
                f"faster-whisper cannot use {found.path} on '{target}': {error}",
                "give a CTranslate2 folder or a model's name, and cpu or cuda as --device",
            ) from None
        options = {"precision": kind, "device": target}
        identity = Identity("faster-whisper", found.name, found.sha256, options)
        return cls(model.model, identity, workers)

    def enlist(self) -> None:
        """CTranslate2 has threads of its own; the features are made in the caller's."""
        import torch

        torch.set_num_threads(1)

    def detect(self, sounds: Sequence[Sound]) -> tuple[str, float]:
        """The likeliest language over the first chunks, by the mean of its probabilities."""
        if len(self.languages) == 1:
            return self.languages[0], 1.0
        total: dict[str, float] = {}
        chances = self._model.detect_language(self._encode(sounds[:_DETECT]))
        for chunk in chances:
            for token, chance in chunk:
                total[token[2:-2]] = total.get(token[2:-2], 0.0) + chance
        code = max(total, key=lambda code: total[code])
        return code, total[code] / len(chances)

    def hear(self, sounds: Sequence[Sound], language: str) -> list[Heard]:
        """Decode a batch; chunks that went wrong are decoded again, alone."""
        tokenizer = self._tokenizer(language)
        encoded = self._encode(sounds)
        results = self._decode(encoded, len(sounds), tokenizer, temperature=0.0)
        alone = [
            index
            for index, result in enumerate(results)
            if judge(result, tokenizer) is Verdict.WRONG
        ]
        for index in alone:
            results[index] = self._again(sounds[index], results[index], tokenizer)
        starts = self._align(encoded, sounds, results, tokenizer)
        return [
            heard(sound, result, begins, tokenizer)
            for sound, result, begins in zip(sounds, results, starts, strict=True)
        ]

    def _encode(self, sounds: Sequence[Sound]) -> Any:
        import ctranslate2

        mel = log_mel([sound.samples for sound in sounds], self._model.n_mels)
        features = ctranslate2.StorageView.from_array(mel.numpy())
        return self._model.encode(features, to_cpu=self._model.device != "cpu")

    def _decode(
        self, encoded: Any, count: int, tokenizer: "Tokenizer", temperature: float
    ) -> list[Decoded]:
        prompt = list(tokenizer.sot_sequence_including_notimestamps)
        never = [*tokenizer.non_speech_tokens, tokenizer.sot, tokenizer.sot_prev, tokenizer.sot_lm]
        generated = self._model.generate(
            encoded,
            [prompt] * count,
            beam_size=1,
            sampling_topk=1 if temperature == 0.0 else 0,
            sampling_temperature=temperature or 1.0,
            max_length=2 * 224,  # half of the context, as whisper; CTranslate2 halves it itself
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=sorted({*never, tokenizer.transcribe, tokenizer.translate}),
        )
        return [_decoded(result, tokenizer) for result in generated]

    def _again(self, sound: Sound, first: Decoded, tokenizer: "Tokenizer") -> Decoded:
        """Decode one chunk at rising temperatures, up to the first good result or the last."""
        import ctranslate2

        ctranslate2.set_random_seed(len(sound.samples))
        encoded = self._encode([sound])
        tries = [first]
        for temperature in _TEMPERATURES:
            tries += self._decode(encoded, 1, tokenizer, temperature)
            if judge(tries[-1], tokenizer) is not Verdict.WRONG:
                break
        return choose(tries, tokenizer)

    def _align(
        self,
        encoded: Any,
        sounds: Sequence[Sound],
        results: list[Decoded],
        tokenizer: "Tokenizer",
    ) -> list[list[int]]:
        """The frame of each token's beginning, and of the text's end, by CTranslate2's warping."""
        aligned = self._model.align(
            encoded,
            list(tokenizer.sot_sequence),
            [result.tokens for result in results],
            [round(sound.duration / FRAME_SECONDS) * 2 for sound in sounds],
            median_filter_width=7,
        )
        starts = []
        for result, alignment in zip(results, aligned, strict=True):
            result.logprobs = [math.log(max(odds, 1e-9)) for odds in alignment.text_token_probs]
            pairs = np.array(alignment.alignments).reshape(-1, 2)
            first = np.flatnonzero(np.diff(pairs[:, 0], prepend=-1))
            starts.append([int(frame) for frame in pairs[first, 1]])
        return starts

    def _tokenizer(self, language: str) -> "Tokenizer":
        from whisper.tokenizer import get_tokenizer

        return get_tokenizer(
            self._model.is_multilingual,
            num_languages=self._count,
            language=language,
            task="transcribe",
        )


def _decoded(result: Any, tokenizer: "Tokenizer") -> Decoded:
    tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
    return Decoded(
        tokens=tokens,
        avg_logprob=result.scores[0] * len(tokens) / (len(tokens) + 1),
        no_speech_prob=result.no_speech_prob,
    )
