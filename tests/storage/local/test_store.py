import importlib.metadata
import json
import os
import random
import re
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.errors import StorageError
from pipeline.settings.production import LocalStorage
from pipeline.settings.show import load_show, local_storage
from pipeline.storage.local.ports import comes_true, is_free
from pipeline.storage.local.store import LocalStore, _stop, find_weed, open_store
from pipeline.storage.store.client import Keys
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.public import ask
from pipeline.workspace import Workspace

SHOW = """
title = "T"
description = "D"
language = "en"
author = "A"
email = "a@example.org"
categories = ["Arts"]
"""
ORIGIN = {"Origin": "https://player.example.org"}


@pytest.fixture
def local(workspace: Workspace, kill_store: Callable[[Path], None]) -> Iterator[LocalStore]:
    """A store of its own, which is killed in the end whatever the test does to it."""
    yield LocalStore(workspace)
    kill_store(workspace.root)


@pytest.fixture
def own_port(workspace: Workspace) -> None:
    """The store's port is one that no other show's looks for: none sits there when it comes back."""
    ports = list(range(13_000, 17_900))  # below those that stores choose from, also plus 10,000
    random.SystemRandom().shuffle(ports)
    workspace.store.mkdir(parents=True)
    workspace.store_port.write_text(f"{next(filter(is_free, ports))}\n")


def pid_of(local: LocalStore) -> int:
    return int((local.workspace.store / "pid").read_text())


def test_anybody_reads_and_only_the_show_writes(store: ObjectStore, address: LocalStorage) -> None:
    store.put("a.txt", b"hello", "text/plain")
    url = address.base_url + "a.txt"
    assert ask(url).body == b"hello"
    assert ask(url, "HEAD").headers["content-length"] == "5"
    assert ask(url, "PUT", content=b"mine now").status == 403
    assert ask(url, "DELETE").status == 403
    assert ask(f"{address.public_url}?list-type=2").status == 403
    assert ask(address.base_url + "b.txt", "PUT", content=b"").status == 403
    assert ask(address.base_url + "nothing.txt").status == 404
    assert store.get("a.txt")[0] == b"hello"  # type: ignore[index]


@pytest.mark.proves("H-02", "H-06")
def test_players_get_ranges_and_unchanged_objects_are_not_sent_again(
    store: ObjectStore, address: LocalStorage
) -> None:
    store.put("a.mp3", b"0123456789", "audio/mpeg")
    url = address.base_url + "a.mp3"
    part = ask(url, headers={"Range": "bytes=2-4"})
    assert (part.status, part.body, part.headers["content-range"]) == (206, b"234", "bytes 2-4/10")
    assert ask(url, headers={"Range": "bytes=20-"}).status == 416
    etag = part.headers["etag"]
    assert ask(url, headers={"If-None-Match": etag}).status == 304


@pytest.mark.proves("H-10")
def test_pages_of_other_sites_may_read_with_ranges(
    store: ObjectStore, address: LocalStorage
) -> None:
    store.put("a.vtt", b"WEBVTT\n", "text/vtt")
    url = address.base_url + "a.vtt"
    answer = ask(url, headers=ORIGIN)
    assert answer.headers["access-control-allow-origin"] in {"*", ORIGIN["Origin"]}
    exposed = answer.headers["access-control-expose-headers"]
    assert {"Content-Range", "Content-Length", "Accept-Ranges"} <= set(exposed.split(", "))
    asked = {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "range",
    }
    assert ask(url, "OPTIONS", ORIGIN | asked).status == 200
    refused = ask(url, "OPTIONS", ORIGIN | asked | {"Access-Control-Request-Method": "PUT"})
    assert "PUT" not in refused.headers.get("access-control-allow-methods", "")


def test_it_listens_on_this_machine_only(server: LocalStore) -> None:
    process = psutil.Process(pid_of(server))
    listening = [each for each in process.net_connections("tcp") if each.status == "LISTEN"]
    assert listening
    assert {each.laddr.ip for each in listening} == {"127.0.0.1"}


def test_the_filer_which_asks_for_no_key_is_closed(server: LocalStore, store: ObjectStore) -> None:
    store.put("a.txt", b"hello", "text/plain")
    port = options(server)["filer.port"]
    ask(f"http://127.0.0.1:{port}/buckets/show/{store.prefix}a.txt", "DELETE")
    assert store.head("a.txt") is not None


def options(local: LocalStore) -> dict[str, str]:
    """The options that the running store was started with."""
    parts = psutil.Process(pid_of(local)).cmdline()
    return dict(part.removeprefix("-").split("=", 1) for part in parts if "=" in part)


def weed_shell(server: LocalStore, commands: str, folder: Path) -> "subprocess.Popen[str]":
    """SeaweedFS's own shell, begun by somebody who works in `folder`."""
    told = options(server)
    ports = [f"-{name}=127.0.0.1:{told[f'{name}.port']}" for name in ("master", "filer")]
    shell = subprocess.Popen(
        [find_weed(), "shell", *ports],
        cwd=folder,
        env={"HOME": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    print(commands, "exit", sep="\n", file=shell.stdin, flush=True)
    return shell


def test_another_account_gets_nothing_by_seaweedfs_own_ways(
    server: LocalStore, store: ObjectStore, tmp_path: Path
) -> None:
    store.put("a.bin", bytes(100_000), "application/octet-stream")  # too large to lie in the filer
    listing, key = f"fs.ls /buckets/show/{store.prefix}", f"/buckets/show/{store.prefix}a.bin"
    # Where nobody answers it, it asks for ever: it gets the time that its owner's takes twice.
    stranger = weed_shell(server, f"{listing}\nfs.rm {key}", tmp_path)
    # The store's folder is its owner's alone; from there the shell proves that the ports are right.
    owner = server.workspace.store
    said = [
        weed_shell(server, command, owner).communicate()[0]
        for command in (listing, f"fs.meta.cat {key}")
    ]
    stranger.kill()
    assert "a.bin" not in stranger.communicate()[0]
    assert "a.bin" in said[0]
    chunk = re.search(r'"fileId":\s*"(\d+,\w+)"', said[1])
    assert chunk
    volume = f"http://127.0.0.1:{options(server)['volume.port']}/{chunk[1]}"
    assert [ask(volume, method).status for method in ("GET", "PUT", "DELETE")] == [401] * 3
    assert store.get("a.bin")
    assert server.open_ports() == []


@pytest.mark.usefixtures("own_port")
@pytest.mark.slow
def test_a_store_that_an_older_version_left_open_is_closed_and_keeps_everything(
    local: LocalStore, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr("pipeline.storage.local.store.write_secrets", lambda folder: None)
        address = local.up()
        ObjectStore(address, local.keys()).put("a.txt", b"kept", "text/plain")
        (workspace.store / "ready").write_text(str(pid_of(local)))  # all that it said
    assert len(local.open_ports()) == 5  # master, volume, filer, admin, S3
    assert local.is_running()
    assert local.up() == address
    assert local.open_ports() == []
    assert ask(address.base_url + "a.txt").body == b"kept"


@pytest.mark.slow
def test_it_ends_when_its_show_is_removed(local: LocalStore, workspace: Workspace) -> None:
    local.up()
    process = psutil.Process(pid_of(local))
    watchers = process.children()
    assert watchers
    shutil.rmtree(workspace.root)
    process.wait(30)
    psutil.wait_procs(watchers, 30)
    assert not any(watcher.is_running() for watcher in watchers)


@pytest.mark.slow
def test_a_moved_show_gets_its_store_again(local: LocalStore, workspace: Workspace) -> None:
    ObjectStore(local.up(), local.keys()).put("a.txt", b"kept", "text/plain")
    before = pid_of(local)
    moved = Workspace(workspace.root.rename(f"{workspace.root}-moved"))
    there = LocalStore(moved)
    try:
        address = there.up()
        assert ask(address.base_url + "a.txt").body == b"kept"
        assert pid_of(there) != before
        assert not psutil.pid_exists(before)
    finally:
        there.down()


def test_keys_are_random_private_and_written_nowhere_else(
    server: LocalStore, keys: Keys, local: LocalStore
) -> None:
    folder = server.workspace.store
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "keys.json").stat().st_mode) == 0o600
    holders = [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and keys.secret_key.encode() in path.read_bytes()
    ]
    assert holders == ["keys.json"]
    assert keys.secret_key not in repr(keys)
    assert keys.secret_key not in " ".join(psutil.Process(pid_of(server)).cmdline())
    assert local.keys() != keys
    assert local.keys() == local.keys()


def test_starting_twice_is_one_store(server: LocalStore) -> None:
    pid = pid_of(server)
    assert server.up() == server.up() == local_storage(server.workspace)
    assert pid_of(server) == pid
    assert server.is_running()


@pytest.mark.usefixtures("own_port")
def test_it_stops_restarts_at_the_same_address_and_keeps_everything(local: LocalStore) -> None:
    assert not local.is_running()
    assert not local.down()
    address = local.up()
    ObjectStore(address, local.keys()).put("a.txt", b"kept", "text/plain")
    assert local.down()
    assert not local.is_running()
    assert ask(address.base_url + "a.txt").status == 0
    assert local.up() == address
    assert ask(address.base_url + "a.txt").body == b"kept"


@pytest.mark.usefixtures("own_port")
def test_a_killed_store_is_started_again_with_all_that_it_held(local: LocalStore) -> None:
    address = local.up()
    ObjectStore(address, local.keys()).put("a.txt", b"kept", "text/plain")
    psutil.Process(pid_of(local)).kill()
    assert comes_true(lambda: not local.is_running(), 60, 0.01)
    assert local.up() == address
    assert ask(address.base_url + "a.txt").body == b"kept"


def test_a_store_whose_end_nobody_looks_after_is_stopped() -> None:
    """As in a container that was started without an init."""
    idle = ["sh", "-c", "sleep 60 & echo $!; exec cat"]
    with subprocess.Popen(idle, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        process = psutil.Process(int(parent.stdout.readline()))
        assert parent.stdin
        print("cat?", file=parent.stdin, flush=True)
        assert parent.stdout.readline() == "cat?\n"  # the shell would look after it
        _stop(process)
        assert process.status() == psutil.STATUS_ZOMBIE


def test_a_show_opens_its_store_which_a_taken_port_moves_and_which_remembers_where(
    local: LocalStore, workspace: Workspace
) -> None:
    workspace.show_toml.write_text(SHOW)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        workspace.store.mkdir(parents=True)
        workspace.store_port.write_text(f"{taken}\n")
        opened = open_store(workspace, load_show(workspace))
        assert not str(opened.settings.endpoint_url).endswith(f":{taken}")
    assert opened.settings == local_storage(workspace)
    assert local.is_running()
    assert opened.list() == {}


def test_two_processes_that_start_it_at_once_get_one_store(
    local: LocalStore, workspace: Workspace
) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from pipeline.workspace import Workspace\n"
        "from pipeline.storage.local.store import LocalStore\n"
        "local = LocalStore(Workspace(Path(sys.argv[1])))\n"
        "print(local.up().endpoint_url, (local.workspace.store / 'pid').read_text().strip())"
    )
    command = [sys.executable, "-c", script, str(workspace.root)]
    starts = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = {start.communicate()[0] for start in starts}
    assert len(said) == 1
    assert str(pid_of(local)) in said.pop()


def test_a_pid_that_now_belongs_to_another_process_is_left_alone(
    local: LocalStore, workspace: Workspace
) -> None:
    workspace.store.mkdir(parents=True)
    (workspace.store / "pid").write_text(f"{os.getpid()}\n")
    (workspace.store / "ready").write_text(str(os.getpid()))
    assert not local.is_running()
    assert not local.down()
    assert psutil.pid_exists(os.getpid())


@pytest.mark.slow
def test_lost_keys_are_made_anew_and_the_store_learns_them(local: LocalStore) -> None:
    before = local.keys()
    local.up()
    (local.workspace.store / "keys.json").unlink()
    address = local.up()
    assert local.keys() != before
    ObjectStore(address, local.keys()).put("a.txt", b"a", "text/plain")


def test_damaged_keys_are_named(local: LocalStore, workspace: Workspace) -> None:
    workspace.store.mkdir(parents=True)
    (workspace.store / "keys.json").write_text("{}")
    with pytest.raises(StorageError, match=r"keys\.json is damaged"):
        local.up()


def test_a_store_that_dies_at_its_start_says_where_its_log_is(
    local: LocalStore, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.storage.local.store.find_weed", lambda: Path("/bin/false"))
    with pytest.raises(StorageError, match="stops right after its start") as caught:
        local.up()
    assert "weed.log" in caught.value.hint


def test_without_the_package_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert find_weed().is_file()

    def missing(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "files", missing)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(StorageError) as caught:
        find_weed()
    assert "pip install 'pullquote[local]'" in caught.value.hint


def test_a_show_opens_the_bucket_that_it_names(workspace: Workspace, address: LocalStorage) -> None:
    storage = {
        "endpoint_url": address.endpoint_url,
        "bucket": "elsewhere",
        "public_url": "https://cdn.example.org",
        "prefix": "p",
    }
    rows = "".join(f"{key} = {json.dumps(value)}\n" for key, value in storage.items())
    workspace.show_toml.write_text(f"{SHOW}\n[storage]\n{rows}")
    other = open_store(workspace, load_show(workspace))
    assert (other.bucket, other.prefix) == ("elsewhere", "p/")
    assert other.base_url == "https://cdn.example.org/p/"
