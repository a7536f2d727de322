"""Where the subject changes, and what a chapter is called."""

__all__ = ["chapters"]
