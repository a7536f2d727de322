"""What stands around a quote and changes what it says: whose words they are, and what limits them."""

__all__ = ["borders", "gaps", "quotation_marks"]
