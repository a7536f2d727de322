"""What the host's own store does, found out with objects of our own that are removed afterwards.

A store is asked, not its vendor's documentation: conditional writes in particular are refused by
some and, worse, ignored silently by others.
"""

import base64
import contextlib
import hashlib
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from pipeline.errors import PullquoteError, StorageError, for_people
from pipeline.settings.fields import is_here
from pipeline.storage.store.conditions import probe, remember
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.public import Answer, ask
from pipeline.storage.store.register import swap_by_register
from pipeline.storage.store.release_object import IMMUTABLE, ReleaseObject
from pipeline.storage.store.transfers import PART_SIZE
from pipeline.text.cleaning import printable
from pipeline.web.addresses import INDEX_KEY, NOT_FOUND_KEY, PROBES_PREFIX

Verdict = Literal["ok", "warn", "fail"]
_Subject = TypeVar("_Subject")
_SKEW_WARNED = 120  # seconds
_SKEW_REFUSED = 900  # S3 refuses signatures that are a quarter of an hour off
_CONTENT = b"pullquote doctor"
_TYPE = "audio/mpeg"  # nothing that a server would guess from these bytes
_ORIGIN = "https://player.example.org"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report; `hint` says what mends it."""

    name: str
    verdict: Verdict
    message: str
    hint: str = ""


#: What a check finds; its name is that of the check, see `examined`.
ok = partial(Finding, "", "ok")
warn = partial(Finding, "", "warn")
fail = partial(Finding, "", "fail")


def examined(check: Callable[[_Subject], Finding], subject: _Subject) -> Finding:
    """What a check finds, under its own name; what it raises is a finding too."""
    try:
        found = check(subject)
    except (PullquoteError, OSError) as error:
        if not (told := for_people(error)):
            raise
        found = fail(told.message, told.hint)
    return replace(found, name=check.__name__.removeprefix("_").replace("_", " "))


@dataclass(frozen=True)
class _Patient:
    """A store and a folder in it that is ours for the time of the examination."""

    store: ObjectStore
    folder: str

    @cached_property
    def key(self) -> str:
        """An object that exists."""
        self.store.put(f"{self.folder}object.mp3", _CONTENT, _TYPE, IMMUTABLE)
        return f"{self.folder}object.mp3"

    @property
    def url(self) -> str:
        return self.store.url(self.key)

    def unsigned(self, key: str, method: str = "GET", content: bytes | None = None) -> Answer:
        """Ask the store's endpoint itself, without credentials."""
        endpoint = self.store.client.meta.endpoint_url.rstrip("/")
        return ask(f"{endpoint}/{self.store.bucket}{key}", method, content=content)


def examine(store: ObjectStore) -> list[Finding]:
    """Examine a store; it holds afterwards what it held before."""
    reached = examined(_reachable, _Patient(store, ""))
    if reached.verdict == "fail":
        return [reached]
    patient = _Patient(store, f"{PROBES_PREFIX}{secrets.token_hex(8)}/")
    try:
        return [reached, *(examined(check, patient) for check in _CHECKS)]
    finally:
        with contextlib.suppress(StorageError):
            for key in store.list(patient.folder):
                store.delete(key)


def _reachable(patient: _Patient) -> Finding:
    store = patient.store
    store.list(PROBES_PREFIX)
    source = store.credentials_source()
    return ok(f"bucket '{store.bucket}' at {store.host}, credentials from {source}")


def _clock(patient: _Patient) -> Finding:
    skew = abs((datetime.now(UTC) - patient.store.server_time()).total_seconds())
    message = f"this machine's clock and the store's differ by {skew:.0f} s"
    if skew <= _SKEW_WARNED:
        return ok(message)
    judge = warn if skew < _SKEW_REFUSED else fail
    return judge(message, "set the clock: timedatectl set-ntp true")


def _conditional_writes(patient: _Patient) -> Finding:
    store = patient.store
    verdict, status = probe(store)
    remember(store, verdict)
    if verdict == "honoured":
        return ok("honoured: two publishers cannot overwrite each other's feed")
    how = f"refused (HTTP {status})" if verdict == "refused" else "ignored silently"
    try:
        swap_by_register(store, f"{patient.folder}register.txt", None, b"register", "text/plain")
    except StorageError as error:
        return fail(
            f"{how}, and uploads in parts cannot stand in for them ({error.message}): the feed "
            "cannot be replaced safely",
            "use a store that honours If-Match and If-None-Match on PUT",
        )
    return warn(
        f"{how}; releases use the multipart register instead, so that two publishers still cannot "
        "overwrite each other's feed",
        "do not write feed.xml with other programs: this store would let them",
    )


def _addressing(patient: _Patient) -> Finding:
    """Region, endpoint and style of address; all of them work, or nothing could be written."""
    store = patient.store
    place = {"Bucket": store.bucket, "Key": store.full(patient.key)}
    url = store.client.generate_presigned_url("get_object", Params=place)
    style = "virtual-hosted" if urlsplit(url).netloc.startswith(f"{store.bucket}.") else "path"
    return ok(f"{style} style at {store.host}, signed for region {store.client.meta.region_name}")


def _checksums(patient: _Patient) -> Finding:
    """Which checksums the store takes, and whether it checks any."""
    store, key = patient.store, f"{patient.folder}checksums.txt"
    place: dict[str, Any] = {"Bucket": store.bucket, "Key": store.full(key), "Body": _CONTENT}
    other = base64.b64encode(hashlib.md5(b"other", usedforsecurity=False).digest()).decode()
    if store.try_put(**place, ContentMD5=other) == 200:
        return warn(
            "the store takes bytes that do not fit their checksum: what is damaged on the way is "
            "kept",
            "use https for [storage] endpoint_url, which notices it",
        )
    if store.try_put(**place, ChecksumAlgorithm="CRC32") == 200:
        return ok("every byte is checked, by Content-MD5; others work too")
    return ok(
        "every byte is checked, by Content-MD5, which is sent; other programs need "
        "request_checksum_calculation = when_required"
    )


def _acl(patient: _Patient) -> Finding:
    """Whether the store takes the ACL of the settings, or wants one that they do not name."""
    store, key = patient.store, f"{patient.folder}acl.txt"
    if told := store.settings.acl:
        store.put(key, _CONTENT, "text/plain")
        return ok(f"the store takes the ACL '{told}' of [storage] acl")
    if ask(patient.url).status == 200:
        return ok("none is sent, and none is needed")
    arguments = store.put_arguments(key, _CONTENT, "text/plain")
    if store.try_put(**arguments, ACL="public-read") != 200:
        return ok("none is sent, and the store takes none")
    if ask(store.url(key)).body != _CONTENT:
        return ok("none is sent, and one would not help")
    return warn(
        "only objects with the ACL 'public-read' can be read by listeners",
        'set acl = "public-read" in [storage], or let everybody read by a bucket policy',
    )


def _parts(patient: _Patient) -> Finding:
    """A file that goes in parts, which large recordings do."""
    store, key = patient.store, f"{patient.folder}parts.mp3"
    with tempfile.TemporaryDirectory(prefix="pullquote-") as folder:
        path = Path(folder) / "parts.mp3"
        path.write_bytes(bytes(PART_SIZE + 1))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        store.upload([ReleaseObject(key, path, digest, _TYPE)], lambda done, total, unit: None)
    stored = store.head(key)
    if stored is None or stored.size != PART_SIZE + 1:
        return fail("a file sent in parts did not arrive whole", "ask the store")
    if stored.sha256 != digest:
        return warn("metadata of ours is not kept on files in parts: they are sent again each time")
    return ok("large files arrive in parts, with our own digest")


def _headers(patient: _Patient) -> Finding:
    stored = patient.store.head(patient.key)
    if stored is None:
        return fail("an object vanished after it was written")
    if stored.type != _TYPE:
        return fail(f"content type {_TYPE} became {stored.type or 'none'}", "ask the store")
    if stored.cache_control != IMMUTABLE:
        return warn("cache headers are not kept: files are fetched more often than need be")
    return ok("content type and cache headers are kept")


def _public_read(patient: _Patient) -> Finding:
    answer = ask(patient.url)
    if answer.status == 200 and answer.body == _CONTENT:
        return ok(f"anybody can read {patient.store.base_url}")
    what = "other bytes" if answer.status == 200 else str(answer.status or answer.failure)
    return fail(
        f"{patient.store.base_url} gives listeners {what}",
        "let everybody read objects (bucket policy: s3:GetObject for *), and check [storage] "
        "public_url in show.toml",
    )


def _ranges(patient: _Patient) -> Finding:
    answer = ask(patient.url, headers={"Range": "bytes=0-3"})
    total = f"bytes 0-3/{len(_CONTENT)}"
    if answer.status == 206 and answer.headers.get("content-range") == total:
        return ok("apps can seek and resume")
    return fail(
        f"a request for four bytes was answered with {answer.status or answer.failure}: Apple and "
        "players need ranges",
        "turn on byte ranges at the store or its CDN",
    )


def _revalidation(patient: _Patient) -> Finding:
    etag = ask(patient.url, "HEAD").headers.get("etag", "")
    answer = ask(patient.url, headers={"If-None-Match": etag})
    if etag and answer.status == 304:
        return ok("apps need not fetch an unchanged feed again")
    return warn(f"an unchanged object is sent again (HTTP {answer.status}, not 304)")


def _cors(patient: _Patient) -> Finding:
    origins = {"*", _ORIGIN}
    hint = "allow GET and HEAD with the header Range for every origin: pullquote doctor --fix"
    answer = ask(patient.url, headers={"Origin": _ORIGIN})
    if answer.headers.get("access-control-allow-origin") not in origins:
        message = "web players cannot read transcripts and chapters from other sites"
        return warn(message, hint)
    wish = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
    asked = ask(patient.url, "OPTIONS", headers={"Origin": _ORIGIN, **wish})
    allowed = asked.headers.get("access-control-allow-origin") in origins
    if asked.status not in {200, 204} or not allowed:
        message = "web players may read files, but the question whether they may seek is refused"
        return warn(message, hint)
    return ok("web players can read transcripts and chapters, and seek")


def _redirect(patient: _Patient) -> Finding:
    """Whether the public address answers itself, or sends apps elsewhere first."""
    answer = ask(patient.url, "HEAD", redirect=False)
    if answer.status not in {301, 302, 303, 307, 308}:
        return ok("the public address answers without a detour")
    target = printable(answer.headers.get("location", ""))[:100]
    return warn(
        f"the public address redirects to {target or 'nowhere'}: each download asks twice",
        "give [storage] public_url as the address that it ends at",
    )


def _closed(patient: _Patient) -> Finding:
    written = patient.unsigned(f"/{patient.store.prefix}{patient.folder}open.txt", "PUT", b"open")
    if written.status in {200, 201, 204}:
        return fail("anybody can write to this bucket", "forbid s3:PutObject for *")
    if patient.unsigned("?list-type=2&max-keys=1").status == 200:
        return warn(
            "anybody can list this bucket, unreleased files included", "forbid s3:ListBucket for *"
        )
    return ok("only you can write and list")


def _https(patient: _Patient) -> Finding:
    address = patient.store.base_url
    if urlsplit(address).scheme == "https":
        return ok("listeners ask over https")
    if is_here(address):
        return ok("the public address is this machine's, where http will do")
    return warn(
        "the public address is http: iPhones refuse it", "give [storage] public_url as https"
    )


def _root(patient: _Patient) -> Finding:
    """What those see who ask for the public address itself, or for a page that is not there."""
    store = patient.store
    index = store.content(INDEX_KEY)
    if not index or is_here(store.base_url):
        return ok(f"the show's page is {INDEX_KEY}; a store shows nothing under its bare address")
    bare = ask(store.base_url)
    if bare.status != 200 or bare.body != index:
        what = "other bytes" if bare.status == 200 else str(bare.status or bare.failure)
        return warn(
            f"{store.base_url} gives {what} instead of the show's page, which is {INDEX_KEY}",
            f"where your store or its CDN has an index document (or default root object), name {INDEX_KEY},"
            f" and {NOT_FOUND_KEY} as error document; pullquote doctor --fix does where a bucket can be"
            " a website",
        )
    missing = ask(store.url(f"{patient.folder}missing.html"))
    if missing.body != store.content(NOT_FOUND_KEY):
        return warn(
            "the bare address shows the show's page; a page that is not there, the store's own error",
            f"name {NOT_FOUND_KEY} as error document at the store or its CDN",
        )
    return ok("the bare address shows the show's page, and what is not there a page of its own")


_CHECKS = (
    _clock,
    _addressing,
    _checksums,
    _acl,
    _conditional_writes,
    _parts,
    _headers,
    _public_read,
    _ranges,
    _revalidation,
    _cors,
    _closed,
    _https,
    _redirect,
    _root,
)
