"""What a release would change: the live feed, ours, and what others released."""

__all__ = [
    "changes",
    "feed_pages",
    "inventory",
    "live",
    "merge",
    "plan",
    "refusals",
    "wording",
]
