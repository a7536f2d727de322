"""One episode, or the show, as the engine sees it: where its files, its lock and its traces are."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.engine.declared.files import SHARED, Files
from pipeline.engine.declared.graph import Graph
from pipeline.engine.state.hashes import FileHashes
from pipeline.engine.state.lock import Lock, read_lock
from pipeline.engine.state.staging import Journal, read_journal
from pipeline.workspace import Workspace

#: The show's folder name among those of the episodes; no slug holds an underscore.
SHOW = "_show"


@dataclass(frozen=True)
class Scope:
    """The paths of an episode, or of the show when `slug` is empty; `released`: listeners have it."""

    workspace: Workspace
    graph: Graph
    slug: str
    released: bool = False

    @property
    def base(self) -> str:
        """The folder, relative to the show's root, that names are relative to."""
        return f"episodes/{self.slug}" if self.slug else ""

    @property
    def lock_name(self) -> str:
        """The lock file, relative to the show's root."""
        return f"{self.base}/build/lock.json" if self.slug else "feed/build/lock.json"

    @property
    def lock_path(self) -> Path:
        return self.workspace.root / self.lock_name

    @property
    def key(self) -> str:
        """The name of this scope's folders in `.pullquote/`."""
        return self.slug or SHOW

    @property
    def staged(self) -> Path:
        """Outputs that are written but not in place; gone when no run is unfinished."""
        return self.workspace.state / "staged" / self.key

    @property
    def scratch(self) -> Path:
        """What unfinished stages keep for their next run."""
        return self.workspace.state / "scratch" / self.key

    @property
    def cache(self) -> Path:
        """What stages keep to be faster; a folder for each, made by the stage."""
        return self.workspace.state / "cache" / self.key

    def owns(self, name: str) -> bool:
        """Whether a name in this scope's lock is one that its stages may write (locks travel)."""
        return name.startswith("build/" if self.slug else f"{SHARED}feed/build/")

    def read_lock(self) -> Lock:
        return read_lock(self.lock_path, self.lock_name, of_show=not self.slug)


@dataclass(eq=False)
class View:
    """One look at a scope: files as they are now, the lock, and digests of the settings by label.

    `renew` names the stages whose outputs are not kept this time, though the episode is released.
    `found` is what it has told of each stage, `digests` of each file.
    """

    scope: Scope
    lock: Lock
    settings: Mapping[str, str]
    _hashes: FileHashes
    as_known: InitVar[Files | None] = None
    renew: Collection[str] = ()
    digests: dict[str, str | None] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self, as_known: Files | None) -> None:
        self.files = as_known or Files(self.scope.workspace.root, self.scope.base)
        self.recalled = self._hashes.recalled

    def is_same(self) -> bool:
        """Whether one more look would find what this one did, which takes longer to do than to ask."""
        unsure = self.files.unsure()
        return unsure is not None and all(
            self._hash(name) == known for name in unsure if (known := self.digests.get(name))
        )

    def again(self) -> "View":
        """The same, at files as they are by now."""
        return View(self.scope, self.lock, self.settings, self._hashes, renew=self.renew)

    def sha256(self, name: str) -> str | None:
        if name not in self.digests:
            self.digests[name] = self._hash(name)
        return self.digests[name]

    def _hash(self, name: str) -> str | None:
        stat = self.files.stat(name)
        group = self._hashes.group("" if name.startswith(SHARED) else self.scope.slug)
        return group.sha256(name, self.files.path(name), stat) if stat else None

    def forget(self, names: Iterable[str]) -> None:
        """Look anew at these files, which were written or removed."""
        self.found.clear()
        for name in names:
            self.digests.pop(name, None)
            self.files.forget(name)

    def journal(self, stage: str) -> Journal | None:
        """What an interrupted run of the stage was putting in place, if there was one."""
        return read_journal(self.scope.staged / stage) if self._unfinished else None

    @cached_property
    def _unfinished(self) -> bool:
        return self.scope.staged.is_dir()
