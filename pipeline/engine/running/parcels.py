"""A run on another machine: what an episode's stages read travels there, what they made comes back.

A parcel holds small files whole, and of media only the digest, by which they are fetched where it is
opened. What comes back is put in place here as if it had been made here, if nothing that it was made
from has changed meanwhile. So nobody needs the show's folder but who sends parcels.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from pydantic import ConfigDict

from pipeline.artefacts import PUBLISHED
from pipeline.engine.declared.files import SHARED
from pipeline.engine.declared.graph import Node
from pipeline.engine.running.records import Records
from pipeline.engine.state.freshness import current_inputs, explain, is_media, judge
from pipeline.engine.state.lock import Lock, lock_of
from pipeline.engine.state.scope import View
from pipeline.errors import PullquoteError
from pipeline.workspace import Workspace, write_bytes

#: Of the show, what every run reads beside its stages' inputs: settings, what is published, and the
#: port of a local store, which is a part of addresses.
_ALWAYS = ("//feed/show.toml", PUBLISHED, "//.pullquote/store/port")


class Need(NamedTuple):
    """What a stage takes: `memory` in bytes, and whether a recogniser that keeps its model serves it."""

    stage: str
    memory: int
    warm: bool


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a run of stages that are `stale`, up to `to`, reads.

    Names are relative to the episode, `//` means the show's root; `media` are digests. `release` is
    Pullquote's, because another one may make other bytes.
    """

    slug: str
    to: str | None
    force: tuple[str, ...]
    lock: bytes
    release: str
    stale: tuple[Need, ...]
    files: Mapping[str, bytes]
    media: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Returned:
    """What a run elsewhere made: the lock, small files whole, and digests of the media."""

    __pydantic_config__ = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    lock: bytes
    files: Mapping[str, bytes]
    media: Mapping[str, str]


Fetch = Callable[[str, str, Path], None]  # a name, its digest, and where to put it


def pack(
    view: View, to: str | None, force: Sequence[str], release: str, memory: Callable[[Node], int]
) -> Parcel:
    """All that a run reads of an episode that is here; `memory` says what a stage takes."""
    nodes = view.scope.graph.upto(to)
    states = {each.stage: each.state for each in explain(view.scope.graph, view)}
    stale = [node for node in nodes if states[node.name] != "fresh" or node.name in force]
    files = {
        name: Path(view.files.path(name)).read_bytes()
        for name in sorted({"episode.toml", *_ALWAYS, *_small(nodes, view)})
        if view.files.stat(name)
    }
    read = [each for node in stale for each in current_inputs(node, view)[0].items()]
    media = {
        name: sha256
        for name, sha256 in sorted(read)
        if is_media(name) and not any(node.writes(name) for node in stale)
    }
    needs = tuple(Need(node.name, memory(node), node.stage.warm) for node in stale)
    lock = view.lock.encode()
    return Parcel(view.scope.slug, to, tuple(force), lock, release, needs, files, media)


def unpack(parcel: Parcel, root: Path, fetch: Fetch) -> None:
    """Lay a parcel out as a show in an empty folder."""
    for name, content in parcel.files.items():
        write_bytes(path_of(root, parcel.slug, name), content)
    for name, sha256 in parcel.media.items():
        path = path_of(root, parcel.slug, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        fetch(name, sha256, path)
    # Last: where it is, all is.
    write_bytes(Workspace(root).new_episode(parcel.slug).lock, parcel.lock)


def resumed(parcel: Parcel, returned: Returned) -> Parcel:
    """The parcel for a run that goes on where another one ended."""
    files, media = {**parcel.files, **returned.files}, {**parcel.media, **returned.media}
    return replace(parcel, lock=returned.lock, files=files, media=media)


def collect(parcel: Parcel, root: Path) -> Returned:
    """What the stages have made in such a folder since it was laid out."""
    made = lock_of(Workspace(root).new_episode(parcel.slug))
    before = Lock.model_validate_json(parcel.lock)
    files, media = {}, {}
    for name, record in made.stages.items():
        if record == before.stages.get(name):
            continue
        for output, sha256 in record.outputs.items():
            if is_media(output):
                media[output] = sha256
            else:
                files[output] = path_of(root, parcel.slug, output).read_bytes()
    return Returned(made.encode(), files, media)


def take_in(view: View, parcel: Parcel, returned: Returned) -> list[str]:
    """Put what came back in place; returns the stages. The scope's lock on this machine is held.

    PullquoteError for a stage, and all after it, whose inputs or settings changed meanwhile. None where
    another run has made the same meanwhile.
    """
    made = Lock.model_validate_json(returned.lock)
    if view.lock.encode() != parcel.lock:
        if made.stages.items() <= view.lock.stages.items():
            return []
        raise _changed(view, "its lock")
    records, taken = Records(view.scope, view.lock), []
    for node in view.scope.graph.nodes.values():
        record = made.stages.get(node.name)
        if record is None or record == view.lock.stages.get(node.name):
            continue
        look = view.again()
        verdict = judge(node, look)
        if (verdict.inputs, verdict.settings) != (record.inputs, record.settings):
            differing = {*verdict.inputs.items()} ^ {*record.inputs.items()}
            raise _changed(view, min((name for name, _ in differing), default="a setting"))
        for name, sha256 in record.outputs.items():
            if is_media(name) and look.sha256(name) not in (None, sha256):
                Path(look.files.path(name)).unlink()  # what is here was not made elsewhere
        records.take_over(node, record, returned.files)
        taken.append(node.name)
    return taken


def _small(nodes: list[Node], view: View) -> set[str]:
    """The stages' small inputs, and what they left before."""
    patterns = {pattern for node in nodes for pattern in (*node.inputs, *node.outputs)}
    found = {name for pattern in patterns for name in view.files.find(pattern)}
    return {name for name in found if not is_media(name)}


def _changed(view: View, what: str) -> PullquoteError:
    slug = view.scope.slug
    return PullquoteError(
        f"{slug}: {what.removeprefix(SHARED)} changed while it was worked on elsewhere",
        "run it again; what was not touched is not made again",
    )


def path_of(root: Path, slug: str, name: str) -> Path:
    """Where a file of an episode lies in a show's folder."""
    return root / (name[2:] if name.startswith(SHARED) else f"episodes/{slug}/{name}")
