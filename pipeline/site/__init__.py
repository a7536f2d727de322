"""Static pages: one for each episode and an index of them."""

__all__ = [
    "assets",
    "embed",
    "findable",
    "guest",
    "index",
    "indexing",
    "listing",
    "machines",
    "page",
    "quote",
]
