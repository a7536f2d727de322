"""Every file of a show is looked at before it is read: strangers send shows, too.

A link may lead to a file of this machine, which would then be published; a pipe that nobody fills, or
a device, would keep us waiting for ever.
"""

import functools
import os
import re
import stat
from pathlib import Path

from pipeline.errors import ConfigError

#: What a path may lead to that is no file.
_SPECIAL = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}

_CONFLICT = re.compile(
    rb"^<{7} [^\n]*\n(.*?)(?:^\|{7}[^\n]*\n.*?)?^={7}\n(.*?)^>{7} [^\n]*\n?",
    re.DOTALL | re.MULTILINE,
)


def look(path: Path | str, root: Path | str | None = None) -> os.stat_result | None:
    """The stat of a file of a show, None where there is none: everything that is read is looked at here.

    ConfigError for a link that leads out of the show, because what it points to would be published,
    and for what is no file: a pipe would keep us waiting. `root` is the show's folder; left out, the
    nearest upwards from where the path stands. A file that lies in no show may be a link to anything.
    """
    where = os.path.abspath(path)
    try:
        found = os.stat(check_link(where, root))
    except (FileNotFoundError, NotADirectoryError):
        return None
    if kind := _SPECIAL.get(stat.S_IFMT(found.st_mode)):
        raise ConfigError(f"{where}: {kind}, where a file must be", "put a file there")
    return found


def check_link(where: str, root: Path | str | None = None) -> str:
    """Where a path of a show really is; ConfigError when that is outside the show."""
    root = os.fspath(root or _show_around(where) or "")
    if root and not _has_link(where, root):
        return where
    real = os.path.realpath(where)
    inside = os.path.realpath(root)
    if root and os.path.commonpath([inside, real]) != inside:
        raise ConfigError(
            f"{where}: a link that leads out of the show, to {real}",
            "put there what it points to: it could become public",
        )
    return real


def _has_link(path: str, root: str) -> bool:
    """Whether `path` or a folder on the way from `root`, which it lies in, is a link."""
    while len(path) > len(root):
        if os.path.islink(path):
            return True
        path = path[: path.rindex("/")]
    return path != root


def content_of(path: Path) -> bytes | None:
    """The bytes of a file of a show; None where there is none, ConfigError as `look` says.

    NotADirectoryError where a file stands in the place of its folder.
    """
    return path.read_bytes() if look(path) or path.parent.is_file() else None


def sides(content: bytes) -> list[bytes]:
    """Both versions of a file that git could not merge; none of any other."""
    found = _CONFLICT.search(content) if b"<<<<<<< " in content else None
    return [_CONFLICT.sub(rb"\%d" % side, content) for side in (1, 2)] if found else []


def _show_around(path: str) -> str | None:
    """The nearest folder upwards that holds a show."""
    folder = path[: path.rindex("/")]
    return _show_at(folder) or (_show_around(folder) if folder else None)


@functools.lru_cache(maxsize=4096)
def _show_at(folder: str) -> str | None:
    return folder if os.path.lexists(f"{folder}/feed/show.toml") else None
