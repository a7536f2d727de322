"""What a stage made, put in place and written into the lock: here, or on another machine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.engine.declared.files import Files
from pipeline.engine.declared.graph import Node
from pipeline.engine.state.freshness import is_media
from pipeline.engine.state.lock import Lock, Record
from pipeline.engine.state.scope import Scope
from pipeline.engine.state.staging import Staging, place
from pipeline.errors import PullquoteError
from pipeline.workspace import flush


class Records:
    """The lock of one scope, whose lock on the machine is held; `lock` changes with it."""

    def __init__(self, scope: Scope, lock: Lock) -> None:
        self._scope = scope
        self._lock = lock

    def commit(self, node: Node, staging: Staging, **made_from: Any) -> None:
        """Put what a stage wrote in place, and record what it was made from."""
        outputs = staging.hashes()
        for pattern in node.outputs:
            if pattern.literal and not pattern.optional:
                assert pattern.text in outputs, f"'{node.name}' did not write {pattern.text}"
        self._place(node, staging, outputs)
        self.keep(node, outputs=outputs, **made_from)
        staging.done()

    def take_over(self, node: Node, made: Record, files: Mapping[str, bytes]) -> None:
        """The same with what a stage made elsewhere; media stays there, and no other is left here."""
        with Staging(self._scope.staged / node.name) as staging:
            for name in sorted(made.outputs.keys() & files):
                with staging.write(name) as path:
                    path.write_bytes(files[name])
            outputs = staging.hashes()
            small = {name: sha for name, sha in made.outputs.items() if not is_media(name)}
            if outputs != small:
                raise PullquoteError(
                    f"what '{node.name}' made elsewhere has other bytes than its lock says",
                    "run it again; if it stays so, update Pullquote on all machines",
                )
            self._place(node, staging, made.outputs)
            self._put(node, made)
            staging.done()

    def keep(self, node: Node, **known: Any) -> None:
        """Write what is known of a stage's run into the lock."""
        self._put(node, Record(version=node.stage.version, **known))

    def _place(self, node: Node, staging: Staging, outputs: Mapping[str, str]) -> None:
        files = Files(self._scope.workspace.root, self._scope.base)
        targets = {name: Path(files.path(name)) for name in outputs}
        staging.put_in_place(dict(outputs), targets, known=node.name in self._lock.stages)
        for name in self._left_over(node, outputs):
            Path(files.path(name)).unlink(missing_ok=True)

    def _left_over(self, node: Node, outputs: Mapping[str, str]) -> list[str]:
        """Outputs of the stage's last run that this one did not write and nobody else writes."""
        before = self._lock.stages.get(node.name)
        names = sorted((before.outputs if before else {}).keys() - outputs.keys())
        others = [other for other in self._scope.graph.nodes.values() if other is not node]
        return [
            name
            for name in names
            if self._scope.owns(name) and not any(other.writes(name) for other in others)
        ]

    def _put(self, node: Node, made: Record) -> None:
        self._lock.stages[node.name] = made
        content = self._lock.encode()
        path = self._scope.lock_path
        if path.is_file() and path.read_bytes() == content:
            return
        staged = self._scope.staged / "lock.json"
        staged.parent.mkdir(parents=True, exist_ok=True)
        staged.write_bytes(content)  # aside first: a killed run leaves no temporary file in build/
        flush(staged)
        place(staged, path)
