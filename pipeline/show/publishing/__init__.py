"""From the files of a show to a release of it, and back."""

__all__ = [
    "copies",
    "due",
    "exporting",
    "planning",
    "publication",
    "publisher",
    "publishing",
    "replacing",
    "taking_back",
]
