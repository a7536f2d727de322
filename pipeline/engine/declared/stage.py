"""What a stage is: a declaration of what it reads and writes, and a function that does it.

Paths in `inputs` and `outputs` are POSIX, relative to the episode's folder; `//` at the start means
the show's root. They may hold `*` (one path part); a `?` at the end marks an input that may be
absent. Examples: `"build/master.mp3"`, `"audio.*?"`, `"//feed/glossary.toml?"`,
`"//episodes/*/build/item.json"` (show scope), `"build/clips/*.mp3"`.
"""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, TypeVar

from pipeline.artefacts import Artefact
from pipeline.engine.declared.settings import StageSettings
from pipeline.engine.progress import Progress
from pipeline.errors import PullquoteError
from pipeline.settings.episode import Episode

#: `heard` is an episode whose audio was published elsewhere, where its recording is only listened to.
Scope = Literal["episode", "heard", "show"]


#: Bytes that a process takes at most, with the ffmpeg that it starts, in a stage that says nothing else.
#: 311 MB were measured for 25 minutes mastered (`tests/benchmarks/bench_memory.py tiny.en 10`).
MEMORY = 500_000_000

S = TypeVar("S", bound=StageSettings)
_Record = TypeVar("_Record")


class StageLook(ABC, Generic[S]):
    """What a stage's `check` sees before anything has run: its settings, and files that are there."""

    settings: S
    slug: str  # empty in show scope
    episode: Episode | None = None  # in a check: the one that is made, also for the show's stages

    @abstractmethod
    def inputs(self, pattern: str) -> list[Path]:
        """The files that a declared input stands for, sorted; empty when it is absent."""

    @abstractmethod
    def pick(self, pattern: str, name: str) -> Path | None:
        """One of the files that an input in `picks` stands for, by its name without folders."""

    def optional(self, pattern: str) -> Path | None:
        """The file of a declared input that may be absent."""
        found = self.inputs(pattern)
        return found[0] if found else None

    def known(self, artefact: Artefact[_Record]) -> _Record | None:
        """The record of a declared input that may be absent."""
        path = self.optional(artefact)
        return artefact.read(path) if path else None


class StageContext(StageLook[S]):
    """All that a stage's `run` may touch: its settings, declared inputs and declared outputs.

    Names are the declared ones, without a trailing `?`. Asking for an undeclared path is a fault
    of the stage and raises AssertionError.
    """

    progress: Progress
    scratch: Path  # kept while the stage is unfinished, removed when it succeeds
    released: bool  # listeners have what the last run made, and nobody asked to have it made anew
    forced: bool  # the host has it made in any case
    cache: Path  # kept between runs, of no effect on what is written; may be empty or not there

    @abstractmethod
    def before(self, pattern: str) -> list[Path]:
        """The files of a declared output that earlier runs left, sorted; they may be damaged."""

    @abstractmethod
    def unchanged(self, pattern: str) -> set[str]:
        """The paths of the inputs that have the same bytes as in the last run.

        None where anything else is otherwise than then: the stage's version, its settings, or what it
        wrote. So a stage may take over from `before` what it made of such inputs.
        """

    @abstractmethod
    def records(self, artefact: Artefact[_Record], pattern: str) -> dict[str, _Record]:
        """The records in the files of a declared input, by path, sorted; few are really read again."""

    @abstractmethod
    def output(self, name: str) -> contextlib.AbstractContextManager[Path]:
        """Yield a temporary path to write to; it becomes the output when the block succeeds."""

    def input(self, pattern: str) -> Path:
        """The one file of a declared input that must be there."""
        (path,) = self.inputs(pattern)
        return path

    def read(self, artefact: Artefact[_Record]) -> _Record:
        """The record of a declared input that must be there."""
        return artefact.read(self.input(artefact))

    def earlier(self, artefact: Artefact[_Record]) -> _Record | None:
        """What an earlier run of this stage wrote; None where that is not there, or damaged."""
        for path in self.before(artefact):
            with contextlib.suppress(PullquoteError):
                return artefact.read(path)
        return None

    def write_text(self, name: str, content: str) -> None:
        """Write a declared output as UTF-8, atomically."""
        with self.output(name) as path:
            path.write_bytes(content.encode())

    def write(self, artefact: Artefact[_Record], record: _Record) -> None:
        """Write a declared output, atomically."""
        self.write_text(artefact, artefact.dump(record))


@dataclass(frozen=True, slots=True)
class Keeping:
    """What listeners have of a released episode stays as it is, though settings and inputs change.

    `what` it is, in a word. Only `follows`, inputs and labels of settings, make the stage run again,
    or the host, with `option` of `run` and `publish`. A stage that `remembers` then takes all other
    settings and inputs as they were at the release; any other one takes everything as it is now.
    """

    what: str
    option: str
    follows: tuple[str, ...]
    remembers: bool = False


@dataclass(frozen=True, slots=True)
class Stage(Generic[S]):
    """One step of the pipeline.

    `version` is bumped by hand when `run` would give other bytes for the same inputs: hashing the
    source would transcribe a back catalogue again after a refactoring. A `gate` may raise `Waiting`;
    everything after it then waits too. `belongs` names the human file in which a change to the
    outputs is made, for whoever edited an output by hand: `"corrections.toml"`. Only a stage
    with settings for it, `linked`, serves an episode whose audio was published elsewhere (`[enclosure]`
    in `episode.toml`); those that are `heard` serve it besides when they are asked for, and no other run
    starts them. An `early`
    stage runs before any gate, although none reads what it makes: what it keeps for later runs must
    not depend on a decision. `long` says with which settings the stage may take minutes, so that looking
    never starts it: in words of what becomes of the episode, `"mastered"`, else nothing. `memory` is what
    a process takes at most that runs it, in bytes. `keeps` is what
    a released episode keeps of it. `check` raises what settings and the host's own files would stop it
    with later (see `checks`). A `warm` stage asks a recogniser: on a cluster with GPUs one that keeps its
    model there. Of the inputs in `picks` only those count that `pick` chose.
    """

    name: str
    run: Callable[[StageContext[S]], None]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    settings: type[S]
    scope: Scope = "episode"
    version: int = 1
    gate: bool = False
    early: bool = False
    belongs: str = ""
    linked: type[S] | None = None
    heard: bool = False
    long: Callable[[S], str] = lambda settings: ""
    memory: Callable[[S], int] = lambda settings: MEMORY
    keeps: Keeping | None = None
    check: Callable[[StageLook[S]], None] | None = None
    picks: tuple[str, ...] = ()
    warm: bool = False
