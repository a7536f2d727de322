"""Where the words of a quote stand in the transcript, and which edits lie between."""

__all__ = ["alignment", "edits", "published", "sentences", "sounds", "source", "tokens"]
