"""Where nobody speaks there are no words, with both engines and real weights."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.engine.progress import silent
from pipeline.models import Recognition
from pipeline.speech.listening.activity import SAMPLE_RATE
from pipeline.speech.listening.listening import Sound
from pipeline.speech.recognising.engine import ChunkEngine, Recogniser
from pipeline.speech.recognising.openai_whisper import OpenAiWhisper

Samples = NDArray[np.float32]
Floats = NDArray[np.float64]

MINUTE = 60.0


#: What takes seconds is tried daily with the engine that everybody has.
one_engine = pytest.mark.parametrize(
    "engine",
    ["openai-whisper", pytest.param("faster-whisper", marks=pytest.mark.slow)],
    indirect=True,
)


@pytest.fixture(scope="module", params=["openai-whisper", "faster-whisper"])
def engine(request: pytest.FixtureRequest, weights_cache: Path) -> ChunkEngine:
    if request.param == "openai-whisper":
        tiny: OpenAiWhisper = request.getfixturevalue("tiny")
        return tiny
    pytest.importorskip("faster_whisper", reason="the extra [fast] is missing")
    from pipeline.speech.recognising.faster_whisper import FasterWhisper

    return FasterWhisper.load("tiny.en", "cpu")


def recognise(engine: ChunkEngine, samples: Samples) -> Recognition:
    blocks: Iterator[Samples] = (
        samples[at : at + SAMPLE_RATE] for at in range(0, len(samples), SAMPLE_RATE)
    )
    return Recogniser(engine).transcribe(
        blocks, duration=None, language="en", scratch=None, progress=silent
    )


# Sound without speech: what a microphone hears between, before and after people talk.


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def room(seconds: float, colour: float = 1.0, dbfs: float = -45.0) -> Samples:
    """Noise of a room (`colour` 1: pink, 2: brown), with the hum of the mains and its harmonics."""
    rng = np.random.default_rng(7)
    count = round(seconds * SAMPLE_RATE)
    frequencies = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    spectrum = rng.standard_normal((2, len(frequencies)))
    shaped = (spectrum[0] + 1j * spectrum[1]) / np.maximum(frequencies, 20.0) ** (colour / 2)
    noise = np.fft.irfft(shaped, count)
    noise /= noise.std()
    times = np.arange(count) / SAMPLE_RATE
    hum = sum(np.sin(2 * np.pi * 50 * n * times) / (n + 1) for n in (1, 2, 3, 5))
    return at_level(noise + 0.7 * hum, dbfs)


def music(seconds: float, dbfs: float = -20.0) -> Samples:
    """Chords, a melody with vibrato, and drums."""
    rng = np.random.default_rng(11)
    beat = round(0.6 * SAMPLE_RATE)
    sound = np.zeros(round(seconds * SAMPLE_RATE) + 8 * beat)
    chords = ((220.0, 261.6, 329.6), (174.6, 220.0, 261.6), (130.8, 164.8, 196.0))
    for number, at in enumerate(range(0, len(sound) - 8 * beat, beat)):
        for pitch in chords[number // 4 % 3] if number % 4 == 0 else ():
            _add(sound, at, 0.4 * tone(pitch, 2.4, vibrato=0.0))
        melody = float(rng.choice([392.0, 440.0, 494.0, 523.0, 587.0, 659.0]))
        _add(sound, at, 0.5 * tone(melody, float(rng.choice([0.3, 0.6, 1.2])), vibrato=0.012))
        _add(sound, at, rng.standard_normal(1200) * np.exp(-np.arange(1200) / 250.0))
    return at_level(sound[: round(seconds * SAMPLE_RATE)], dbfs)


def choir(seconds: float, dbfs: float = -20.0) -> Samples:
    """Vowels sung by nobody: harmonics under the formants of a voice, with vibrato."""
    rng = np.random.default_rng(3)
    vowels = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480))
    sound = np.zeros(round((seconds + 4) * SAMPLE_RATE))
    at = 0.0
    while at < seconds:
        length = float(rng.choice([0.4, 0.8, 1.6, 3.0]))
        pitch = float(rng.choice([110.0, 131.0, 147.0, 165.0, 196.0, 220.0]))
        formants = vowels[rng.integers(len(vowels))]
        _add(sound, round(at * SAMPLE_RATE), tone(pitch, length, 0.03, formants))
        at += length * float(rng.choice([1.0, 1.3]))
    return at_level(sound[: round(seconds * SAMPLE_RATE)], dbfs)


def applause(seconds: float, hands: int = 60, dbfs: float = -22.0) -> Samples:
    """Claps at random, each with a pitch of its own, in a hall."""
    rng = np.random.default_rng(5)
    sound = np.zeros(round((seconds + 1) * SAMPLE_RATE))
    length = round(0.03 * SAMPLE_RATE)
    times = np.arange(length) / SAMPLE_RATE
    for _ in range(hands):
        decay, pitch = rng.uniform(120, 300), rng.uniform(900, 2500)
        clap = (
            rng.standard_normal(length) * np.exp(-times * decay) * np.cos(2 * np.pi * pitch * times)
        )
        gaps = rng.uniform(0.85, 1.15, round(seconds * 5)) / rng.uniform(2.5, 5.0)
        for at in rng.random() + np.cumsum(gaps):
            if at < seconds:
                _add(sound, round(at * SAMPLE_RATE), clap * rng.uniform(0.3, 1.0))
    hall = rng.standard_normal(SAMPLE_RATE // 3) * np.exp(-np.arange(SAMPLE_RATE // 3) / 1100.0)
    hall[0] = 6.0
    size = len(sound) + len(hall)
    wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(hall, size), size)
    return at_level(wet[: round(seconds * SAMPLE_RATE)], dbfs)


def tone(pitch: float, seconds: float, vibrato: float, formants: tuple[int, ...] = ()) -> Floats:
    """Harmonics of a pitch (Hz), falling off by number or shaped by formants (Hz)."""
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    phase = 2 * np.pi * pitch * times + pitch * vibrato / 5.5 * np.sin(2 * np.pi * 5.5 * times)
    sound = np.zeros_like(times)
    for number in range(1, int(4000 / pitch)):
        peaks = [1 / (1 + ((number * pitch - peak) / (60 + 0.05 * peak)) ** 2) for peak in formants]
        strength = sum(peaks) / number**0.5 if formants else number**-1.3
        sound += strength * np.sin(number * phase)
    edges: Floats = np.minimum(1, times / 0.05) * np.minimum(1, (seconds - times) / 0.05)
    return sound * edges


def at_level(sound: Floats, dbfs: float) -> Samples:
    samples: Samples = (sound / sound.std() * 10 ** (dbfs / 20)).astype(np.float32)
    return samples


def _add(sound: Floats, at: int, part: Floats) -> None:
    end = min(len(sound), at + len(part))
    sound[at:end] += part[: end - at]


KINDS: dict[str, Callable[[float], Samples]] = {
    "digital silence": silence,
    "a quiet room": lambda seconds: room(seconds, dbfs=-60.0),
    "a noisy room": lambda seconds: room(seconds, dbfs=-30.0),
    "a rumbling room": lambda seconds: room(seconds, colour=2.0, dbfs=-40.0),
    "music": music,
    "quiet music": lambda seconds: music(seconds, dbfs=-35.0),
    "applause": applause,
    "a few hands": lambda seconds: applause(seconds, hands=3),
}


@one_engine
@pytest.mark.parametrize("kind", ["a noisy room", "quiet music", "a few hands"])
def test_half_a_minute_holds_no_words(engine: ChunkEngine, kind: str) -> None:
    assert recognise(engine, KINDS[kind](MINUTE / 2)).words == ()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_ten_minutes_hold_no_words(engine: ChunkEngine, kind: str) -> None:
    assert recognise(engine, KINDS[kind](10 * MINUTE)).words == ()


@pytest.mark.parametrize("kind", ["music", "a noisy room", "a few hands", "digital silence"])
def test_no_words_where_the_voice_activity_is_wrong(engine: ChunkEngine, kind: str) -> None:
    """The gate before the recogniser is told that all of it is speech: the recogniser's own doubts hold."""
    samples = KINDS[kind](20.0)
    (heard,) = engine.hear([Sound(0.0, samples, ((0.0, 20.0),))], "en")
    assert [word.text for word in heard.words] == []


@pytest.mark.slow
def test_speech_after_five_minutes_of_a_room_keeps_its_times(
    engine: ChunkEngine, lighthouse_samples: Samples
) -> None:
    speech = lighthouse_samples[: 9 * SAMPLE_RATE]
    late = np.concatenate([room(5 * MINUTE, dbfs=-60.0), speech])
    expected, found = recognise(engine, speech), recognise(engine, late)
    pairs = list(zip(expected.words, found.words, strict=True))
    assert sum(before.text == after.text for before, after in pairs) >= 0.9 * len(pairs)
    moved = [after.start - before.start for before, after in pairs]
    assert np.abs(np.array(moved) - 5 * MINUTE).max() < 0.15


@one_engine
def test_a_song_without_words_does_not_become_a_text(engine: ChunkEngine) -> None:
    """Sung vowels are a voice, of which the first decoding makes hundreds of letters in a loop."""
    samples = choir(12.0)
    (heard,) = engine.hear([Sound(0.0, samples, ((0.0, 12.0),))], "en")
    assert len(heard.words) <= 8
    assert sum(len(word.text) for word in heard.words) < 60


@one_engine
def test_speech_beside_a_song_is_kept(engine: ChunkEngine, lighthouse_samples: Samples) -> None:
    samples = np.concatenate(
        [lighthouse_samples[: int(8.5 * SAMPLE_RATE)], silence(0.5), choir(12.0)]
    )
    sound = Sound(0.0, samples, ((0.0, 8.5), (9.0, 21.0)))
    (heard,) = Recogniser(engine)._hear_twice([sound], "en")
    text = " ".join(word.text for word in heard.words)
    assert text.lower().startswith("the lighthouse on the northern point")
    assert len(heard.words) <= 33  # 31 were said
    assert heard.doubtful <= 2


@one_engine
def test_real_repetition_survives(engine: ChunkEngine) -> None:
    """Our own text, read by piper."""
    data = Path(__file__).resolve().parents[1] / "data" / "speech"
    samples = np.concatenate(list(stream_pcm(data / "repetition.mp3")))
    spoken = (data / "repetition.txt").read_text(encoding="utf-8")
    heard = [word.text.strip(".,").lower() for word in recognise(engine, samples).words]
    assert heard == [word.strip(".,").lower() for word in spoken.split()]
