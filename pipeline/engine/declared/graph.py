"""The table of stages, checked once at start-up and put in order.

Faults in it are the programmer's, so they are AssertionErrors that name the stage.
"""

import graphlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from pipeline.engine.declared.digests import Origin, label, unset
from pipeline.engine.declared.files import Pattern, overlap, parse
from pipeline.engine.declared.stage import Scope, Stage
from pipeline.errors import ConfigError

_BUILD = {"episode": "build/", "heard": "build/", "show": "//feed/build/"}
_EPISODES_BUILD = ("episodes", "build")  # parts 0 and 2 of an episode's output as the show names it


class Node:
    """A stage with its patterns parsed and the stages whose outputs it reads.

    `producers` are by the input pattern's text; none for a human's file.
    """

    def __init__(self, stage: Stage[Any]) -> None:
        self.stage = stage
        self.inputs = tuple(parse(text) for text in stage.inputs)
        self.outputs = tuple(parse(text) for text in stage.outputs)
        self.producers: dict[str, tuple[str, ...]] = {}

    @property
    def name(self) -> str:
        return self.stage.name

    @cached_property
    def upstream(self) -> tuple[str, ...]:
        """The stages right before this one, in order, each once."""
        return tuple(dict.fromkeys(name for names in self.producers.values() for name in names))

    @cached_property
    def origins(self) -> dict[str, Origin]:
        """The settings that the stage reads, by label, sorted."""
        return dict(sorted((label(each), each) for each in self.stage.settings.origins().values()))

    @cached_property
    def unset(self) -> dict[str, str]:
        """The digests of those settings, by label, that a file may leave out, as when it does."""
        found = {name: unset(origin) for name, origin in self.origins.items()}
        return {name: digest for name, digest in found.items() if digest}

    @cached_property
    def wholes(self) -> dict[str, str]:
        """The label of the key that a setting is a part of, by its label."""
        origins = self.stage.settings.origins()
        wholes = self.stage.settings.origins("of")
        return {label(origins[name]): label(whole) for name, whole in wholes.items()}

    @cached_property
    def late(self) -> frozenset[str]:
        """The labels of settings that a lock may lack."""
        origins = self.stage.settings.origins()
        return frozenset(label(origins[name]) for name in self.stage.settings.origins("late"))

    def picks(self, pattern: Pattern) -> bool:
        """Whether only those files of an input count that the stage chose."""
        return pattern.text in self.stage.picks

    def writes(self, name: str) -> bool:
        """Whether `name` is a declared output."""
        return any(pattern.matches(name) for pattern in self.outputs)


class Graph:
    """The stages of one scope in an order in which every reader comes after its writers.

    What a gate asks about comes first: the host can decide while the rest would still run.
    """

    def __init__(self, stages: Sequence[Stage[Any]], scope: Scope) -> None:
        everything = [Node(stage) for stage in stages]
        own = [node for node in everything if node.stage.scope == scope]
        _check_names(own)
        _check_outputs(own)
        for node in own:
            node.producers = _producers(node, everything)
        nodes = {node.name: node for node in own}
        self.scope = scope
        self.nodes = {name: nodes[name] for name in _order(nodes)}

    def upto(self, name: str | None) -> list[Node]:
        """The stages up to `name` in order, without those that it does not need; all for None."""
        wanted = _with_upstream(self.nodes, [self.node(name).name] if name else self.nodes)
        return [node for node in self.nodes.values() if node.name in wanted]

    def node(self, name: str) -> Node:
        """The stage called `name`; ConfigError names those that there are."""
        if name not in self.nodes:
            raise ConfigError(f"no stage '{name}'", f"there are: {', '.join(self.nodes)}")
        return self.nodes[name]

    def writers(self, pattern: Pattern) -> list[Node]:
        """The stages that write something that `pattern` stands for."""
        nodes = self.nodes.values()
        return [node for node in nodes if any(overlap(pattern, o) for o in node.outputs)]


def _check_names(nodes: Iterable[Node]) -> None:
    names = [node.name for node in nodes]
    for name in names:
        assert names.count(name) == 1, f"two stages are called '{name}'"
        assert name.replace("_", "").isalnum(), f"'{name}' is no name for a stage"


def _check_outputs(nodes: list[Node]) -> None:
    for index, node in enumerate(nodes):
        stage = node.stage
        for pattern in node.outputs:
            place = _BUILD[stage.scope]
            assert pattern.text.startswith(place), f"{stage.name}: {pattern.text} is not in {place}"
        folders = [p.parts[:-1] for p in (*node.inputs, *node.outputs) if not p.shared]
        assert "*" not in str(folders), f"{stage.name}: '*' stands in a pattern's last part only"
        if stage.scope == "show":
            files = {file for file, _ in stage.settings.origins().values()}
            assert files <= {"show.toml"}, f"{stage.name}: a show has no episode.toml"
            assert all(pattern.shared for pattern in node.inputs), f"{stage.name}: inputs start //"
        for other in nodes[:index]:
            clash = [o.text for o in node.outputs for p in other.outputs if overlap(o, p)]
            assert not clash, f"{stage.name} and {other.name} both write {clash[0]}"


def _producers(node: Node, everything: list[Node]) -> dict[str, tuple[str, ...]]:
    stage = node.stage
    producers = {}
    for pattern in node.inputs:
        writers = [
            other.stage
            for other in everything
            if any(overlap(pattern, _seen_from(stage.scope, other, o)) for o in other.outputs)
        ]
        made_elsewhere = pattern.optional or not _is_built(pattern)
        assert writers or made_elsewhere, f"{stage.name}: no stage writes {pattern.text}"
        later = [each for each in writers if (each.scope, stage.scope) == ("show", "episode")]
        assert not later, f"{stage.name} reads {pattern.text}, which is made after all episodes"
        producers[pattern.text] = tuple(w.name for w in writers if w.scope == stage.scope)
    return producers


def _seen_from(scope: Scope, other: Node, output: Pattern) -> Pattern:
    """An output under the name that a stage in `scope` has for it."""
    if scope == "show" and other.stage.scope == "episode":
        return parse(f"//episodes/*/{output.text}")
    return output


def _is_built(pattern: Pattern) -> bool:
    if not pattern.shared:
        return pattern.parts[0] == "build"
    if pattern.parts[:2] == ("feed", "build"):
        return True
    return len(pattern.parts) > 2 and (pattern.parts[0], pattern.parts[2]) == _EPISODES_BUILD


def _order(nodes: dict[str, Node]) -> list[str]:
    position = {name: index for index, name in enumerate(nodes)}
    early = [name for name, node in nodes.items() if node.stage.gate or node.stage.early]
    before_gates = _with_upstream(nodes, early)
    sorter = graphlib.TopologicalSorter({name: node.upstream for name, node in nodes.items()})
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        circle = " -> ".join(error.args[1])
        raise AssertionError(f"stages wait for each other: {circle}") from None
    ready: set[str] = set()
    order: list[str] = []
    while sorter.is_active():
        ready |= set(sorter.get_ready())
        name = min(ready, key=lambda name: (name not in before_gates, position[name]))
        ready.remove(name)
        order.append(name)
        sorter.done(name)
    return order


def _with_upstream(nodes: Mapping[str, Node], names: Iterable[str]) -> set[str]:
    """The stages of these names, and all whose outputs they are made from."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += nodes[name].upstream
    return found
