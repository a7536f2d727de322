"""Where the subject changes, and what a chapter is called."""

__all__ = ["chapter_words", "chapters"]
