"""LinkedIn: plain text of 3,000 characters; one quote, and why it matters."""

from pipeline.writing.houses.house import House, utf16_units

HOUSE = House(
    name="linkedin",
    title="LinkedIn",
    domain="linkedin.com",
    forms=("txt",),
    how="Paste into a new post.",
    limits=(utf16_units(3000),),
    titled=False,
    quotes=1,
)
