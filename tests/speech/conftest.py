from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.speech.listening.listening import Listener, Sound
from pipeline.speech.recognising.openai_whisper import OpenAiWhisper

DATA = Path(__file__).resolve().parents[1] / "data" / "speech"


@pytest.fixture(scope="session")
def lighthouse() -> Path:
    """30 s of our own text, read by piper; pauses of 1.2 s at 8.5 s and of 4.5 s at 19.4 s."""
    return DATA / "lighthouse.mp3"


@pytest.fixture(scope="session")
def lighthouse_text() -> str:
    return (DATA / "lighthouse.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def lighthouse_samples(lighthouse: Path) -> NDArray[np.float32]:
    return np.concatenate(list(stream_pcm(lighthouse)))


@pytest.fixture(scope="session")
def lighthouse_sounds(lighthouse_samples: NDArray[np.float32]) -> list[Sound]:
    return list(Listener().chunks([lighthouse_samples]))


@pytest.fixture(scope="session")
def weights_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty cache for weights, so that the packaged ones are converted here."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def tiny(weights_cache: Path) -> OpenAiWhisper:
    return OpenAiWhisper.load("tiny.en", "cpu")


@pytest.fixture(autouse=True)
def all_threads() -> Iterator[None]:
    """Threads are a setting of the calling thread; a test must not leave its own behind."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)
