"""The state of all episodes at once, fast enough for a back catalogue of thousands.

What a look at one episode found is a function of the stages, the show's settings and the stats of
the episode's files. It is remembered with these, so that an unchanged episode costs a stat of each file
and folder, and nothing is read: in a folder whose times are as they were, nothing came or went.
"""

import hashlib
import os
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, NamedTuple

from pipeline.artefacts import NEW
from pipeline.engine.declared.digests import digests, label, origins
from pipeline.engine.declared.files import Files, is_racy, signature
from pipeline.engine.declared.graph import Graph
from pipeline.engine.state.freshness import Reason, StageState, explain, is_newer
from pipeline.engine.state.hashes import FileHashes, Group
from pipeline.engine.state.recalled import code_of
from pipeline.engine.state.scope import Scope, View
from pipeline.errors import PullquoteError, for_people
from pipeline.settings import episode as config
from pipeline.settings.show import Show, load_episode
from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class EpisodeStatus:
    """An episode in the table of `status`; with `error` (a sentence) the rest is unknown.

    `released`: listeners have it. `corrected`: it tells of a mistake that they heard. `heard`: another
    transcription lies beside the one in force.
    """

    slug: str
    title: str = ""
    date: str = ""  # ISO 8601, as in episode.toml
    guid: str = ""
    stages: tuple[StageState, ...] = ()
    error: str = ""
    corrected: bool = False
    released: bool = False
    heard: bool = False

    @property
    def fresh(self) -> bool:
        """Whether nothing waits for a run; that Pullquote is newer is no reason to touch what is out."""
        return self.stands or self.whole

    @property
    def whole(self) -> bool:
        """Whether a run would do nothing."""
        return not self.error and all(state.state == "fresh" for state in self.stages)

    @property
    def stands(self) -> bool:
        """Whether it stays as it was released until its next release, which takes what is newer."""
        return self.released and not self.error and is_newer(self.stages)


class _Facts(NamedTuple):
    """What is read off `episode.toml`; `linked` when it has an `[enclosure]`.

    `key` changes with the file, and with what is read off it. `settings` are the digests of what is
    read, a blank between them: few are asked for them.
    """

    key: list[str]
    title: str
    date: str
    guid: str
    settings: str
    linked: bool
    corrected: bool

    def status(self, slug: str, states: Iterable[StageState], *known: bool) -> EpisodeStatus:
        """The episode as it stands in the table; `known`: whether it is released, and heard again."""
        own = (slug, self.title, self.date, self.guid, tuple(states), "", self.corrected)
        return EpisodeStatus(*own, *known)


@dataclass
class Survey:
    """Looks at all episodes of a show with one table of stages.

    `graphs` are those of an episode, and (True) of one whose audio was published elsewhere.
    """

    _workspace: Workspace
    _graphs: Mapping[bool, Graph]
    _show: Show
    _hashes: FileHashes
    _released: Collection[str]

    def __post_init__(self) -> None:
        self._graph = self._graphs[False]
        stages = [node.stage for node in self._graph.nodes.values()]
        self._show_settings = digests(self._show, origins(stages, "show.toml"))
        self._wanted = sorted(origins(stages, "episode.toml"))
        self._labels = [label(each) for each in self._wanted]
        self._toml_key = _digest(code_of(config), self._labels)
        self._key = _digest(self._toml_key, self._table(), self._show_settings, self._shared())
        self._watched = self._folders()
        self._fresh = {
            linked: tuple(StageState(name, "fresh") for name in graph.nodes)
            for linked, graph in self._graphs.items()
        }
        self._unfinished = Files(self._workspace.state, "").entries("staged")
        self._root = os.fspath(self._workspace.root)

    def episodes(self) -> list[EpisodeStatus]:
        return [self._readable(slug) for slug in self._workspace.slugs()]

    def _readable(self, slug: str) -> EpisodeStatus:
        """An episode's status; one whose files the machine refuses to give must not hide the others."""
        try:
            return self._episode(slug)
        except (OSError, PullquoteError) as error:
            known = for_people(error)
            if known is None:
                raise
            return EpisodeStatus(slug, error=known.message)

    def _episode(self, slug: str) -> EpisodeStatus:
        group = self._hashes.group(slug)
        key = f"{self._key} {slug in self._released}"
        is_settled = slug not in self._unfinished
        if is_settled and (known := self._recall(slug, group.memo, key)):
            return known
        scope = Scope(self._workspace, self._graph, slug, slug in self._released)
        files = Files(self._workspace.root, scope.base)
        snapshot = self._snapshot(files, scope.base) if is_settled else []
        found = self._look(scope, files, group)
        if snapshot:
            rows = [state for state in found.stages if state != StageState(state.stage, "fresh")]
            group.memo = {**group.memo, "state": [key, snapshot, rows, found.heard]}
        return found

    def _look(self, scope: Scope, files: Files, group: Group) -> EpisodeStatus:
        lock = scope.read_lock()
        facts = self._facts(scope.slug, files, group)
        own = zip(self._labels, facts.settings.split(), strict=True)
        settings = self._show_settings | dict(own)
        scope = replace(scope, graph=self._graphs[facts.linked])
        states = explain(scope.graph, View(scope, lock, settings, self._hashes, files))
        folder, _, name = NEW.rpartition("/")
        heard = name in files.entries(f"{scope.base}/{folder}")
        return facts.status(scope.slug, states, scope.released, heard)

    def _recall(self, slug: str, memo: dict[str, Any], key: str) -> EpisodeStatus | None:
        facts, place = _known(memo), f"{self._root}/episodes/{slug}"
        try:
            was, snapshot, rows, heard = memo["state"]
            if facts is None or was != key:
                return None
            for name, seen in snapshot:
                if signature(os.stat(place + name)) != seen:
                    return None
            states = {row.stage: row for row in map(_state, rows)}
        except (KeyError, TypeError, ValueError, FileNotFoundError, NotADirectoryError):
            return None
        fresh = self._fresh[facts.linked]
        stages = (states.get(each.stage, each) for each in fresh) if states else fresh
        return facts.status(slug, stages, slug in self._released, heard)

    def _facts(self, slug: str, files: Files, group: Group) -> _Facts:
        """Title and digests of `episode.toml`; parsing TOML takes a millisecond, so they are kept."""
        name = "episode.toml"
        stat = files.stat(name)
        key = [self._toml_key, group.sha256(name, files.path(name), stat)] if stat else []
        known = _known(group.memo)
        if known and known.key == key:
            return known
        episode = load_episode(self._workspace, slug)
        facts = _Facts(
            key,
            episode.title,
            episode.date.isoformat(),
            episode.guid,
            " ".join(digests(episode, self._wanted).values()),
            episode.enclosure is not None,
            bool(episode.errata),
        )
        group.memo = {**group.memo, "episode": facts}
        return facts

    def _snapshot(self, files: Files, base: str) -> list[list[Any]]:
        """What changes with an episode's files and folders, each after its name.

        Nothing where they may change unseen.
        """
        found: list[tuple[str, os.stat_result | None]] = []
        now, place, folders = time.time_ns(), f"{self._root}/{base}", [""]
        for folder in folders:
            found.append((folder, _stat(place + folder)))  # before it is listed
            for name, entry in files.entries(base + folder).items():
                inner = f"{folder}/{name}"
                if not entry.is_dir():
                    found.append((inner, _stat(place + inner)))
                elif inner in self._watched:
                    folders.append(inner)
        rows = [[name, signature(stat)] for name, stat in found if stat and not is_racy(stat, now)]
        return rows if len(rows) == len(found) else []

    def _table(self) -> list[Any]:
        declared = attrgetter("name", "version", "inputs", "outputs", "gate", "keeps", "picks")
        stages = [node.stage for node in self._graph.nodes.values()]
        return [(declared(each), sorted(each.settings.origins().values())) for each in stages]

    def _shared(self) -> list[Any]:
        """Names and hashes of the files outside the episodes that their stages read."""
        files = Files(self._workspace.root, "")
        group = self._hashes.group("")
        patterns = {p for node in self._graph.nodes.values() for p in node.inputs if p.shared}
        names = sorted({name for pattern in patterns for name in files.find(pattern)})
        stats = [(name, files.stat(name)) for name in names]
        return [(n, group.sha256(n, files.path(n), stat)) for n, stat in stats if stat]

    def _folders(self) -> set[str]:
        """The folders of an episode that its stages look into, each with a slash before it."""
        nodes = self._graph.nodes.values()
        own = [p.parts for node in nodes for p in (*node.inputs, *node.outputs) if not p.shared]
        return {"/build"}.union(
            f"/{'/'.join(each[:n])}" for each in own for n in range(1, len(each))
        )


def _known(memo: dict[str, Any]) -> _Facts | None:
    try:
        return _Facts(*memo["episode"])
    except (KeyError, TypeError):
        return None  # nothing remembered, or something that this release does not understand


def _state(row: list[Any]) -> StageState:
    stage, state, reasons, offline, kept = row
    why, since = (tuple(Reason(*each) for each in found) for found in (reasons, kept))
    return StageState(stage, state, why, tuple(offline), since)


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:  # a link to nowhere, or removed meanwhile
        return None


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
