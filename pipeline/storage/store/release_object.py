"""A file that a release puts under a key, and which keys never change."""

import dataclasses
import hashlib
import re
from pathlib import Path

from pipeline.errors import StorageError
from pipeline.web.addresses import media_type

FEED_TYPE = "application/rss+xml; charset=utf-8"
IMMUTABLE = "public, max-age=31536000, immutable"  # a year, for keys that carry a content hash
MINUTES = "public, max-age=300"  # for keys whose bytes change
# Keys with a content hash, by the rules of `addresses`; elsewhere a slug or a quote's id may look like one.
HASHED_KEY = re.compile(r"(?:audio|quotes|art|assets|search)/.*-([0-9a-f]{8})\.(?!html)[a-z0-9]+")


@dataclasses.dataclass(frozen=True, slots=True)
class ReleaseObject:
    """A file that the show publishes; `sha256` is its content's, `type` its media type.

    The file may be absent (a recording that git ignores) as long as the store holds it. `slug` is
    its episode's; files of the show have none.
    """

    key: str
    path: Path
    sha256: str
    type: str
    slug: str = ""

    @property
    def immutable(self) -> bool:
        """Whether the key carries this content's hash, so that its bytes never change."""
        match = HASHED_KEY.fullmatch(self.key)
        return match is not None and match[1] == self.sha256[:8]

    @property
    def cache_control(self) -> str:
        return IMMUTABLE if self.immutable else MINUTES

    @property
    def is_feed(self) -> bool:
        """Whether several publishers write into it: a page of the feed, or the feed of link posts."""
        return self.type == FEED_TYPE

    @property
    def size(self) -> int | None:
        """Bytes of the file; None when it is not on this machine."""
        return self.path.stat().st_size if self.path.is_file() else None

    @classmethod
    def made(
        cls, key: str, content: bytes, folder: Path, slug: str = "", kind: str = ""
    ) -> "ReleaseObject":
        """A file of these bytes, written below `folder`; of the type that its key tells, if no other."""
        return cls(key, folder, "", kind or media_type(key), slug).holding(content, folder)

    def holding(self, content: bytes, folder: Path) -> "ReleaseObject":
        """The same key with other bytes, which are written below `folder`."""
        path = folder / self.key.replace("/", "-")
        path.write_bytes(content)
        return dataclasses.replace(self, path=path, sha256=hashlib.sha256(content).hexdigest())

    def check(self, sha256: str) -> None:
        """Raise StorageError unless this is the digest that was recorded when the file was made."""
        if sha256 != self.sha256:
            raise StorageError(
                f"{self.key}: {self.path.name} has other bytes than when it was made: it is not sent",
                "run the stages of its episode again (pullquote run SLUG), then publish",
            )

    def read(self) -> bytes:
        """The whole, checked content of a small file."""
        content = self.path.read_bytes()
        self.check(hashlib.sha256(content).hexdigest())
        return content
