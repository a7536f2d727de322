"""Another's feed, read without trust, and every loss listed."""

__all__ = ["fetching", "foreign", "foreign_values", "migrated_items", "migration"]
