"""A feed as XML: its items, its pages, its tags."""
