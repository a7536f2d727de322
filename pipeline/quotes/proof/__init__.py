"""The guard: what an edit changes of what was said, and whether the host must sign it."""

__all__ = ["diff", "guard", "meaning", "speakers", "wording"]
