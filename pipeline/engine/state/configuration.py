"""What a host's files say, with the digests of it that stages go by."""

import time
from collections.abc import Sequence
from typing import Any

from pipeline.engine.declared.digests import digests, origins
from pipeline.engine.declared.files import is_racy, signature
from pipeline.engine.declared.stage import Stage
from pipeline.errors import PullquoteError, together
from pipeline.settings.episode import Episode
from pipeline.settings.show import Show, load_episode, load_show
from pipeline.workspace import Workspace


class Configuration:
    """`show.toml` and the `episode.toml` of any episode, for one table of stages.

    The show's file is read again only when it was touched: a run of 10,000 episodes asks for it 10,000
    times.
    """

    def __init__(self, workspace: Workspace, stages: Sequence[Stage[Any]]) -> None:
        self._workspace = workspace
        self._of_show = origins(stages, "show.toml")
        self._of_episode = origins(stages, "episode.toml")
        self._known: tuple[list[list[int]], Show, dict[str, str]] | None = None

    def read(self, slug: str) -> tuple[Show, Episode | None]:
        """The show and the episode, if one is named; PullquoteError with all that is wrong in both."""
        episode, wrong = None, []
        try:
            episode = load_episode(self._workspace, slug) if slug else None
        except PullquoteError as error:
            wrong.append(error)
        try:
            show, _ = self._show()
        except PullquoteError as error:
            wrong.append(error)
        if wrong:
            raise together(wrong)
        return show, episode

    def digests(self, episode: Episode | None) -> dict[str, str]:
        """Label to digest of each setting of the show, and of the episode, that a stage reads."""
        _, found = self._show()
        return found | digests(episode, self._of_episode) if episode else found

    def _show(self) -> tuple[Show, dict[str, str]]:
        places = (self._workspace.show_toml, self._workspace.store_port)
        stats = [path.stat() for path in places if path.is_file()]
        key = [signature(stat) for stat in stats]
        if self._known is None or self._known[0] != key:
            show = load_show(self._workspace)
            racy = any(is_racy(stat, time.time_ns()) for stat in stats)
            self._known = [] if racy else key, show, digests(show, self._of_show)
        return self._known[1:]
