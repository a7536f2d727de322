"""Rendered items, kept on this machine: a feed of thousands is put together without reading them again.

An item is rendered again when its `item.json` has other bytes, when something of the show that it
shows has changed, or with another release of the code. The cache may be deleted at any time, and a
damaged one is thrown away.
"""

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.feeds.channel import Channel
from pipeline.feeds.heads import ItemHead, Rendered, head_of
from pipeline.feeds.item_xml import render_items
from pipeline.feeds.model import read_item

_BATCH = 250  # items in memory as objects at one time
_SCHEMA = """
create table if not exists context (digest text not null);
create table if not exists items (
  slug text primary key, stat text not null, sha256 text not null, head text not null, xml blob not null
);
"""


class Source(NamedTuple):
    """An `item.json`; `name` is how errors call it."""

    slug: str
    path: Path
    name: str


class _Row(NamedTuple):
    slug: str
    stat: str
    sha256: str
    head: str
    xml: bytes

    def rendered(self) -> Rendered:
        values = json.loads(self.head)
        return Rendered(
            ItemHead(**values | {"date": datetime.fromisoformat(values["date"])}), self.xml
        )


def rendered_items(channel: Channel, sources: Sequence[Source], cache: Path) -> list[Rendered]:
    """All items as RSS, in the order given; `cache` is a folder, made when it is missing.

    Raises ConfigError and PullquoteError for items that cannot be in a feed.
    """
    try:
        with _open(cache / "items.sqlite", _context(channel)) as database:
            return _render(channel, sources, database)
    except (sqlite3.Error, OSError):
        # No cache is no reason for no feed: a full disk, a read-only folder, a damaged file.
        with contextlib.suppress(OSError):
            (cache / "items.sqlite").unlink()
        with _open(":memory:", "") as database:
            return _render(channel, sources, database)


def _render(
    channel: Channel, sources: Sequence[Source], database: sqlite3.Connection
) -> list[Rendered]:
    known = {row[0]: _Row(*row) for row in database.execute("select * from items")}
    rows: dict[str, _Row] = {}
    stale: list[tuple[Source, str, bytes]] = []
    touched: list[tuple[str, str]] = []  # written again with the same bytes
    for source in sources:
        signature = _signature(source.path)
        row = known.get(source.slug)
        if row is not None and row.stat == signature:
            rows[source.slug] = row
            continue
        content = source.path.read_bytes()
        if row is not None and row.sha256 == _sha256(content):
            rows[source.slug] = row._replace(stat=signature)
            touched.append((signature, source.slug))
        else:
            stale.append((source, signature, content))
        if len(stale) == _BATCH:
            rows |= _renew(channel, stale, database)
            stale.clear()
    rows |= _renew(channel, stale, database)
    database.executemany("update items set stat = ? where slug = ?", touched)
    gone = known.keys() - rows.keys()
    database.executemany("delete from items where slug = ?", [(slug,) for slug in gone])
    database.commit()
    return [rows[source.slug].rendered() for source in sources]


def _renew(
    channel: Channel, stale: Sequence[tuple[Source, str, bytes]], database: sqlite3.Connection
) -> dict[str, _Row]:
    items = [read_item(content, source.name) for source, _, content in stale]
    rows = {
        source.slug: _Row(source.slug, signature, _sha256(content), _head(head_of(item)), xml)
        for (source, signature, content), item, xml in zip(
            stale, items, render_items(items, channel), strict=True
        )
    }
    database.executemany("insert or replace into items values (?, ?, ?, ?, ?)", rows.values())
    return rows


@contextlib.contextmanager
def _open(path: Path | str, context: str) -> Iterator[sqlite3.Connection]:
    if isinstance(path, Path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript(_SCHEMA)
        if database.execute("select digest from context").fetchall() != [(context,)]:
            database.execute("delete from items")
            database.execute("delete from context")
            database.execute("insert into context values (?)", (context,))
        yield database


def _context(channel: Channel) -> str:
    """All that an item shows and that is not its own: settings of the show, and the code."""
    digest = hashlib.sha256()
    for module in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(module.read_bytes())
    shown = (
        channel.base_url,
        channel.explicit,
        channel.inline_chapters,
        list(channel.people),
        sorted(channel.seasons.items()),
    )
    digest.update(repr(shown).encode())
    return digest.hexdigest()


def _head(head: ItemHead) -> str:
    values: dict[str, Any] = {name: getattr(head, name) for name in ItemHead.__slots__}
    return json.dumps(values | {"date": head.date.isoformat()})


def _signature(path: Path) -> str:
    """Changes when a file is written or replaced, as far as a look without reading can tell."""
    stat = os.stat(path)
    return f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_ino}"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
