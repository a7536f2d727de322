"""A recogniser that several episodes share, with real weights and real speech; one that dies is a fake."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from pipeline.engine.progress import silent
from pipeline.errors import SpeechError
from pipeline.models import Recognition
from pipeline.speech.listening.listening import Sound
from pipeline.speech.recognising import engine, together
from pipeline.speech.recognising.heard import Heard, Identity
from pipeline.speech.recognising.together import Elsewhere, Listener

Samples = NDArray[np.float32]
CHOICE = ("openai-whisper", "tiny.en", ())


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda _: tmp_path)
    return tmp_path / "hearing"


def sound(number: int) -> Sound:
    return Sound(float(number), np.full(160, number, np.float32), ())


class Fake:
    """Hears the first sample of each sound; keeps what was heard at once."""

    identity, batch, languages = Identity("fake", "fake", "", {}), 8, ("en",)

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def hear(self, sounds: Sequence[Sound], language: str) -> list[Heard]:
        self.batches.append(sorted(int(each.samples[0]) for each in sounds))
        if 13 in self.batches[-1]:
            raise SpeechError("that was too much")
        return [Heard(each.start) for each in sounds]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    found = Fake()
    monkeypatch.setattr(together, "kept", lambda choice: found)
    monkeypatch.setattr(together, "_MOMENT", 60.0)  # until the batch is full
    return found


def ask(listener: Listener, *calls: Sequence[int]) -> list[Any]:
    """What the calls give, which are made at once: the ends of what is heard, or the error."""

    def call(numbers: Sequence[int]) -> Any:
        try:
            return [h.end for h in listener.hear(CHOICE, [sound(n) for n in numbers], "en")]
        except SpeechError as error:
            return str(error)

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(call, calls))


def test_what_several_ask_fills_a_batch(fake: Fake, cache: Path) -> None:
    assert ask(Listener(), [1, 2, 3], [4, 5], [6, 7, 8]) == [[1, 2, 3], [4, 5], [6, 7, 8]]
    assert fake.batches == [[1, 2, 3, 4, 5, 6, 7, 8]]
    assert list(cache.iterdir()) == []


def test_one_that_fails_does_not_fail_the_others(fake: Fake) -> None:
    assert ask(Listener(), [1, 2, 3], [4, 13], [6, 7, 8]) == [
        [1, 2, 3],
        "that was too much",
        [6, 7, 8],
    ]


def test_chunks_of_which_it_died_are_heard_alone_and_then_refused(fake: Fake, cache: Path) -> None:
    listener = Listener()
    ask(listener, [2] * 8)
    (asked,) = {together._asked(cache, [sound(2)] * 8)}
    asked.write_text("1")  # it died while these were heard
    ask(listener, [2] * 8, [1] * 8)
    assert [2] * 8 in fake.batches
    asked.write_text("2")
    assert (
        "the recogniser ended twice over what is said from 00:00:02 on" in ask(listener, [2] * 8)[0]
    )
    assert ask(listener, [2] * 8) == [[2.0] * 8]  # whoever asks again may have mended it


def test_what_was_being_heard_when_a_run_was_stopped_is_not_refused_in_the_next(
    fake: Fake, cache: Path
) -> None:
    asked = together._asked(cache / "first", [sound(2)] * 8)
    asked.parent.mkdir(parents=True)
    asked.write_text("2")
    assert ask(Listener(run="second"), [2] * 8) == [[2.0] * 8]
    assert "ended twice" in ask(Listener(run="first"), [2] * 8)[0]


def test_with_its_card_it_ends_so_that_another_one_is_started(
    fake: Fake, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ended(BaseException):
        pass

    def end(code: int) -> None:
        raise Ended(code)

    monkeypatch.setattr("os._exit", end)
    lost = torch.AcceleratorError("CUDA error: an illegal memory access was encountered")
    monkeypatch.setattr(fake, "hear", Mock(side_effect=lost))
    with pytest.raises(Ended):
        Listener().hear(CHOICE, [sound(3)] * 8, "en")
    assert together._count(together._asked(cache, [sound(3)] * 8)) == 1  # it is heard alone next


def test_two_recordings_are_heard_together_as_alone(
    lighthouse_samples: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = lighthouse_samples[: 12 * 16000], lighthouse_samples[16000 : 12 * 16000]
    heard_at_once = []
    model = engine.kept(CHOICE)
    monkeypatch.setattr(together, "kept", lambda choice: model)
    monkeypatch.setattr(model, "batch", 2)
    monkeypatch.setattr(together, "_MOMENT", 60.0)
    hear = model.hear

    def counted(sounds: Sequence[Sound], language: str) -> list[Heard]:
        heard_at_once.append(len(sounds))
        return hear(sounds, language)

    def transcribe(samples: Samples, chunks: Any) -> Recognition:
        return engine.Recogniser(chunks).transcribe(
            [samples], duration=12.0, language="en", scratch=None, progress=silent
        )

    alone = [transcribe(samples, model) for samples in (first, second)]
    monkeypatch.setattr(model, "hear", counted)
    listener = Listener()
    elsewhere = Elsewhere(lambda name, *given: getattr(listener, name)(*given), CHOICE)
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(transcribe, (first, second), [elsewhere] * 2)) == alone
    assert heard_at_once == [2]
    assert all(len(each.words) > 10 for each in alone)
