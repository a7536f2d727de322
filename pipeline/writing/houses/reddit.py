"""Reddit: a title of 300 characters, and Markdown of 40,000.

Its old parser takes a backslash before fewer signs than CommonMark, ^ lifts what follows it, and a bare
address becomes a link with every backslash in it.
"""

import re

from pipeline.writing.houses.house import House, characters

_ESCAPED = re.compile(r"\\(.)|\^")
_BARE = re.compile(r"(?<!(?<!\\)\]\()(?<!(?<!\\)<)(https?)(?=://)")


def _finish(text: str) -> str:
    return _BARE.sub(r"\1\\", _ESCAPED.sub(_as_reddit_reads, text))


def _as_reddit_reads(match: re.Match[str]) -> str:
    if match[0] == "^":
        return "\\^"
    return match[1] if match[1] in "$=" else match[0]


HOUSE = House(
    name="reddit",
    title="Reddit",
    domain="reddit.com",
    forms=("md",),
    how="Paste in the Markdown editor; its interface for programs needs an approval.",
    limits=(characters(40_000),),
    title_limit=characters(300),
    quotes=3,
    curly=False,
    finish=_finish,
)
