"""The guard: what the edits of a quote change of what was said, and whether the host must sign them."""

__all__ = ["diff", "guard", "printed", "speakers", "wording"]
