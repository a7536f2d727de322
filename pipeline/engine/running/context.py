"""What a running stage gets: its settings, its inputs, and a place for its outputs."""

import contextlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pipeline.engine.declared.files import parse
from pipeline.engine.declared.graph import Node
from pipeline.engine.declared.stage import StageContext, StageSettings
from pipeline.engine.progress import Progress
from pipeline.engine.state.freshness import Verdict
from pipeline.engine.state.scope import View
from pipeline.engine.state.staging import Staging


class RunContext(StageContext[Any]):
    """The context of one run; `paths` are the stage's inputs by name, `picked` those that it chose.

    `view` shows what earlier runs left; `same` are the names of the inputs that the last one read too.
    """

    def __init__(
        self,
        node: Node,
        settings: StageSettings,
        slug: str,
        paths: Mapping[str, Path],
        staging: Staging,
        scratch: Path,
        cache: Path,
        progress: Progress,
        view: View,
        same: Collection[str],
    ) -> None:
        self.settings = settings
        self.slug = slug
        self.scratch = scratch
        self.cache = cache
        self.progress = progress
        self._node = node
        self._paths = paths
        self._staging = staging
        self._view = view
        self._same = same
        self.picked: set[str] = set()

    def inputs(self, pattern: str) -> list[Path]:
        declared = {known.text: known for known in self._node.inputs}
        assert pattern in declared, f"{self._node.name} reads '{pattern}', which it did not declare"
        return [path for name, path in self._paths.items() if declared[pattern].matches(name)]

    def pick(self, pattern: str, name: str) -> Path | None:
        assert pattern in self._node.stage.picks, f"{self._node.name} may not pick of '{pattern}'"
        for known, path in self._paths.items():
            if path.name == name and parse(pattern).matches(known):
                self.picked.add(known)
                return path
        return None

    def before(self, pattern: str) -> list[Path]:
        found = [known for known in self._node.outputs if known.text == pattern]
        assert found, f"{self._node.name} writes '{pattern}', which it did not declare"
        files = self._view.files
        return [Path(files.path(name)) for name in files.find(found[0])]

    def unchanged(self, pattern: str) -> set[Path]:
        return {self._paths[name] for name in self._same}.intersection(self.inputs(pattern))

    def output(self, name: str) -> contextlib.AbstractContextManager[Path]:
        stage = self._node.name
        assert self._node.writes(name), f"{stage} writes '{name}', which it did not declare"
        return self._staging.write(name)


def same_inputs(node: Node, verdict: Verdict, view: View) -> frozenset[str]:
    """The names of the inputs that a stage's last run read with the same bytes; see `unchanged`."""
    record = view.lock.stages.get(node.name)
    if record is None or (record.version, record.settings) != (
        node.stage.version,
        verdict.settings,
    ):
        return frozenset()
    if any(view.sha256(name) != sha256 for name, sha256 in record.outputs.items()):
        return frozenset()
    return frozenset(name for name, _ in verdict.inputs.items() & record.inputs.items())
