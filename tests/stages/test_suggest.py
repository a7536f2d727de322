"""The suggest stage in the engine."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pipeline.artefacts import SUSPECTS, TRANSCRIPT
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import ConfigError
from pipeline.quotes.proposals.ranking import FEATURES, SHOW_WEIGHTS
from pipeline.stages.suggest import STAGE
from pipeline.transcript.formats.foreign import read_transcript
from pipeline.workspace import Workspace

MARA = 'people = [{ name = "Mara Voss" }]\n[quotes]\ncandidates = 4\n'
TALK = Path(__file__).resolve().parents[1] / "data" / "quotes" / "talk.vtt"


def hear(ctx: StageContext[NoSettings]) -> None:
    ctx.write(TRANSCRIPT, read_transcript(TALK))
    ctx.write(SUSPECTS, SUSPECTS.read(ctx.input("doubts.json")))


HEARD = Stage(
    name="hear",
    run=hear,
    inputs=("doubts.json",),
    outputs=(TRANSCRIPT, SUSPECTS),
    settings=NoSettings,
)


@pytest.fixture
def workspace(tmp_path: Path, new_show: Callable[..., Workspace]) -> Workspace:
    return new_show(tmp_path, MARA)


def ask_a_model(folder: Path, settings: str) -> None:
    with (folder.parents[1] / "feed/show.toml").open("a", encoding="utf-8") as file:
        file.write(f"[quotes.rerank]\n{settings}")


def suggest(folder: Path, doubts: list[dict[str, object]]) -> list[dict[str, object]]:
    (folder / "doubts.json").write_text(json.dumps({"suspects": doubts}))
    Runner(Workspace.at(folder.parents[1]), [HEARD, STAGE]).run("one")
    content = json.loads((folder / "build/candidates.json").read_bytes())
    found: list[dict[str, object]] = content["candidates"]
    return found


def test_the_show_says_how_many_and_who_is_not_quoted(folder: Path) -> None:
    found = suggest(folder, [])
    assert len(found) == 4
    assert {entry["speaker"] for entry in found} == {"Jonas Lind"}
    keys = ["id", "words", "start", "end", "speaker", "text", "score", "why", "core", "cut"]
    keys += ["referent"]
    assert list(found[0]) == keys


def test_what_the_recogniser_doubts_is_not_proposed(folder: Path) -> None:
    best = suggest(folder, [])[0]["words"]
    assert isinstance(best, list)
    doubt = {"first": best[0], "last": best[0] + 2, "start": 0, "end": 0, "score": 0.9, "why": []}
    assert best not in [entry["words"] for entry in suggest(folder, [doubt])]
    assert best in [entry["words"] for entry in suggest(folder, [doubt | {"score": 0.4}])]


def test_a_show_that_ranked_by_meaning_before_can_still_be_read(folder: Path) -> None:
    before = suggest(folder, [])
    with (folder.parents[1] / "feed/show.toml").open("a", encoding="utf-8") as file:
        file.write("embed = true\n")
    assert suggest(folder, []) == before


def test_weights_learned_from_the_show_are_used(folder: Path) -> None:
    before = suggest(folder, [])
    against = dict.fromkeys(FEATURES, -1.0)
    (folder.parents[1] / "feed" / SHOW_WEIGHTS).write_text(json.dumps({"weights": against}))
    after = suggest(folder, [])
    assert [c["id"] for c in after] != [c["id"] for c in before]


def test_what_was_decided_on_a_passage_holds_when_it_is_cut_otherwise(folder: Path) -> None:
    """A rejection is an id: the passage that was rejected keeps it, and no other one gets it."""
    before = suggest(folder, [])
    (folder.parents[1] / "feed" / SHOW_WEIGHTS).write_text(
        json.dumps({"words": 100, "weights": {}})
    )
    after = suggest(folder, [])
    recut = [(a, b) for a in after for b in before if a["id"] == b["id"] and a["text"] != b["text"]]
    assert recut
    assert all(a["start"] < b["end"] and b["start"] < a["end"] for a, b in recut)  # type: ignore[operator]
    assert len({entry["id"] for entry in after}) == len(after)


class TestReranked:
    """A model on this machine that always wants the passages that are shown last."""

    @pytest.fixture
    def asked(
        self, serving: Callable[[HTTPServer], AbstractContextManager[str]]
    ) -> Iterator[list[str]]:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                asked.append(body["messages"][1]["content"])
                shown = asked[-1].split("\n\n")
                longest = sorted(range(len(shown)), key=lambda n: -len(shown[n]))
                text = ", ".join(str(n + 1) for n in longest)
                answer = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
                self.send_response(200 if text else 500)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: object) -> None:
                pass

        with serving(HTTPServer(("127.0.0.1", 0), Handler)) as address:
            self.url = f"{address}/v1"
            yield asked

    def test_it_is_asked_once_and_its_order_is_kept(
        self, folder: Path, asked: list[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        local = suggest(folder, [])
        ask_a_model(folder, f'base_url = "{self.url}"\nmodel = "longest"\n')
        found = suggest(folder, [])
        lengths = [len(str(c["text"])) for c in found]
        assert lengths == sorted(lengths, reverse=True)
        assert len(found) == len(local) == 4
        assert len(asked) == 3
        before = (folder / "build/candidates.json").read_bytes()
        suggest(folder, [])  # fresh: nothing runs
        runner = Runner(Workspace.at(folder.parents[1]), [HEARD, STAGE])
        runner.run("one", force=["suggest"])
        assert (folder / "build/candidates.json").read_bytes() == before
        assert len(asked) == 3
        assert caplog.text == ""

    def test_without_an_answer_the_order_is_ours_and_one_line_says_so(
        self, folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        local = suggest(folder, [])
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        ask_a_model(folder, f'base_url = "http://127.0.0.1:{port}/v1"\nmodel = "m"\n')
        assert suggest(folder, []) == local
        (record,) = caplog.records
        assert record.getMessage().startswith("one: the re-ranker was not used: 127.0.0.1:")

    def test_a_key_in_place_of_its_name_is_refused_and_not_repeated(self, folder: Path) -> None:
        ask_a_model(
            folder, 'base_url = "https://x.example.org"\nmodel = "m"\nkey_env = "sk-secret-1"\n'
        )
        with pytest.raises(ConfigError, match="never the key") as caught:
            suggest(folder, [])
        assert "secret" not in str(caught.value)
