"""The words of a transcript: what each is, who says it, and where it is said."""
