"""What the doctor may mend in a bucket: its CORS rule, and that everybody may read.

Only added to, never replaced: rules of the host's own stay. Nothing is ever deleted, because some
stores take a request to delete a setting for one to delete the bucket.
"""

import json
from collections.abc import Callable
from typing import Any

from pipeline.errors import StorageError
from pipeline.storage.probing.probes import Finding
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.policy import CORS, public_policy


def repair(store: ObjectStore, findings: list[Finding]) -> list[Finding]:
    """Mend what the findings name and a setting of the bucket can mend; one finding for each try."""
    wrong = [each.name for each in findings if each.verdict != "ok" and each.name in _MENDS]
    if not wrong:
        return [Finding("fix", "ok", "nothing that a setting of the bucket would mend")]
    return [_try(store, *_MENDS[name]) for name in sorted(wrong)]


def _try(store: ObjectStore, what: str, mend: Callable[[ObjectStore], None], done: str) -> Finding:
    try:
        mend(store)
    except StorageError as error:
        return Finding(
            f"fix {what}",
            "warn",
            f"the store did not take it: {error.message}",
            "set it in the store's own console; pullquote doctor --policy prints it",
        )
    return Finding(f"fix {what}", "ok", done)


def _add_policy(store: ObjectStore) -> None:
    (ours,) = public_policy(store)["Statement"]
    found = store.unless({"NoSuchBucketPolicy"}, store.client.get_bucket_policy)
    try:
        document = json.loads(found["Policy"]) if found else public_policy(store)
        others = [each for each in document["Statement"] if each.get("Sid") != ours["Sid"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StorageError("its policy cannot be read, so it is left alone") from None
    store.set_policy(json.dumps({**document, "Statement": [*others, ours]}))


def _add_cors(store: ObjectStore) -> None:
    found = store.unless({"NoSuchCORSConfiguration"}, store.client.get_bucket_cors) or {}
    rules: list[dict[str, Any]] = found.get("CORSRules", [])
    store.set_cors(*[rule for rule in rules if rule != CORS], CORS)


#: What mends a finding, by its name: the setting, how, and what to tell then.
_MENDS = {
    "cors": ("cors", _add_cors, "pages of other sites may read now"),
    "public read": ("policy", _add_policy, "everybody may read objects now, and nothing else"),
}
