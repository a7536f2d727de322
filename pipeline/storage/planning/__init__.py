"""What a release would change: the live feed, ours, and what others released."""

__all__ = [
    "changes",
    "feed_pages",
    "inventory",
    "live",
    "live_feed",
    "merge",
    "plan",
    "refusals",
    "wording",
]
