"""boto3's client with the settings that work on every S3-compatible store (measured).

Credentials come from boto3's own chain, or are the local store's.
"""

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.settings.production import StorageSettings
from pipeline.storage.store.faults import shown_host
from pipeline.storage.store.sessions import put_under_deadlines
from pipeline.web.deadline import socket_seconds
from pipeline.web.headers import moment, whole_number

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.awsrequest import AWSRequest
    from mypy_boto3_s3.client import S3Client

_KINDS = {"content-length": whole_number, "last-modified": moment, "date": moment}


@dataclass(frozen=True, slots=True)
class Keys:
    """Credentials that are passed by hand: the local store's."""

    access_key: str
    secret_key: str = field(repr=False)


def make_session(keys: Keys | None) -> "Session":
    """A session of boto3's own chain of credentials, or of `keys`: the local store's."""
    import boto3
    import botocore.session

    session_vars: dict[str, Any] = {}
    if keys:  # a broken or foreign AWS configuration must not disturb the local store
        nothing = (None, None, None, None)
        session_vars = dict.fromkeys(("profile", "config_file", "credentials_file"), nothing)
    return boto3.session.Session(
        aws_access_key_id=keys.access_key if keys else None,
        aws_secret_access_key=keys.secret_key if keys else None,
        botocore_session=botocore.session.Session(session_vars=session_vars),
    )


def make_client(
    settings: StorageSettings, keys: Keys | None, attempts: int, session: "Session"
) -> "S3Client":
    """A client of `session` that sends each request at most `attempts` times."""
    from botocore.config import Config

    endpoint = endpoint_of(settings)
    connect, read = socket_seconds()
    client: S3Client = session.client(
        "s3",
        endpoint_url=settings.endpoint_url,
        region_name=settings.region or session.region_name or "us-east-1",
        config=Config(
            # B2, R2 and MinIO reject the checksums that boto3 sends by itself since 1.36.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            signature_version="s3v4",  # boto3 would sign URLs in the old way in some regions
            max_pool_connections=64,
            retries={"mode": "standard", "total_max_attempts": attempts},
            s3={"addressing_style": "path" if endpoint else "auto"},
            connect_timeout=connect,
            read_timeout=read,
            proxies={} if keys else None,  # the local store is never behind a proxy
        ),
    )
    put_under_deadlines(client, shown_host(endpoint))
    client.meta.events.register("before-parse.s3", _without_nonsense)
    for operation in ("PutObject", "UploadPart"):
        # A store that never says `100 Continue` costs a second for each request (measured).
        client.meta.events.register(f"before-sign.s3.{operation}", _without_expect)
    return client


def endpoint_of(settings: StorageSettings) -> str | None:
    """The endpoint that boto3 will talk to; None for AWS itself."""
    return (
        settings.endpoint_url
        or os.environ.get("AWS_ENDPOINT_URL_S3")
        or os.environ.get("AWS_ENDPOINT_URL")
    )


def _without_nonsense(response_dict: dict[str, Any], **_: Any) -> None:
    """Drop headers whose value is none of their kind; boto3 would end in an error of its own."""
    headers = response_dict["headers"]
    for name, kind in _KINDS.items():
        if name in headers and kind(headers[name]) is None:
            del headers[name]


def _without_expect(request: "AWSRequest", **_: Any) -> None:
    del request.headers["Expect"]
