"""Where things are in a show, and how they are written: every path and every atomic write.

A show is a folder that holds `feed/show.toml`. Machine state that nobody commits (hash cache, locks,
the local store's objects, finished chunks of an unfinished transcription) lives in `.pullquote/`.
"""

import contextlib
import difflib
import hashlib
import importlib.util
import json
import os
import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError, PullquoteError
from pipeline.looking import look

_LISTED = 5  # episodes that a message names
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
SLUG_LENGTH = 80  # leaves room for a hash and an ending within the 255 bytes of a file name


def check_slug(slug: str) -> str:
    """Return `slug`, or raise ConfigError: a slug names a folder and a URL, so `[a-z0-9-]` only."""
    if len(slug) <= SLUG_LENGTH and _SLUG.fullmatch(slug):
        return slug
    plain = unicodedata.normalize("NFKD", slug.lower()).encode("ascii", "ignore").decode()  # ü: u
    near = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-")
    raise ConfigError(
        f"'{slug[:SLUG_LENGTH]}' cannot be an episode's slug: it names a folder and a web address",
        f"use a-z, 0-9 and - only{f', such as {near}' if near else ''}",
    )


def dump_json(value: Any) -> str:
    """Serialise for a committed file: the same bytes for the same value, and readable diffs.

    A list of plain values stays on one line, so a transcript has a line for each word.
    """
    return _pretty(value, "") + "\n"


def _pretty(value: Any, indent: str) -> str:
    inner = indent + " "
    if isinstance(value, dict) and value:
        rows = [f"{_compact(str(key))}: {_pretty(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(inner + row for row in rows) + f"\n{indent}}}"
    if isinstance(value, (list, tuple)) and any(
        isinstance(item, (dict, list, tuple)) for item in value
    ):
        rows = [_pretty(item, inner) for item in value]
        return "[\n" + ",\n".join(inner + row for row in rows) + f"\n{indent}]"
    return _compact(value)


_compact = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def table_of(content: bytes) -> dict[str, Any]:
    """The object that JSON of ours holds; an empty one where another program put something there."""
    with contextlib.suppress(ValueError):
        found = json.loads(content)
        return found if isinstance(found, dict) else {}
    return {}


@contextlib.contextmanager
def beside(target: Path) -> Iterator[Path]:
    """Yield a free name beside `target`; the file that has it afterwards is removed.

    It keeps the ending, because encoders choose the format by it.
    """
    if not target.parent.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.stem}.{secrets.token_hex(4)}.tmp{target.suffix}")
    try:
        yield temporary
    except OSError as error:
        # A full disk is met by a write, which knows no name; nobody knows the temporary one.
        if error.filename is None or str(temporary) in {error.filename, error.filename2}:
            error.filename = str(target)
            error.filename2 = error.filename2 and str(target)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Have a file's bytes on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextlib.contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside `target`; on success flush it to disk and rename it over `target`.

    Whatever kills the process leaves either the old file or the new one. An exception removes the
    temporary file.
    """
    with beside(target) as temporary:
        yield temporary
        flush(temporary)
        temporary.replace(target)


def sweep(folder: Path) -> None:
    """Remove the temporary files that a killed process left of `atomic_path` in `folder`.

    Only for who is alone in the folder: another's write would be cut off.
    """
    for leftover in folder.glob(".*.tmp*"):
        leftover.unlink(missing_ok=True)


def write_bytes(target: Path, content: bytes) -> None:
    with atomic_path(target) as temporary:
        temporary.write_bytes(content)


def in_package(module: str, name: str) -> Path | None:
    """A file of an installed package, found without loading it."""
    spec = importlib.util.find_spec(module)
    for location in (spec and spec.submodule_search_locations) or ():
        if (path := Path(location) / name).is_file():
            return path
    return None


def table_beside(module: str, name: str) -> dict[str, Any]:
    """A TOML file of our own beside a module, of which `module` is the `__file__`."""
    import tomllib  # late: `--help` needs none

    return tomllib.loads(Path(module).with_name(name).read_text("utf-8"))


def file_sha256(*paths: Path | str) -> str:
    """The sha256 of a file, or of several as if they were one; PullquoteError when one cannot be read."""
    digest = hashlib.sha256()
    try:
        for path in paths:
            with open(path, "rb") as file:
                hashlib.file_digest(file, lambda: digest)
    except OSError as error:
        raise PullquoteError(
            f"{path}: cannot be read: {error.strerror or error}", "check the file and run again"
        ) from None
    return digest.hexdigest()


def write_text(target: Path, content: str) -> None:
    """Write `content` as UTF-8 with line feeds to `target` atomically."""
    write_bytes(target, content.encode())


@dataclass(frozen=True, slots=True)
class EpisodePaths:
    slug: str
    directory: Path

    @property
    def toml(self) -> Path:
        return self.directory / "episode.toml"

    @property
    def ledger(self) -> Path:
        return self.directory / "quotes.toml"

    @property
    def corrections(self) -> Path:
        return self.directory / "corrections.toml"

    @property
    def build(self) -> Path:
        return self.directory / "build"

    @property
    def lock(self) -> Path:
        return self.build / "lock.json"


@dataclass(frozen=True, slots=True)
class Workspace:
    root: Path

    @classmethod
    def find(cls, start: Path) -> "Workspace":
        """The nearest folder from `start` upwards that holds `feed/show.toml`; ConfigError if none does."""
        start = start.resolve()
        for folder in (start, *start.parents):
            if look(folder / "feed" / "show.toml"):
                return cls(folder)
        raise ConfigError(
            f"no show here: neither {start} nor a folder above it holds feed/show.toml",
            "make one with: pullquote init DIR",
        )

    @classmethod
    def at(cls, root: Path) -> "Workspace":
        """The show in the folder `root` itself; ConfigError if it is none."""
        root = root.resolve()
        if not look(root / "feed" / "show.toml"):
            raise ConfigError(
                f"no show in {root}: it holds no feed/show.toml",
                f"make one with: pullquote init {root}",
            )
        return cls(root)

    @property
    def feed(self) -> Path:
        return self.root / "feed"

    @property
    def show_toml(self) -> Path:
        return self.feed / "show.toml"

    @property
    def episodes(self) -> Path:
        return self.root / "episodes"

    @property
    def state(self) -> Path:
        """Local state that git ignores; safe to delete, except for the local store's objects."""
        return self.root / ".pullquote"

    @property
    def store(self) -> Path:
        """The local object store: its data, logs, keys and port."""
        return self.state / "store"

    @property
    def store_port(self) -> Path:
        """The S3 port that the local store last got, so that its URLs stay the same."""
        return self.store / "port"

    def episode(self, slug: str) -> EpisodePaths:
        """The paths of an episode that exists; ConfigError with the nearest slugs when it does not."""
        paths = self.new_episode(slug)
        if not look(paths.toml, self.root):
            if paths.toml.is_symlink():
                raise ConfigError(f"{paths.toml}: a link that leads nowhere", "put a file there")
            raise ConfigError(f"no episode '{slug}' in {self.episodes}", self._instead(slug))
        return paths

    def _instead(self, slug: str) -> str:
        """What may be meant: slugs that are spelled alike, or the last ones."""
        known = self.slugs()
        if not known:
            return "make one with: pullquote new"
        if alike := difflib.get_close_matches(slug, known):
            return f"did you mean {' or '.join(alike)}?"
        among = "" if len(known) <= _LISTED else "among others "
        return f"there are {among}{', '.join(known[-_LISTED:])}"

    def new_episode(self, slug: str) -> EpisodePaths:
        """The paths that an episode has or would have."""
        return EpisodePaths(check_slug(slug), self.episodes / slug)

    def slugs(self) -> list[str]:
        """All episodes, sorted by slug: folders that hold an `episode.toml`, be it none that can be read.

        A link to an episode's folder beside it is no other episode.
        """
        if not self.episodes.is_dir():
            return []
        with os.scandir(self.episodes) as entries:
            return sorted(entry.name for entry in entries if self._is_episode(entry))

    def _is_episode(self, entry: "os.DirEntry[str]") -> bool:
        if not entry.is_dir() or not _SLUG.fullmatch(entry.name):
            return False
        is_there = os.path.lexists(f"{entry.path}/episode.toml")
        if not entry.is_symlink():
            return is_there
        real = Path(entry.path).resolve()
        is_outside = not real.is_relative_to(self.root.resolve())  # whoever reads it is told
        return is_outside or (is_there and real.parent != self.episodes.resolve())


def write_private(path: Path, content: bytes) -> None:
    """Write a file that nobody but its owner could ever read, not even while it is written."""
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    temporary.replace(path)
