"""Another's feed, read without trust, and every loss listed."""

__all__ = [
    "agreement",
    "fetching",
    "foreign",
    "foreign_values",
    "migrated_items",
    "migrated_values",
    "migration",
]
