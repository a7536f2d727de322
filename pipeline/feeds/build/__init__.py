"""A feed as XML: its items, its pages, its tags."""

__all__ = ["build", "item_xml", "paging", "posts"]
