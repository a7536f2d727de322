"""The bucket's access policy and CORS rule that a show needs, and nothing more."""

from typing import Any

from pipeline.storage.store.object_store import ObjectStore

#: What lets pages of other sites, web players above all, read transcripts, chapters and audio.
CORS: dict[str, Any] = {
    "AllowedMethods": ["GET", "HEAD"],
    "AllowedOrigins": ["*"],
    "AllowedHeaders": ["*"],  # Range
    "ExposeHeaders": ["Accept-Ranges", "Content-Length", "Content-Range", "Content-Type", "ETag"],
    "MaxAgeSeconds": 86400,
}


def public_policy(store: ObjectStore) -> dict[str, Any]:
    """Everybody may read objects below the show's prefix: not list, not write, not read tags."""
    return _document(_allow("ListenersRead", _objects(store), "s3:GetObject", Principal="*"))


def publisher_policy(store: ObjectStore) -> dict[str, Any]:
    """What the publisher's own credentials need: for its user or key, never for the public.

    `doctor --fix` also needs s3:PutBucketPolicy, s3:PutBucketCORS and s3:PutBucketWebsite, once.
    """
    bucket = f"arn:aws:s3:::{store.bucket}"
    listing = _allow("PublisherLists", bucket, "s3:ListBucket")
    if store.prefix:
        listing["Condition"] = {"StringLike": {"s3:prefix": [f"{store.prefix}*"]}}
    # A statement of its own: it knows no s3:prefix.
    uploads = _allow("PublisherListsUploads", bucket, "s3:ListBucketMultipartUploads")
    objects = _allow(
        "PublisherWrites",
        _objects(store),
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
    )
    return _document(listing, uploads, objects)


def _allow(name: str, resource: str, *actions: str, **who: str) -> dict[str, Any]:
    """A statement; `who` stands in a bucket's own policy only."""
    return {"Sid": name, "Effect": "Allow", **who, "Action": [*actions], "Resource": [resource]}


def _objects(store: ObjectStore) -> str:
    return f"arn:aws:s3:::{store.bucket}/{store.prefix}*"


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
