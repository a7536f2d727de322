"""Jekyll: a file for a site of your own, with front matter.

Its Markdown is kramdown's, which takes no backslash before an ampersand. Before it Liquid reads the file,
to which `{%` begins a tag, with a backslash or without.
"""

import re

from pipeline.writing.houses.house import House

_ESCAPED = re.compile(r"\\(.)")
_CODES = {"&": "&amp;", "{": "&#123;"}


def _finish(text: str) -> str:
    return _ESCAPED.sub(lambda match: _CODES.get(match[1], match[0]), text)


HOUSE = House(
    name="jekyll",
    title="Jekyll",
    forms=("md",),
    how="Save below _posts/, as YEAR-MONTH-DAY-name.md.",
    titled=False,
    finish=_finish,
)
