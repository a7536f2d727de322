"""Bluesky: a thread is written in one commit to the account's repository, or not at all.

The key of every record is chosen here: it begins with letters that the episode's GUID gives, so that what
stands there of the episode is found without having been noted. A commit names the one that it follows, so
that of two who post at once one is refused.

Records can be changed, but Bluesky's app goes on showing a post as it was first written: an edit that
nobody sees would be none. To have other words there, a thread is replaced as a whole, in one commit too.
"""

import base64
import hashlib
import os
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from pipeline.artefacts import PostedPost
from pipeline.errors import PullquoteError
from pipeline.show.sending.account import Account, Letter, Standing, Tell, digest, secure
from pipeline.web.deadline import default_seconds
from pipeline.writing.posting.post import Part

_COLLECTION = "app.bsky.feed.post"
_MOST = 100  # records that are listed at once, and half of what one commit may write
_NAME_IT = (
    "secrets go to the server that is named and nowhere else: put its address into BLUESKY_PDS"
)
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"  # of record keys, in their order
_BITS = 5  # that a letter stands for
_LENGTH = 13  # letters of a key; the first ones keep it before 2024, where it is read as a time
_EPISODE, _CONTENT, _PART = 34, 15, 10  # bits of a key
_SHA256_OF_CBOR = bytes([1, 0x71, 0x12, 0x20])  # how a digest (CID, version 1) says what it is of


class Bluesky(Account):
    """An account on Bluesky's server, or on the one that BLUESKY_PDS names."""

    variables = ("BLUESKY_HANDLE", "BLUESKY_APP_PASSWORD")
    advice = (
        "make an app password in Bluesky (Settings, Privacy and security), then: "
        "export BLUESKY_HANDLE=you.bsky.social BLUESKY_APP_PASSWORD=…"
    )
    edits = False

    def __init__(self) -> None:
        super().__init__()
        self.server = secure(os.environ.get("BLUESKY_PDS") or "https://bsky.social", "BLUESKY_PDS")
        self._head = ""
        self._request: Any = None

    @property
    def name(self) -> str:
        return f"@{self._values[0]} on Bluesky"

    def close(self) -> None:
        if self._request:
            self._request.close()

    @cached_property
    def _client(self) -> Any:
        from atproto_client import Client
        from atproto_client.request import Request

        def check(request: Any) -> None:  # also to the server that an account's own entry names
            secure(str(request.url.copy_with(query=None)), "Bluesky's server")

        def refuse(response: Any) -> None:
            if response.has_redirect_location:
                raise PullquoteError(f"{self.name}: its server sends us elsewhere", _NAME_IT)

        hooks = {"request": [check], "response": [refuse]}
        self._request = Request(timeout=default_seconds(), event_hooks=hooks)
        client = Client(self.server, request=self._request)
        client.login(self._values[0].removeprefix("@"), self._values[1], fetch_bsky_profile=False)
        return client

    @cached_property
    def _session(self) -> Any:
        return self._client.com.atproto.server.get_session()

    def find(self, letter: Letter, known: PostedPost | None) -> Standing | None:
        begins = _key(letter, "", 0)[: _LENGTH - (_CONTENT + _PART) // _BITS]
        with self.asking():
            repository = self._client.com.atproto
            self._head = repository.sync.get_latest_commit({"did": self._session.did}).cid
            listed = repository.repo.list_records(
                {
                    "repo": self._session.did,
                    "collection": _COLLECTION,
                    "limit": _MOST,
                    "cursor": begins.ljust(_LENGTH, _LETTERS[-1]),
                }
            )
            found = {each.uri.rpartition("/")[2]: each for each in listed.records}
            keys = sorted(key for key in found if key.startswith(begins))
            if not keys:
                return None
            return Standing(
                ids=keys,
                address=self._address(keys[0]),
                version=digest(*(found[key].cid for key in keys)),
                texts=[found[key].value.text.strip() for key in keys],
            )

    def put(self, letter: Letter, there: Standing | None, tell: Tell) -> Standing:
        if len(letter.post.parts) > _MOST:
            raise PullquoteError(
                f"a thread of {len(letter.post.parts)} posts is more than Bluesky lists at once",
                "publish fewer quotes, or post by hand",
            )
        with self.asking():
            from atproto_client import models

            writes = models.ComAtprotoRepoApplyWrites
            records = self._records(letter)
            before = there.ids if there else ()
            gone = [writes.Delete(collection=_COLLECTION, rkey=key) for key in before]
            new = [
                writes.Create(collection=_COLLECTION, rkey=key, value=record)
                for key, record in records.items()
            ]
            did, both = self._session.did, [*gone, *new]
            self._commit(writes.Data(repo=did, swap_commit=self._head, validate_=True, writes=both))
            return Standing(
                ids=list(records),
                address=self._address(next(iter(records))),
                version=digest(*map(_cid, records.values())),
                texts=letter.texts,
            )

    def _commit(self, writes: Any) -> None:
        from atproto_client.exceptions import BadRequestError

        try:
            self._client.com.atproto.repo.apply_writes(writes)
        except BadRequestError as error:
            if getattr(getattr(error.response, "content", None), "error", "") != "InvalidSwap":
                raise
            raise PullquoteError(
                f"{self.name}: something else was posted there in this very moment",
                "nothing was posted by this command: run it again",
            ) from None

    def _records(self, letter: Letter) -> dict[str, Any]:
        """The posts by their keys, each an answer to the one before."""
        from atproto_client import models

        content, now = digest(*letter.texts), datetime.now(UTC)
        made: dict[str, Any] = {}
        references: list[Any] = []
        for number, part in enumerate(letter.post.parts, 1):
            reply = references and models.AppBskyFeedPost.ReplyRef(
                root=references[0], parent=references[-1]
            )
            key = _key(letter, content, number)
            written = now + timedelta(milliseconds=number)  # apps sort by it
            made[key] = models.AppBskyFeedPost.Record(
                text=part.text.strip(),
                created_at=written.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                langs=[letter.language],
                facets=_facets(part) or None,
                reply=reply or None,
                embed=None if reply else _card(letter),
            )
            uri = f"at://{self._session.did}/{_COLLECTION}/{key}"
            reference = models.ComAtprotoRepoStrongRef.Main(uri=uri, cid=_cid(made[key]))
            references.append(reference)
        return made

    def _address(self, key: str) -> str:
        return f"https://bsky.app/profile/{self._session.handle}/post/{key}"


def _key(letter: Letter, content: str, part: int) -> str:
    """A key in the form that Bluesky has for posts, a number of 13 letters (TID)."""
    episode = int(digest(letter.guid), 16) % 2**_EPISODE
    number = (episode << _CONTENT) + int(content or "0", 16) % 2**_CONTENT
    number = (number << _PART) + part
    letters = [_LETTERS[number >> shift & 31] for shift in range(0, (_LENGTH - 1) * _BITS, _BITS)]
    return "3" + "".join(reversed(letters))


def _facets(part: Part) -> list[Any]:
    """The links of a part; Bluesky counts bytes of UTF-8, as they do."""
    from atproto_client import models

    facet = models.AppBskyRichtextFacet
    return [
        facet.Main(
            index=facet.ByteSlice(byte_start=link.first, byte_end=link.last),
            features=[facet.Link(uri=link.url)],
        )
        for link in part.links
    ]


def _card(letter: Letter) -> Any:
    """What apps show below the first post: the episode's page."""
    from atproto_client import models

    embed = models.AppBskyEmbedExternal
    return embed.Main(
        external=embed.External(uri=letter.post.address, title=letter.post.title, description="")
    )


def _cid(record: Any) -> str:
    """The digest by which a record is named: an answer names what it answers before that is sent."""
    import libipld
    from atproto_client.models.utils import get_model_as_dict

    encoded = libipld.encode_dag_cbor(get_model_as_dict(record))
    content = _SHA256_OF_CBOR + hashlib.sha256(encoded).digest()
    return "b" + base64.b32encode(content).decode().lower().rstrip("=")
