"""What kind of edit a difference is, by the words that it touches."""

__all__ = ["limits", "kept", "kinds", "marks", "meaning"]
