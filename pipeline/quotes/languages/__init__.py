"""What the guard must know of a language: a `TABLE` each, in a file named by its code."""

__all__ = ["numbers", "table"]
