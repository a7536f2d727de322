"""From the files of a show to a release of it, and back."""

__all__ = [
    "copies",
    "exporting",
    "fetching",
    "planning",
    "publisher",
    "publishing",
    "replacing",
    "taking_back",
]
