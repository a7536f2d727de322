"""Edits to a ledger on the host's behalf: each leaves every other byte of the file as it was."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT, Null, Whitespace

from pipeline.errors import PullquoteError
from pipeline.host_files import with_comments
from pipeline.quotes.ledger.ledger import QUOTE_KEYS, Decision, Ledger, parse_ledger
from pipeline.times import clock

# A table of the document is `Any`: tomlkit types its containers as plain mutable mappings, and what
# is needed here (body, insertion in place) is on the concrete classes.


def complete(
    table: Any, identity: str, at: float | None = None, follows: str | None = None
) -> None:
    """Write a quote's id where it is missing, and its time (seconds) where it is new or has changed.

    So with the words before it, which tell it from another place.
    """
    if "id" not in table:
        _put(table, "id", identity)
    if at is not None:
        _put(table, "at", clock(at, 1))
    if follows and "follows" not in table:
        _put(table, "follows", follows)


def set_review(ledger: Ledger, review: Decision) -> None:
    """Write whether the review is open, or who decided it."""
    _put_on_top(ledger.document, "review", review)


def reject(ledger: Ledger, candidate: str) -> None:
    """Note that the host does not want a candidate."""
    document = ledger.document
    if "rejected" not in document:
        _put_on_top(document, "rejected", [candidate])
    elif candidate not in document["rejected"]:
        document["rejected"].append(candidate)


def restore(ledger: Ledger, candidate: str) -> None:
    """Take a rejection back."""
    rejected = ledger.document.get("rejected", [])
    if candidate in rejected:
        rejected.remove(candidate)


def add_quote(ledger: Ledger, heading: str, values: dict[str, Any]) -> None:
    """Append a quote below a heading, empty for none; one that is new becomes the last section."""
    table = tomlkit.table()
    for key in QUOTE_KEYS:
        if values.get(key):
            table[key] = values[key]
    quotes = _quotes(_section(ledger.document, heading))
    _insert(ledger.document, quotes, table, len(quotes))


def set_text(ledger: Ledger, identity: str, text: str, at: float | None) -> None:
    """Replace a quote's text, and its time if that is known (seconds).

    Without one, time and context stay, to tell where to look first.
    """
    table = _quote(ledger, identity)
    table["text"] = tomlkit.string(text, multiline="\n" in text)
    if at is not None:
        _put(table, "at", clock(at, 1))


def sign(ledger: Ledger, identity: str, line: str, key: str = "consent") -> None:
    """Add the host's consent to an edit; with the key `proven` what stands in for one."""
    table = _quote(ledger, identity)
    if key in table:
        table[key].append(line)
    else:
        _put(table, key, [line])


def unsign(ledger: Ledger, identity: str, line: str) -> None:
    """Take a consent back."""
    table = _quote(ledger, identity)
    lines = table.get("consent", [])
    if line in lines:
        lines.remove(line)
    if not lines:
        table.pop("consent", None)


def set_value(ledger: Ledger, identity: str, key: str, value: Any) -> None:
    """Set a key of a quote; an empty value takes it out."""
    table = _quote(ledger, identity)
    if value:
        _put(table, key, _inline(value))
    else:
        table.pop(key, None)


def rename_section(ledger: Ledger, heading: str, name: str) -> None:
    """Give a heading another name."""
    for section in ledger.document.get("section", ()):
        if section.get("heading", "") == heading:
            if heading:
                section["heading"] = name
            else:
                section.value._insert_at(0, "heading", tomlkit.item(name))


def remove_section(ledger: Ledger, heading: str) -> None:
    """Take out a heading that has no quotes; one that has is left alone."""
    sections = ledger.document.get("section", [])
    for index, section in enumerate(sections):
        if section.get("heading", "") == heading and not section.get("quote"):
            sections.pop(index)
            return


def move_quote(ledger: Ledger, identity: str, heading: str, place: int | None) -> None:
    """Put a quote below another heading, or elsewhere below the same (`place` from 0; none: last)."""
    table = remove_quote(ledger, identity)
    target = _quotes(_section(ledger.document, heading))
    _insert(
        ledger.document, target, table, len(target) if place is None else min(place, len(target))
    )


def remove_quote(ledger: Ledger, identity: str) -> Any:
    """Take a quote out and return its table; a heading without quotes stays the host's."""
    for section in ledger.document.get("section", ()):
        quotes = section.get("quote", ())
        for index, table in enumerate(quotes):
            if table.get("id") == identity:
                _leave_comments_behind(quotes, index)
                last = table is list(_in_order(ledger.document))[-1]
                quotes.pop(index)
                if not quotes:
                    section.remove("quote")
                if last:
                    _end_without_empty_line(list(_in_order(ledger.document))[-1])
                return table
    raise KeyError(identity)


def _inline(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    table = tomlkit.inline_table()
    table.update(value)
    return table


def tables(ledger: Ledger) -> Iterator[Any]:
    """The tables of all quotes, in order."""
    for section in ledger.document.get("section", ()):
        yield from section.get("quote", ())


def _quote(ledger: Ledger, identity: str) -> Any:
    return next(table for table in tables(ledger) if table.get("id") == identity)


def _section(document: TOMLDocument, heading: str) -> Any:
    for section in document.get("section", ()):
        if section.get("heading", "") == heading:
            return section
    if "section" not in document:
        document.append("section", tomlkit.aot())
    sections: Any = document["section"]
    table = tomlkit.table()
    if heading:
        table["heading"] = heading
    _insert(document, sections, table, len(sections))
    return sections[-1]


def _quotes(section: Any) -> Any:
    if "quote" not in section:
        section.append("quote", tomlkit.aot())
    return section["quote"]


def _insert(document: TOMLDocument, tables: Any, table: Any, place: int) -> None:
    """Add a table to its array, with an empty line between it and its neighbours."""
    tables.insert(place, table)
    written = list(_in_order(document))
    index = next(number for number, found in enumerate(written) if found is tables[place])
    for number in (index, index + 1):
        if number < len(written):
            above = _ends_empty(written[number - 1]) if number else not _has_top(document)
            written[number].trivia.indent = "" if above else "\n"
    if index == len(written) - 1:
        _end_without_empty_line(table)


def _in_order(document: TOMLDocument) -> Iterator[Any]:
    for section in document.get("section", ()):
        yield section
        yield from section.get("quote", ())


def _has_top(document: TOMLDocument) -> bool:
    """Whether lines stand above the first table without an empty one between."""
    items = [item for _, item in document.body if not isinstance(item, AoT)]
    return bool(items) and not isinstance(items[-1], Whitespace)


def _ends_empty(table: Any) -> bool:
    """Whether a table's own lines end with an empty one."""
    items = [item for _, item in table.value.body if not isinstance(item, (AoT, Null))]
    return bool(items) and isinstance(items[-1], Whitespace)


def _end_without_empty_line(table: Any) -> None:
    """The file's last table: the empty line that stood between it and another is not wanted."""
    body = table.value.body
    while body and isinstance(body[-1][1], (Null, Whitespace)):
        body.pop()


def _leave_comments_behind(quotes: Any, index: int) -> None:
    """Comments that the parser hung on the end of a quote stand above the next one: they stay there.

    They are handed to the quote before it. The first quote of a section keeps them, for between a
    heading and its first quote there is no place to hand them to.
    """
    if not index:
        return
    body = quotes[index].value.body
    last_key = max(number for number, (key, _) in enumerate(body) if key is not None)
    tail = [item for _, item in body[last_key + 1 :]]
    if any(item.as_string().strip() for item in tail):
        del body[last_key + 1 :]
        for item in tail:
            quotes[index - 1].add(item)


def _put(table: Any, key: str, value: Any) -> None:
    """Set a key; a new one is added in the order of `QUOTE_KEYS`.

    tomlkit's public way appends, which would put the key below the comment of the next quote.
    """
    before = [name for name in QUOTE_KEYS[: QUOTE_KEYS.index(key)] if name in table]
    if key in table:
        table[key] = value  # what stands behind it on the line stays
    elif before:
        table.value._insert_after(before[-1], key, tomlkit.item(value))
    else:
        table.value._insert_at(0, key, tomlkit.item(value))


def _put_on_top(document: TOMLDocument, key: str, value: Any) -> None:
    """Set a top-level key; a new one goes above all tables, below the comment that opens the file."""
    present = [name for name in ("review", "rejected") if name in document]
    item = tomlkit.item(value)
    if key in document:
        document[key] = value
    elif present:
        above: Any = document[present[-1]]
        if above.trivia.trail == "\n\n":
            above.trivia.trail, item.trivia.trail = "\n", "\n\n"
        document._insert_after(present[-1], key, item)
    else:
        document.append(key, item)  # tomlkit keeps plain keys above the tables
        line = f"{key} = {item.as_string()}"
        if "section" in document and f"{line}\n\n" not in document.as_string():
            item.trivia.trail = "\n\n"


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
