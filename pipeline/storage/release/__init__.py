"""A release: sent, verified, recorded, taken back; and what nothing refers to."""
