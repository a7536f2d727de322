"""Recordings of one track a speaker: who is active, and when each track began."""

__all__ = ["activity", "channels", "starts"]
