"""What has been made: hashes, the lock, and what of it is stale."""
