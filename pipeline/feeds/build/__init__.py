"""A feed as XML: its items, its pages, its tags."""

__all__ = ["build", "paging", "posts", "rendered"]
