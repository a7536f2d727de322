"""What each part of our own decoding gains over the libraries', on the same chunks and in the same run.

    python tests/benchmarks/bench_decoding.py [--minutes N] [--rounds N] [--only NAME ...]

Each runs on one thread in a process of its own over one batch of chunks, tiny.en, after it was warmed up by
one; one after the other, so many rounds of all of them. A figure is the least processor time of all rounds,
for a machine that does other things too. The peer is `whisper.decode` in float32, the only precision that
it takes on a CPU. Then each part of ours is put back as whisper has it, alone: its ratio to ours says what
that part gains. The last two are CTranslate2's decoder over our encoder and over its own.

Measured with `--minutes 2` on 2026-11-29, bfloat16, on a busy machine, one or two runs each:
`whisper.decode` takes 2.0 times as long as ours, and with word times by `whisper.timing` 5.5 times. With
one part put back:

    word times by a second pass      3 to 6 times as long (two runs)
    fused attention of one query     1.4
    whisper's encoder                1.1
    fused attention in the encoder   1.1
    nobody leaves the batch          1.06 (1.04 over seven minutes)
    caches that grow                 1.0

The last four are about a tenth or less. Ours stay: with whisper's encoder, or torch's attention in ours,
other words are heard. When nobody leaves, chunks that are decoded again draw other random numbers. Caches
that grow would save no line.
"""

import argparse
import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
import whisper
from torch import Tensor
from whisper.timing import find_alignment
from whisper.tokenizer import get_tokenizer

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.speech.listening.listening import Listener, Sound
from pipeline.speech.recognising import decoding, network, openai_whisper
from pipeline.speech.weights.weights import checkpoint
from tests.benchmarks.bench_speech import EPISODE, MODEL

Hear = Callable[[Sequence[Sound]], object]
Patches = Callable[[], contextlib.AbstractContextManager[Any]]


def whisper_model() -> Any:
    model = whisper.load_model(str(checkpoint(MODEL).path), device="cpu")
    model.set_alignment_heads(whisper._ALIGNMENT_HEADS[MODEL])
    return model


def by_whisper(timed: bool) -> Hear:
    """`whisper.decode` over a batch, and `whisper.timing` over each text of it where times are wanted."""
    model = whisper_model()
    options = whisper.DecodingOptions(language="en", without_timestamps=True, fp16=False)
    tokenizer = get_tokenizer(False, language="en", task="transcribe")

    def hear(sounds: Sequence[Sound]) -> None:
        padded = [whisper.pad_or_trim(torch.from_numpy(sound.samples)) for sound in sounds]
        mels = torch.stack([whisper.log_mel_spectrogram(sound) for sound in padded])
        results = whisper.decode(model, mels, options)
        if not timed:
            return
        for sound, mel, result in zip(sounds, mels, results, strict=True):
            frames = round(sound.duration * 100)
            find_alignment(model, tokenizer, result.tokens, mel, frames)

    return hear


@contextlib.contextmanager
def whisper_encoder() -> Iterator[None]:
    """whisper's module with weights in the same precision, its norms in float32 as ours."""
    model = whisper_model()
    encoder = model.encoder
    for module in encoder.modules():
        if isinstance(module, torch.nn.Linear | torch.nn.Conv1d):
            module.to(torch.bfloat16)
    encoder.positional_embedding = encoder.positional_embedding.to(torch.bfloat16)

    def encode(self: network.Encoder, mel: Tensor) -> Tensor:
        features: Tensor = encoder(mel.to(torch.bfloat16))
        return features

    with patch.object(network.Encoder, "__call__", encode):
        yield


@contextlib.contextmanager
def one_fused_attention() -> Iterator[None]:
    """torch's fused attention in the encoder, instead of blocks that stay in the CPU's cache."""
    with patch.object(network, "_blocked_attention", network._fused_attention):
        yield


@contextlib.contextmanager
def fused_attention_of_one_query() -> Iterator[None]:
    with patch.object(network, "_attend", network._fused_attention):
        yield


@contextlib.contextmanager
def growing_caches() -> Iterator[None]:
    """Own keys and values that are concatenated with each token, as whisper's are."""
    grown: dict[tuple[int, int], Tensor] = {}

    def attention(self: network.Decoding, index: int, layer: Any, x: Tensor) -> Tensor:
        batch, width = x.shape
        qkv = F.linear(layer.norm(x).to(self._net.precision), *layer.qkv)
        query, key, value = qkv.float().view(batch, 3, self._n_head, self._width).unbind(1)
        at = id(self), index
        pair = torch.stack((key, value))[..., None, :]
        grown[at] = torch.cat((grown[at], pair), dim=3) if self.position else pair
        mixed = network._attend(query[:, :, None], *grown[at])
        return F.linear(mixed.reshape(batch, width).to(self._net.precision), *layer.out)

    keep = network.Decoding.keep

    def kept(self: network.Decoding, rows: Sequence[int]) -> None:
        keep(self, rows)
        for at in [at for at in grown if at[0] == id(self)]:
            grown[at] = grown[at][:, list(rows)]

    with (
        patch.object(network.Decoding, "_self_attention", attention),
        patch.object(network.Decoding, "keep", kept),
    ):
        yield


@contextlib.contextmanager
def nobody_leaves() -> Iterator[None]:
    """All chunks go on until the longest text has ended, as with whisper."""
    with patch.object(decoding, "_LEAVE", 0.0):
        yield


@contextlib.contextmanager
def weights_cast_at_each_step() -> Iterator[None]:
    linear = F.linear

    def casting(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        wide = weight.float().to(x.dtype)
        return linear(x, wide, bias)

    with patch.object(F, "linear", casting):
        yield


@contextlib.contextmanager
def second_pass() -> Iterator[None]:
    """Times from `whisper.timing`, which runs encoder and decoder again, over the same texts."""
    model = whisper_model()
    tokenizer = get_tokenizer(False, language="en", task="transcribe")
    hear = openai_whisper.OpenAiWhisper.hear

    def heard(self: openai_whisper.OpenAiWhisper, sounds: Sequence[Sound], language: str) -> object:
        found = hear(self, sounds, language)
        for sound, text in zip(sounds, found, strict=True):
            mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(torch.from_numpy(sound.samples)))
            tokens = tokenizer.encode(" " + " ".join(word.text for word in text.words))
            find_alignment(model, tokenizer, tokens, mel, round(sound.duration * 100))
        return found

    with (
        patch.object(openai_whisper.OpenAiWhisper, "hear", heard),
        patch.object(
            openai_whisper,
            "token_starts",
            lambda costs: [np.arange(len(each)) for each in costs],
        ),
    ):
        yield


OURS = "ours"
PARTS: dict[str, Patches] = {
    OURS: contextlib.nullcontext,
    "whisper's encoder": whisper_encoder,
    "fused attention in it": one_fused_attention,
    "fused attention of one query": fused_attention_of_one_query,
    "caches that grow": growing_caches,
    "nobody leaves the batch": nobody_leaves,
    "weights cast at each step": weights_cast_at_each_step,
    "times by a second pass": second_pass,
}


PEERS = ("whisper.decode", "whisper.decode, word times")
FASTER = ("faster-whisper, our encoder", "faster-whisper, its own")
NAMES = (*PARTS, *PEERS, *FASTER)


def measure(name: str, minutes: float) -> float:
    """Processor seconds of one contestant, in this process."""
    torch.set_num_threads(1)
    blocks = stream_pcm(EPISODE / "audio.mp3", duration=minutes * 60)
    sounds = list(Listener().chunks(blocks))
    with PARTS.get(name, contextlib.nullcontext)(), torch.inference_mode():
        if name in PEERS:
            hear = by_whisper(timed=name == PEERS[1])
        else:
            hear = by_ctranslate2(own=name == FASTER[0]) if name in FASTER else ours()
        hear(sounds[:1])
        begun = time.process_time()
        hear(sounds)
        return time.process_time() - begun


def by_ctranslate2(own: bool) -> Hear:
    """CTranslate2's decoder in int8, over our encoder in bfloat16 or over its own."""
    from pipeline.speech.recognising.faster_whisper import FasterWhisper

    engine = FasterWhisper.load(MODEL, "cpu")
    if not own:
        engine._encoder = None
    return lambda sounds: engine.hear(sounds, "en")


def ours() -> Hear:
    engine = openai_whisper.OpenAiWhisper.load(MODEL, "cpu")
    return lambda sounds: engine.hear(sounds, "en")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(measure(options.measure, options.minutes))
        return
    spent: dict[str, list[float]] = {}
    for _ in range(options.rounds):
        for name in options.only:
            command = [sys.executable, __file__, "--measure", name]
            command += ["--minutes", str(options.minutes)]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            spent.setdefault(name, []).append(float(done.stdout.split()[-1]))
            print(f"  {name:32}{spent[name][-1]:8.2f}", file=sys.stderr, flush=True)
    print(f"{options.minutes:g} minutes of {EPISODE.name}, {MODEL}, one thread")
    for name in options.only:
        times = spent[name]
        print(f"{name:34}{min(times):8.2f} s{min(times) / min(spent.get(OURS, times)):8.2f} x ours")


if __name__ == "__main__":
    main()
