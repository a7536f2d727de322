"""Posts sent to the houses that have an API: what is said there, and what stands there since."""

__all__ = ["sending"]
