"""A cluster that runs, a `backfill` on it as a process of its own, and what is read of both."""

import json
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.workspace import Workspace


class Nodes(NamedTuple):
    """A cluster that runs: what a driver's environment has, and a bucket that its nodes reach."""

    environment: dict[str, str]
    storage: str
    cluster: "subprocess.Popen[str]"
    notes: Path

    def change(self, how: str) -> None:
        """Take a node away (`gone`), or bring another one (`again`)."""
        assert self.cluster.stdin
        assert self.cluster.stdout
        print(how, file=self.cluster.stdin, flush=True)
        assert self.cluster.stdout.readline().strip() == how


def storage(bucket: dict[str, str]) -> str:
    return (
        f'[storage]\nendpoint_url = "{bucket["endpoint_url"]}"\nbucket = "{bucket["bucket"]}"\n'
        f'public_url = "{bucket["public_url"]}"\nprefix = "t-{secrets.token_hex(6)}"\n'
    )


def start(nodes: Nodes, workspace: Workspace, *more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "pipeline.cli", "backfill", "--on", "ray", "--json", *more]
    return subprocess.Popen(
        [*command, "--root", str(workspace.root)],
        env=nodes.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: "subprocess.Popen[str]") -> tuple[int, dict[str, Any], dict[str, Any]]:
    """The exit code, the rows by slug, and what was counted and told."""
    try:
        printed, errors = process.communicate()
    except BaseException:  # the test's time is over: the next one has to do with nothing of it
        process.kill()
        process.communicate()
        raise
    assert process.returncode in (0, 1), errors
    *rows, tally = [json.loads(line) for line in printed.splitlines()]
    return process.returncode, {row["slug"]: row for row in rows}, {**tally, "told": errors}


def log_of(nodes: Nodes) -> list[str]:
    log = nodes.notes / "log"
    return log.read_text().splitlines() if log.is_file() else []


def heard(workspace: Workspace, slug: str) -> Any:
    return json.loads((workspace.episode(slug).build / "transcript.raw.json").read_bytes())
