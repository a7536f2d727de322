"""Moving a whole heading with its quotes within a ledger, as an editor cuts and pastes lines."""

import re
from itertools import pairwise

from pipeline.errors import PullquoteError
from pipeline.host_files import with_comments
from pipeline.quotes.ledger.ledger import parse_ledger

_HEADER = re.compile(r"\s*\[\[\s*section\s*\]\]")


def with_section_moved(content: str, heading: str, place: int) -> str:
    """The ledger's text with a heading moved to `place`, from 0; its quotes and comments go with it.

    A comment belongs to the heading that it stands above without an empty line between. PullquoteError
    where there is no such heading, or where the file is written in a way that lines cannot be moved in.
    """
    before = _headings(content)
    if heading not in before:
        raise PullquoteError(f"there is no heading “{heading}”", "load the page again")
    order = list(range(len(before)))
    order.insert(place, order.pop(before.index(heading)))
    top, blocks = _blocks(content)
    movable = len(blocks) == len(before)
    # The empty lines between two headings stay where they are.
    moved = top + "".join(blocks[at][0] + blocks[i][1] for i, at in enumerate(order) if movable)
    if not movable or _headings(moved) != [before[number] for number in order]:
        raise PullquoteError(
            "the headings of this quotes.toml cannot be moved from here",
            "move the [[section]] in an editor",
        )
    return moved


def _headings(content: str) -> list[str]:
    return [section.heading for section in parse_ledger(content, "quotes.toml").sections]


def _blocks(content: str) -> tuple[str, list[tuple[str, str]]]:
    """What stands above the first heading, and each heading's lines and the empty ones below them."""
    lines = content.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    starts = [with_comments(lines, at) for at, line in enumerate(lines) if _HEADER.match(line)]
    parts = ["".join(lines[i:j]) for i, j in pairwise([0, *starts, len(lines)])]
    texts = [part.rstrip() + "\n" for part in parts[1:]]
    return parts[0], [
        (text, part[len(text) :]) for text, part in zip(texts, parts[1:], strict=True)
    ]
