"""What this clone last released: in `.pullquote/released/`, for each public address.

A release needs it to tell what was dropped or left behind here from what others have published.
"""

import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from pipeline.errors import PullquoteError
from pipeline.feeds.contents.live_feed import LiveFeed, read_feed
from pipeline.models import decode, encode
from pipeline.storage.planning.inventory import Inventory
from pipeline.storage.planning.live import NOTHING, readable
from pipeline.storage.store.public import ask
from pipeline.workspace import Workspace, dump_json, write_bytes, write_text


@dataclass(frozen=True, slots=True)
class Known:
    """Digests of files and items: what is written down beside the feed, empty when that is not known.

    `behind` are GUIDs that others had published otherwise when this clone last released, and `trail` is
    that of the store's inventory then.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    behind: Sequence[str] = ()
    trail: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PastFiles:
    """The feed, its release's id, and the digest of each file, as this clone last released them."""

    feed_path: Path

    @classmethod
    def of(cls, workspace: Workspace, base_url: str) -> "PastFiles":
        """Those that went to `base_url`."""
        digest = hashlib.sha256(base_url.encode()).hexdigest()[:8]
        return cls(workspace.state / "released" / f"{digest}.xml")

    @property
    def feed(self) -> bytes:
        """The feed; one without episodes when nothing was released yet."""
        with contextlib.suppress(FileNotFoundError):
            return self.feed_path.read_bytes()
        return NOTHING

    @property
    def release(self) -> str:
        """The id of the release; empty when it is not known."""
        with contextlib.suppress(FileNotFoundError):
            return self._release_path.read_text().strip()
        return ""

    @property
    def known(self) -> Known:
        with contextlib.suppress(FileNotFoundError, PullquoteError):
            return decode(Known, self._digests_path.read_bytes(), self._digests_path.name)
        return Known()

    def before(self) -> LiveFeed:
        """What listeners get where was released from here last, if that was another address; or nothing."""
        others = sorted(self.feed_path.parent.glob("*.xml"), key=lambda path: path.stat().st_mtime)
        if self.feed_path in others or not others:
            return LiveFeed()
        answer = ask(read_feed(others[-1].read_bytes()).own_url)
        return readable(answer.body if answer.status == HTTPStatus.OK else None)[0]

    def remember(
        self,
        feed: bytes | None,
        public: Inventory,
        release: str,
        live: Mapping[str, str],
        trail: Sequence[str],
    ) -> None:
        """Keep what was released; files that are not named stay as they were known.

        `live` has the digest of every `item.json` that is public, by GUID. What a rollback has put back
        has no `feed` that this clone would release: what it has is published as new.
        """
        if feed is None:
            self.feed_path.unlink(missing_ok=True)
        else:
            write_bytes(self.feed_path, feed)
        before = self.known
        items = {**before.items, **public.items}
        behind = sorted(guid for guid, sha in items.items() if live.get(guid, sha) != sha)
        made = Known({**before.files, **public.files}, items, behind, trail)
        write_text(self._digests_path, dump_json({"version": 1, **encode(made)}))
        write_text(self._release_path, release + "\n")

    @property
    def _digests_path(self) -> Path:
        return self.feed_path.with_suffix(".json")

    @property
    def _release_path(self) -> Path:
        return self.feed_path.with_suffix(".release")
