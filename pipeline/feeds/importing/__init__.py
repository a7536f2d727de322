"""Another's feed, read without trust, and every loss listed."""
