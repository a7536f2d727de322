"""From the files of a show to a release of it, and back."""

__all__ = ["due", "merged_index", "publication", "publisher", "publishing", "rehearsal"]
