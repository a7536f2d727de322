"""Memory that runs out, which is a fake here: no card can be filled on every machine."""

from collections.abc import Sequence
from unittest.mock import Mock

import numpy as np
import pytest
import torch

from pipeline.errors import SpeechError
from pipeline.speech.listening.listening import Sound
from pipeline.speech.recognising import engine
from pipeline.speech.recognising.heard import Heard, Identity, WhisperEngine
from pipeline.speech.recognising.openai_whisper import OpenAiWhisper


class Small(WhisperEngine):
    """Has room for so many chunks at once."""

    def __init__(self, room: int, error: Exception) -> None:
        super().__init__(Identity("fake", "large-v3", "", {}), (16, 1), False, 99)
        self.room, self.error = room, error
        self.asked: list[int] = []

    def _hear(self, sounds: Sequence[Sound], language: str) -> list[Heard]:
        self.asked.append(len(sounds))
        if len(sounds) > self.room:
            raise self.error
        return [Heard(each.start) for each in sounds]


@pytest.fixture
def sounds() -> list[Sound]:
    return [Sound(float(number), np.zeros(160, np.float32), ()) for number in range(16)]


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("CUDA failed with error out of memory"),  # CTranslate2
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        MemoryError(),
    ],
)
def test_where_memory_runs_out_fewer_chunks_are_heard_at_once_from_then_on(
    error: Exception, sounds: list[Sound]
) -> None:
    small = Small(5, error)
    assert [each.end for each in small.hear(sounds, "en")] == [each.start for each in sounds]
    assert small.asked == [16, 8, 4, 4, 4, 4]
    named = small.with_names(["Tacoma"])
    named.hear(sounds, "en")
    assert small.asked[6:] == [4, 4, 4, 4]


def test_no_room_for_one_chunk_is_said(sounds: list[Sound]) -> None:
    with pytest.raises(SpeechError, match="too little memory for large-v3, even for one chunk"):
        Small(0, torch.OutOfMemoryError("CUDA out of memory")).hear(sounds, "en")


def test_a_model_that_does_not_fit_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Mock(side_effect=torch.OutOfMemoryError("CUDA out of memory"))
    monkeypatch.setattr(OpenAiWhisper, "load", full)
    with pytest.raises(SpeechError, match="too little memory for large-v3"):
        engine.load("openai-whisper", "large-v3")


def test_another_fault_is_not_taken_for_that(sounds: list[Sound]) -> None:
    small = Small(5, RuntimeError("expected scalar type Half"))
    with pytest.raises(RuntimeError, match="Half"):
        small.hear(sounds, "en")
    assert small.asked == [16]
