"""From sound to words with their times, by either recogniser."""

__all__ = ["engine", "scoring", "together"]
