"""Records of a show's many files, remembered by the sha256 of the bytes that they were read from.

A show of ten thousand episodes has as many `item.json`, and each plan, feed and index asks what they say.
As in `hashes`, the memory only saves reading: it may vanish at any moment, and what is remembered is what
would be read.
"""

import contextlib
import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from pydantic import TypeAdapter

import pipeline
from pipeline.artefacts import Artefact
from pipeline.looking import content_of
from pipeline.workspace import write_bytes

_Record = TypeVar("_Record")

_WORTH = 0.01  # of the records must be new before all are written once more: a few are read as fast


class Recalled:
    """The memory of a show, in `folder`: a file for each kind of record."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[type[Any], dict[str, Any]] = {}

    def records(self, artefact: Artefact[_Record], files: Mapping[str, str]) -> dict[str, _Record]:
        """The record at each path in `files`, whose sha256 is given; PullquoteError for a damaged one."""
        known: dict[str, _Record] = self._known_of(artefact.kind)
        found, learnt = {}, {}
        for path, sha256 in files.items():
            if sha256 not in known:
                content = content_of(Path(path)) or b""
                found[path] = artefact.decode(content, artefact.shown(Path(path)))
                if hashlib.sha256(content).hexdigest() == sha256:  # it may have changed since then
                    learnt[sha256] = found[path]
            else:
                found[path] = known[sha256]
        if learnt:
            used = known if len(known) <= 2 * len(files) else known.keys() & files.values()
            self._known[artefact.kind] = {sha: known[sha] for sha in used} | learnt
            if len(learnt) > len(files) * _WORTH:
                self._keep(artefact.kind)
        return found

    def _known_of(self, kind: type[Any]) -> dict[str, Any]:
        if kind not in self._known:
            self._known[kind] = {}
            with contextlib.suppress(OSError, ValueError):  # none, or damaged
                code, _, content = self._place(kind).read_bytes().partition(b"\n")
                if code == code_of(sys.modules[kind.__module__]):
                    records = _all(kind).validate_json(content, by_alias=False, by_name=True)
                    self._known[kind] = records
        return self._known[kind]

    def _keep(self, kind: type[Any]) -> None:
        content = _all(kind).dump_json(self._known[kind], by_alias=False)
        with contextlib.suppress(OSError):  # a show that may only be read
            code = code_of(sys.modules[kind.__module__])
            write_bytes(self._place(kind), code + b"\n" + content)

    def _place(self, kind: type[Any]) -> Path:
        return self._folder / f"{kind.__name__}.json"


def _all(kind: type[Any]) -> TypeAdapter[dict[str, Any]]:
    return TypeAdapter(dict[str, kind])  # type: ignore[valid-type]


def code_of(module: ModuleType) -> bytes:
    """Changes with the code that reads something, also in a checkout that is worked on."""
    stat = os.stat(str(module.__file__))
    return f"{pipeline.__version__} {stat.st_mtime_ns} {stat.st_size}".encode()
