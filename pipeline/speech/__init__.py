"""Speech to words: voice activity, chunks, engines, word times and weights."""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any


class _WordTimes(MetaPathFinder, Loader):
    """Whisper's own word times are loaded when somebody asks for them, and nobody here does.

    They bring a compiler, numba: a quarter of a second and 60 MB for each process that recognises.
    """

    def find_spec(self, fullname: str, path: Sequence[str] | None, _: Any = None) -> Any:
        if fullname != "whisper.timing":
            return None
        self._found: Any = PathFinder.find_spec(fullname, path)
        return self._found and ModuleSpec(fullname, self)

    def exec_module(self, module: ModuleType) -> None:
        def asked(name: str) -> Any:
            if name.startswith("__"):  # the import itself looks for some
                raise AttributeError(name)
            del module.__dict__["__getattr__"]
            self._found.loader.exec_module(module)
            return getattr(module, name)

        module.__dict__["__getattr__"] = asked
        # whisper names this one when it is loaded itself
        module.__dict__["add_word_timestamps"] = lambda *sound, **how: asked("add_word_timestamps")(
            *sound, **how
        )


sys.meta_path.insert(0, _WordTimes())
