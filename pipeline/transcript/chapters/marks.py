"""Edits to the chapters of `episode.toml` on the host's behalf; every other byte stays."""

import re
import tomllib
from collections.abc import Sequence
from typing import Any

from pipeline.errors import PullquoteError
from pipeline.host_files import appended, with_comments
from pipeline.times import clock, parse_clock

_HEADER = re.compile(r"\s*\[\[\s*chapters\s*\]\]")
_TABLE = re.compile(r"\s*\[")
_QUIET = re.compile(r"\s*(#|$)")  # a comment, or nothing


def with_chapter(content: str, at: float, title: str, said: str) -> str:
    """Add a chapter that begins at `at` (seconds) with the words `said`, before the next later one.

    Where one begins then already, somebody else was faster, and it stays as it is.
    """
    values = {"at": clock(at, 1), "title": title} | ({"said": said} if said else {})
    listed = _listed(content)
    if any(parse_clock(each["at"]) == parse_clock(values["at"]) for each in listed):
        return content
    lines = content.splitlines(keepends=True)
    headers = _headers(lines)
    if len(headers) == len(listed):
        later = [n for n, each in zip(headers, listed, strict=True) if parse_clock(each["at"]) > at]
        if not later:
            return appended(content, "chapters", values)
        place = with_comments(lines, later[0])
        lines[place:place] = [appended("", "chapters", values), "\n"]
        return "".join(lines)
    import tomlkit

    document: Any = tomlkit.parse(content)
    entry = tomlkit.inline_table()
    entry.update(values)
    document["chapters"].append(entry)
    return str(document.as_string())


def changed(content: str, at: str, title: str, values: dict[str, str]) -> str:
    """Give the chapter that has this time and title other values."""
    import tomlkit

    number = _number(content, at, title)
    document: Any = tomlkit.parse(content)
    document["chapters"][number].update(values)
    return str(document.as_string())


def without(content: str, at: str, title: str) -> str:
    """Take out the chapter that has this time and title; comments around it stay."""
    import tomlkit

    number = _number(content, at, title)
    lines = content.splitlines(keepends=True)
    headers = _headers(lines)
    if len(headers) != len(_listed(content)):
        document: Any = tomlkit.parse(content)
        del document["chapters"][number]
        return str(document.as_string())
    first = headers[number]
    after = (n for n in range(first + 1, len(lines)) if _TABLE.match(lines[n]))
    last = next(after, len(lines))
    while _QUIET.match(lines[last - 1]):
        last -= 1
    if last < len(lines) and not lines[last].strip():
        last += 1  # one of the two empty lines that would meet
    return "".join(lines[:first] + lines[last:])


def _listed(content: str) -> Sequence[dict[str, str]]:
    found: Sequence[dict[str, str]] = tomllib.loads(content).get("chapters", ())
    return found


def _number(content: str, at: str, title: str) -> int:
    for number, each in enumerate(_listed(content)):
        if (each["at"], each["title"]) == (at, title):
            return number
    raise PullquoteError(
        f"the chapter “{title}” at {at} is no longer in episode.toml",
        "it was changed in the file, or in another window",
    )


def _headers(lines: Sequence[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if _HEADER.match(line)]
