"""The stages, one file each: read inputs, call pure code in a domain package, write outputs.

A new stage is a new file here with a module-level `STAGE`; nothing else has to know of it.
"""

import functools
import importlib
import pkgutil
from typing import Any

from pipeline.engine.declared.stage import Stage
from pipeline.engine.running.runner import Runner
from pipeline.workspace import Workspace


@functools.cache
def all_stages() -> tuple[Stage[Any], ...]:
    """Every stage of this package; the engine orders them by what they read and write."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}").STAGE for name in modules)


def runner_of(workspace: Workspace) -> Runner:
    return Runner(workspace, all_stages())
