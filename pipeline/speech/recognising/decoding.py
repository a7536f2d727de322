"""Greedy decoding of a batch of chunks, and decoding again of those that went wrong.

`whisper.decode` goes on with every chunk until the longest text has ended, and forgets where its tokens
looked, which `whisper.timing` then finds out by a second pass. Here chunks leave the batch, with what they
looked at. What this buys is in `network`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from whisper.tokenizer import Tokenizer

from pipeline.speech.recognising.alignment import Looks
from pipeline.speech.recognising.network import Decoding, Network
from pipeline.speech.recognising.results import Decoded, Readings, loops, names_prompt

_LOOK_FOR_LOOPS = 16  # tokens between two looks; chosen
# Of the rows, so many at most go on when others leave: copying pays only for several; chosen.
_LEAVE = 0.75


@dataclass(slots=True)
class Attended(Decoded):
    """A result and where its tokens looked: a row for each of them, and one for the end."""

    done: bool = False
    looked: Looks | None = None


class Sampler:
    """Chooses tokens at a temperature for each row; deterministic for a seed."""

    def __init__(self, temperatures: Sequence[float], seed: int, device: torch.device) -> None:
        self._generator = torch.Generator("cpu").manual_seed(seed)
        self._temperatures = torch.tensor(temperatures, device=device)[:, None]

    def choose(self, scores: Tensor) -> tuple[Tensor, Tensor]:
        """A token for each row of scores (B, V) by the Gumbel trick, and its log-probability (B, 1)."""
        uniform = torch.rand(scores.shape, generator=self._generator).to(scores.device)
        gumbel = -torch.log(-torch.log(uniform.clamp(1e-20, 1 - 1e-7)))
        scores = scores.float()
        tokens = (scores / self._temperatures + gumbel).argmax(dim=-1)
        return tokens[:, None], scores.log_softmax(dim=-1).gather(1, tokens[:, None])

    def keep(self, rows: Tensor) -> None:
        self._temperatures = self._temperatures[rows]


class BatchDecoder:
    """Decodes batches in one language, without time tokens: times come from the attention."""

    def __init__(self, network: Network, tokenizer: Tokenizer, names: Sequence[str] = ()) -> None:
        self._net, self.tokenizer = network, tokenizer
        self._readings = Readings(tokenizer)
        self._prompt = [
            *names_prompt(names, tokenizer),
            *tokenizer.sot_sequence_including_notimestamps,
        ]
        self._limit = network.dims.n_text_ctx // 2
        never = {*tokenizer.non_speech_tokens, *range(tokenizer.eot + 1, network.dims.n_vocab)}
        self._never = torch.tensor(sorted(never), device=network.device)
        self._not_first = torch.tensor(
            [*tokenizer.encode(" "), tokenizer.eot], device=network.device
        )

    def __call__(
        self, features: Tensor, frames: Sequence[int], sampler: Sampler | None = None
    ) -> list[Attended]:
        """Decode features (B, T, D), of which `frames` each hold sound; greedily without sampler."""
        decoding = self._net.begin(features, len(self._prompt) + self._limit)
        results = [Attended(cut_short=True) for _ in frames]
        self._prompt_all(decoding, results)
        token = torch.full((len(frames),), self._prompt[-1], device=self._net.device)
        live = list(range(len(frames)))  # which result each row of the decoding belongs to
        for count in range(self._limit):
            tokens, logprobs = self._choose(decoding, token, count == 0, sampler)
            token = tokens[:, 0]
            self._take(
                tokens.tolist(), logprobs.tolist(), [results[index] for index in live], count
            )
            going = [row for row, index in enumerate(live) if not results[index].done]
            if not going:
                break
            if len(going) <= _LEAVE * len(live):
                self._look_back(decoding, results, live, frames, set(going))
                decoding.keep(going)
                rows = torch.tensor(going, device=self._net.device)
                if sampler:
                    sampler.keep(rows)
                token, live = token[rows], [live[row] for row in going]
        self._look_back(decoding, results, live, frames, set())
        for result in results:
            result.avg_logprob = sum(result.logprobs) / len(result.logprobs)
        return results

    def _prompt_all(self, decoding: Decoding, results: Sequence[Attended]) -> None:
        """Feed the prompt but its last token; at its first one the model says if nobody speaks."""
        silence = self.tokenizer.no_speech
        for token in self._prompt[:-1]:
            tokens = torch.full((len(results),), token, device=self._net.device)
            hidden = decoding.step(tokens)
            if token == self.tokenizer.sot:
                odds = self._net.logits(hidden).float().softmax(dim=-1)[:, silence].tolist()
                for result, probability in zip(results, odds, strict=True):
                    result.no_speech_prob = probability

    def _choose(
        self, decoding: Decoding, token: Tensor, first: bool, sampler: Sampler | None
    ) -> tuple[Tensor, Tensor]:
        hidden = decoding.step(token)
        scores = self._net.logits(hidden)
        scores[:, self._never] = -torch.inf
        if first:
            scores[:, self._not_first] = -torch.inf
        return sampler.choose(scores) if sampler else self._net.best(hidden, scores)

    def _take(
        self,
        candidates: Sequence[Sequence[int]],
        logprobs: Sequence[Sequence[float]],
        results: Sequence[Attended],
        count: int,
    ) -> None:
        for tokens, chances, result in zip(candidates, logprobs, results, strict=True):
            if result.done:
                continue
            token = tokens[0]
            result.logprobs.append(chances[0])
            if token == self.tokenizer.eot:
                result.done, result.cut_short = True, False
                continue
            result.tokens.append(token)
            result.certainties.append(self._readings.certainty(tokens, chances))
            if count % _LOOK_FOR_LOOPS == _LOOK_FOR_LOOPS - 1:
                result.done = loops(result.tokens)

    def _look_back(
        self,
        decoding: Decoding,
        results: Sequence[Attended],
        live: Sequence[int],
        frames: Sequence[int],
        going: set[int],
    ) -> None:
        """Keep where the decoder looked, for the rows that leave the batch."""
        before = len(self._prompt) - 1
        for row, index in enumerate(live):
            if row in going:
                continue
            length = min(before + len(results[index].tokens) + 1, decoding.position)
            scores = decoding.attention(row, length, frames[index])
            results[index].looked = Looks.of(scores, before)
