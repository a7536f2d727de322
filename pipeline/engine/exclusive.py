"""One run at a time for an episode: a lock of the operating system, which dies with its process."""

import contextlib
import json
import os
import shlex
import socket
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipeline.errors import PullquoteError
from pipeline.workspace import Workspace, beside


@contextlib.contextmanager
def exclusive(workspace: Workspace, key: str, what: str) -> Iterator[None]:
    """Hold the lock `.pullquote/locks/<key>.lock`; PullquoteError at once, naming the holder, if taken.

    `what` names the thing for people: "episode x".
    """
    folder = workspace.state / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    holder = folder / f"{key}.json"
    # Kept on release: removing a lock file lets two processes lock two files of one name.
    lock = FileLock(folder / f"{key}.lock", timeout=0, preserve_lock_file=True)
    try:
        lock.acquire()
    except Timeout:
        raise PullquoteError(
            f"{what} is being worked on by {_describe(holder)}",
            "wait until it is done, or stop that process, and run again",
        ) from None
    with contextlib.ExitStack() as stack:
        stack.callback(lock.release)
        stack.callback(holder.unlink, missing_ok=True)
        with beside(holder) as temporary:
            temporary.write_text(json.dumps(_me()) + "\n")
            temporary.replace(holder)
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
