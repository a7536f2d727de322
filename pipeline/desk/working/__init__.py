"""The desk behind the page: a review's files, and what each decision changes in them."""

__all__ = ["commands", "desk", "files", "listening", "material"]
