"""Whisper's network for batches on any device: the weights of a `whisper.model.Whisper`, our own
forward passes.

openai-whisper's decoder grows its cache by concatenation, casts weights on each call, keeps finished
sequences in the batch and forgets the cross-attention. Here the caches are allocated once a batch, the
cross-attention's keys and values are computed once a chunk, finished sequences leave the batch, and
the queries of the heads that tell time are kept, so that word times cost no second pass.

`whisper.decode` over the same chunks takes twice as long as all of this, and with word times by
`whisper.timing` more than five times. What each part buys, and why those stay that buy little, is in
`tests/benchmarks/bench_decoding.py`. Over a whole episode (`bench_speech.py`, two cores, with word times)
it is 8.8 times as fast as `whisper.transcribe`, and 2.3 times as fast as faster-whisper's batched pipeline.

Sizes in comments: B sequences, H heads, T = 1500 frames of 20 ms, D width.
"""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any, TypeAlias

import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
from torch import Tensor
from whisper.model import Whisper

from pipeline.speech.recognising.devices import Machine

_Cast: TypeAlias = Callable[[Tensor], Tensor]

_ENCODE = 2  # chunks encoded at once; more only takes memory
_QUERIES = 256  # rows of attention at once on a CPU: their weights stay in its cache
_RESCORED = 4  # candidates whose logit is computed again in full precision
_ROWS = 4  # of a CPU's kernels for matrices


class _Norm:
    def __init__(self, norm: Any, exact: _Cast) -> None:
        self._weight, self._bias = exact(norm.weight), exact(norm.bias)

    def __call__(self, x: Tensor) -> Tensor:
        """Normalise in float32; the result has the precision of `x`."""
        # A CPU's kernel computes so by itself, and a GPU's takes one precision only.
        wide = x if x.device.type == "cpu" else x.float()
        return F.layer_norm(wide, self._weight.shape, self._weight, self._bias).to(x.dtype)


class _Layer:
    """An encoder layer's weights in the working precision; norms stay in float32.

    Queries come out scaled, and keys have no bias.
    """

    def __init__(self, block: Any, to: _Cast, exact: _Cast) -> None:
        own, scale = block.attn, _scale(block.attn)
        nothing = torch.zeros_like(own.query.bias)
        weights = torch.cat([own.query.weight * scale, own.key.weight, own.value.weight])
        self.norm = _Norm(block.attn_ln, exact)
        self.qkv = to(weights), to(torch.cat([own.query.bias * scale, nothing, own.value.bias]))
        self.out = to(own.out.weight), to(own.out.bias)
        self.mlp_norm = _Norm(block.mlp_ln, exact)
        self.mlp_in, self.mlp_out = (
            (to(linear.weight), to(linear.bias)) for linear in (block.mlp[0], block.mlp[2])
        )


class DecoderLayer(_Layer):
    def __init__(self, block: Any, to: _Cast, exact: _Cast) -> None:
        super().__init__(block, to, exact)
        cross, scale = block.cross_attn, _scale(block.cross_attn)
        self.cross_norm = _Norm(block.cross_attn_ln, exact)
        self.cross_query = to(cross.query.weight * scale), to(cross.query.bias * scale)
        self.cross_key = to(cross.key.weight)
        self.cross_value = to(cross.value.weight), to(cross.value.bias)
        self.cross_out = to(cross.out.weight), to(cross.out.bias)


class Network:
    """A Whisper model, ready to encode and decode batches in the given precision.

    `device` is where it works, by default where the model is; the model itself stays there, since
    one of its buffers is sparse, which Apple's GPUs cannot hold.
    """

    def __init__(
        self, model: Whisper, precision: torch.dtype, device: torch.device | None = None
    ) -> None:
        self.dims = model.dims
        self.device: torch.device = device or model.device
        self.precision = precision
        self.heads: list[tuple[int, int]] = model.alignment_heads.indices().T.tolist()
        self._encoder = Encoder(model.encoder, precision, self.device)
        decoder = model.decoder
        to, exact = _caster(precision, self.device), _caster(torch.float32, self.device)
        self.layers = [DecoderLayer(block, to, exact) for block in decoder.blocks]
        self.norm = _Norm(decoder.ln, exact)
        self._attend = _fused_attention if _tiled(self.device, precision) else _attend
        self.embedding = exact(decoder.token_embedding.weight)
        self.positions = exact(decoder.positional_embedding)
        self._output = self.embedding.to(precision)

    def encode(self, mel: Tensor) -> Tensor:
        """Features (B, T, D) of mel spectrograms (B, bands, 3000)."""
        return self._encoder(mel)

    def begin(self, features: Tensor, length: int) -> "Decoding":
        """Start decoding features (B, T, D), each to so many tokens at most."""
        return Decoding(self, features, length)

    def logits(self, hidden: Tensor) -> Tensor:
        """Scores (B, V) of all tokens in the working precision, from states (B, D)."""
        return _linear(hidden.to(self.precision), self._output)

    def best(self, hidden: Tensor, scores: Tensor) -> tuple[Tensor, Tensor]:
        """The few best tokens of each sequence, best first, and their log-probabilities, both (B, 4).

        Half precision rounds scores to steps of 0.1, so the few best are computed again in float32.
        """
        rough, tokens = scores.topk(_RESCORED)
        exact = (self.embedding[tokens] * hidden[:, None]).sum(dim=-1)
        exact = exact.masked_fill(rough == -torch.inf, -torch.inf)
        exact, order = exact.sort(dim=-1, descending=True)
        tokens = tokens.gather(1, order)
        total = scores.float().scatter_(1, tokens, exact).logsumexp(dim=-1, keepdim=True)
        return tokens, exact - total


class Encoder:
    """Whisper's encoder in the working precision, with the norms computed in float32."""

    def __init__(self, encoder: Any, precision: torch.dtype, device: torch.device) -> None:
        self._precision = precision
        to, exact = _caster(precision, device), _caster(torch.float32, device)
        self._convolutions = [
            (to(layer.weight), to(layer.bias)) for layer in (encoder.conv1, encoder.conv2)
        ]
        self._positions = to(encoder.positional_embedding)
        self._layers = [_Layer(block, to, exact) for block in encoder.blocks]
        self._norm = _Norm(encoder.ln_post, exact)
        self._n_head = encoder.blocks[0].attn.n_head
        fused = device.type != "cpu" or precision == torch.float32 or _tiled(device, precision)
        self._attend = _fused_attention if fused else _blocked_attention

    def __call__(self, mel: Tensor) -> Tensor:
        """Features (B, T, D) of mel spectrograms (B, bands, 2 T); B is one at least."""
        features = None
        for at in range(0, len(mel), _ENCODE):
            part = self._encode(mel[at : at + _ENCODE].to(self._positions.device, self._precision))
            if features is None:
                features = part.new_empty(len(mel), *part.shape[1:])
            features[at : at + _ENCODE] = part
        assert features is not None, "a batch holds a chunk"
        return features

    def _encode(self, mel: Tensor) -> Tensor:
        (first, first_bias), (second, second_bias) = self._convolutions
        x = F.gelu(F.conv1d(mel, first, first_bias, padding=1))
        x = F.gelu(F.conv1d(x, second, second_bias, stride=2, padding=1))
        x = x.transpose(1, 2).contiguous()
        x = x + self._positions[: x.shape[1]]
        for layer in self._layers:
            x = x + self._self_attention(layer, x)
            hidden = F.gelu(F.linear(layer.mlp_norm(x), *layer.mlp_in))
            x = x + F.linear(hidden, *layer.mlp_out)
        return self._norm(x)

    def _self_attention(self, layer: _Layer, x: Tensor) -> Tensor:
        batch, count, width = x.shape
        qkv = F.linear(layer.norm(x), *layer.qkv).view(batch, count, 3, self._n_head, -1)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)  # each (B, H, T, width of a head)
        mixed = self._attend(query, key, value)
        return F.linear(mixed.transpose(1, 2).reshape(batch, count, width), *layer.out)


def _tiled(device: torch.device, precision: torch.dtype) -> bool:
    """Whether a CPU multiplies in tiles, which torch's fused attention is written for."""
    return device.type == "cpu" and precision == torch.bfloat16 and Machine.here().tiles


def _fused_attention(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    return F.scaled_dot_product_attention(query, key, value, scale=1.0)


def _blocked_attention(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Attention (B, H, T, width), already scaled, in blocks whose weights stay in the CPU's cache.

    In bfloat16 without tiles half again as fast as torch's fused kernel, which computes the weights
    in float32.
    """
    mixed = torch.empty(query.shape, dtype=query.dtype)
    for row, head in product(range(query.shape[0]), range(query.shape[1])):
        keys, values = key[row, head].T.contiguous(), value[row, head].contiguous()
        for at in range(0, query.shape[2], _QUERIES):
            part = slice(at, at + _QUERIES)
            weights = torch.softmax(query[row, head, part] @ keys, dim=-1)
            torch.mm(weights, values, out=mixed[row, head, part])
    return mixed


class Decoding:
    """One batch being decoded: caches and position. Rows can be dropped as they finish.

    Keys and values are (layers, 2, B, H, tokens or frames, width), the queries of the heads that tell time
    (B, tokens, heads, width). They are as large as they get from the beginning: whisper's cache grows by
    concatenation, and a text of 224 tokens, its most, copies each layer's keys and values 112 times.
    """

    def __init__(self, network: Network, features: Tensor, length: int) -> None:
        self._net = network
        dims, rows, device = network.dims, len(features), network.device
        self._n_head = dims.n_text_head
        self._width = dims.n_text_state // dims.n_text_head
        self.position = 0
        pairs = (dims.n_text_layer, 2, rows, self._n_head)
        frames, telling = dims.n_audio_ctx, len(network.heads)
        # float32: torch multiplies many small matrices faster so, and they are quickly read
        self._own = torch.empty((*pairs, length, self._width), device=device)
        self._cross = features.new_empty((*pairs, frames, self._width), dtype=network.precision)
        self._queries = self._cross.new_empty((rows, length, telling, self._width))
        for layer, (keys, values) in zip(network.layers, self._cross, strict=True):
            for row, heard in enumerate(features):  # one at a time, or all are there twice
                keys[row] = self._split(F.linear(heard, layer.cross_key))
                values[row] = self._split(F.linear(heard, *layer.cross_value))

    def _split(self, x: Tensor) -> Tensor:
        """(N, D) to (H, N, width)."""
        return x.view(len(x), self._n_head, self._width).transpose(0, 1)

    def step(self, tokens: Tensor) -> Tensor:
        """Take one token for each sequence, (B,); give the states (B, D) that score the next."""
        net = self._net
        x = net.embedding[tokens] + net.positions[self.position]
        for index, layer in enumerate(net.layers):
            x = x + self._self_attention(index, layer, x)
            x = x + self._cross_attention(index, layer, x)
            hidden = _linear(layer.mlp_norm(x).to(net.precision), *layer.mlp_in)
            x = x + _linear(F.gelu(hidden), *layer.mlp_out)
        self.position += 1
        return net.norm(x)

    def _self_attention(self, index: int, layer: DecoderLayer, x: Tensor) -> Tensor:
        batch, width = x.shape
        qkv = _linear(layer.norm(x).to(self._net.precision), *layer.qkv)
        query, key, value = qkv.float().view(batch, 3, self._n_head, self._width).unbind(1)
        keys, values = self._own[index]
        keys[:, :, self.position] = key
        values[:, :, self.position] = value
        until = self.position + 1
        mixed = _attend(query[:, :, None], keys[:, :, :until], values[:, :, :until])
        return _linear(mixed.reshape(batch, width).to(self._net.precision), *layer.out)

    def _cross_attention(self, index: int, layer: DecoderLayer, x: Tensor) -> Tensor:
        batch, width = x.shape
        query = _linear(layer.cross_norm(x).to(self._net.precision), *layer.cross_query)
        query = query.view(batch, self._n_head, self._width)
        for slot, (layer_index, head) in enumerate(self._net.heads):
            if layer_index == index:
                self._queries[:, self.position, slot] = query[:, head]
        mixed = self._net._attend(query[:, :, None], *self._cross[index])
        return _linear(mixed.reshape(batch, width), *layer.cross_out)

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these rows only, which rise: each moves to the place of one that is dropped."""
        for new, old in enumerate(rows):
            if new != old:
                self._own[:, :, new] = self._own[:, :, old]
                self._cross[:, :, new] = self._cross[:, :, old]
                self._queries[new] = self._queries[old]
        count = len(rows)
        self._own, self._cross = self._own[:, :, :count], self._cross[:, :, :count]
        self._queries = self._queries[:count]

    def attention(self, row: int, length: int, frames: int) -> Tensor:
        """How the heads that tell time looked at the sound: scores (heads, length, frames)."""
        scores = [
            self._queries[row, :length, slot].float()
            @ self._cross[layer][0][row, head, :frames].float().T
            for slot, (layer, head) in enumerate(self._net.heads)
        ]
        return torch.stack(scores).float()


def _attend(query: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """Attention of one query a head, (B, H, 1, width), already scaled.

    Spelled out: for a single query this is bound by reading keys and values, and torch's fused
    kernel for the CPU is four times as slow.
    """
    weights = torch.softmax((query @ keys.transpose(2, 3)).float(), dim=-1)
    return weights.to(values.dtype) @ values


def _linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """The same for each row of x (B, D), whoever else is in the batch.

    A CPU's kernel takes four rows at once, and another one, which adds in another order, takes what is
    left: so nothing is left.
    """
    return F.linear(F.pad(x, (0, 0, 0, -len(x) % _ROWS)), weight, bias)[: len(x)]


def _scale(attention: Any) -> float:
    width = attention.query.weight.shape[0] // attention.n_head
    return float(width**-0.5)


def _caster(precision: torch.dtype, device: torch.device) -> _Cast:
    return lambda tensor: tensor.detach().to(device, precision).contiguous()
