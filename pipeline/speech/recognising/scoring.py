"""How likely texts are over one stretch of sound: a recogniser's own decoder, told what to say.

The stretch is encoded once, and the cross-attention's keys and values are computed once, for all texts.
Everything is computed in float32 on the CPU, so that machines differ by rounding alone: by less than 0.01.
The window is as long as the sound, not 30 seconds as otherwise, which halves the time.
"""

from collections.abc import Callable, Sequence

import torch
from whisper.model import Whisper
from whisper.tokenizer import get_tokenizer

from pipeline.speech.listening.activity import SAMPLE_RATE, Samples
from pipeline.speech.listening.features import log_mel
from pipeline.speech.recognising.network import Network
from pipeline.speech.recognising.openai_whisper import load_model
from pipeline.speech.recognising.results import names_prompt
from pipeline.speech.weights import weights

LONGEST = 29.0  # seconds of a stretch; the model's window is 30
_AFTER = 2.0  # seconds of silence after the sound, as the model is used to
_FRAMES = 100  # of features a second

#: The log-probability of each text, from its first token to its end.
Likelihoods = Callable[[Sequence[str]], list[float]]


def enlist() -> None:
    """Called in each thread before it asks: models side by side beat one that is spread over all cores."""
    torch.set_num_threads(1)


class Scorer:
    """One model that says how likely texts are."""

    def __init__(self, model: Whisper) -> None:
        self._network = Network(model, torch.float32, torch.device("cpu"))
        self._multilingual, self._languages = model.is_multilingual, model.num_languages

    @classmethod
    def load(cls, model: str) -> "Scorer":
        """A model by its name or path."""
        return cls(load_model(weights.checkpoint(model)))

    def over(self, samples: Samples, language: str, names: Sequence[str] = ()) -> Likelihoods:
        """What tells texts over this sound (16 kHz, mono), with names that are expected in it."""
        tokenizer = get_tokenizer(
            self._multilingual,
            num_languages=self._languages,
            language=language,
            task="transcribe",
        )
        prompt = [*names_prompt(names, tokenizer), *tokenizer.sot_sequence_including_notimestamps]
        frames = min(3000, round((len(samples) / SAMPLE_RATE + _AFTER) * _FRAMES) // 2 * 2)
        with torch.inference_mode():
            features = log_mel([samples], self._network.dims.n_mels)[:, :, :frames]
            heard = self._network.encode(features)

        def likelihoods(texts: Sequence[str]) -> list[float]:
            rows = [[*tokenizer.encode(f" {text.strip()}"), tokenizer.eot] for text in texts]
            with torch.inference_mode():
                return [sum(told) for told in self._network.likelihoods(heard, prompt, rows)]

        return likelihoods
