"""Running what is stale: one episode, or the show, in this process.

The runner decides what has to run and keeps the lock; it has no queue, no retries and no placement
(see `executors` for many episodes).
"""

import contextlib
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pipeline
from pipeline.artefacts import Artefact, everywhere, published
from pipeline.engine.declared.graph import Graph, Node
from pipeline.engine.declared.stage import Stage
from pipeline.engine.exclusive import exclusive
from pipeline.engine.progress import Reporter, quiet
from pipeline.engine.running.parcels import Parcel, Returned, pack, take_in
from pipeline.engine.running.run import Left, Request, Run
from pipeline.engine.state.checks import check_settings
from pipeline.engine.state.configuration import Configuration
from pipeline.engine.state.freshness import StageState, explain
from pipeline.engine.state.hashes import FileHashes
from pipeline.engine.state.lock import Lock
from pipeline.engine.state.scope import SHOW, Scope, View
from pipeline.engine.state.status import EpisodeStatus, Survey
from pipeline.errors import ConfigError, Waiting
from pipeline.settings.episode import Episode
from pipeline.settings.show import Show, load_show
from pipeline.workspace import Workspace, check_slug

_Record = TypeVar("_Record")
# A command asks for the same several times, 8 ms each.
_graph = functools.lru_cache(maxsize=16)(Graph)


@dataclass(frozen=True, slots=True)
class EpisodeResult:
    """How an episode's run ended: the stages that ran, and the gate's words when one is closed.

    `error` is filled in by executors, which return failures; `Runner.run` raises them. The slug is
    empty for the show. `left` are the stages that a quick run left stale, and why; `told` is what a run
    elsewhere wanted a host to know. `digests` has the sha256 of what the show was made from, by name.
    """

    slug: str
    ran: tuple[str, ...] = ()
    waiting: Waiting | None = None
    error: Exception | None = None
    left: tuple[Left, ...] = ()
    told: tuple[str, ...] = ()
    digests: Mapping[str, str | None] = field(default_factory=dict)


class Runner:
    """The engine for one show and one table of stages."""

    def __init__(self, workspace: Workspace, stages: Sequence[Stage[Any]]) -> None:
        self._workspace = workspace
        linked = tuple(replace(stage, settings=stage.linked) for stage in stages if stage.linked)
        # of an episode, and (True) of one whose audio was published elsewhere
        self._graphs = {False: _graph(tuple(stages), "episode"), True: _graph(linked, "episode")}
        heard = tuple(replace(each, scope="heard") if each.heard else each for each in stages)
        self._heard = _graph(heard, "heard")
        self._show_graph = _graph(tuple(stages), "show")
        self._configuration = Configuration(workspace, stages)
        self._passed: dict[str, Show] = {}
        self._memory: FileHashes | None = None

    def run(
        self,
        slug: str,
        *,
        to: str | None = None,
        force: Sequence[str] = (),
        need: Sequence[str] = (),
        renew: Sequence[str] = (),
        quick: bool = False,
        reporter: Reporter = quiet,
    ) -> EpisodeResult:
        """Run an episode's stale stages, up to the stage `to` when it is given.

        `force` names stages that run in any case and may overwrite outputs edited by hand; `need`
        are patterns of outputs that must be on this machine afterwards; `renew` names stages whose
        outputs a released episode does not keep this time. A `quick` run leaves long stages stale,
        and all that is made from them. Raises Refused for an output edited by hand, ConfigError for
        wrong settings or names, PullquoteError otherwise.
        """
        self._workspace.episode(slug)  # there is such an episode
        request = Request(to, tuple(force), tuple(need), tuple(renew), quick)
        return self._run(slug, request, reporter)

    def run_show(
        self, *, force: Sequence[str] = (), whole: bool = False, reporter: Reporter = quiet
    ) -> EpisodeResult:
        """Run the show's stale stages over what the episodes' runs left; otherwise as `run`.

        Where all that is new is Pullquote itself, feed and index stay as they are, unless they go out
        `whole`, as to a new store.
        """
        stands = not (force or whole)
        return self._run("", Request(force=tuple(force), stands=stands), reporter)

    def split(self, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Stages by their scope: an episode's, and the show's; ConfigError for one that is of neither."""
        of_show = tuple(name for name in names if name in self._show_graph.nodes)
        own = tuple(name for name in names if name not in of_show)
        for name in own:
            if name not in self._graphs[False].nodes:
                known = ", ".join((*self._graphs[False].nodes, *self._show_graph.nodes))
                raise ConfigError(f"no stage '{name}'", f"there are: {known}")
        return own, of_show

    def pack(self, slug: str, to: str | None, force: Sequence[str] = ()) -> Parcel:
        """What a run of an episode up to `to` reads, for another machine (see `parcels`)."""
        show, episode = self._configuration.read(slug)

        def memory(node: Node) -> int:
            needed: int = node.stage.memory(node.stage.settings.load(show, episode))
            return needed

        with self._hashes() as hashes:
            view = self._look(slug, hashes, to)
            parcel = pack(view, to, force, pipeline.__version__, memory)
        if view.scope.graph is not self._heard:
            return parcel
        own = {name: sha for name, sha in parcel.media.items() if not name.startswith("build/")}
        return replace(parcel, media=own)  # whoever runs it fetches the recording

    def hears(self, to: str | None) -> bool:
        """Whether a run up to `to` listens to an imported episode, whose item alone is made otherwise."""
        return to in self._heard.nodes

    def needed(self, to: str | None) -> frozenset[str]:
        """The stages of an episode that a run up to `to` takes, by name."""
        own = self._graphs[False]
        graph = self._heard if to not in own.nodes and self.hears(to) else own
        return frozenset(node.name for node in graph.upto(to))

    def take_in(self, parcel: Parcel, returned: Returned) -> tuple[str, ...]:
        """Put in place what such a run made; the stages. PullquoteError where its inputs changed."""
        alone = exclusive(self._workspace, parcel.slug, f"episode {parcel.slug}")
        with alone, self._hashes() as hashes:
            view = self._look(parcel.slug, hashes, parcel.to)
            return tuple(take_in(view, parcel, returned))

    def explain(self, slug: str = "", to: str | None = None) -> list[StageState]:
        """Every stage of an episode up to `to`, or of the show, in order: whether it would run, and why."""
        with self._hashes() as hashes:
            view = self._look(slug, hashes, to)
            states = explain(view.scope.graph, view)
        wanted = {node.name for node in view.scope.graph.upto(to)}
        return [each for each in states if each.stage in wanted]

    def check(self, slug: str = "") -> None:
        """Raise PullquoteError with all that settings of an episode, or of the show, get wrong."""
        show, episode = self._configuration.read(slug)
        stages = [node.stage for node in self._show_graph.nodes.values()]
        if slug:
            stages += [node.stage for node in self._scope(slug, episode).graph.nodes.values()]
        check_settings(stages, self._workspace.root, show, episode, slug)

    def status(self) -> list[EpisodeStatus]:
        """All episodes by slug with the state of every stage; a broken one carries its error."""
        show, released = load_show(self._workspace), self._released()
        with self._hashes() as hashes:
            return Survey(self._workspace, self._graphs, show, hashes, released).episodes()

    def digests(self, artefact: Artefact[Any], slugs: Iterable[str]) -> dict[str, str]:
        """The sha256 of such a file of each of these episodes that has one, by slug."""
        with self._hashes() as hashes:
            view = View(Scope(self._workspace, self._show_graph, ""), Lock(), {}, hashes)
            name = everywhere(artefact)
            found = {slug: view.sha256(name.replace("*", check_slug(slug))) for slug in slugs}
        return {slug: sha256 for slug, sha256 in found.items() if sha256}

    def records(
        self, artefact: Artefact[_Record], digests: Mapping[str, str]
    ) -> dict[str, _Record]:
        """What such files say, by slug, of which these are the `digests`."""
        folder = self._workspace.episodes
        paths = {f"{folder}/{slug}/{artefact}": sha256 for slug, sha256 in digests.items()}
        with self._hashes() as hashes:
            found = hashes.recalled.records(artefact, paths)
        return dict(zip(digests, found.values(), strict=True))

    def _scope(self, slug: str, episode: Episode | None, to: str | None = None) -> Scope:
        """An episode with the stages that serve it up to `to`, or the show where there is none."""
        if episode is None:
            return Scope(self._workspace, self._show_graph, "")
        linked = episode.enclosure is not None
        graph = self._heard if linked and self.hears(to) else self._graphs[linked]
        return Scope(self._workspace, graph, slug, slug in self._released())

    def _released(self) -> frozenset[str]:
        return published(self._workspace).ever

    def _run(self, slug: str, request: Request, reporter: Reporter) -> EpisodeResult:
        what = f"episode {slug}" if slug else "the show's feed"
        with exclusive(self._workspace, slug or SHOW, what):
            show, episode = self._configuration.read(slug)
            scope = self._scope(slug, episode, request.to)
            if scope.graph is self._graphs[True]:
                request = replace(request, need=())  # nothing that could be needed is made
            others = [node.stage for node in self._show_graph.nodes.values()] if episode else []
            settings = self._configuration.digests(episode)
            with self._hashes() as hashes:
                run = Run(
                    request, scope, show, episode, settings, hashes, reporter, others, self._passed
                )
                waiting = run.execute()
        known = {} if slug else run.digests
        return EpisodeResult(
            slug, tuple(run.ran), waiting, left=tuple(run.left.values()), digests=known
        )

    def _look(self, slug: str, hashes: FileHashes, to: str | None = None) -> View:
        _, episode = self._configuration.read(slug)
        scope = self._scope(slug, episode, to)
        return View(scope, scope.read_lock(), self._configuration.digests(episode), hashes)

    @contextlib.contextmanager
    def _hashes(self) -> Iterator[FileHashes]:
        """What is known of files: read once, then only what other processes have learnt since."""
        if self._memory is None:
            self._memory = FileHashes(self._workspace.state / "hashes")
        else:
            self._memory.refresh()
        try:
            yield self._memory
        finally:
            self._memory.save()
