"""Ghost: HTML that its editor and its Admin API take (`?source=html`)."""

from pipeline.writing.houses.house import House

HOUSE = House(
    name="ghost",
    title="Ghost",
    forms=("html",),
    how="Paste into the editor; the address of the page is the canonical URL in the post's settings.",
)
