"""The likelihood of texts over a stretch of sound, as whisper's own decoder gives it."""

from pathlib import Path

import numpy as np
import pytest
import torch

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.speech.listening.activity import Samples
from pipeline.speech.listening.features import log_mel
from pipeline.speech.recognising.openai_whisper import load_model
from pipeline.speech.recognising.scoring import Scorer
from pipeline.speech.weights import weights

SAMPLE = Path(__file__).resolve().parents[3] / "episodes/why-bridges-hum/audio.mp3"
SAID = "A thin wire sings high, and a thick cable groans."
HEARD = "That's in wire sings high and if they cable groans."
LIE = "A thin wire sings low, and a thick cable groans."


@pytest.fixture(scope="module")
def sound() -> Samples:
    return np.concatenate([*stream_pcm(SAMPLE, start=46.0, duration=3.6)])


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer.load("tiny.en")


def test_as_whisper_has_it(scorer: Scorer, sound: Samples) -> None:
    from whisper.tokenizer import get_tokenizer

    model, tokenizer = load_model(weights.checkpoint("tiny.en")), get_tokenizer(False)
    told = scorer.over(sound, "en")([SAID, LIE, HEARD])
    with torch.inference_mode():
        mel = log_mel([sound], 80)[:, :, : 2 * round(50 * (len(sound) / 16000 + 2.0))]
        model.encoder.positional_embedding = model.encoder.positional_embedding[: mel.shape[2] // 2]
        features = model.encoder(mel)
        for text, likelihood in zip([SAID, LIE, HEARD], told, strict=True):
            prompt = [*tokenizer.sot_sequence_including_notimestamps]
            row = [*prompt, *tokenizer.encode(f" {text}"), tokenizer.eot]
            scores = model.decoder(torch.tensor([row[:-1]]), features)[0].log_softmax(dim=-1)
            steps = zip(scores[len(prompt) - 1 :], row[len(prompt) :], strict=True)
            assert likelihood == pytest.approx(sum(float(s[t]) for s, t in steps), abs=0.01)


def test_what_was_said_is_likelier_than_a_mishearing_and_than_a_lie(
    scorer: Scorer, sound: Samples
) -> None:
    said, heard, lie = scorer.over(sound, "en")([SAID, HEARD, LIE])
    assert said > heard > lie


def test_a_text_is_as_likely_whatever_is_asked_beside_it(scorer: Scorer, sound: Samples) -> None:
    over = scorer.over(sound, "en")
    alone = over([LIE])[0]
    assert over([SAID, HEARD, LIE])[2] == pytest.approx(alone, abs=0.01)
    assert over([SAID, LIE, "A thin"])[1] == pytest.approx(alone, abs=0.01)


def test_names_that_are_expected_are_likelier(scorer: Scorer, sound: Samples) -> None:
    named = "A thin Wyre sings high, and a thick cable groans."
    (plain,) = scorer.over(sound, "en")([named])
    (expected,) = scorer.over(sound, "en", ["Wyre"])([named])
    assert expected > plain
