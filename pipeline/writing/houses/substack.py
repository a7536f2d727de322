"""Substack: HTML to paste; what is pasted makes no footnotes there, so they stand at the end."""

from pipeline.writing.houses.house import House

HOUSE = House(
    name="substack",
    title="Substack",
    domain="substack.com",
    forms=("html",),
    how="Paste into the editor, below title and subtitle; there is no interface for programs.",
)
