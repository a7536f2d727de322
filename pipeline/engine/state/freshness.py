"""Whether a stage must run, and why, in words that a host understands.

A stage is fresh when the lock records the same version, the same digests of the settings that it
reads, the same inputs with the same hashes, and its outputs are there with the recorded hashes.
Recorded media that is absent is *offline*, not stale: git does not carry it. What a released episode
*keeps* does not become stale by a change that came after its release.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pipeline.engine.declared.files import SHARED, Pattern
from pipeline.engine.declared.graph import Graph, Node
from pipeline.engine.state import keeping
from pipeline.engine.state.lock import Record
from pipeline.engine.state.scope import View
from pipeline.errors import ConfigError, together
from pipeline.models import MEDIA_SUFFIXES

State = Literal["fresh", "stale", "edited", "waiting"]

_WORDS = {
    "first-run": "first run",
    "version": "the stage itself changed: {}",
    "changed": "changed: {}",
    "added": "added: {}",
    "gone": "gone: {}",
    "absent": "not there: {}",
    "missing": "missing: {}",
    "unmade": "missing: {}",  # and never made
    "edited": "edited by hand: {}",
    "interrupted": "the last run was interrupted",
    "waiting": "waiting for {}",
    "after": "after {}",
}


#: What a host may change of what is made of several settings; the lock has it under its own name.
MADE_OF = {
    "show.toml [store] base_url": "show.toml [storage], or the port of the local store",
    "show.toml expected_language": "show.toml language, or [transcribe] language",
    "show.toml spoken_language": "show.toml language, or [transcribe] language",
    "show.toml people_names": "show.toml [[people]] name",
    "episode.toml slug": "the name of the episode's folder",
}


class Reason(NamedTuple):
    """Why a stage would run; `subject` is a setting, a file or a stage."""

    kind: str
    subject: str = ""

    def __str__(self) -> str:
        subject = MADE_OF.get(self.subject, self.subject)
        if self.kind == "edited" and is_media(subject):  # git carries the lock and not the media
            return f"edited, or left behind by a git pull (pullquote fetch): {subject}"
        return _WORDS[self.kind].format(subject.removeprefix(SHARED))


class StageState(NamedTuple):
    """One line of `explain`; `offline` names recorded outputs that are not on this machine, `kept` are
    changes that came after the release and make nothing run.
    """

    stage: str
    state: State
    reasons: tuple[Reason, ...] = ()
    offline: tuple[str, ...] = ()
    kept: tuple[Reason, ...] = ()


def is_newer(states: Iterable[StageState]) -> bool:
    """Whether all that would be made otherwise is so because Pullquote is newer than what made it.

    What listeners have does not change with our update: it stays until the host releases it again.
    """
    stale = [state for state in states if state.reasons]
    if not stale or all(Reason("first-run") in state.reasons for state in states):
        return False
    return all(_is_ours(reason, state) for state in stale for reason in state.reasons)


def _is_ours(reason: Reason, state: StageState) -> bool:
    """Whether a stage that is new, works otherwise, or reads or makes more, is why."""
    if reason.kind in {"added", "gone"}:
        made = reason.subject.removeprefix(SHARED)
        is_another = any(each.kind == "version" for each in state.reasons)
        return is_another and "build" in made.split("/")[:-1]
    return reason.kind in {"version", "first-run", "after", "unmade"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found for one stage: inputs as they are now, and what speaks against freshness.

    `offline` are inputs that count by their recorded hash, `lost` recorded media outputs that are
    not there, `edited` outputs that a person changed, `absent` required inputs that match no file.
    `kept` are changes that a released episode does not follow; with `remembered` a run takes `settings`
    (label to digest) and `inputs` as they were before these.
    """

    reasons: tuple[Reason, ...]
    settings: dict[str, str]
    inputs: dict[str, str]
    offline: tuple[str, ...]
    absent: tuple[str, ...]
    lost: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    kept: tuple[Reason, ...] = ()
    remembered: bool = False


def is_media(name: str) -> bool:
    """Whether git does not carry the file, so that it may be offline."""
    suffix = os.path.splitext(name)[1].lower()
    return suffix in MEDIA_SUFFIXES or (suffix == ".png" and name.startswith("build/"))


def judge(node: Node, view: View) -> Verdict:
    """Compare a stage with its record in the lock, leaving out what its upstream will do.

    ConfigError names every input of the scope that is no file, or a link that leads out of the show.
    """
    try:
        found: Verdict = view.found.get(node.name) or _judge(node, view)
    except ConfigError as error:
        raise together([error, *_strange(view)]) from None
    view.found[node.name] = found
    return found


def _judge(node: Node, view: View) -> Verdict:
    record = view.lock.stages.get(node.name)
    inputs, away = current_inputs(node, view)
    missing = [pattern for pattern in node.inputs if _is_absent(pattern, node, inputs)]
    reasons = [Reason("absent", pattern.text) for pattern in missing if not _made(pattern, node)]
    settings = {label: view.settings[label] for label in node.origins}
    offline, absent = tuple(sorted(away)), tuple(pattern.text for pattern in missing)
    if record is None:
        return Verdict((Reason("first-run"), *reasons), settings, inputs, offline, absent)
    changes = [*_version(node, record), *_settings(node, record, settings, view)]
    changes += _inputs(record, inputs)
    keeps = keeping.in_force(node, view)
    kept = [each for each in changes if keeps and not keeping.follows(keeps, each.subject)]
    reasons += [each for each in changes if each not in kept]
    remembers = keeps is not None and keeps.remembers and bool(kept)
    if keeps and remembers:
        settings, inputs = keeping.as_released(keeps, record, settings, inputs)
    outputs = list(_outputs(node, record, view))
    lost = tuple(name for kind, name in outputs if kind == "lost")
    edited = tuple(name for kind, name in outputs if kind == "edited")
    reasons += [Reason(kind, name) for kind, name in outputs if kind != "lost"]
    reasons += _interrupted(node, record, view)
    if record.waiting and not reasons:
        reasons.append(Reason("waiting", node.name))
    return Verdict(
        tuple(reasons), settings, inputs, offline, absent, lost, edited, tuple(kept), remembers
    )


def explain(graph: Graph, view: View) -> list[StageState]:
    """Every stage in order, with what would happen to it if the scope ran now."""
    states: dict[str, StageState] = {}
    for node in graph.nodes.values():
        verdict = judge(node, view)
        reasons = _with_upstream(node, view, verdict.reasons, states)
        states[node.name] = StageState(
            node.name, _state(reasons), tuple(dict.fromkeys(reasons)), verdict.lost, verdict.kept
        )
    return list(states.values())


def _strange(view: View) -> Iterator[ConfigError]:
    nodes = view.scope.graph.nodes.values()
    patterns = {pattern.text: pattern for node in nodes for pattern in node.inputs}
    for pattern in patterns.values():
        try:
            view.files.find(pattern)
        except ConfigError as error:
            yield error


def current_inputs(node: Node, view: View) -> tuple[dict[str, str], set[str]]:
    """The stage's inputs, name to sha256, and which of them are offline."""
    found: dict[str, str] = {}
    offline: set[str] = set()
    for pattern in node.inputs:
        for name, sha256 in _matches(pattern, node, view):
            actual = view.sha256(name)
            if actual is None:
                offline.add(name)
            found[name] = actual or sha256
    for name, sha256 in _absent_recordings(node, view, found):
        offline.add(name)
        found[name] = sha256
    return found, offline


def _matches(pattern: Pattern, node: Node, view: View) -> Iterator[tuple[str, str]]:
    """Names an input pattern stands for, with the recorded hash where another stage made them.

    What other stages made is read off their records, so a stray file in `build/` is nobody's input.
    """
    if not _made(pattern, node):
        names = view.files.find(pattern)
        if node.picks(pattern):
            record = view.lock.stages.get(node.name)
            names = [name for name in names if record and name in record.inputs]
        yield from ((name, "") for name in names)
        return
    for producer in node.producers[pattern.text]:
        record = view.lock.stages.get(producer)
        for name, sha256 in record.outputs.items() if record else ():
            if pattern.matches(name) and (view.files.stat(name) or is_media(name)):
                yield name, sha256


def _absent_recordings(node: Node, view: View, found: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The host's recordings that the stage was made from and that are not on this machine.

    When some recording of the episode is there, the others were taken away on purpose.
    """
    record = view.lock.stages.get(node.name)
    if record is None or any(_is_recording(name) for name in found):
        return
    own = [pattern for pattern in node.inputs if not _made(pattern, node)]
    for name, sha256 in record.inputs.items():
        if _is_recording(name) and any(pattern.matches(name) for pattern in own):
            yield name, sha256


def _is_recording(name: str) -> bool:
    return not name.startswith(("build/", "//")) and is_media(name)


def _made(pattern: Pattern, node: Node) -> bool:
    return bool(node.producers[pattern.text])


def _is_absent(pattern: Pattern, node: Node, inputs: dict[str, str]) -> bool:
    if pattern.optional or (_made(pattern, node) and not pattern.literal):
        return False
    return not any(pattern.matches(name) for name in inputs)


def _version(node: Node, record: Record) -> Iterator[Reason]:
    now = node.stage.version
    if record.version != now:
        yield Reason("version", f"version {record.version} to {now}")


def _settings(node: Node, record: Record, now: Mapping[str, str], view: View) -> Iterator[Reason]:
    if now == record.settings:
        return
    # A key that a new release brings was not there to be set: leaving it out changes nothing.
    before = {name: now[name] for name in node.late} | node.unset | record.settings
    for part, whole in node.wholes.items():
        was = before.pop(whole, None)
        if part not in before and was == view.settings.get(whole):
            before[part] = now[part]
    for label in sorted(now.keys() | before.keys()):
        if now.get(label) != before.get(label):
            origin, values = node.origins.get(label), record.kept.get(label)
            keys = keeping.changed_keys(origin, values, view.settings) if origin else [label]
            yield from (Reason("changed", key) for key in keys)


def _inputs(record: Record, now: dict[str, str]) -> Iterator[Reason]:
    if now == record.inputs:
        return
    for name in sorted(now.keys() | record.inputs.keys()):
        if name not in record.inputs:
            yield Reason("added", name)
        elif name not in now:
            yield Reason("gone", name)
        elif now[name] != record.inputs[name]:
            yield Reason("changed", name)


def _outputs(node: Node, record: Record, view: View) -> Iterator[tuple[str, str]]:
    """Pairs of `lost`, `missing`, `unmade` or `edited` and the output's name."""
    journal = view.journal(node.name)
    for name, sha256 in record.outputs.items():
        actual = view.sha256(name)
        if actual is None:
            yield ("lost" if is_media(name) else "missing"), name
        elif actual != sha256 and not (journal and journal.wrote(name, actual)):
            yield "edited", name
    if not record.waiting:
        for pattern in node.outputs:
            if pattern.literal and not pattern.optional and pattern.text not in record.outputs:
                yield "unmade", pattern.text


def _interrupted(node: Node, record: Record, view: View) -> Iterator[Reason]:
    journal = view.journal(node.name)
    if journal and journal.outputs != record.outputs:
        yield Reason("interrupted")


def _with_upstream(
    node: Node, view: View, own: tuple[Reason, ...], states: dict[str, StageState]
) -> list[Reason]:
    upstream = list(_upstream(keeping.upstream(node, view), states))
    if own or upstream:  # it will run, so everything that it reads counts
        upstream = list(_upstream(node.upstream, states))
    if any(reason.kind == "after" for reason in upstream):
        # A gate whose questions are about to change waits for the run, not for the host.
        own = tuple(reason for reason in own if reason.kind != "waiting")
    return [*own, *upstream]


def _upstream(names: Iterable[str], states: dict[str, StageState]) -> Iterator[Reason]:
    for name in names:
        before = states[name]
        if before.state == "waiting":
            yield from (reason for reason in before.reasons if reason.kind == "waiting")
        elif before.state == "stale":
            yield Reason("after", name)


def _state(reasons: list[Reason]) -> State:
    kinds = {reason.kind for reason in reasons}
    if "edited" in kinds:
        return "edited"
    if "waiting" in kinds:
        return "waiting"
    return "stale" if kinds else "fresh"
