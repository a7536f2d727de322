"""The review page of an episode, served as a host has it, for pictures and stopwatches."""

import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = Path(sysconfig.get_path("scripts")) / "pullquote"


@contextmanager
def served(root: Path, slug: str) -> Iterator[str]:
    """Run `pullquote review` in a show, and give the page's address."""
    server = subprocess.Popen(
        [sys.executable, COMMAND, "review", slug, "--no-open"],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        server.stdout.readline()
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait(10)
