"""Outputs on their way: written aside, checked, then put in place together; and unfinished work.

A stage's outputs are written to `.pullquote/staged/<slug>/<stage>/` and renamed into `build/` only
when the stage has succeeded, so a failed stage changes nothing. Renaming several files is not
atomic; a journal, written before the first rename, lets the next run tell a file that an interrupted
run put there from one that a person edited.
"""

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.workspace import atomic_path, file_sha256, flush, write_bytes

_JOURNAL = "journal.json"


@dataclass(frozen=True, slots=True)
class Journal:
    """Outputs of a run that may have been interrupted, by name; `earlier` those of runs before it."""

    outputs: dict[str, str]
    earlier: dict[str, list[str]] = field(default_factory=dict)

    def wrote(self, name: str, sha256: str) -> bool:
        """Whether an interrupted run put a file of this content there."""
        return self.outputs.get(name) == sha256 or sha256 in self.earlier.get(name, [])


def read_journal(folder: Path) -> Journal | None:
    """The journal in a stage's staging folder; None when there is none or it is damaged."""
    try:
        content = json.loads((folder / _JOURNAL).read_bytes())
        return Journal(dict(content["outputs"]), dict(content["earlier"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


class Staging:
    """The staging folder of one run of one stage, as a context.

    Leaving it removes the folder, unless outputs were being put in place and `done` was not called.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._interrupted = read_journal(folder)
        self._journal = self._interrupted
        self._staged: dict[str, Path] = {}
        for leftover in folder.glob("*") if folder.is_dir() else ():
            if leftover.name != _JOURNAL:
                leftover.unlink()
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Staging":
        return self

    def __exit__(self, *_: object) -> None:
        if self._journal is None:
            clear(self._folder)

    @contextlib.contextmanager
    def write(self, name: str) -> Iterator[Path]:
        """Yield the path at which to write the output `name`."""
        # The ending is kept, because encoders choose the format by it.
        path = self._folder / f"{len(self._staged)}-{Path(name).name}"
        try:
            yield path
            assert path.is_file(), f"nothing was written for {name}"
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        self._staged[name] = path

    def hashes(self) -> dict[str, str]:
        return {name: file_sha256(path) for name, path in sorted(self._staged.items())}

    def put_in_place(
        self, hashes: dict[str, str], targets: dict[str, Path], *, known: bool
    ) -> None:
        """Rename the outputs to their targets; one whose bytes are there already is left alone."""
        others = {
            name: staged
            for name, staged in self._staged.items()
            if not ((target := targets[name]).is_file() and file_sha256(target) == hashes[name])
        }
        for staged in others.values():
            flush(staged)
        if known:  # else no output counts as edited
            self._write_journal(hashes)
        for name, staged in others.items():
            place(staged, targets[name])

    def done(self) -> None:
        """The lock has what was put in place."""
        self._journal = None

    def _write_journal(self, hashes: dict[str, str]) -> None:
        earlier: dict[str, list[str]] = {}
        if self._interrupted:
            earlier = dict(self._interrupted.earlier)
            for name, sha256 in self._interrupted.outputs.items():
                earlier[name] = sorted({*earlier.get(name, []), sha256})
        self._journal = Journal(hashes, earlier)
        content = json.dumps({"outputs": hashes, "earlier": earlier}).encode()
        write_bytes(self._folder / _JOURNAL, content)


class Scratch:
    """A stage's own folder: kept from an unfinished run if that was over the same inputs.

    `key` says which they are; it is kept beside the folder, which most stages never ask for.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key
        self._key_path = folder.with_name(f"{folder.name}.json")

    def open(self) -> Path:
        """The folder, without what other inputs left."""
        if not self._key_path.is_file() or self._key_path.read_text() != self._key:
            self.clear()
            self._folder.mkdir(parents=True)
            self._key_path.write_text(self._key)
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder

    def clear(self) -> None:
        """Remove it: the stage is done."""
        if self._folder.parent.is_dir():
            shutil.rmtree(self._folder, ignore_errors=True)
            self._key_path.unlink(missing_ok=True)


def clear(folder: Path) -> None:
    """Remove a stage's staging folder, and its parent when that is empty then."""
    try:
        folder.rmdir()  # it is empty, most often
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        folder.parent.rmdir()


def place(staged: Path, target: Path) -> None:
    """Rename `staged` over `target`; across file systems (a linked `build/`) copy, still atomically."""
    try:
        os.replace(staged, target)
    except FileNotFoundError:
        if target.parent.is_dir():
            raise
        target.parent.mkdir(parents=True, exist_ok=True)
        place(staged, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with atomic_path(target) as temporary:
            shutil.copyfile(staged, temporary)
        staged.unlink()
