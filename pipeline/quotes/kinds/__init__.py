"""What kind of edit a difference is, by the words that it touches."""

__all__ = ["kept", "kinds", "limits", "marks", "meaning"]
