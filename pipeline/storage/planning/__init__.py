"""What a release would change: the live feed, ours, and what others released."""
