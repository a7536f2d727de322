"""The table of stages, put in order. That it holds together is tested where the stages are."""

import graphlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from pipeline.engine.declared.digests import Origin, label, unset
from pipeline.engine.declared.files import Pattern, overlap, parse
from pipeline.engine.declared.stage import Scope, Stage
from pipeline.errors import ConfigError


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
        return any(pattern.matches(name) for pattern in self.outputs)

    def may_write(self, pattern: Pattern) -> bool:
        """Whether some file is both a declared output and one of `pattern`."""
        return any(overlap(pattern, output) for output in self.outputs)


class Graph:
    """The stages of one scope in an order in which every reader comes after its writers.

    What a gate asks about comes first: the host can decide while the rest would still run.
    """

    def __init__(self, stages: Sequence[Stage[Any]], scope: Scope) -> None:
        nodes = {stage.name: Node(stage) for stage in stages if stage.scope == scope}
        for node in nodes.values():
            node.producers = {
                pattern.text: tuple(name for name, o in nodes.items() if o.may_write(pattern))
                for pattern in node.inputs
            }
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
        return [node for node in self.nodes.values() if node.may_write(pattern)]


def _order(nodes: dict[str, Node]) -> list[str]:
    position = {name: index for index, name in enumerate(nodes)}
    early = [name for name, node in nodes.items() if node.stage.gate or node.stage.early]
    before_gates = _with_upstream(nodes, early)
    sorter = graphlib.TopologicalSorter({name: node.upstream for name, node in nodes.items()})
    sorter.prepare()
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
