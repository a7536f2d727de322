"""One run at a time for an episode: a lock of the operating system, which dies with its process."""

import contextlib
import fcntl
import json
import os
import shlex
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.errors import PullquoteError
from pipeline.workspace import Workspace


@contextlib.contextmanager
def exclusive(
    workspace: Workspace, key: str, what: str, waiting: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the lock `.pullquote/locks/<key>.lock`; PullquoteError at once, naming the holder, if taken.

    `what` names the thing for people: "episode x". The file itself says who has it, or had it last.
    With `waiting`, which is told so, it is waited for.
    """
    folder = workspace.state / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    # Kept on release: removing a lock file lets two processes lock two files of one name.
    path = folder / f"{key}.lock"
    with open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644), "wb", 0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told = f"{what} is being worked on by {_describe(path)}"
            if waiting is None:
                hint = "wait until it is done, or stop that process, and run again"
                raise PullquoteError(told, hint) from None
            waiting(f"{told}: waiting until it is done")
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:  # the disk knows no locks
            error.filename = str(path)
            raise
        with contextlib.suppress(OSError):  # a full disk is told by who has more to write
            file.truncate(0)
            file.write(json.dumps(_me()).encode())
        yield


def _me() -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
    }


def _describe(holder: Path) -> str:
    try:
        who = json.loads(holder.read_bytes())
        return f"process {who['pid']} on {who['host']} since {who['since']}: {who['command']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"  # it has the lock and has not yet said who it is
