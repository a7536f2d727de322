"""What the guard must know of a language: a table each, in a file named by its code (`en.toml`)."""

__all__ = ["numbers", "table"]
