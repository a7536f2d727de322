"""Speech to words: voice activity, chunks, engines, word times and weights."""

import sys
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_TIMING = "whisper.timing"


class _Late(Loader):
    """Finds whisper's own word times, and reads them only when one of them is asked for.

    `import whisper` loads them, and nothing here uses them: they bring numba, which costs every process
    that hears 60 MB and a third of a second.
    """

    def find_spec(self, name: str, path: Sequence[str] | None, _: Any = None) -> ModuleSpec | None:
        if name != _TIMING:
            return None
        self._found = PathFinder.find_spec(name, path)
        return ModuleSpec(name, self) if self._found else None

    def create_module(self, spec: ModuleSpec) -> None:
        """Python's own kind of module."""

    def exec_module(self, module: ModuleType) -> None:
        def look_up(name: str) -> Any:
            if name.startswith("__"):  # asked by the import itself
                raise AttributeError(name)
            assert self._found
            assert self._found.loader
            self._found.loader.exec_module(module)
            return getattr(module, name)

        def add_word_timestamps(*given: Any, **options: Any) -> None:
            look_up("add_word_timestamps")(*given, **options)

        module.__dict__["__getattr__"] = look_up
        module.__dict__["add_word_timestamps"] = add_word_timestamps


if _TIMING not in sys.modules:
    sys.meta_path.insert(0, _Late())
