"""What a running stage gets: its settings, its inputs, and a place for its outputs."""

import contextlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pipeline.artefacts import Artefact
from pipeline.engine.declared.files import parse
from pipeline.engine.declared.graph import Node
from pipeline.engine.declared.settings import StageSettings
from pipeline.engine.declared.stage import StageContext
from pipeline.engine.progress import Progress
from pipeline.engine.state import keeping
from pipeline.engine.state.freshness import Verdict
from pipeline.engine.state.scope import View
from pipeline.engine.state.staging import Scratch, Staging

_Record = TypeVar("_Record")


@dataclass
class RunContext(StageContext[Any]):
    """The context of one run: `view` shows what earlier runs left, `verdict` what this one is made from.

    Of the files `offered` the stage may pick; `picked` are those that it did. A `forced` run takes over
    nothing from the last one.
    """

    _node: Node
    settings: StageSettings
    _view: View
    _verdict: Verdict
    _offered: Collection[str]
    _staging: Staging
    _scratch: Scratch
    progress: Progress
    forced: bool

    def __post_init__(self) -> None:
        self.slug = self._view.scope.slug
        self.cache = self._view.scope.cache / self._node.name
        self.picked: set[str] = set()
        self._names = sorted(self._verdict.inputs.keys() | self._offered)
        self.released = not self.forced and keeping.in_force(self._node, self._view) is not None

    @property
    def scratch(self) -> Path:  # type: ignore[override]
        return self._scratch.open()

    def inputs(self, pattern: str) -> list[Path]:
        declared = {known.text: known for known in self._node.inputs}
        assert pattern in declared, f"{self._node.name} reads '{pattern}', which it did not declare"
        files, matches = self._view.files, declared[pattern].matches
        return [Path(files.path(name)) for name in self._names if matches(name)]

    def pick(self, pattern: str, name: str) -> Path | None:
        assert pattern in self._node.stage.picks, f"{self._node.name} may not pick of '{pattern}'"
        for known in self._names:
            if known.rpartition("/")[2] == name and parse(pattern).matches(known):
                self.picked.add(known)
                return Path(self._view.files.path(known))
        return None

    def before(self, pattern: str) -> list[Path]:
        found = [known for known in self._node.outputs if known.text == pattern]
        assert found, f"{self._node.name} writes '{pattern}', which it did not declare"
        files = self._view.files
        return [Path(files.path(name)) for name in files.find(found[0])]

    def unchanged(self, pattern: str) -> set[str]:
        stage, record = self._node.stage, self._view.lock.stages.get(self._node.name)
        made_so = (
            record
            and (record.version, record.settings) == (stage.version, self._verdict.settings)
            and all(self._view.sha256(name) == sha for name, sha in record.outputs.items())
        )
        if record is None or not made_so or self.forced:
            return set()
        same = dict(self._verdict.inputs.items() & record.inputs.items())
        return {*self._by_path(pattern, same)}

    def records(self, artefact: Artefact[_Record], pattern: str) -> dict[str, _Record]:
        inputs = dict(sorted(self._verdict.inputs.items()))
        return self._view.recalled.records(artefact, self._by_path(pattern, inputs))

    def _by_path(self, pattern: str, digests: Mapping[str, str]) -> dict[str, str]:
        (declared,) = (known for known in self._node.inputs if known.text == pattern)
        files = self._view.files
        return {files.path(name): sha for name, sha in digests.items() if declared.matches(name)}

    def output(self, name: str) -> contextlib.AbstractContextManager[Path]:
        stage = self._node.name
        assert self._node.writes(name), f"{stage} writes '{name}', which it did not declare"
        return self._staging.write(name)
