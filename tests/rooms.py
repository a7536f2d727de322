"""A contract of import-linter: a room is entered only by the modules that its `__all__` names.

A room is a package of `pipeline`; without an `__all__` it is a floor, and all its modules are for
everybody above it. Who may stand above whom is said by the contracts of layers.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

import pipeline

_HERE = Path(pipeline.__file__).parent


class RoomsContract(Contract):
    """Takes no options: the rooms themselves say what is their face."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look for imports that reach past a face, and for faces that nobody uses."""
        found = [
            line for room, face in sorted(_faces().items()) for line in _faults(graph, room, face)
        ]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print what was found, a line each."""
        for line in check.metadata["found"]:
            output.print_error(line)


def _faces() -> dict[str, set[str]]:
    """Every room that has a face, with the modules in it."""
    found = {}
    for file in _HERE.rglob("__init__.py"):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                room = ".".join(("pipeline", *file.parent.relative_to(_HERE).parts))
                found[room] = {f"{room}.{name}" for name in ast.literal_eval(node.value)}
    return found


def _faults(graph: ImportGraph, room: str, face: set[str]) -> Iterator[str]:
    inside = {room} | graph.find_descendants(room)
    for module in sorted(graph.find_children(room) | face):
        if module not in graph.modules:
            yield f"{room}: its face names {module}, which is no module"
            continue
        strangers = sorted(graph.find_modules_that_directly_import(module) - inside)
        if strangers and module not in face:
            yield f"{strangers[0]} reaches past the face of {room}: {module}"
        if not strangers and module in face:
            yield f"{room}: nobody outside uses {module} of its face"
