"""Who says each word, from tracks: an episode with known turns is cut into tracks again and recorded badly.

    python tests/benchmarks/bench_speakers.py EPISODE_DIR RAW_TRANSCRIPT

EPISODE_DIR holds `audio.mp3` and `truth.json` (turns with text, speaker, start and end); RAW_TRANSCRIPT
is our `transcript.raw.json` of it. Every voice bleeds into the other tracks, delayed and with echoes;
every track has its own level and noise, and starts seconds before or after the recording. Counted are
the words that the recogniser got right, because only they have a speaker that is known.
"""

import argparse
import difflib
import json
import tempfile
import time
import wave
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.audio.tracks.activity import track_turns
from pipeline.models import Recognition, Word, decode
from pipeline.transcript.words.attribution import speakers
from pipeline.transcript.words.words import normal

RATE = 16_000
ECHOES = ((0.005, 1.0), (0.081, 0.35), (0.181, 0.2))  # seconds, gain
STARTS = (
    2.37,
    -3.71,
    0.58,
    -1.2,
)  # seconds of room before the recording, or missing at its beginning
NOISE = 8e-4

Samples = NDArray[Any]  # float samples, -1 to 1


def cut(audio: Path, turns: list[dict[str, Any]], bleed_db: float, folder: Path) -> dict[str, Path]:
    """One WAV a speaker."""
    sound = np.concatenate(list(stream_pcm(audio, RATE)))
    voices = {name: np.zeros_like(sound) for name in sorted({turn["speaker"] for turn in turns})}
    for turn in turns:
        part = slice(round((turn["start"] - 0.07) * RATE), round((turn["end"] + 0.07) * RATE))
        voices[turn["speaker"]][part] = sound[part]
    random = np.random.default_rng(1)
    paths = {}
    for number, (name, own) in enumerate(voices.items()):
        others = sound - own
        track = own.copy()
        for delay, gain in ECHOES:
            later = round(delay * RATE)
            track[later:] += 10 ** (bleed_db / 20) * gain * others[:-later]
        track += random.normal(0, NOISE, len(track)).astype(np.float32)
        paths[name] = folder / f"{number}.wav"
        _write(paths[name], _started(track / np.float32(1 + number), STARTS[number % 4], random))
    return paths


def _started(track: Samples, seconds: float, random: np.random.Generator) -> Samples:
    if seconds < 0:
        return track[round(-seconds * RATE) :]
    room = random.normal(0, NOISE, round(seconds * RATE)).astype(np.float32)
    return np.concatenate((room, track))


def _write(path: Path, sound: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


def score(words: list[Word], turns: list[dict[str, Any]], found: list[str | None]) -> list[bool]:
    """For each word that was recognised rightly, whether its speaker is right."""
    truth = [(normal(text), turn["speaker"]) for turn in turns for text in turn["text"].split()]
    matcher = difflib.SequenceMatcher(
        None, [normal(word.text) for word in words], [text for text, _ in truth], autojunk=False
    )
    return [
        found[block.a + step] == truth[block.b + step][1]
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    ]


def main() -> None:
    """Print a line for each strength of bleed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("episode", type=Path)
    parser.add_argument("raw", type=Path)
    options = parser.parse_args()
    turns = json.loads((options.episode / "truth.json").read_bytes())["turns"]
    words = list(decode(Recognition, options.raw.read_bytes(), options.raw.name).words)
    with tempfile.TemporaryDirectory() as name:
        for bleed in (-26.0, -14.0, -10.0):
            tracks = cut(options.episode / "audio.mp3", turns, bleed, Path(name))
            begun = time.perf_counter()
            heard = track_turns(tracks, options.episode / "audio.mp3", offset=0.0)
            seconds = time.perf_counter() - begun
            right = score(words, turns, speakers(words, heard))
            print(
                f"bleed {bleed:.0f} dB: {sum(right)} of {len(right)} words right"
                f" ({sum(right) / len(right):.2%}) in {seconds:.1f} s"
            )


if __name__ == "__main__":
    main()
