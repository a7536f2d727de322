"""One run of one scope, under its lock: find what is stale, run it, record it."""

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipeline.engine.declared.files import parse
from pipeline.engine.declared.graph import Node
from pipeline.engine.declared.settings import StageSettings
from pipeline.engine.declared.stage import Stage
from pipeline.engine.progress import Reporter
from pipeline.engine.running.context import RunContext
from pipeline.engine.running.records import Records
from pipeline.engine.state import keeping
from pipeline.engine.state.checks import check_settings, will_run
from pipeline.engine.state.freshness import Reason, Verdict, explain, is_media, is_newer, judge
from pipeline.engine.state.hashes import FileHashes
from pipeline.engine.state.scope import Scope, View
from pipeline.engine.state.staging import Scratch, Staging, clear
from pipeline.errors import ConfigError, PullquoteError, Refused, Waiting, for_people
from pipeline.settings.episode import Episode
from pipeline.settings.show import Show

_TRIES = 5  # of a stage of the show, whose episodes others may run meanwhile


class Changed(PullquoteError):  # noqa: N818 - a file did
    """A file is another than the one that a stage has read."""


class Left(NamedTuple):
    """A stage that a quick run left stale: why, and in which words it is long, if it is."""

    stage: str
    reasons: tuple[Reason, ...]
    long: str


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller of a run asked for; see `Runner.run`."""

    to: str | None = None
    force: tuple[str, ...] = ()
    need: tuple[str, ...] = ()
    renew: tuple[str, ...] = ()
    quick: bool = False
    stands: bool = False


@dataclass
class Run:
    """The state of one run; `ran` lists the stages that ran, in order.

    `left` are those that a quick run left stale: long ones, and what is made from them. `others` are
    stages of the show, whose settings are checked before an episode's stages run; `passed` knows which
    of their checks need not be repeated.
    """

    _request: Request
    _scope: Scope
    _show: Show
    _episode: Episode | None
    _settings: Mapping[str, str]
    _hashes: FileHashes
    _reporter: Reporter
    _others: Sequence[Stage[Any]]
    _passed: dict[str, Show]
    ran: list[str] = field(default_factory=list)
    left: dict[str, Left] = field(default_factory=dict)
    _unchecked: bool = True

    def __post_init__(self) -> None:
        self._lock = self._scope.read_lock()
        self._records = Records(self._scope, self._lock)
        self._view: View | None = None

    def execute(self) -> Waiting | None:
        """Run what is stale; returns the words of a gate that is closed."""
        for leftover in self._scope.staged.glob("*"):
            if leftover.is_file():  # a half-written lock file of a killed run
                leftover.unlink()
        if self._request.stands and is_newer(explain(self._scope.graph, self._look())):
            return None
        plan = self._plan()
        self._refuse_edited(plan)
        try:
            while self._settled(plan):
                pass
        except Waiting as waiting:
            return waiting
        return None

    @property
    def digests(self) -> Mapping[str, str | None]:
        """The sha256 of what was looked at last, by name."""
        return self._look().digests

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

    def _look(self) -> View:
        """The files as they were when it was last forgotten how they are: a show has tens of thousands."""
        if self._view is None:
            renew = self._request.renew
            self._view = View(self._scope, self._lock, self._settings, self._hashes, renew=renew)
        return self._view

    def _refuse_edited(self, plan: Iterable[Node]) -> None:
        """Refused, with every output that a person edited and the command that overwrites them all."""
        view, slug = self._look(), self._scope.slug
        stages: list[str] = []
        files: list[str] = []
        for node in plan:
            edited = judge(node, view).edited if node.name not in self._request.force else ()
            stages += [node.name] if edited else []
            files += [
                f"{view.files.from_root(name)}: {_advice(node, name, slug)}" for name in edited
            ]
        if not files:
            return
        forced = [f"--force {name}" for name in (*self._request.force, *stages)]
        command = f"run {slug}" if slug else "plan"
        raise Refused(
            f"edited by hand: {files[0]}"
            if len(files) == 1
            else "edited by hand:\n  " + "\n  ".join(files),
            f"to overwrite {'it' if len(files) == 1 else 'them'}: "
            f"pullquote {command} {' '.join(forced)}",
        )

    def _settled(self, plan: list[Node]) -> bool:
        """The same as `_pass`; of the show once more, where an episode was run at the same time."""
        for _ in range(0 if self._scope.slug else _TRIES - 1):
            with contextlib.suppress(Changed):
                return self._pass(plan)
        return self._pass(plan)

    def _pass(self, plan: list[Node]) -> bool:
        """Run what is stale, in order; True when everything must be looked at once more.

        That is when media was made again for a later stage: its bytes may differ from those that
        the stages between were made from.
        """
        for node in plan:
            verdict = judge(node, self._look())
            must_run = self._must_run(node, verdict)
            if self._is_left(node, verdict, must_run):
                long = self._long(node, verdict) if must_run else ""
                self.left[node.name] = Left(node.name, verdict.reasons, long)
            elif not must_run:
                clear(self._scope.staged / node.name)
            elif self._bring_back(node, verdict):
                return True
            else:
                self._run(node, verdict)
        return False

    def _must_run(self, node: Node, verdict: Verdict) -> bool:
        forced = node.name in self._request.force and node.name not in self.ran
        needed = any(parse(text).matches(n) for text in self._request.need for n in verdict.lost)
        return bool(verdict.reasons) or forced or (needed and not _is_elsewhere(verdict))

    def _is_left(self, node: Node, verdict: Verdict, must_run: bool) -> bool:
        """Whether a quick run leaves the stage: it is long, or what it reads was left."""
        if not self._request.quick or not (must_run or self.left):
            return False
        before = node.upstream if must_run else keeping.upstream(node, self._look())
        is_long = must_run and bool(self._long(node, verdict))
        return is_long or any(name in self.left for name in before)

    def _long(self, node: Node, verdict: Verdict) -> str:
        """What a stage does that takes minutes, or one does that makes its offline inputs again."""
        if text := self._own_long(node):
            return text
        for name in verdict.offline:
            producer = self._producer(name)
            if producer is None:
                return "made from its recording"
            if text := self._own_long(producer):
                return f"{text} again, as {name} is not on this machine"
            if text := self._long(producer, judge(producer, self._look())):
                return text  # it names what is away
        return ""

    def _own_long(self, node: Node) -> str:
        text: str = node.stage.long(node.stage.settings.load(self._show, self._episode))
        return text

    def _producer(self, name: str) -> Node | None:
        return next((p for p in self._scope.graph.writers(parse(name)) if p.writes(name)), None)

    def _bring_back(self, node: Node, verdict: Verdict) -> bool:
        """Run the stage that makes an offline input again; False when nothing is offline."""
        if not verdict.offline:
            return False
        name = verdict.offline[0]
        producer = self._producer(name)
        before = judge(producer, self._look()) if producer else None
        if producer is None or before is None or _is_elsewhere(before):
            raise self._offline(name, node)
        self._refuse_edited([producer])
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
        if self._unchecked:
            self._unchecked = False
            self._check_settings()
        try:
            key = json.dumps([node.stage.version, list(verdict.settings.values()), verdict.inputs])
            scratch = Scratch(self._scope.scratch / node.name, key)
            with Staging(self._scope.staged / node.name) as staging:
                self._attempt(node, verdict, staging, scratch)
        except Waiting:
            assert node.stage.gate, f"'{node.name}' waits, but is not declared as a gate"
            self._record_waiting(node, verdict)
            raise
        except OSError as error:
            refusal = for_people(error, self._scope.workspace.root)
            raise PullquoteError(
                f"'{node.name}' could not finish: {refusal.message if refusal else error}",
                refusal.hint if refusal else "run again with -v to see where it failed",
            ) from error
        scratch.clear()
        self.ran.append(node.name)

    def _check_settings(self) -> None:
        """Before the first stage that runs: what any that is stale would stop at later."""
        plan, force = self._plan(), self._request.force
        stages = will_run(plan, explain(self._scope.graph, self._look()), force)
        stages += () if self._request.to else self._others
        root, slug = self._scope.workspace.root, self._scope.slug
        check_settings(stages, root, self._show, self._episode, slug, self._passed)

    def _attempt(self, node: Node, verdict: Verdict, staging: Staging, scratch: Scratch) -> None:
        with self._reporter.stage(self._scope.slug, node.name) as progress:
            settings = self._stage_settings(node, verdict)
            offered = self._offered(node, verdict)
            forced = node.name in self._request.force
            context = RunContext(
                node, settings, self._look(), verdict, offered, staging, scratch, progress, forced
            )
            node.stage.run(context)
            picked = {name: offered[name] for name in context.picked}
            self._check_unchanged(node, verdict, picked)
            fixed = {name: sha for name, sha in verdict.inputs.items() if name not in offered}
            kept = keeping.kept_values(node, settings)
            meant = node.stage.keeps is not None and node.name in self._request.renew
            meant = meant and self._scope.released
            inputs = fixed | picked
            before = self._lock.stages.get(node.name)
            self._records.commit(
                node, staging, settings=verdict.settings, inputs=inputs, kept=kept, meant=meant
            )
            self._look().forget((before.outputs if before else {}).keys())
            self._look().forget(self._lock.stages[node.name].outputs)

    def _stage_settings(self, node: Node, verdict: Verdict) -> StageSettings:
        """What the stage is told; PullquoteError for what was in force at the release and is not known."""
        now: StageSettings = node.stage.settings.load(self._show, self._episode)
        keeps = node.stage.keeps
        if not verdict.remembered or keeps is None:
            return now
        record = self._lock.stages[node.name]
        settings, unknown = keeping.remembered(now, record, verdict.settings)
        gone = record.inputs.keys() - verdict.inputs.keys()
        others = sorted(name for name in gone if not keeping.follows(keeps, name))
        if not unknown and not others:
            return settings
        slug, files = self._scope.slug, self._look().files
        lost = [f"[{name}]" for name in unknown] + [files.from_root(name) for name in others]
        raise PullquoteError(
            f"{slug} keeps the {keeps.what} of its release, and {', '.join(lost)} is not what it was then",
            f"put it back ({f'git log -- {lost[-1]}' if others else 'git log -p feed/show.toml'} tells what"
            f" it was), or take what is there now: pullquote run {slug} {keeps.option}",
        )

    def _offered(self, node: Node, verdict: Verdict) -> dict[str, str]:
        """The files that the stage may pick of, name to sha256."""
        view = self._look()
        names = [n for p in node.inputs if node.picks(p) for n in view.files.find(p)]
        return {
            name: sha256
            for name in names
            if (sha256 := view.sha256(name)) and (name in verdict.inputs or not verdict.remembered)
        }

    def _check_absent(self, node: Node, verdict: Verdict) -> None:
        if verdict.absent:
            files = self._look().files
            names = ", ".join(files.from_root(text) for text in verdict.absent)
            raise PullquoteError(f"not there: {names}", f"'{node.name}' has to read it")

    def _check_unchanged(self, node: Node, verdict: Verdict, picked: dict[str, str]) -> None:
        if self._look().is_same():
            return
        self._view = None
        view = self._look()
        before = verdict.inputs | picked
        now = judge(node, view).inputs | {name: view.sha256(name) for name in picked}
        for name in sorted(now.keys() | before.keys()):
            if now.get(name) != before.get(name):
                path = view.files.from_root(name)
                raise Changed(
                    f"{path} changed while '{node.name}' was reading it",
                    "let the program that writes it finish, then run again",
                )

    def _record_waiting(self, node: Node, verdict: Verdict) -> None:
        before = self._lock.stages.get(node.name)
        outputs = before.outputs if before else {}
        self._records.keep(
            node, settings=verdict.settings, inputs=verdict.inputs, outputs=outputs, waiting=True
        )


def _advice(node: Node, name: str, slug: str) -> str:
    if is_media(name):
        # git carries the lock and not the media, so a pull can leave a file behind its lock.
        return f"if it is only older than the lock (after a git pull): pullquote fetch {slug}"
    belongs = node.stage.belongs
    return f"make the change in {belongs}" if belongs else f"'{node.name}' writes it"


def _is_elsewhere(verdict: Verdict) -> bool:
    """Whether outputs that are not here cannot be made again as they are: the store has them."""
    return bool(verdict.lost and verdict.kept) and not (verdict.remembered or verdict.reasons)
