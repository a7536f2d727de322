"""LessWrong: Markdown with footnotes, or HTML whose anchors its editor turns into footnotes."""

from pipeline.writing.houses.house import House

HOUSE = House(
    name="lesswrong",
    title="LessWrong",
    domain="lesswrong.com",
    forms=("md", "html"),
    how="Paste into the editor; the address of the page goes into the field for a link post.",
)
