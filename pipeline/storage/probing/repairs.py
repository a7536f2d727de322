"""What the doctor may mend in a bucket: its CORS rule, that everybody may read, what its address shows.

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
from pipeline.web.addresses import INDEX_KEY, NOT_FOUND_KEY


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


def _add_website(store: ObjectStore) -> None:
    found = store.unless({"NoSuchWebsiteConfiguration"}, store.client.get_bucket_website)
    if found is not None:  # or a store that knows no websites, and answers with something else
        raise StorageError("it has settings for a website already, which are left alone")
    wanted: Any = {
        "IndexDocument": {"Suffix": INDEX_KEY},
        "ErrorDocument": {"Key": store.prefix + NOT_FOUND_KEY},
    }
    store.unless(set(), store.client.put_bucket_website, WebsiteConfiguration=wanted)


#: What mends a finding, by its name: the setting, how, and what to tell then.
_MENDS = {
    "cors": ("cors", _add_cors, "pages of other sites may read now"),
    "root": (
        "website",
        _add_website,
        f"{INDEX_KEY} and {NOT_FOUND_KEY} are the bucket's website now: it is at the address that the"
        " store gives websites, which may be [storage] public_url",
    ),
    "public read": ("policy", _add_policy, "everybody may read objects now, and nothing else"),
}
