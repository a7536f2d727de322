"""Sound for the tests: a voice made by formula, and any container that ffmpeg writes."""

import struct
import subprocess
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.decoding import ffmpeg

RATE = 44_100
VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480))  # Hz

Samples = NDArray[np.float32]
Voice = Callable[..., Samples]
WriteWav = Callable[..., Path]
Convert = Callable[..., Path]


def _syllable(random: np.random.Generator, pitch: float, rate: int) -> Samples:
    """A vowel as harmonics under three formants, often with a hiss before it."""
    length = round(random.uniform(0.12, 0.26) * rate)
    time = np.arange(length) / rate
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.08 * np.sin(2 * np.pi * 3 * time))) / rate
    formants = VOWELS[random.integers(len(VOWELS))]
    sound = np.zeros(length)
    for harmonic in range(1, int(min(4000, rate / 2 - 200) / pitch)):
        frequency = harmonic * pitch
        gain = sum(1 / (1 + ((frequency - formant) / 90) ** 2) for formant in formants)
        sound += gain / harmonic**0.5 * np.cos(harmonic * phase)
    sound *= np.hanning(length) ** 0.5 * random.uniform(0.3, 1.0)
    hiss = np.diff(random.normal(0, 0.08, round(random.uniform(0.03, 0.09) * rate)), prepend=0)
    return np.concatenate((hiss, sound)).astype(np.float32)


def speak(seconds: float, *, pitch: float = 120.0, seed: int = 1, rate: int = RATE) -> Samples:
    """`seconds` of syllables in words and sentences with pauses, peak 0.5, over faint room noise."""
    random = np.random.default_rng(seed)
    parts: list[Samples] = []
    have = 0
    while have < seconds * rate:
        for _ in range(random.integers(1, 4)):
            parts.append(_syllable(random, pitch * random.uniform(0.85, 1.2), rate))
        pause = random.uniform(0.4, 0.8) if random.random() < 0.15 else random.uniform(0.03, 0.12)
        parts.append(np.zeros(round(pause * rate), dtype=np.float32))
        have = sum(len(part) for part in parts)
    sound = np.concatenate(parts)[: round(seconds * rate)]
    sound *= 0.5 / np.abs(sound).max()
    return (sound + random.normal(0, 2e-4, len(sound))).astype(np.float32)


@pytest.fixture(scope="session")
def voice() -> Voice:
    """`voice(seconds, pitch=…, seed=…, rate=…)`: speech-like samples, the same for the same arguments."""
    return speak


@pytest.fixture(scope="session")
def write_wav() -> WriteWav:
    """`write_wav(path, samples, rate)`: 16-bit; samples of shape (n,) or (n, channels)."""

    def write(path: Path, samples: Samples, rate: int = RATE) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        return path

    return write


@pytest.fixture(scope="session")
def write_floats() -> WriteWav:
    """`write_floats(path, samples, rate)`: one channel of floats, which may be infinite or no numbers."""

    def write(path: Path, samples: Samples, rate: int = RATE) -> Path:
        content = samples.astype("<f4").tobytes()
        form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, 1, rate, rate * 4, 4, 32)
        sound = struct.pack("<4sI", b"data", len(content)) + content
        size = struct.pack("<I", 4 + len(form) + len(sound))
        path.write_bytes(b"RIFF" + size + b"WAVE" + form + sound)
        return path

    return write


@pytest.fixture(scope="session")
def convert() -> Convert:
    """`convert(source, target, *options)`: the same sound in another container, by ffmpeg."""

    def run(source: Path, target: Path, *options: str) -> Path:
        quiet = [ffmpeg.executable(), "-v", "error", "-nostdin", "-y"]
        subprocess.run([*quiet, "-i", f"file:{source}", *options, f"file:{target}"], check=True)
        return target

    return run


@pytest.fixture(scope="session")
def speech_wav(tmp_path_factory: pytest.TempPathFactory, write_wav: WriteWav) -> Path:
    """Eight seconds of one voice, mono, 44.1 kHz, 16 bit."""
    return write_wav(tmp_path_factory.mktemp("speech") / "speech.wav", speak(8))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded audio beside the checkout; the test is skipped where it is missing."""
    folder = Path(__file__).resolve().parents[2].parent / "shared" / "audio"
    if not folder.is_dir():
        pytest.skip("needs the recordings in ../shared/audio")
    return folder


@pytest.fixture(scope="session")
def speech_mp3(speech_wav: Path, convert: Convert) -> Path:
    """The same eight seconds as an MP3 of 128 kbit/s."""
    return convert(speech_wav, speech_wav.with_suffix(".mp3"), "-b:a", "128k")
