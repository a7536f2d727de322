"""A real disk of 32 MiB that a test may fill: a tmpfs that only the test's own process sees."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

_MOUNT = 'mount -t tmpfs -o size=32m tmpfs "$1" && shift && exec "$@"'
_BEGIN = """
import os, sys
from pathlib import Path
disk = Path(sys.argv[1])
def fill(left: int) -> None:
    "Leave only so many bytes free."
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    filler.write_bytes(bytes(free - left))
"""


def on_small_disk(folder: Path, script: str) -> str:
    """What a script prints that knows `disk` and `fill`; skips where no disk can be mounted."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = [
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        _MOUNT,
        "sh",
        str(disk),
    ]
    try:
        subprocess.run([*mounted, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine lets nobody mount a disk of his own")
    done = subprocess.run(
        [*mounted, sys.executable, "-c", _BEGIN + textwrap.dedent(script), str(disk)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
        env=os.environ | {"PYTHONPATH": "."},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
