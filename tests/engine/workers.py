"""What the tests run in other processes: jobs for worker processes, and a run that kills itself."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import EpisodeResult, Runner
from pipeline.errors import Refused, Waiting
from pipeline.workspace import Workspace


class Unpicklable(Exception):  # noqa: N818
    """Takes two arguments and keeps one, so unpickling it fails."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(f"{number} {text}")


def job(slug: str) -> EpisodeResult:
    if slug == "refused":
        raise Refused("edited by hand", "use --force")
    if slug == "odd":
        raise Unpicklable(1, "odd")
    if slug == "waiting":
        return EpisodeResult(slug, ("words",), Waiting("3 quotes wait", "review them"))
    return EpisodeResult(slug, ("words", "item"))


def die(slug: str) -> EpisodeResult:
    os.kill(os.getpid(), signal.SIGKILL)
    return EpisodeResult(slug)


def run_episode(root: str, slug: str) -> EpisodeResult:
    """Without arguments that cannot be pickled, as a backfill does it."""
    return Runner(Workspace(Path(root)), STAGES).run(slug)


def _split(ctx: StageContext[Any]) -> None:
    for name in ctx.input("audio.wav").read_text().split():
        ctx.write_text(f"build/parts/{name}.mp3", name)
    ctx.write_text("build/parts.json", "[]")


def _join(ctx: StageContext[Any]) -> None:
    ctx.write_text("build/all.txt", "".join(p.read_text() for p in ctx.inputs("build/parts/*.mp3")))


STAGES: list[Stage[Any]] = [
    Stage("split", _split, ("audio.wav",), ("build/parts/*.mp3", "build/parts.json"), NoSettings),
    Stage("join", _join, ("build/parts/*.mp3",), ("build/all.txt",), NoSettings),
]


def main() -> None:
    """Run episode one of the show in argv[1]; with a number n in argv[2], die at the n-th rename."""
    root, moment = sys.argv[1], int(sys.argv[2])
    real = os.replace
    left = [moment]

    def replace(source: Any, target: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        real(source, target)

    os.replace = replace  # type: ignore[assignment]
    run_episode(root, "one")


if __name__ == "__main__":
    main()
