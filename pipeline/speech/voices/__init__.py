"""Who speaks when: voices told apart, grouped, and known again."""

__all__ = ["diarisation", "labels", "references"]
