"""A real Ray cluster of several nodes on this machine; none of them sees the show's folder."""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.artefacts import PUBLISHED
from pipeline.audio.decoding.ffmpeg import executable
from pipeline.engine.running.runner import Runner
from pipeline.settings.production import StorageSettings
from pipeline.settings.show import load_show
from pipeline.show.backfilling.work import work
from pipeline.speech.weights import weights
from pipeline.stages import all_stages
from pipeline.storage.store.object_store import ObjectStore
from pipeline.web import outbound
from pipeline.workspace import Workspace, dump_json
from tests.show.backfilling.drivers import Nodes, finish, heard, log_of, start, storage
from tests.show.backfilling.faults import FAULTS, Relay

pytestmark = pytest.mark.timeout(900)  # on a busy core Ray and torch take minutes
SPEECH = Path(__file__).parents[3] / "episodes/why-bridges-hum"
EPISODE = 'title = "One"\nguid = "{}"\ndate = 2026-05-01T08:00:00+02:00\n'


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory, bucket: dict[str, str]) -> Iterator[Nodes]:
    """The cluster of `nodes.py`, whose processes have the faults above."""
    pytest.importorskip("ray", reason="needs the extra [ray]")
    root = tmp_path_factory.mktemp("cluster")
    (root / "notes").mkdir()
    (root / "sitecustomize.py").write_text(FAULTS)
    own = {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_TMPDIR": "/tmp",  # it leaves its logs, and its sockets need a short path
        **{name: value for name, value in bucket.items() if name.startswith("AWS_")},
        "XDG_CACHE_HOME": str(root / "cache"),
        "PYTHONPATH": str(root),
        "NOTES": str(root / "notes"),
    }
    environment = {**os.environ, **own}
    cluster = subprocess.Popen(
        [sys.executable, "-m", "tests.show.backfilling.nodes"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert cluster.stdin
    assert cluster.stdout
    try:
        environment["RAY_ADDRESS"] = cluster.stdout.readline().strip()
        environment.pop("PYTHONPATH")
        yield Nodes(environment, storage(bucket), cluster, root / "notes")
    finally:
        with cluster:
            cluster.stdin.close()


@pytest.fixture
def make(new_show: Any, nodes: Nodes, tmp_path: Path) -> Callable[..., Workspace]:
    """A show of episodes whose recordings are four seconds of real speech, each other ones."""

    def show(*slugs: str) -> Workspace:
        root = tmp_path / "a host's show"
        root.mkdir()
        episodes = {slug: EPISODE.format(slug) for slug in slugs}
        workspace: Workspace = new_show(root, nodes.storage, episodes)
        PUBLISHED.path(workspace).parent.mkdir()
        PUBLISHED.path(workspace).write_text(dump_json({"episodes": []}))
        (recording,) = SPEECH.glob("audio.*")
        for number, slug in enumerate(slugs):
            cut = [executable(), *f"-v error -ss {5 * number} -t 4 -i {recording}".split()]
            subprocess.run([*cut, str(workspace.episode(slug).directory / "audio.wav")], check=True)
        return workspace

    return show


@pytest.mark.long
def test_a_clone_drives_a_cluster_that_has_nothing_of_the_show(
    nodes: Nodes, make: Callable[..., Workspace]
) -> None:
    workspace = make("one", "poison", "unlucky")
    code, rows, tally = finish(start(nodes, workspace, "--to", "transcribe"))
    assert code == 1
    assert rows["one"]["ran"] == rows["unlucky"]["ran"] == ["master", "transcribe"], rows
    assert "poison: whoever worked on it ended twice" in rows["poison"]["error"]
    assert (tally["done"], tally["failed"]) == (2, 1)
    assert tally["hours"] > 0

    # As if it had been made here; the sound stays in the store, and comes back by its hash.
    folder = workspace.episode("one").directory
    assert not (folder / "build/master.mp3").exists()
    elsewhere = heard(workspace, "one")
    runner = Runner(workspace, all_stages())
    assert [s.stage for s in runner.explain("one") if s.state == "stale"][:1] != ["transcribe"]
    assert runner.run("one", to="transcribe").ran == ()
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "fetch", "one", "--root", str(workspace.root)],
        env=nodes.environment,
        capture_output=True,
        text=True,
    )
    assert done.stderr == "fetched build/master.mp3\n"
    assert runner.run("one", to="transcribe").ran == ()
    (folder / "build/lock.json").unlink()
    (folder / "build/transcript.raw.json").unlink()
    runner.run("one", to="transcribe")
    assert heard(workspace, "one")["words"] == elsewhere["words"]


@pytest.mark.slow
def test_neither_a_killed_driver_nor_a_machine_that_is_gone_takes_an_episode_along(
    nodes: Nodes, make: Callable[..., Workspace]
) -> None:
    """What came back to the driver is not made again; what the machine had in hand is, elsewhere."""
    slugs = ("one", "two", "three", "four", "five")
    workspace = make(*slugs)
    process = start(nodes, workspace, "--to", "master")
    assert process.stdout
    first = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert first["ran"] == ["master"]
    process = start(nodes, workspace, "--to", "master")
    assert process.stdout
    second = json.loads(process.stdout.readline())
    nodes.change("gone")
    try:
        code, rows, _ = finish(process)
    finally:
        nodes.change("again")
    assert code == 0, rows
    rows = {second["slug"]: second, **rows}
    assert rows.get(first["slug"], {"ran": []})["ran"] == []
    assert all(row["ran"] in (["master"], []) for row in rows.values())
    runner = Runner(workspace, all_stages())
    assert all(runner.run(slug, to="master").ran == () for slug in slugs)


@pytest.mark.slow
def test_a_second_ctrl_c_does_not_make_the_first_one_wait(
    nodes: Nodes, make: Callable[..., Workspace]
) -> None:
    before, slugs = len(log_of(nodes)), [f"part-{n}" for n in range(12)]
    process = start(nodes, make(*slugs), "--to", "transcribe")
    while not any(line.startswith("made") for line in log_of(nodes)[before:]):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=120)[1]  # a half left cluster was waited for
    assert told.endswith("run the same command to go on\n")
    assert process.returncode in (130, -signal.SIGINT)  # a shell tells both as 130
    assert told.count(" ran ") < len(slugs)


@pytest.fixture
def relay(nodes: Nodes) -> Iterator[Relay]:
    port = re.search(r"endpoint_url = .*:(\d+)", nodes.storage)
    assert port
    relay = Relay(int(port[1]))
    yield relay
    relay.close()


@pytest.mark.slow
def test_a_store_that_falls_silent_costs_nothing_but_another_run(
    nodes: Nodes, relay: Relay, make: Callable[..., Workspace]
) -> None:
    """It hangs up for a while, which nobody is told of, then answers no more."""
    workspace, before = make("one", "two", "three"), len(log_of(nodes))
    text = workspace.show_toml.read_text()
    workspace.show_toml.write_text(re.sub(r"(endpoint_url = .*:)\d+", rf"\g<1>{relay.port}", text))
    environment = {**nodes.environment, "PULLQUOTE_TIMEOUT": "3"}  # the workers' too
    process = start(nodes._replace(environment=environment), workspace, "--to", "transcribe")
    while not any(line.startswith("made") for line in log_of(nodes)[before:]):
        time.sleep(0.05)
    relay.shut.set()
    time.sleep(1)
    relay.shut.clear()
    assert process.stdout
    first = json.loads(process.stdout.readline())
    relay.held.set()
    code, rows, tally = finish(process)
    assert (first["ran"], code) == (["master", "transcribe"], 1), (first, rows, tally)
    errors = {row["error"] for row in rows.values() if row["error"]}
    assert errors, rows
    (silent,) = errors
    assert silent.startswith(f"127.0.0.1:{relay.port} has not answered within 3 s\n")
    assert tally["told"].count("run again: what is there is kept") == 1

    relay.held.clear()
    code, rows, _ = finish(start(nodes, workspace, "--to", "transcribe"))
    assert (code, first["slug"] in rows) == (0, False), rows
    made = [line for line in log_of(nodes)[before:] if line.startswith("made")]
    assert len(made) == len(set(made)) == 6  # each was mastered once, and transcribed once
    runner = Runner(workspace, all_stages())
    assert all(runner.run(slug, to="transcribe").ran == () for slug in ("one", "two", "three"))


@pytest.fixture
def linked(
    nodes: Nodes, new_show: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Workspace, ObjectStore]:
    """A show whose one recording stayed at its old host, for which the store stands; it holds no other."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, nodes.environment[name])
    workspace: Workspace = new_show(tmp_path, nodes.storage)
    settings = load_show(workspace).store
    assert isinstance(settings, StorageSettings)
    store = ObjectStore(settings)
    for key in store.list():  # of the tests before
        store.delete(key)
    sound = (Path(__file__).parents[2] / "data/speech/repetition.mp3").read_bytes()
    store.put("old/one.mp3", sound, "audio/mpeg")
    toml = workspace.episode("one").toml
    toml.write_text(
        f'{toml.read_text()}[enclosure]\nurl = "{store.url("old/one.mp3")}"\n'
        f'length = {len(sound)}\ntype = "audio/mpeg"\n'
    )
    return workspace, store


@pytest.mark.slow
def test_a_recording_at_its_old_host_reaches_neither_the_clone_nor_the_bucket(
    nodes: Nodes, linked: tuple[Workspace, ObjectStore]
) -> None:
    workspace, store = linked
    code, rows, tally = finish(start(nodes, workspace, "--to", "suggest"))
    assert (code, tally["done"]) == (0, 1), rows
    assert set(rows["one"]["ran"]) == {"fetch", "transcribe", "attribute", "correct", "suggest"}
    assert heard(workspace, "one")["words"]
    assert (workspace.episode("one").build / "candidates.json").is_file()
    assert list(workspace.root.rglob("*.mp3")) == []
    assert list(store.list()) == ["old/one.mp3"]
    assert Runner(workspace, all_stages()).run("one", to="suggest").ran == ()


@pytest.mark.long
def test_another_machine_fetches_an_old_hosts_recording_anew(
    linked: tuple[Workspace, ObjectStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one is gone after the stage that fetched it."""
    workspace, store = linked
    monkeypatch.setattr(outbound, "is_public", lambda address: address.is_loopback)
    monkeypatch.setattr("pipeline.show.backfilling.work._EVERY", -1.0)  # every stage is a long one
    parcel = Runner(workspace, all_stages()).pack("one", "suggest")
    for machine, works in (("first", False), ("second", True)):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / machine))
        with monkeypatch.context() as gone:
            if not works:
                gone.setattr("pipeline.stages.transcribe._transcribe", None)
            result, returned = work(parcel, store.settings)
        assert (result.error is None) == works, result.error
    assert returned
    assert "build/candidates.json" in returned.files
    assert list(store.list()) == ["old/one.mp3"]


@pytest.mark.long
def test_a_recogniser_keeps_its_model_and_dies_with_a_batch_in_hand(
    nodes: Nodes, make: Callable[..., Workspace]
) -> None:
    workspace = make("one", "two", "three", "four")
    (nodes.notes / "deaf").touch()
    before = log_of(nodes)
    asked = ["--to", "transcribe", "--gpus-per-worker", "0.5", "--workers", "1"]
    code, rows, tally = finish(start(nodes, workspace, *asked))
    assert code == 0, rows
    assert all(row["ran"] == ["master", "transcribe"] for row in rows.values())
    assert tally["told"].count("was given a GPU, and torch finds none there") == 1
    log = log_of(nodes)[len(before) :]
    lives = {line for line in log if line.startswith("loaded")}
    assert len(lives) == 2  # it loaded its model once in each of its lives, for four episodes
    heard_ones = [line for line in log if line.startswith("heard")]
    in_hand = len(heard_ones) - len(set(heard_ones))
    assert 1 <= in_hand <= len(set(heard_ones))  # the batch in hand, and nothing else
    assert all(heard(workspace, slug)["options"]["device"] == "cpu" for slug in rows)


@pytest.mark.slow
def test_a_recogniser_that_is_gone_with_its_machine_takes_no_episode_along(
    nodes: Nodes, make: Callable[..., Workspace]
) -> None:
    """Ray has no other GPU for it, and would let all wait that were with it."""
    slugs = tuple(f"gone-{number}" for number in range(12))
    process = start(nodes, make(*slugs), "--to", "transcribe", "--gpus-per-worker", "1")
    assert process.stdout
    json.loads(process.stdout.readline())
    nodes.change("gone")
    try:
        code, rows, tally = finish(process)
    finally:
        nodes.change("again")
    assert (code, len(rows)) == (0, len(slugs) - 1), rows
    assert tally["told"].count("a recogniser is gone") == 1


@pytest.fixture
def short(nodes: Nodes) -> Iterator[Nodes]:
    """A cluster of one machine, which has no memory left as soon as anybody works there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    monitor = {"RAY_memory_usage_threshold": "0.01", "RAY_memory_monitor_refresh_ms": "100"}
    ray = [
        sys.executable,
        "-m",
        "ray.scripts.scripts",
        "start",
        "--head",
        "--block",
        "--num-cpus=1",
    ]
    port = f"--port={address.rpartition(':')[2]}"
    process = subprocess.Popen(
        [*ray, port, "--include-dashboard=false"],
        env={**nodes.environment, **monitor},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield nodes._replace(environment={**nodes.environment, "RAY_ADDRESS": address})
    process.terminate()
    process.wait()


@pytest.mark.slow
def test_an_episode_that_takes_all_memory_is_named_after_its_second_try(
    short: Nodes, make: Callable[..., Workspace]
) -> None:
    workspace = make("heavy")
    while (process := start(short, workspace, "--to", "master")).wait() == 2:
        process.communicate()  # until the machine is there
    code, rows, _ = finish(process)
    assert code == 1
    assert (
        "heavy: whoever worked on it ended twice: 1 worker(s) were killed" in rows["heavy"]["error"]
    )


@pytest.mark.slow
def test_a_machine_that_the_cluster_does_not_know_is_told_how_to_join_it(
    nodes: Nodes, make: Callable[..., Workspace]
) -> None:
    stranger = nodes._replace(
        environment={**nodes.environment, "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    )
    process = start(stranger, make("one"))
    _, told = process.communicate()
    address = nodes.environment["RAY_ADDRESS"]
    assert (
        f"this machine takes no part in the Ray cluster at {address}\n"
        f"  join it, with the same Ray, Python and token: ray start --address={address} --num-cpus=0\n"
    ) in told  # Ray chats around it
    assert process.returncode == 2


@pytest.mark.slow
def test_a_machine_with_too_little_memory_for_a_stage_does_not_get_it(
    nodes: Nodes, make: Callable[..., Workspace], tmp_path: Path
) -> None:
    """The model is a small one under the name of one that takes more than the second machine has."""
    model = tmp_path / "small.pt"
    model.symlink_to(weights.checkpoint("tiny.en").path)
    workspace, before = make("one", "two"), log_of(nodes)
    code, rows, _ = finish(start(nodes, workspace, "--to", "transcribe", "--model", str(model)))
    assert (code, len(rows)) == (0, 2), rows
    loaded = [line for line in log_of(nodes)[len(before) :] if line.startswith("loaded")]
    assert len({line.rpartition(" ")[2] for line in loaded}) == 1  # by processes of one machine


@pytest.mark.slow
def test_what_no_machine_has_the_memory_for_is_said_and_not_waited_for(
    nodes: Nodes, make: Callable[..., Workspace]
) -> None:
    code, rows, _ = finish(
        start(nodes, make("one"), "--to", "transcribe", "--model", "large-v3", "--workers", "1")
    )
    assert code == 1
    assert rows["one"]["error"].startswith(
        "'transcribe' takes up to 13.2 GB of memory, and no machine of the cluster lends more than 4.0"
    )
