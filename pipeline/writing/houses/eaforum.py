"""The EA Forum: as LessWrong, from which its editor comes."""

from pipeline.writing.houses.house import House

HOUSE = House(
    name="eaforum",
    title="EA Forum",
    domain="forum.effectivealtruism.org",
    forms=("md", "html"),
    how="Paste into the editor; the address of the page goes into the field for a link post.",
)
