"""Publishing from the page: the command itself, in a process of its own; first what it would change."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from pipeline.errors import PullquoteError

_SHOWN = 400  # lines of a run, the last ones


class Publishing:
    """`pullquote publish` of one episode.

    What it prints goes into a file and it has a session of its own: a page that is closed, or a server
    that is stopped, does not end a release in the middle.
    """

    def __init__(self, root: Path, slug: str, folder: Path) -> None:
        self._command = [sys.executable, "-m", "pipeline.cli", "publish", slug, "--root", str(root)]
        self._log = folder / "publish.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._planned = False  # whether the run is one that only plans

    def start(self, send: bool) -> None:
        """Build and say what would change; with `send`, release what was shown last.

        PullquoteError while one runs, and where no plan was shown that may be sent.
        """
        state = self.state()
        if state["running"]:
            raise PullquoteError("publishing is under way", "wait until it is done")
        if send and not (self._planned and state["code"] == 0):
            raise PullquoteError("no plan was shown", "look at the plan first")
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*self._command, *([] if send else ["--dry-run"])],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._planned = not send

    def state(self) -> dict[str, Any]:
        """How far it is, as plain values; `code` is the command's exit status once it has ended."""
        code = self._process.poll() if self._process else None
        text = self._log.read_text("utf-8", errors="replace") if self._process else ""
        return {
            "running": self._process is not None and code is None,
            "planned": self._planned,
            "code": code,
            "lines": text.splitlines()[-_SHOWN:],
        }
