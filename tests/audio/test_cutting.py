from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.audio.cutting import LONGEST_PADDING, REACH, cut, edges
from pipeline.audio.decoding.decode import probe, stream_pcm
from pipeline.errors import AudioError

Samples = NDArray[np.float32]
RATE = 44_100
WORDS = [
    (1.0, 1.8),
    (2.0, 2.9),
    (3.2, 4.0),
    (5.0, 6.0),
    (7.0, 7.7),
]  # seconds of sound; else silence


def heard(path: Path) -> Samples:
    return np.concatenate(list(stream_pcm(path, 16_000)))


@pytest.fixture(scope="module")
def words_mp3(
    tmp_path_factory: pytest.TempPathFactory,
    voice: Callable[..., Samples],
    write_wav: Callable[..., Path],
    convert: Callable[..., Path],
) -> Path:
    """Nine seconds with a tone for each word, each of another pitch, and faint noise between."""
    sound = np.random.default_rng(1).normal(0, 3e-4, 9 * RATE).astype(np.float32)
    for number, (start, end) in enumerate(WORDS):
        time = np.arange(round((end - start) * RATE)) / RATE
        place = round(start * RATE)
        tone = 0.3 * np.sin(2 * np.pi * 300 * (number + 1) * time)
        sound[place : place + len(time)] += tone.astype(np.float32)
    folder = tmp_path_factory.mktemp("words")
    return convert(write_wav(folder / "words.wav", sound), folder / "words.mp3", "-b:a", "128k")


def pitches(samples: Samples) -> list[bool]:
    """Which of the words' tones can be heard."""
    spectrum = np.abs(np.fft.rfft(samples))
    frequencies = np.fft.rfftfreq(len(samples), 1 / 16_000)
    peaks = [spectrum[np.abs(frequencies - 300 * (n + 1)) < 3].max() for n in range(len(WORDS))]
    return [bool(peak > 0.1 * max(peaks)) for peak in peaks]


@pytest.mark.parametrize("error", [-0.15, 0.0, 0.15])
def test_a_passage_holds_its_words_and_no_others(
    error: float, words_mp3: Path, tmp_path: Path
) -> None:
    """A recogniser's edges are off by up to 0.2 seconds."""
    seconds = cut(words_mp3, [(3.2 + error, 6.0 + error)], tmp_path / "clip.mp3")
    sound = heard(tmp_path / "clip.mp3")
    assert pitches(sound) == [False, False, True, True, False]
    assert seconds == pytest.approx(len(sound) / 16_000, abs=0.03)
    loud = np.flatnonzero(np.abs(sound) > 0.1) / 16_000
    assert loud[-1] - loud[0] == pytest.approx(2.8, abs=0.03)  # nothing of them is cut off
    assert 0.05 < loud[0] < REACH + LONGEST_PADDING + 0.05
    assert np.abs(sound[:80]).max() < 0.01  # it begins and ends softly
    assert np.abs(sound[-80:]).max() < 0.01


def test_spans_are_joined_with_a_gap(words_mp3: Path, tmp_path: Path) -> None:
    seconds = cut(words_mp3, [(1.0, 1.8), (7.0, 7.7)], tmp_path / "clip.mp3")
    sound = heard(tmp_path / "clip.mp3")
    assert pitches(sound) == [True, False, False, False, True]
    loud = np.flatnonzero(np.abs(sound) > 0.1) / 16_000
    gaps = np.diff(loud)
    assert 0.3 <= gaps.max() <= 0.3 + 2 * (REACH + LONGEST_PADDING)
    assert seconds < 3.5


def test_passages_at_the_very_ends(words_mp3: Path, tmp_path: Path) -> None:
    assert cut(words_mp3, [(0.0, 1.9)], tmp_path / "first.mp3") == pytest.approx(2, abs=0.4)
    assert cut(words_mp3, [(7.0, 9.0)], tmp_path / "last.mp3") == pytest.approx(2.2, abs=0.5)


def test_the_same_passage_gives_the_same_bytes(words_mp3: Path, tmp_path: Path) -> None:
    for name in ("one.mp3", "two.mp3"):
        cut(words_mp3, [(2.0, 4.0)], tmp_path / name)
    assert (tmp_path / "one.mp3").read_bytes() == (tmp_path / "two.mp3").read_bytes()
    assert probe(tmp_path / "one.mp3").sample_rate == RATE


@pytest.mark.parametrize("spans", [[], [(2.0, 2.0)], [(3.0, 2.0)], [(0.0, 901.0)]])
def test_spans_without_a_length_or_too_long(
    spans: list[tuple[float, float]], words_mp3: Path, tmp_path: Path
) -> None:
    with pytest.raises(AudioError, match="no sound can be cut"):
        cut(words_mp3, spans, tmp_path / "clip.mp3")


def test_a_passage_beyond_the_end(words_mp3: Path, tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="no sound at 50") as caught:
        cut(words_mp3, [(50.0, 55.0)], tmp_path / "clip.mp3")
    assert "another recording" in caught.value.hint


@given(
    st.lists(st.floats(-90, 0), min_size=1, max_size=300),
    st.floats(0, 2),
    st.floats(0.02, 2),
)
def test_edges_stay_in_order_and_within_reach(
    levels: list[float], start: float, length: float
) -> None:
    window = np.array(levels, dtype=np.float32)
    first, last = edges(window, start, start + length)
    end_of_window = len(levels) * 0.01
    assert 0 <= first <= max(start + REACH, 0) + 0.02
    assert last <= end_of_window + 1e-9
    assert first >= min(start, end_of_window) - REACH - LONGEST_PADDING - 0.02
    assert last >= min(start + length - REACH, end_of_window) - 0.02
