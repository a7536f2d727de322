"""A back catalogue on a cluster of machines that have nothing of the show."""

__all__ = ["cluster", "driving", "tally"]
