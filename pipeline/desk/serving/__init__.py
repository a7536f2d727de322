"""The page in the host's browser: what is served, and to whom."""

__all__ = ["serve"]
