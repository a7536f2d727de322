"""What a released episode keeps, and what a look leaves stale: the lines about both."""

from collections.abc import Iterable, Sequence

from pipeline.engine.running.run import Left
from pipeline.engine.state.freshness import StageState
from pipeline.engine.state.lock import lock_of
from pipeline.stages import all_stages
from pipeline.workspace import Workspace


def renewed(remaster: bool, retag: bool) -> tuple[str, ...]:
    """The stages that these options make anew; a new master gets new tags."""
    if not (remaster or retag):
        return ()
    options = {"--remaster", "--retag"} if remaster else {"--retag"}
    return tuple(each.name for each in all_stages() if each.keeps and each.keeps.option in options)


def was_meant(workspace: Workspace, slug: str) -> bool:
    """Whether the published file of an episode is another one because the host had it made anew."""
    stages = lock_of(workspace.episode(slug)).stages
    return any(
        stages[each.name].meant for each in all_stages() if each.keeps and each.name in stages
    )


def kept_lines(slug: str, states: Iterable[StageState]) -> list[str]:
    """What the episode keeps of its release, and what would be otherwise now."""
    keeps = {each.name: each.keeps for each in all_stages()}
    return [
        f"{slug} keeps the {kept.what} of its release; since then {', '.join(map(str, state.kept))}; "
        f"to take that: pullquote run {slug} {kept.option}"
        for state in states
        if _tells(state) and state.state == "fresh" and (kept := keeps[state.stage])
    ]


def kept_in_short(states: Iterable[StageState]) -> str:
    """The same in a few words, for a table; empty when nothing differs."""
    keeps = {each.name: each.keeps for each in all_stages()}
    what = [kept.what for state in states if _tells(state) and (kept := keeps[state.stage])]
    return f"keeps the {' and '.join(what)} of its release" if what else ""


def left_line(slug: str, left: Sequence[Left]) -> str:
    """What a look did not start, because it takes minutes."""
    done = list(dict.fromkeys(each.long for each in left if each.long))
    several = f"{', '.join(done[:-1])} and {done[-1]}" if len(done) > 1 else done[0]
    reasons = dict.fromkeys(str(reason) for each in left for reason in each.reasons)
    return f"{slug} would be {several}: {'; '.join(reasons)}; to do it: pullquote run {slug}"


def _tells(state: StageState) -> bool:
    """Whether the host changed anything: that we work otherwise since then is no news to a host.

    Nor is another file of ours that a stage reads since then.
    """
    return any(
        reason.kind != "version"
        and not (reason.kind == "added" and reason.subject.startswith("build/"))
        for reason in state.kept
    )
