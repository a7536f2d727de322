"""WordPress: HTML with the comments that make blocks of it.

In its texts `[audio]` would be a shortcode, which a bracket that is written as a code is not; its visual
editor writes the bracket again.
"""

from pipeline.writing.houses.house import House

HOUSE = House(
    name="wordpress",
    title="WordPress",
    forms=("html",),
    how="Paste into the code editor (in the visual one, a [shortcode] in a quote works); the page's "
    "address is canonical.",
    finish=lambda html: html.replace("[", "&#91;"),
)
