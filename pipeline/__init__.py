"""Pullquote: from a recorded conversation to a subscribed feed, with quotes that are proven."""

__version__ = "0.1.0"
