"""How likely texts are over one stretch of sound: a recogniser's own decoder, told what to say.

The stretch is encoded once, and the cross-attention's keys and values are computed once, for all texts.
A text that begins as the first one did is computed from where they part.
Everything is computed in float32 on the CPU, so that machines differ by rounding alone: by less than 0.01.
The window is as long as the sound, not 30 seconds as otherwise, which halves the time.
"""

from collections.abc import Callable, Sequence
from itertools import islice

import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
from torch import Tensor
from whisper.model import Whisper
from whisper.tokenizer import get_tokenizer

from pipeline.speech.listening.activity import SAMPLE_RATE, Samples
from pipeline.speech.listening.features import log_mel
from pipeline.speech.recognising.network import DecoderLayer, Network
from pipeline.speech.recognising.openai_whisper import load_model
from pipeline.speech.recognising.results import names_prompt
from pipeline.speech.weights import weights

_AFTER = 2.0  # seconds of silence after the sound, as the model is used to
_FRAMES = 100  # of features a second
_WORDS = 1024  # of the vocabulary that are scored at once: their scores stay in the cache

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
        return cls(load_model(weights.checkpoint(model)))

    def over(self, samples: Samples, language: str, names: Sequence[str] = ()) -> Likelihoods:
        """What tells texts over this sound (16 kHz, mono), with names that are expected in it."""
        tokenizer = get_tokenizer(
            self._multilingual, num_languages=self._languages, language=language, task="transcribe"
        )
        prompt = [*names_prompt(names, tokenizer), *tokenizer.sot_sequence_including_notimestamps]
        frames = min(3000, round((len(samples) / SAMPLE_RATE + _AFTER) * _FRAMES) // 2 * 2)
        with torch.inference_mode():
            features = log_mel([samples], self._network.dims.n_mels)[:, :, :frames]
            telling = _Telling(self._network, self._network.encode(features)[0], prompt)

        def likelihoods(texts: Sequence[str]) -> list[float]:
            rows = [[*tokenizer.encode(f" {text.strip()}"), tokenizer.eot] for text in texts]
            with torch.inference_mode():
                return telling(rows)

        return likelihoods


class _Telling:
    """One stretch of sound, `heard` (T, D), over which texts are told after a prompt.

    In sizes N is the number of tokens of all texts that are computed, H of heads, D the width.
    """

    def __init__(self, network: Network, heard: Tensor, prompt: Sequence[int]) -> None:
        self._network, self._prompt = network, [*prompt]
        self._cross = [
            (
                self._heads(F.linear(heard, layer.cross_key)),
                self._heads(F.linear(heard, *layer.cross_value)),
            )
            for layer in network.layers
        ]
        self._first: list[int] = []  # the tokens of the first text, after the prompt
        self._told: list[float] = []  # its log-probabilities
        self._own: list[tuple[Tensor, Tensor]] = []  # its keys and values, (H, tokens, D / H) each

    def __call__(self, texts: Sequence[Sequence[int]]) -> list[float]:
        """The log-probability of each text."""
        rows, prompt = [[*self._prompt, *text] for text in texts], len(self._prompt)
        starts = [_common(self._first or rows[0], row) - 1 for row in rows]
        if not self._first:
            self._first, starts[0] = rows[0], 0
        new = [row[max(start + 1, prompt) :] for row, start in zip(rows, starts, strict=True)]
        wanted = [token for tokens in new for token in tokens]
        # Of the first text the prompt is computed too, and not scored.
        told = iter(self._chances(self._states(rows, starts)[-len(wanted) :], wanted))
        chances = [[*islice(told, len(tokens))] for tokens in new]
        self._told = self._told or chances[0]
        return [
            sum(self._told[: len(row) - prompt - len(mine)]) + sum(mine)
            for row, mine in zip(rows, chances, strict=True)
        ]

    def _states(self, rows: Sequence[Sequence[int]], starts: Sequence[int]) -> Tensor:
        """The states (N, D) that score what follows each token, from where each row starts."""
        tokens, places = list[int](), list[int]()
        for row, start in zip(rows, starts, strict=True):
            tokens += row[start:-1]
            places += range(start, len(row) - 1)
        network, lengths = self._network, [len(row) - 1 for row in rows]
        x = network.embedding[torch.tensor(tokens)] + network.positions[torch.tensor(places)]
        for index, layer in enumerate(network.layers):
            x = x + self._self_attention(index, layer, x, [*zip(starts, lengths, strict=True)])
            query = self._heads(F.linear(layer.cross_norm(x), *layer.cross_query))
            x = x + F.linear(_attend(query, *self._cross[index]), *layer.cross_out)
            hidden = F.linear(layer.mlp_norm(x), *layer.mlp_in)
            x = x + F.linear(F.gelu(hidden), *layer.mlp_out)
        return network.norm(x)

    def _self_attention(
        self, index: int, layer: DecoderLayer, x: Tensor, parts: Sequence[tuple[int, int]]
    ) -> Tensor:
        """Each part, tokens `[start, end)` of its text, sees itself and the first text before it."""
        sizes = [end - start for start, end in parts]
        qkv = torch.split(F.linear(layer.norm(x), *layer.qkv), sizes)
        mixed = []
        for (start, end), part in zip(parts, qkv, strict=True):
            query, key, value = map(self._heads, part.chunk(3, dim=-1))
            if len(self._own) == index:
                self._own.append((key, value))
            keys, values = (own[:, :start] for own in self._own[index])
            seen = torch.ones(end - start, end, dtype=torch.bool).tril(start)
            both = torch.cat([keys, key], dim=1), torch.cat([values, value], dim=1)
            mixed.append(_attend(query, *both, seen))
        return F.linear(torch.cat(mixed), *layer.out)

    def _chances(self, states: Tensor, tokens: Sequence[int]) -> list[float]:
        """The log-probability of each token, by the state before it."""
        embedding, totals = self._network.embedding, list[Tensor]()
        for words in torch.split(embedding, _WORDS):  # torch's log_softmax takes half again as long
            scores = states @ words.T
            most = scores.amax(dim=-1, keepdim=True)
            totals.append(scores.sub_(most).exp_().sum(dim=-1).log_() + most[:, 0])
        wanted = (states * embedding[torch.tensor(tokens)]).sum(dim=-1)
        found: list[float] = (wanted - torch.stack(totals).logsumexp(dim=0)).tolist()
        return found

    def _heads(self, x: Tensor) -> Tensor:
        """(N, D) to (H, N, D / H)."""
        return x.view(len(x), self._network.dims.n_text_head, -1).transpose(0, 1)


def _attend(query: Tensor, key: Tensor, value: Tensor, seen: Tensor | None = None) -> Tensor:
    """Attention of all heads, (H, N, D / H) each, as (N, D)."""
    # Its fast kernel wants a batch.
    mixed = F.scaled_dot_product_attention(
        query[None], key[None], value[None], attn_mask=seen, scale=1.0
    )[0]
    return mixed.transpose(0, 1).flatten(1)


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens two texts have in common from the beginning; not the last of `other`."""
    pairs = enumerate(zip(one, other[:-1], strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other) - 1))
