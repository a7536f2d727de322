"""Hugo: a file for a site of your own, with front matter."""

from pipeline.writing.houses.house import House

HOUSE = House(
    name="hugo",
    title="Hugo",
    forms=("md",),
    how="Save as a file below content/.",
    titled=False,
)
