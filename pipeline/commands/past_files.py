"""What this clone last released: in `.pullquote/released/`, for each public address.

A release needs it to tell what was dropped or left behind here from what others have published.
"""

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.storage.plan import NOTHING
from pipeline.workspace import Workspace, dump_json, write_bytes, write_text


@dataclass(frozen=True, slots=True)
class PastFiles:
    """The feed, and the digest of each file, as this clone last released them."""

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
    def digests(self) -> dict[str, str]:
        """sha256 by object key; of no file when that is not known."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            found = json.loads(self._digests_path.read_bytes())
            return {str(key): str(digest) for key, digest in dict(found).items()}
        return {}

    def remember(self, feed: bytes, digests: Mapping[str, str]) -> None:
        """Keep what was released; files that are not named stay as they were known."""
        write_bytes(self.feed_path, feed)
        write_text(self._digests_path, dump_json(self.digests | dict(digests)))

    def forget(self) -> None:
        """Forget the feed: after a rollback, what this clone has is put back by the next release."""
        self.feed_path.unlink(missing_ok=True)

    @property
    def _digests_path(self) -> Path:
        return self.feed_path.with_suffix(".json")
