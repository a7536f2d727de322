"""What a feed says of a show and its episodes, judged by the rules of its readers."""

__all__ = [
    "artwork",
    "channel",
    "heads",
    "item",
    "linked",
    "live_feed",
    "model",
    "rules",
]
