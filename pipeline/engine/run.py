"""One run of one scope, under its lock: find what is stale, run it, record it."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Episode, Show
from pipeline.engine.context import RunContext
from pipeline.engine.files import parse
from pipeline.engine.freshness import Verdict, current_inputs, is_media, judge
from pipeline.engine.graph import Node
from pipeline.engine.hashes import FileHashes
from pipeline.engine.lock import Record
from pipeline.engine.progress import Reporter
from pipeline.engine.scope import Scope, View
from pipeline.engine.staging import Staging, clear, place
from pipeline.errors import ConfigError, PullquoteError, Refused, Waiting, machine_error
from pipeline.workspace import write_bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller of a run asked for; see `Runner.run`."""

    to: str | None = None
    force: tuple[str, ...] = ()
    need: tuple[str, ...] = ()


class Run:
    """The state of one run; `ran` lists the stages that ran, in order."""

    def __init__(
        self,
        scope: Scope,
        show: Show,
        episode: Episode | None,
        settings: Mapping[str, str],
        hashes: FileHashes,
        reporter: Reporter,
    ) -> None:
        self.ran: list[str] = []
        self._scope = scope
        self._show = show
        self._episode = episode
        self._settings = settings
        self._hashes = hashes
        self._reporter = reporter
        self._lock = scope.read_lock()
        self._request = Request()

    def execute(self, request: Request) -> Waiting | None:
        """Run what is stale; returns the words of a gate that is closed."""
        self._request = request
        self._sweep()
        plan = self._plan()
        self._refuse_edited(plan)
        try:
            while self._pass(plan):
                pass
        except Waiting as waiting:
            return waiting
        return None

    def _plan(self) -> list[Node]:
        graph, request = self._scope.graph, self._request
        wanted = graph.upto(request.to)
        for name in request.force:
            if graph.node(name) not in wanted:
                raise ConfigError(
                    f"'{name}' is not needed for '{request.to}', so it cannot be forced",
                    f"choose among: {', '.join(node.name for node in wanted)}",
                )
        names = {node.name for node in wanted}
        for text in request.need:
            writers = graph.writers(parse(text))
            assert writers, f"no stage writes '{text}'"
            names |= {node.name for writer in writers for node in graph.upto(writer.name)}
        return [node for node in graph.nodes.values() if node.name in names]

    def _sweep(self) -> None:
        """Remove half-written lock files of a killed run."""
        for leftover in self._scope.staged.glob("*"):
            if leftover.is_file():
                leftover.unlink()

    def _look(self) -> View:
        return View(self._scope, self._lock, self._settings, self._hashes)

    def _refuse_edited(self, plan: list[Node]) -> None:
        view = self._look()
        for node in plan:
            if node.name not in self._request.force:
                self._check_edited(node, judge(node, view))

    def _check_edited(self, node: Node, verdict: Verdict) -> None:
        if not verdict.edited:
            return
        view = self._look()
        files = ", ".join(view.files.from_root(name) for name in verdict.edited)
        belongs = node.stage.belongs
        advice = f"make the change in {belongs}; " if belongs else ""
        if all(is_media(name) for name in verdict.edited):
            # git carries the lock and not the media, so a pull can leave a file behind its lock.
            advice = "if it is only older than the lock (after a git pull), delete it; "
        raise Refused(
            f"edited by hand: {files}, which '{node.name}' writes",
            f"{advice}to overwrite it, run again with --force {node.name}",
        )

    def _pass(self, plan: list[Node]) -> bool:
        """Run what is stale, in order; True when everything must be looked at once more.

        That is when media was made again for a later stage: its bytes may differ from those that
        the stages between were made from.
        """
        for node in plan:
            verdict = judge(node, self._look())
            if not self._must_run(node, verdict):
                clear(self._scope.staged / node.name)
            elif self._bring_back(node, verdict):
                return True
            else:
                self._run(node, verdict)
        return False

    def _must_run(self, node: Node, verdict: Verdict) -> bool:
        forced = node.name in self._request.force and node.name not in self.ran
        needed = any(parse(text).matches(n) for text in self._request.need for n in verdict.lost)
        return bool(verdict.reasons) or forced or needed

    def _bring_back(self, node: Node, verdict: Verdict) -> bool:
        """Run the stage that makes an offline input again; False when nothing is offline."""
        if not verdict.offline:
            return False
        name = verdict.offline[0]
        producer = next((p for p in self._scope.graph.writers(parse(name)) if p.writes(name)), None)
        if producer is None:
            raise self._offline(name, node)
        before = judge(producer, self._look())
        if producer.name not in self._request.force:
            self._check_edited(producer, before)
        if not self._bring_back(producer, before):
            self._run(producer, before)
        return True

    def _offline(self, name: str, node: Node) -> PullquoteError:
        path = self._look().files.from_root(name)
        episode = f" {self._scope.slug}" if self._scope.slug else ""
        return PullquoteError(
            f"{path} is not on this machine, and '{node.name}' has to read it",
            f"put the file back, or get it with: pullquote fetch{episode}",
        )

    def _run(self, node: Node, verdict: Verdict) -> None:
        self._check_absent(node, verdict)
        try:
            scratch = self._scratch(node, verdict)
            with Staging(self._scope.staged / node.name) as staging:
                self._attempt(node, verdict, staging, scratch)
        except Waiting:
            assert node.stage.gate, f"'{node.name}' waits, but is not declared as a gate"
            self._record_waiting(node, verdict)
            raise
        except OSError as error:
            refusal = machine_error(error)
            raise PullquoteError(
                f"'{node.name}' could not finish: {refusal.message if refusal else error}",
                refusal.hint if refusal else "run again with -v to see where it failed",
            ) from error
        shutil.rmtree(scratch, ignore_errors=True)
        self._scratch_key(node).unlink(missing_ok=True)
        self.ran.append(node.name)

    def _attempt(self, node: Node, verdict: Verdict, staging: Staging, scratch: Path) -> None:
        with self._reporter.stage(self._scope.slug, node.name) as progress:
            context = RunContext(
                node,
                node.stage.settings.load(self._show, self._episode),
                self._scope.slug,
                self._paths(verdict),
                staging,
                scratch,
                self._scope.cache / node.name,
                progress,
            )
            node.stage.run(context)
            self._check_unchanged(node, verdict)
            self._commit(node, verdict, staging)

    def _paths(self, verdict: Verdict) -> dict[str, Path]:
        files = self._look().files
        return {name: Path(files.path(name)) for name in sorted(verdict.inputs)}

    def _check_absent(self, node: Node, verdict: Verdict) -> None:
        if verdict.absent:
            files = self._look().files
            names = ", ".join(files.from_root(text) for text in verdict.absent)
            raise PullquoteError(f"not there: {names}", f"'{node.name}' has to read it")

    def _check_unchanged(self, node: Node, verdict: Verdict) -> None:
        now, _ = current_inputs(node, self._look())
        for name in sorted(now.keys() | verdict.inputs.keys()):
            if now.get(name) != verdict.inputs.get(name):
                path = self._look().files.from_root(name)
                raise PullquoteError(
                    f"{path} changed while '{node.name}' was reading it",
                    "let the program that writes it finish, then run again",
                )

    def _commit(self, node: Node, verdict: Verdict, staging: Staging) -> None:
        outputs = staging.hashes()
        self._check_written(node, outputs)
        files = self._look().files
        staging.put_in_place(outputs, {name: Path(files.path(name)) for name in outputs})
        for name in self._left_over(node, outputs):
            Path(files.path(name)).unlink(missing_ok=True)
        self._record(node, verdict, outputs, waiting=False)
        staging.done()

    def _check_written(self, node: Node, outputs: Mapping[str, str]) -> None:
        for pattern in node.outputs:
            if pattern.literal and not pattern.optional:
                assert pattern.text in outputs, f"'{node.name}' did not write {pattern.text}"

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

    def _record_waiting(self, node: Node, verdict: Verdict) -> None:
        before = self._lock.stages.get(node.name)
        self._record(node, verdict, before.outputs if before else {}, waiting=True)

    def _record(
        self, node: Node, verdict: Verdict, outputs: Mapping[str, str], *, waiting: bool
    ) -> None:
        self._lock.stages[node.name] = Record(
            version=node.stage.version,
            settings={label: self._settings[label] for label in node.settings},
            inputs=verdict.inputs,
            outputs=dict(outputs),
            waiting=waiting,
        )
        content = self._lock.encode()
        path = self._scope.lock_path
        if path.is_file() and path.read_bytes() == content:
            return
        staged = self._scope.staged / "lock.json"
        write_bytes(staged, content)  # aside first: a killed run leaves no temporary file in build/
        place(staged, path)

    def _scratch_key(self, node: Node) -> Path:
        return self._scope.scratch / f"{node.name}.json"

    def _scratch(self, node: Node, verdict: Verdict) -> Path:
        """The stage's own folder: kept from an unfinished run if that was over the same inputs."""
        folder = self._scope.scratch / node.name
        made_from = [
            node.stage.version,
            [self._settings[label] for label in node.settings],
            verdict.inputs,
        ]
        key = json.dumps(made_from)
        key_path = self._scratch_key(node)
        if not key_path.is_file() or key_path.read_text() != key:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            key_path.write_text(key)
        folder.mkdir(parents=True, exist_ok=True)
        return folder
