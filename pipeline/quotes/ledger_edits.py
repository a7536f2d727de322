"""Edits to a ledger on the host's behalf: each leaves every other byte of the file as it was."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.quotes.ledger import Decision, Ledger
from pipeline.times import clock

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

# A table of the document is `Any`: tomlkit types its containers as plain mutable mappings, and what
# is needed here (body, insertion in place) is on the concrete classes.
_ORDER = ("id", "at", "speaker", "text", "consent", "footnotes", "soundbite", "question")


def complete(ledger: Ledger, found: Sequence[tuple[str, float | None]]) -> bool:
    """Write missing ids and times; `found` has (id, start or None) of each quote in order.

    Returns whether anything was missing.
    """
    changed = False
    for table, (identity, start) in zip(_tables(ledger.document), found, strict=True):
        values = {"id": identity, "at": None if start is None else clock(start, 1)}
        for key, value in values.items():
            if key not in table and value is not None:
                _put(table, key, value)
                changed = True
    return changed


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


def add_quote(ledger: Ledger, heading: str, values: dict[str, Any]) -> None:
    """Append a quote below a heading; a heading that is new becomes the last section."""
    import tomlkit

    table = tomlkit.table()
    for key in _ORDER:
        if values.get(key):
            table[key] = values[key]
    quotes = _quotes(_section(ledger.document, heading))
    _insert(quotes, table, len(quotes))


def set_text(ledger: Ledger, identity: str, text: str) -> None:
    """Replace a quote's text; its time is found anew, for the text may be cut from elsewhere."""
    _quote(ledger.document, identity)["text"] = text


def sign(ledger: Ledger, identity: str, line: str) -> None:
    """Add the host's consent to an edit."""
    table = _quote(ledger.document, identity)
    if "consent" in table:
        table["consent"].append(line)
    else:
        _put(table, "consent", [line])


def move_quote(ledger: Ledger, identity: str, heading: str, place: int | None = None) -> None:
    """Put a quote below another heading, or elsewhere below the same (`place` from 0; none: last)."""
    for section in ledger.document.get("section", ()):
        quotes = section.get("quote", ())
        for index, table in enumerate(quotes):
            if table.get("id") == identity:
                _leave_comments_behind(section, quotes, index)
                quotes.pop(index)
                if not quotes:
                    section.remove("quote")
                target = _quotes(_section(ledger.document, heading))
                _insert(target, table, len(target) if place is None else place)
                return
    raise KeyError(identity)


def _tables(document: "TOMLDocument") -> Iterator[Any]:
    for section in document.get("section", ()):
        yield from section.get("quote", ())


def _quote(document: "TOMLDocument", identity: str) -> Any:
    return next(table for table in _tables(document) if table.get("id") == identity)


def _section(document: "TOMLDocument", heading: str) -> Any:
    import tomlkit

    for section in document.get("section", ()):
        if section.get("heading") == heading:
            return section
    if "section" not in document:
        if document.as_string().strip():
            document.add(tomlkit.nl())
        document.append("section", tomlkit.aot())
    sections: Any = document["section"]
    table = tomlkit.table()
    table["heading"] = heading
    _insert(sections, table, len(sections))
    return sections[-1]


def _quotes(section: Any) -> Any:
    import tomlkit

    if "quote" not in section:
        _end_with_empty_line(section)
        section.append("quote", tomlkit.aot())
    return section["quote"]


def _insert(tables: Any, table: Any, place: int) -> None:
    """Add a table to its array, with an empty line between it and its neighbours."""
    if place:
        _end_with_empty_line(tables[place - 1])
    if place < len(tables):
        _end_with_empty_line(table)
    tables.insert(place, table)


def _end_with_empty_line(table: Any) -> None:
    import tomlkit
    from tomlkit.items import AoT

    if table.as_string().endswith("\n\n"):
        return
    last = table.value.body[-1][1] if table.value.body else None
    if isinstance(last, AoT):
        _end_with_empty_line(last[-1])
    else:
        table.add(tomlkit.nl())


def _leave_comments_behind(section: Any, quotes: Any, index: int) -> None:
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
    """Add a key in the order of `_ORDER`.

    tomlkit's public way appends, which would put the key below the comment of the next quote.
    """
    import tomlkit

    before = [name for name in _ORDER[: _ORDER.index(key)] if name in table]
    if before:
        table.value._insert_after(before[-1], key, tomlkit.item(value))
    else:
        table.value._insert_at(0, key, tomlkit.item(value))


def _put_on_top(document: "TOMLDocument", key: str, value: Any) -> None:
    """Set a top-level key; a new one goes above all tables, below the comment that opens the file."""
    import tomlkit

    present = [name for name in ("review", "rejected") if name in document]
    if key in document:
        document[key] = value
    elif present:
        document._insert_after(present[-1], key, tomlkit.item(value))
    else:
        document.append(key, tomlkit.item(value))  # tomlkit keeps plain keys above the tables
        if (
            "section" in document
            and f"\n{document['section'].as_string()}" not in document.as_string()
        ):
            document[key].trivia.trail = "\n\n"
