"""One bucket of any store that speaks S3, through boto3.

The settings are the ones that work everywhere (measured): those of `client`, Content-MD5 on every
single PUT.
"""

import base64
import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from pipeline.engine.progress import Progress
from pipeline.errors import StorageError
from pipeline.settings.production import StorageSettings
from pipeline.storage.store.client import Keys, endpoint_of, make_client, make_session
from pipeline.storage.store.faults import code_of, explain, shown_host, status_of
from pipeline.storage.store.parts import send_all
from pipeline.storage.store.release_object import MINUTES, ReleaseObject
from pipeline.storage.store.transfers import Counter, chunks
from pipeline.web.addresses import check_key, key_of, public_url
from pipeline.web.headers import moment
from pipeline.workspace import atomic_path

if TYPE_CHECKING:
    from boto3.session import Session
    from mypy_boto3_s3.client import S3Client

#: What a store does with conditional writes (see `conditions`).
Conditions = Literal["honoured", "ignored", "refused"]

_NEVER = datetime.fromtimestamp(0, UTC)  # when an object was written that no answer tells of
_STAMP = "%Y%m%d-%H%M%S"
#: A clock that says less is wrong; of two that are further apart than the second, the one ahead was.
_FIRST, _AHEAD = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=100)
_LARGE = 1_000_000  # bytes: below, asking whether it is as it was costs as much as getting it


class Listed(NamedTuple):
    """One row of a listing; `size` in bytes, `etag` without quotes."""

    size: int
    etag: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store says about an object; `size` in bytes, `etag` with its quotes as it was sent.

    An empty `etag` is none that could stand in a condition. `modified` is when the store took it, or a
    second after what it took the place of: a store's clock shows whole seconds, and may be set back,
    unless that was years ahead.
    """

    size: int
    etag: str
    modified: datetime
    type: str
    cache_control: str
    sha256: str | None  # of the content, from metadata of our own


Found: TypeAlias = tuple[bytes, Stored]  # a small object's content, and what is said of it


class OpenUpload(NamedTuple):
    """An upload that was begun and neither ended nor aborted; `key` is the whole key in the bucket."""

    begun: datetime
    id: str
    key: str


def _written(told: datetime, after: str) -> datetime:
    with contextlib.suppress(ValueError, OverflowError):
        before = datetime.strptime(after, _STAMP).replace(tzinfo=UTC)
        if told < _FIRST or before - told < _AHEAD:
            return max(told, before + timedelta(seconds=1))
    return told


class ObjectStore:
    """A bucket, below a prefix. Safe to use from several threads.

    Every method raises StorageError when the store refuses, fails or is not there.
    """

    def __init__(
        self,
        settings: StorageSettings,
        keys: Keys | None = None,
        verdicts: Path | None = None,
        *,
        attempts: int = 5,
    ) -> None:
        """`verdicts` is where it is kept what this store does (see `conditions`).

        boto3 waits 50 ms before the second of `attempts`, and twice as long before each other one, at most.
        """
        self._attempts = attempts
        self.verdicts = verdicts
        self.conditions: Conditions | None = None
        self.bucket = settings.bucket
        self.base_url = settings.base_url
        prefix = settings.prefix.strip("/")
        self.prefix = f"{check_key(prefix)}/" if prefix else ""
        self.host = shown_host(endpoint_of(settings))
        self._acl: dict[str, Any] = {"ACL": settings.acl} if settings.acl else {}
        self.settings = settings
        self._keys = keys
        self._lock = Lock()
        self._clients: dict[int, S3Client] = {}
        self._session: Session | None = None
        self._got: dict[str, Found] = {}

    @property
    def client(self) -> "S3Client":
        """boto3's client, with retries."""
        return self._client(self._attempts)

    @property
    def client_once(self) -> "S3Client":
        """boto3's client that sends each request once: for those that must not be repeated blindly."""
        return self._client(attempts=1)

    def head(self, key: str) -> Stored | None:
        """What is stored under `key`; None when nothing is."""
        answer = self._or_none(self.client.head_object, key)
        return self._stored(key, answer) if answer else None

    def get(self, key: str) -> Found | None:
        """The whole content of a small object; None when there is none.

        One like a long feed, which several sides look at, comes again only when it has changed.
        """
        if (known := self._got.get(key)) and known[1].etag and self.head(key) == known[1]:
            return known
        answer = self._or_none(self.client.get_object, key)
        if answer is None:
            return None
        # Not `with answer["Body"]`: that reads without a look at how much there is to come.
        with self.explained(), contextlib.closing(answer["Body"]) as body:
            content = body.read()
        found = content, self._stored(key, answer, content)
        if len(content) > _LARGE:
            self._got[key] = found
        return found

    def content(self, key: str) -> bytes:
        """The same without what is said of it; empty where there is none."""
        found = self.get(key)
        return found[0] if found else b""

    def download(self, key: str, target: Path, sha256: str) -> None:
        """Bring an object of any size into `target`, which appears only when its bytes have this digest."""
        answer = self._or_none(self.client.get_object, key)
        if answer is None:
            raise StorageError(
                f"{key} is not in the store at {self.host}",
                "was it published, and there? pullquote store status says where releases go",
            )
        digest = hashlib.sha256()
        with atomic_path(target) as temporary:
            with temporary.open("wb") as file:
                for chunk in chunks(self, key, answer):
                    digest.update(chunk)
                    file.write(chunk)
            if digest.hexdigest() != sha256:
                raise StorageError(
                    f"{key} is not the file that was published: its bytes have another digest",
                    "publish again from the machine that has the recording",
                )

    def digest(self, key: str, stored: Stored | None) -> str:
        """The sha256 of what was `stored`, of its content where a server keeps no metadata; or nothing."""
        if stored is None:
            return ""
        return stored.sha256 or hashlib.sha256(self.content(key)).hexdigest()

    def list(self, prefix: str = "") -> dict[str, Listed]:
        """All objects whose key begins with `prefix`: one request for each thousand."""
        found: dict[str, Listed] = {}
        with self.explained():
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + prefix
            )
            for page in pages:
                for row in page.get("Contents", []):
                    key = row["Key"].removeprefix(self.prefix)
                    found[key] = Listed(row["Size"], row.get("ETag", "").strip('"'))
        return found

    def delete(self, key: str) -> None:
        """Remove one object; nothing happens when it is not there."""
        self._call(self.client.delete_object, Key=self.full(key))

    def put(
        self,
        key: str,
        content: bytes,
        type: str,  # noqa: A002
        cache_control: str = MINUTES,
        sha256: str | None = None,
    ) -> None:
        """Write a small object, whatever is there; `sha256` of the content where it is known."""
        arguments = self.put_arguments(key, content, type, cache_control, sha256)
        self._call(self.client.put_object, **arguments)

    def try_put(self, **arguments: Any) -> int:
        """The HTTP status of one PUT, uninterpreted: what does this store do?"""
        from botocore.exceptions import ClientError

        try:
            with self.explained(ClientError):
                self.client_once.put_object(**arguments)
        except ClientError as error:
            return status_of(error)
        return 200

    def server_time(self) -> datetime:
        """The store's clock, by the Date of its answer."""
        answer = self._call(self.client.head_bucket)
        told = moment(answer["ResponseMetadata"]["HTTPHeaders"].get("date"))
        if told is None:
            raise StorageError(
                f"{self.host} does not say what time it is there",
                "look for a proxy between here and the store that takes Date out of its answers",
            )
        return told

    def credentials_source(self) -> str:
        """Where the credentials came from: `env`, `shared-credentials-file`, …; never they themselves."""
        if self._keys:
            return "the local store's key file"
        import boto3

        found = boto3.session.Session().get_credentials()
        return found.method if found else "nowhere"

    def set_policy(self, policy: str) -> None:
        self._call(self.client.put_bucket_policy, Policy=policy)

    def set_cors(self, *rules: dict[str, Any]) -> None:
        self._call(self.client.put_bucket_cors, CORSConfiguration={"CORSRules": list(rules)})

    def upload(self, uploads: Sequence[ReleaseObject], progress: Progress) -> None:
        """Send files with threads, the largest first; `progress` counts bytes.

        Files from 8 MiB go in parts, and go on where they were broken off. The first failure stops
        what has not begun.
        """
        if not uploads:
            return
        counter = Counter(sum(upload.size or 0 for upload in uploads), progress)
        with self.explained():
            send_all(self, uploads, counter)

    def open_uploads(self, key: str = "") -> Sequence[OpenUpload]:
        """Uploads in parts that were begun and not ended, the oldest first: all of the show, or of a key.

        All of the show are none where a store does not list them.
        """
        from botocore.exceptions import ClientError

        prefix = self.full(key) if key else self.prefix
        try:
            with self.explained(ClientError):
                pages = self.client.get_paginator("list_multipart_uploads").paginate(
                    Bucket=self.bucket, Prefix=prefix
                )
                rows = [row for page in pages for row in page.get("Uploads", [])]
        except ClientError as error:
            if key:
                raise self.fault(error) from error
            return []
        found = sorted(OpenUpload(row["Initiated"], row["UploadId"], row["Key"]) for row in rows)
        return [each for each in found if not key or each.key == prefix]

    def abort(self, key: str, upload_id: str) -> None:
        """End an open upload to a whole key in the bucket; nothing happens when it is gone."""
        gone, abort = {"NoSuchUpload"}, self.client.abort_multipart_upload
        self.unless(gone, abort, Key=key, UploadId=upload_id)

    def put_arguments(
        self,
        key: str,
        content: bytes,
        content_type: str,
        cache_control: str = MINUTES,
        sha256: str | None = None,
        after: datetime | None = None,
    ) -> dict[str, Any]:
        md5 = hashlib.md5(content, usedforsecurity=False).digest()
        return {
            "Bucket": self.bucket,
            "Key": self.full(key),
            "Body": content,
            # Without any checksum SeaweedFS leaves an object of zero bytes when the publisher dies
            # between headers and body.
            "ContentMD5": base64.b64encode(md5).decode(),
            **self.headers(
                content_type, cache_control, sha256 or hashlib.sha256(content).hexdigest(), after
            ),
        }

    def headers(
        self, content_type: str, cache_control: str, sha256: str, after: datetime | None = None
    ) -> dict[str, Any]:
        """What every object carries: type, cache, our own digest, and the ACL where one is set.

        What takes the place of another also says `after` which time.
        """
        known = {"sha256": sha256} | ({"after": after.strftime(_STAMP)} if after else {})
        return {
            "ContentType": content_type,
            "CacheControl": cache_control,
            "Metadata": known,
            **self._acl,
        }

    def url(self, key: str) -> str:
        """The address at which listeners get what is under `key`."""
        return public_url(self.base_url, key)

    def key_of(self, url: str) -> str:
        """The key that an address means; empty for one that lies elsewhere."""
        return key_of(url, self.base_url)

    def full(self, key: str) -> str:
        """The key in the bucket: below the show's prefix, and nowhere else."""
        return self.prefix + check_key(key)

    def _stored(self, key: str, answer: Any, content: bytes | None = None) -> Stored:
        """What an answer says of its object; where a proxy took headers out of it, what a listing says."""
        said = dict(answer)
        if not said.keys() >= {"ETag", "LastModified", "ContentLength"}:
            listing = self._call(self.client.list_objects_v2, Prefix=self.full(key), MaxKeys=1)
            rows: Any = listing.get("Contents", [])
            row = rows[0] if rows and rows[0]["Key"] == self.full(key) else {}
            md5 = hashlib.md5(content or b"", usedforsecurity=False).hexdigest()
            if content is not None and md5 not in row.get("ETag", ""):
                row.pop("ETag", None)  # that of a later object, which must not be replaced
            said = {"ContentLength": row.get("Size", len(content or b""))} | row | said
        # Some servers capitalise the names of metadata.
        metadata = {name.lower(): value for name, value in said.get("Metadata", {}).items()}
        return Stored(
            size=said["ContentLength"],
            etag=said.get("ETag", ""),
            modified=_written(said.get("LastModified", _NEVER), metadata.get("after", "")),
            type=said.get("ContentType", ""),
            cache_control=said.get("CacheControl", ""),
            sha256=metadata.get("sha256"),
        )

    def _or_none(self, operation: Callable[..., Any], key: str) -> Any:
        return self.unless({"404", "NoSuchKey", "NotFound"}, operation, Key=self.full(key))

    def unless(self, codes: set[str], operation: Callable[..., Any], **arguments: Any) -> Any:
        """What an operation answers; None where the store says one of `codes`."""
        from botocore.exceptions import ClientError

        with self.explained():
            try:
                return operation(**{"Bucket": self.bucket, **arguments})
            except ClientError as error:
                if code_of(error) not in codes:
                    raise
        return None

    def _call(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        return self.unless(set(), operation, **arguments)

    @contextlib.contextmanager
    def explained(self, but: type[Exception] | tuple[()] = ()) -> Iterator[None]:
        """Turn what boto3 raises into words for people, all `but` one kind."""
        try:
            yield
        except but:
            raise
        except Exception as error:
            raise self.fault(error) from error

    def fault(self, error: Exception) -> StorageError:
        """The error for people behind what boto3 raised."""
        return explain(error, self.host, self.bucket)

    def _client(self, attempts: int) -> "S3Client":
        with self._lock:
            if attempts not in self._clients:
                with self.explained():
                    self._session = self._session or make_session(self._keys)
                    made = make_client(self.settings, self._keys, attempts, self._session)
                    self._clients[attempts] = made
            return self._clients[attempts]
