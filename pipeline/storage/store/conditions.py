"""Replacing the feed only while it is what we read, on every kind of store.

A store that honours `If-Match` does it by itself. Some refuse the header, others ignore it without
a word, so the store is asked by four writes of which two must fail, and only what it showed is
trusted. On all others the multipart register is used: it needs no condition and no clock.
"""

import contextlib
import random
import secrets
import time
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pipeline.errors import StorageError
from pipeline.storage.store.faults import Conflict, status_of
from pipeline.storage.store.object_store import Conditions, Found, ObjectStore, Stored
from pipeline.storage.store.register import swap_by_register
from pipeline.web.addresses import PROBES_PREFIX
from pipeline.workspace import dump_json, write_text

PROBE_VERSION = 1  # a new kind of probe does not trust what an old one found

_TRIES = 5  # of a write whose answer was lost
_JITTER = (0.1, 2.0)  # seconds between them, as in `release`
_VERDICTS = TypeAdapter(dict[str, Conditions])


def put_if(store: ObjectStore, key: str, content: bytes, kind: str, old: Stored | None) -> None:
    """Write a small object only if `key` still holds `old` (None: only if it is free).

    An answer that got lost on the way is not trusted: the object is read again and compared.
    Raises Conflict when somebody else has written meanwhile.
    """
    etag, after = (old.etag, old.modified) if old else (None, None)
    arguments = store.put_arguments(key, content, kind, after=after)
    for attempt in range(_TRIES):
        try:
            # An SDK's retry would report 412 for a write whose answer was lost.
            store.client_once.put_object(**arguments, **_condition(etag, attempt))
            return
        except Exception as error:
            failure = store.fault(error)
            if not _outcome_unknown(error):
                raise failure from error
        found = store.get(key)
        if found and found[0] == content:
            return
        if (found[1].etag if found else None) != etag:
            raise Conflict(
                f"somebody else has written {key} meanwhile", "run again on what is there now"
            )
        if attempt:
            time.sleep(random.uniform(*_JITTER))  # noqa: S311 - only spreads the tries
    raise failure


def _condition(etag: str | None, attempt: int = 0) -> dict[str, Any]:
    """The header of a conditional write; DigitalOcean Spaces wants the ETag without its quotes."""
    if etag is None:
        return {"IfNoneMatch": "*"}
    return {"IfMatch": etag.strip('"') if attempt % 2 else etag}


def _outcome_unknown(error: Exception) -> bool:
    """Whether a conditional write may have been applied, or lost, for all that the error says."""
    from botocore.exceptions import ClientError, HTTPClientError

    if isinstance(error, ClientError):
        status = status_of(error)
        return status in {404, 409, 412} or (status >= 500 and status != 501)
    return isinstance(error, HTTPClientError)


def probe(store: ObjectStore) -> tuple[Conditions, int]:
    """Find out what a store does with conditional writes, and the HTTP status of a refusal."""
    key = f"{PROBES_PREFIX}{secrets.token_hex(8)}/conditions.txt"
    try:
        created = _status(store, key, b"first", None)
        again = _status(store, key, b"second", None)
        found = store.head(key)
        etag = found.etag if found else '"none"'
        current = _status(store, key, b"third", etag)
        if current == 412:  # some want the ETag without its quotes; a release tries both
            current = _status(store, key, b"third", etag.strip('"'))
        stale = _status(store, key, b"fourth", etag)
    finally:
        with contextlib.suppress(StorageError):
            store.delete(key)
    if (created, again, current, stale) == (200, 412, 200, 412):
        return "honoured", 200
    if created != 200 or current != 200:
        return "refused", current if created == 200 else created
    return "ignored", 200


def _status(store: ObjectStore, key: str, content: bytes, etag: str | None) -> int:
    arguments = store.put_arguments(key, content, "text/plain")
    status = store.try_put(**arguments, **_condition(etag))
    if status == 403 or (status >= 500 and status != 501):
        raise StorageError(
            f"{store.host} answered a write with HTTP {status}",
            "run again; these credentials need s3:PutObject",
        )
    return status


def conditions(store: ObjectStore) -> Conditions:
    """What this store does, asked once: the verdict is kept by endpoint, bucket and probe version."""
    if store.conditions is None:
        kept = _read(store.verdicts).get(_name(store))
        if kept is None:
            remember(store, probe(store)[0])
        else:
            store.conditions = kept
    assert store.conditions, "remembered"
    return store.conditions


def remember(store: ObjectStore, verdict: Conditions) -> None:
    """Keep a verdict for the next release."""
    store.conditions = verdict
    if store.verdicts is not None:
        kept = _read(store.verdicts) | {_name(store): verdict}
        write_text(store.verdicts, dump_json(kept))


def _name(store: ObjectStore) -> str:
    return f"{store.host}/{store.bucket} v{PROBE_VERSION}"


def swap(store: ObjectStore, key: str, old: Found | None, new: bytes, kind: str) -> None:
    """Replace `old` by `new`, unless `key` holds something else by now: Conflict."""
    if conditions(store) == "honoured" and (old is None or old[1].etag):
        put_if(store, key, new, kind, old[1] if old else None)
    else:
        swap_by_register(store, key, old, new, kind)


def _read(path: Path | None) -> dict[str, Conditions]:
    with contextlib.suppress(FileNotFoundError, ValueError):
        return _VERDICTS.validate_json(path.read_bytes()) if path else {}
    return {}
