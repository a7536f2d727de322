"""Sees which files changed: by time and size first, then by their bytes."""

import hashlib
import os
import stat
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_TICK = 100_000_000  # ns: a file that was written again within one tick of the clock shows the same time


class Watch:
    """Digests of files, each read again only when its time, size or place on the disk is another."""

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[Sequence[int], str]] = {}  # status and digest of each

    def digests(self, paths: Mapping[str, Path]) -> dict[str, str]:
        """The digest of each named file; empty for one that is not there."""
        return {name: self.digest(path) for name, path in paths.items()}

    def digest(self, path: Path) -> str:
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                return ""  # a pipe would keep us waiting; who reads the file says what it is
            with path.open("rb") as file:
                found = os.fstat(file.fileno())
                status = (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
                known, digest = self._seen.get(path, ((), ""))
                if known == status:
                    return digest
                is_settled = time.time_ns() - max(status[:2]) > _TICK
                digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
        except (FileNotFoundError, NotADirectoryError):
            self._seen.pop(path, None)
            return ""
        self._seen[path] = (status if is_settled else (), digest)
        return digest
