import errno
import fcntl
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.engine.exclusive import exclusive
from pipeline.engine.running.runner import Runner
from pipeline.errors import PullquoteError, for_people

HOLD = """\
import sys
from pathlib import Path
from pipeline.engine.exclusive import exclusive
from pipeline.workspace import Workspace
with exclusive(Workspace(Path(sys.argv[1])), "one", "episode one"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(show: Any) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the episode."""
    command = [sys.executable, "-c", HOLD, str(show.root)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_run_says_who_has_the_episode(
    show: Any, line: Runner, holder: subprocess.Popen[str]
) -> None:
    with pytest.raises(PullquoteError) as error:
        line.run("one")
    words = error.value.message
    assert words.startswith(f"episode one is being worked on by process {holder.pid}")
    assert socket.gethostname() in words
    assert " since 20" in words
    assert show.built() == {}


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_disk_that_knows_no_locks_is_told(
    show: Any, line: Runner, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """As some disks of the network: it was called a fault of ours."""

    def none(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", none)
    with pytest.raises(OSError, match=os.strerror(number)) as error:
        line.run("one")
    told = for_people(error.value)
    assert told is not None
    assert "locks/one.lock: the disk knows no locks" in told.message


def test_other_episodes_and_the_show_are_free(
    show: Any, line: Runner, holder: subprocess.Popen[str]
) -> None:
    show.episode("two")
    assert line.run("two").ran
    assert line.run_show().ran
    assert line.explain("one")
    assert len(line.status()) == 2


def test_the_lock_dies_with_its_process(
    show: Any, line: Runner, holder: subprocess.Popen[str]
) -> None:
    holder.kill()
    holder.wait()
    assert line.run("one").ran


def test_the_lock_is_free_after_a_failure(show: Any, line: Runner) -> None:
    with pytest.raises(KeyboardInterrupt), exclusive(show.workspace, "one", "episode one"):
        raise KeyboardInterrupt
    assert line.run("one").ran


def test_what_the_holder_writes_down(show: Any) -> None:
    with exclusive(show.workspace, "one", "episode one"):
        who = json.loads((show.workspace.state / "locks" / "one.lock").read_bytes())
    assert who["pid"] == os.getpid()
    assert set(who) == {"pid", "host", "since", "command"}


def test_a_holder_that_has_not_said_who_it_is(
    show: Any, line: Runner, holder: subprocess.Popen[str]
) -> None:
    (show.workspace.state / "locks" / "one.lock").write_text("{")
    with pytest.raises(PullquoteError, match="worked on by another process"):
        line.run("one")
