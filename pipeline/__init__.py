"""Pullquote: from a recorded conversation to a subscribed feed, with quotes that are proven."""

import atexit
import gc
import os

__version__ = "0.1.0"

# Python looks for cycles at every 700 new objects, and when all goes: an eighth of a start, and of a plan.
gc.set_threshold(50_000, 50)
atexit.register(gc.freeze)
# Pydantic would ask every package that is installed whether it has a plugin for it: 15 ms.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
