"""Sees which files changed: by time and size first, then by their bytes."""

import contextlib
import stat
from collections.abc import Mapping
from pathlib import Path

from pipeline.engine.state.hashes import Group
from pipeline.errors import PullquoteError


class Watch:
    """Digests of files, each read again only when its time, size or place on the disk is another."""

    def __init__(self) -> None:
        self._known = Group()

    def digests(self, paths: Mapping[str, Path]) -> dict[str, str]:
        """The digest of each named file; empty for one that is not there."""
        return {name: self.digest(path) for name, path in paths.items()}

    def digest(self, path: Path) -> str:
        """What tells whether a file is another; empty for none, and where who reads it says why not."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, PullquoteError):
            status = path.stat()
            if stat.S_ISREG(status.st_mode):  # a pipe would keep us waiting
                return self._known.sha256(str(path), str(path), status)[:16]
        return ""
