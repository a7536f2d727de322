"""Where the subject changes, what a chapter may be called, and what the host has made of that."""

__all__ = ["chapters", "marks", "outline"]
