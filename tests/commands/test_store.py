"""The local store by its commands, as scripts and other people's tools call them."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main

ANY_CLIENT = """
import boto3
client = boto3.client("s3")
client.put_object(Bucket="show", Key="hello.txt", Body=b"hello", ContentType="text/plain")
print(client.get_object(Bucket="show", Key="hello.txt")["Body"].read().decode())
"""
EXPORT = re.compile(r"export (AWS_[A-Z0-9_]+)=(\S+)")


def run(*arguments: str, root: Path) -> Result:
    result = CliRunner().invoke(main, [*arguments, "--root", str(root)])
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def root(
    tmp_path_factory: pytest.TempPathFactory, kill_store: Callable[[Path], None]
) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("show")
    CliRunner().invoke(main, ["init", str(folder)])
    run("store", "up", root=folder)
    yield folder
    kill_store(folder)


def test_its_address_is_told_as_json(root: Path) -> None:
    up = json.loads(run("store", "up", "--json", root=root).stdout)
    assert up == json.loads(run("store", "status", "--json", root=root).stdout)
    assert up["bucket"] == "show"
    assert up["public_url"] == f"{up['endpoint_url']}/show"
    assert up["running"] is True
    assert up["local"] is True
    port = (root / ".pullquote" / "store" / "port").read_text().strip()
    assert up["endpoint_url"] == f"http://127.0.0.1:{port}"


def test_env_lets_any_client_in(root: Path) -> None:
    exported = dict(EXPORT.findall(run("store", "env", root=root).stdout))
    assert exported["AWS_ENDPOINT_URL_S3"] == exported["AWS_ENDPOINT_URL"]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, "-c", ANY_CLIENT],
        env=plain | exported | {"no_proxy": "127.0.0.1"},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "hello\n", done.stderr


def test_no_other_command_shows_a_key(root: Path) -> None:
    stored = json.loads((root / ".pullquote" / "store" / "keys.json").read_text())
    for arguments in (["up"], ["up", "--json"], ["status"], ["status", "--json"], ["up", "-v"]):
        output = run("store", *arguments, root=root).output
        assert stored["secret_key"] not in output
        assert stored["access_key"] not in output


def test_down_stops_it_and_says_when_there_was_nothing_to_stop(tmp_path: Path) -> None:
    CliRunner().invoke(main, ["init", str(tmp_path)])
    assert "not running" in run("store", "down", root=tmp_path).stderr
    assert "it does not run" in run("store", "status", root=tmp_path).stdout
    run("store", "up", root=tmp_path)
    assert "runs" in run("store", "status", root=tmp_path).stdout
    assert "stopped" in run("store", "down", root=tmp_path).stderr
    assert json.loads(run("store", "status", "--json", root=tmp_path).stdout)["running"] is False


def test_a_show_with_a_bucket_of_its_own_says_so(tmp_path: Path) -> None:
    CliRunner().invoke(main, ["init", str(tmp_path)])
    toml = tmp_path / "feed" / "show.toml"
    bucket = '[storage]\nbucket = "mine"\npublic_url = "https://media.example.org"\n'
    toml.write_text(toml.read_text() + bucket)
    status = json.loads(run("store", "status", "--json", root=tmp_path).stdout)
    assert (status["bucket"], status["public_url"]) == ("mine", "https://media.example.org")
    assert status["endpoint_url"] is None
    assert status["local"] is False
    assert "AWS S3" in run("store", "status", root=tmp_path).stdout
