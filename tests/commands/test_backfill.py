import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.workspace import write_text

EPISODE = 'title = "One"\nguid = "{}"\ndate = 2026-05-01T08:00:00+02:00\n'


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A show of two episodes, neither of which can be mastered."""
    assert CliRunner().invoke(main, ["init", str(tmp_path)]).exit_code == 0
    for slug in ("no-recording", "no-sound"):
        write_text(tmp_path / "episodes" / slug / "episode.toml", EPISODE.format(slug))
    write_text(tmp_path / "episodes" / "no-sound" / "audio.wav", "words, not sound")
    return tmp_path


def check(printed: str) -> None:
    rows = {row["slug"]: row for row in json.loads(printed)}
    assert "no recording" in rows["no-recording"]["error"]
    assert "not an audio file" in rows["no-sound"]["error"]


def test_what_failed_says_what_to_do(broken: Path) -> None:
    done = CliRunner().invoke(main, ["backfill", "--to", "master", "--root", str(broken)])
    assert "no-recording: no recording\n  put it there as audio.wav" in done.stderr


def test_one_broken_episode_does_not_stop_the_others(broken: Path) -> None:
    done = CliRunner().invoke(main, ["backfill", "--json", "--to", "master", "--root", str(broken)])
    assert done.exit_code == 1
    check(done.stdout)


def listens(host: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


@pytest.mark.slow
def test_on_a_ray_cluster(broken: Path) -> None:
    """A real one of two cores. It is ended with its process group: `ray stop` would end others, too."""
    services = pytest.importorskip("ray.util", reason="needs the extra [ray]")
    host = services.get_node_ip_address()  # a head on 127.0.0.1 is not found by its drivers
    with socket.socket() as free:
        free.bind((host, 0))
        port = free.getsockname()[1]
    token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    environment = {**os.environ, **token, "RAY_ADDRESS": f"{host}:{port}"}
    start = ["start", "--head", f"--port={port}", "--num-cpus=2", "--block"]
    quiet = ["--include-dashboard=false", "--disable-usage-stats"]
    binaries = Path(sys.executable).parent
    command = [str(binaries / "ray"), *start, *quiet]
    head = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        while not listens(host, port):
            assert head.poll() is None
            time.sleep(0.1)
        backfill = ["backfill", "--on", "ray", "--json", "--to", "master", "--root", str(broken)]
        done = subprocess.run(
            [str(binaries / "pullquote"), *backfill],
            env=environment,
            capture_output=True,
            text=True,
        )
    finally:
        os.killpg(head.pid, signal.SIGKILL)
        head.wait(10)
    assert done.returncode == 1
    check(done.stdout)


def test_an_unknown_episode_is_wrong_usage(tmp_path: Path) -> None:
    runner = CliRunner()
    runner.invoke(main, ["init", str(tmp_path)])
    done = runner.invoke(main, ["backfill", "nope", "--root", str(tmp_path)])
    assert done.exit_code == 2
    assert "no episode 'nope'" in done.stderr


def test_an_empty_show_has_nothing_to_do(tmp_path: Path) -> None:
    runner = CliRunner()
    runner.invoke(main, ["init", str(tmp_path)])
    done = runner.invoke(main, ["backfill", "--root", str(tmp_path)])
    assert (done.exit_code, done.stdout) == (0, "0 done, 0 waiting for your review, 0 failed\n")
