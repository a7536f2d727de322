"""The words of a transcript: what each is, who says it, where it went in another."""
