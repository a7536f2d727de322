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
    return _document(
        {
            "Sid": "ListenersRead",
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["s3:GetObject"],
            "Resource": [_objects(store)],
        }
    )


def publisher_policy(store: ObjectStore) -> dict[str, Any]:
    """What the publisher's own credentials need: for its user or key, never for the public.

    `doctor --fix` also needs s3:PutBucketPolicy and s3:PutBucketCORS, once.
    """
    bucket = f"arn:aws:s3:::{store.bucket}"
    listing: dict[str, Any] = {
        "Sid": "PublisherLists",
        "Effect": "Allow",
        "Action": ["s3:ListBucket"],
        "Resource": [bucket],
    }
    if store.prefix:
        listing["Condition"] = {"StringLike": {"s3:prefix": [f"{store.prefix}*"]}}
    uploads: dict[str, Any] = {
        "Sid": "PublisherListsUploads",  # a statement of its own: it knows no s3:prefix
        "Effect": "Allow",
        "Action": ["s3:ListBucketMultipartUploads"],
        "Resource": [bucket],
    }
    objects = {
        "Sid": "PublisherWrites",
        "Effect": "Allow",
        "Action": [
            "s3:GetObject",
            "s3:PutObject",
            "s3:DeleteObject",
            "s3:AbortMultipartUpload",
            "s3:ListMultipartUploadParts",
        ],
        "Resource": [_objects(store)],
    }
    return _document(listing, uploads, objects)


def _objects(store: ObjectStore) -> str:
    return f"arn:aws:s3:::{store.bucket}/{store.prefix}*"


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
