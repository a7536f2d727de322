"""Eleventy: a file for a site of your own, with front matter; its Markdown has no footnotes.

Before Markdown, Liquid reads the file, to which `{%` begins a tag, with a backslash or without.
"""

from pipeline.writing.houses.house import House

HOUSE = House(
    name="eleventy",
    title="Eleventy",
    forms=("md",),
    how="Save as a file of the site's input folder.",
    titled=False,
    finish=lambda text: text.replace("\\{", "&#123;"),
)
