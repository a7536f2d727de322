"""What settings and a host's own files get wrong, found before the first minute of work.

A stage says in its `check` what would stop it later. All that is wrong is told at once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.engine.declared.files import Files, parse
from pipeline.engine.declared.graph import Node
from pipeline.engine.declared.settings import StageSettings
from pipeline.engine.declared.stage import Stage, StageLook
from pipeline.engine.state.freshness import StageState
from pipeline.errors import PullquoteError, together
from pipeline.settings.episode import Episode
from pipeline.settings.show import Show


@dataclass
class _Look(StageLook[Any]):
    settings: StageSettings
    slug: str
    _episode: Episode | None
    files: Files
    of_episode: bool = False  # whether what was found is true of this episode only

    @property
    def episode(self) -> Episode | None:  # type: ignore[override]
        """The episode that is made; what was asked of it is not known of the next one."""
        self.of_episode = True
        return self._episode

    def inputs(self, pattern: str) -> list[Path]:
        return [Path(self.files.path(name)) for name in self.files.find(parse(pattern))]

    def pick(self, pattern: str, name: str) -> Path | None:
        return next((path for path in self.inputs(pattern) if path.name == name), None)


def will_run(
    plan: Iterable[Node], states: Iterable[StageState], force: Collection[str]
) -> list[Stage[Any]]:
    """The stages of a run that is about to begin which today's settings may stop.

    Not one that makes again what a released episode keeps: it takes the settings of then.
    """
    stale = {each.stage for each in states if each.state != "fresh"}.union(force)
    kept = {each.stage for each in states if each.kept}
    return [
        node.stage
        for node in plan
        if node.name in stale
        and not (node.name in kept and node.stage.keeps and node.stage.keeps.remembers)
    ]


def check_settings(
    stages: Iterable[Stage[Any]],
    root: Path,
    show: Show,
    episode: Episode | None,
    slug: str,
    passed: dict[str, Show] | None = None,
) -> None:
    """Let every stage say what would stop it, of an episode, or of the show where `episode` is None.

    `passed` has the show's stages that found nothing wrong in a show, by name: a run of many episodes
    asks them once. PullquoteError lists all that is wrong.
    """
    passed = {} if passed is None else passed
    found: list[PullquoteError] = []
    for stage in stages:
        if stage.check is None or (episode is None and stage.scope == "episode"):
            continue
        if passed.get(stage.name) is show:
            continue
        files = Files(root, f"episodes/{slug}" if slug else "")
        look = _Look(stage.settings.load(show, episode), slug, episode, files)
        try:
            stage.check(look)
        except PullquoteError as error:
            found.append(error)
        else:
            if stage.scope == "show" and not look.of_episode:
                passed[stage.name] = show
    if found:  # several stages may stop at one fault
        raise together(found)
