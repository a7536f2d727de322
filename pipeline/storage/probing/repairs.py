"""What the doctor may mend in a bucket: its CORS rule, and that everybody may read.

Only added to, never replaced: rules of the host's own stay. Nothing is ever deleted, because some
stores take a request to delete a setting for one to delete the bucket.
"""

import json
from typing import Any

from pipeline.errors import StorageError
from pipeline.storage.probing.probes import Finding
from pipeline.storage.store.faults import code_of, explain
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.policy import CORS, public_policy

_NONE = {"NoSuchBucketPolicy", "NoSuchCORSConfiguration"}
_MENDS = {"public read": "policy", "cors": "cors"}


def repair(store: ObjectStore, findings: list[Finding]) -> list[Finding]:
    """Mend what the findings name and a setting of the bucket can mend; one finding for each try."""
    wrong = {_MENDS[each.name] for each in findings if each.verdict != "ok" and each.name in _MENDS}
    if not wrong:
        return [Finding("fix", "ok", "nothing that a setting of the bucket would mend")]
    return [_try(store, what) for what in sorted(wrong)]


def _try(store: ObjectStore, what: str) -> Finding:
    try:
        if what == "cors":
            _add_cors(store)
            return Finding("fix cors", "ok", "pages of other sites may read now")
        _add_policy(store)
        return Finding("fix policy", "ok", "everybody may read objects now, and nothing else")
    except StorageError as error:
        return Finding(
            f"fix {what}",
            "warn",
            f"the store did not take it: {error.message}",
            "set it in the store's own console; pullquote doctor --policy prints it",
        )


def _add_policy(store: ObjectStore) -> None:
    (ours,) = public_policy(store)["Statement"]
    found = _existing(store, "get_bucket_policy")
    try:
        document = json.loads(found["Policy"]) if found else public_policy(store)
        others = [each for each in document["Statement"] if each.get("Sid") != ours["Sid"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StorageError("its policy cannot be read, so it is left alone") from None
    store.set_policy(json.dumps({**document, "Statement": [*others, ours]}))


def _add_cors(store: ObjectStore) -> None:
    found = _existing(store, "get_bucket_cors")
    rules: list[dict[str, Any]] = list(found.get("CORSRules", [])) if found else []
    store.set_cors(*[rule for rule in rules if rule != CORS], CORS)


def _existing(store: ObjectStore, operation: str) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    try:
        found: dict[str, Any] = getattr(store.client, operation)(Bucket=store.bucket)
        return found
    except ClientError as error:
        if code_of(error) in _NONE:
            return {}
        raise explain(error, store.host, store.bucket) from error
    except Exception as error:
        raise explain(error, store.host, store.bucket) from error
