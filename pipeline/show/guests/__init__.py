"""Guests: the sheet of their quotes, what they answer, and what that holds back."""

__all__ = ["answers", "sheets", "standing"]
