"""The lock file: what each stage was last made from, and what came out.

`build/lock.json` of an episode, `feed/build/lock.json` of the show. It is committed, so that a fresh
clone knows that nothing has to run; it holds digests only, under POSIX names (see `files`).
"""

import contextlib
import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from pipeline.errors import PullquoteError
from pipeline.looking import content_of
from pipeline.workspace import EpisodePaths, dump_json

#: Grows when a release before could not read a lock: it then says that it is too old.
FORMAT: Final = 1

_SORTED = AfterValidator(lambda found: dict(sorted(found.items())))
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
#: Outputs that a new run did not write are removed, so a name may lead nowhere else.
OutputName = Annotated[str, Field(pattern=r"^(build|//feed/build)(/[^/.\\][^/\\]*)+$")]


class Record(BaseModel):
    """One stage's last success: settings by their name for people, names of files to sha256.

    With `waiting` the stage is a gate that was asked and is closed: settings and inputs are those
    that it was asked with, outputs those of its last success. `kept` are values of settings, as JSON
    has them, that a released episode keeps. `meant`: what it had kept was made anew by the host's wish.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    version: int
    settings: Annotated[dict[str, str], _SORTED]
    inputs: Annotated[dict[str, Sha256], _SORTED]
    outputs: Annotated[dict[OutputName, Sha256], _SORTED]
    waiting: bool = False
    kept: dict[str, Any] = {}
    meant: bool = False


class Lock(BaseModel):
    """All records of one episode, or of the show, by the stage's name."""

    model_config = ConfigDict(extra="forbid", strict=True)

    version: Literal[1] = FORMAT
    stages: dict[str, Record] = {}

    def encode(self) -> bytes:
        """The file's content: sorted, so that the same state gives the same bytes."""
        stages = {
            name: record.model_dump(exclude_defaults=True)
            for name, record in sorted(self.stages.items())
        }
        return dump_json({"version": self.version, "stages": stages}).encode()


def read_lock(path: Path, name: str, *, of_show: bool = False) -> Lock:
    """Read a lock file, an empty lock when there is none; `name` is the file's name for the error.

    What two people's publishing made of the whole show is made anew where git could not merge it.
    """
    content = content_of(path)
    if content is None:
        return Lock()
    if content.startswith(b"<<<<<<< ") or b"\n<<<<<<< " in content:
        if of_show:
            return Lock()
        raise PullquoteError(
            f"{name} holds two versions that git could not merge",
            f"take one side, its outputs too: git checkout --theirs {name.rpartition('/')[0]}; then "
            "run again",
        )
    try:
        return Lock.model_validate_json(content)
    except ValidationError as error:
        if newer := _of_a_newer_release(content, error):
            raise PullquoteError(
                f"{name} was written by a newer release of pullquote: {newer}",
                "update pullquote here, too",
            ) from None
        problem = error.errors()[0]
        where = _place(problem)
        raise PullquoteError(
            f"{name} is damaged: {where + ': ' if where else ''}{problem['msg']}",
            f"delete {name} and run again; every stage will then run once",
        ) from None


def lock_of(episode: EpisodePaths) -> Lock:
    return read_lock(episode.lock, f"episodes/{episode.slug}/build/{episode.lock.name}")


def _of_a_newer_release(content: bytes, error: ValidationError) -> str:
    """What of a lock we do not know yet; empty where it is damaged."""
    with contextlib.suppress(ValueError, RecursionError, AttributeError):
        version = json.loads(content).get("version")
        if isinstance(version, int) and version > FORMAT:
            return f"it has format {version}, and {FORMAT} is known here"
    by_type = {each["type"]: each for each in reversed(error.errors())}
    unknown = by_type.get("extra_forbidden")  # beside a key that is missing, one that is misspelt
    return f"it holds {_place(unknown)}" if unknown and "missing" not in by_type else ""


def _place(problem: ErrorDetails) -> str:
    return ".".join(str(part) for part in problem["loc"])
