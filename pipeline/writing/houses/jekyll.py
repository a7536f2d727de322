"""Jekyll: a file for a site of your own, with front matter.

Its Markdown is kramdown's, which takes no backslash before an ampersand.
"""

import re

from pipeline.writing.houses.house import House

_AMPERSAND = re.compile(r"\\(.)")


def _finish(text: str) -> str:
    return _AMPERSAND.sub(lambda match: "&amp;" if match[1] == "&" else match[0], text)


HOUSE = House(
    name="jekyll",
    title="Jekyll",
    forms=("md",),
    how="Save below _posts/, as YEAR-MONTH-DAY-name.md.",
    titled=False,
    finish=_finish,
)
