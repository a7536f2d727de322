"""E-mail: HTML with inlined styles, and plain text; everybody who speaks is named."""

from pipeline.writing.houses.house import House

HOUSE = House(
    name="email",
    title="E-mail",
    forms=("html", "txt"),
    how="The title is the subject.",
)
