"""A release: sent, verified, recorded, taken back; and what nothing refers to."""

__all__ = ["garbage", "history", "notify", "release", "rollback"]
