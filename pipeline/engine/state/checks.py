"""What settings and a host's own files get wrong, found before the first minute of work.

A stage says in its `check` what would stop it later. All that is wrong is told at once.
"""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from pipeline.engine.declared.files import Files, parse
from pipeline.engine.declared.graph import Node
from pipeline.engine.declared.stage import Stage, StageLook, StageSettings
from pipeline.engine.state.freshness import StageState
from pipeline.errors import PullquoteError, together
from pipeline.settings.episode import Episode
from pipeline.settings.show import Show


class _Look(StageLook[Any]):
    def __init__(
        self, settings: StageSettings, slug: str, episode: Episode | None, files: Files
    ) -> None:
        self.settings = settings
        self.slug = slug
        self.episode = episode
        self._files = files

    def inputs(self, pattern: str) -> list[Path]:
        return [Path(self._files.path(name)) for name in self._files.find(parse(pattern))]

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
    stages: Iterable[Stage[Any]], root: Path, show: Show, episode: Episode | None, slug: str
) -> None:
    """Let every stage say what would stop it, of an episode, or of the show where `episode` is None.

    PullquoteError lists all that is wrong.
    """
    files = Files(root, f"episodes/{slug}" if slug else "")
    found: list[PullquoteError] = []
    for stage in stages:
        if stage.check is None or (episode is None and stage.scope == "episode"):
            continue
        settings = stage.settings.load(show, episode)
        try:
            stage.check(_Look(settings, slug, episode, files))
        except PullquoteError as error:
            found.append(error)
    if found:  # several stages may stop at one fault
        raise together(found)
