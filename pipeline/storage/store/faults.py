"""What an object store says when it fails, in words for people.

Only the error's code is repeated: messages of stores and of botocore may hold key ids, signatures
and strings to sign.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import PullquoteError, StorageError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_CHAIN = (
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in ~/.aws/credentials and "
    "AWS_PROFILE; the store's web page makes such keys"
)
_NO_NAME = ("'{bucket}' is no name for a bucket", "mend [storage] bucket in show.toml")
_LOGIN_OVER = ("the login for {host} has expired", "log in again (aws sso login)")
_AGAIN = "run again: what is there is kept"
_BROKE_OFF = ("{host} broke the connection", _AGAIN)

#: Code of the S3 error -> (what is wrong, what to do); `{bucket}` and `{host}` are filled in.
_BY_CODE: dict[str, tuple[str, str]] = {
    "NoSuchBucket": (
        "{host} has no bucket '{bucket}'",
        "make the bucket there, or mend [storage] bucket in show.toml",
    ),
    "InvalidBucketName": _NO_NAME,
    "AccessDenied": (
        "{host} denies access to bucket '{bucket}'",
        "these credentials need s3:GetObject, PutObject, DeleteObject and ListBucket on it; if the "
        "store wants an ACL, set [storage] acl",
    ),
    "InvalidAccessKeyId": ("{host} does not know this access key", _CHAIN),
    "SignatureDoesNotMatch": (
        "{host} refuses the signature: the secret key does not belong to the access key",
        _CHAIN,
    ),
    "ExpiredToken": ("the credentials for {host} have expired", "log in again"),
    "RequestTimeTooSkewed": (
        "{host} refuses the signature, because this machine's clock is wrong by many minutes",
        "set the clock (timedatectl set-ntp true) and run again",
    ),
    "AuthorizationHeaderMalformed": (
        "{host} expects another region for bucket '{bucket}'",
        "set [storage] region in show.toml ('auto' for Cloudflare R2)",
    ),
    "AccessControlListNotSupported": (
        "bucket '{bucket}' takes no ACLs",
        "remove [storage] acl from show.toml and make the bucket readable by a policy",
    ),
    "EntityTooLarge": ("{host} takes no object of this size", "publish a smaller file"),
    "QuotaExceeded": ("bucket '{bucket}' is full", "raise its quota at the store"),
    "BadDigest": (
        "{host} received other bytes than were sent, or does not take this kind of checksum",
        "run again; if it stays, look for a proxy between here and the store",
    ),
    "SlowDown": ("{host} asks for fewer requests", "wait a minute and run again"),
}
_SAME_AS = {
    "403": "AccessDenied",
    "Forbidden": "AccessDenied",
    "AllAccessDisabled": "AccessDenied",
    "InvalidToken": "ExpiredToken",
    "ExpiredTokenException": "ExpiredToken",
    "PermanentRedirect": "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException": "AuthorizationHeaderMalformed",
    "301": "AuthorizationHeaderMalformed",
    "XAmzContentSHA256Mismatch": "BadDigest",
    "InvalidDigest": "BadDigest",
    "ServiceUnavailable": "SlowDown",
    "XMinioStorageFull": "QuotaExceeded",
}

#: Name of the botocore exception -> the same; classes are compared by name to import botocore late.
_BY_CLASS: dict[str, tuple[str, str]] = {
    "NoCredentialsError": ("there are no credentials for {host}", _CHAIN),
    "PartialCredentialsError": ("the credentials for {host} are incomplete", _CHAIN),
    "CredentialRetrievalError": ("the credentials for {host} cannot be fetched", _CHAIN),
    "TokenRetrievalError": _LOGIN_OVER,
    "SSOTokenLoadError": ("the login for {host} is missing", "log in (aws sso login)"),
    "UnauthorizedSSOTokenError": _LOGIN_OVER,
    "ProfileNotFound": ("AWS_PROFILE names a profile that does not exist", "mend AWS_PROFILE"),
    "ConfigParseError": ("the AWS configuration in ~/.aws cannot be read", "mend that file"),
    "SSLError": (
        "the certificate of {host} is not trusted",
        "check the clock and [storage] endpoint_url; AWS_CA_BUNDLE names a private authority",
    ),
    "EndpointConnectionError": (
        "{host} cannot be reached",
        "check the network and [storage] endpoint_url in show.toml",
    ),
    "ProxyConnectionError": ("the proxy for {host} cannot be reached", "check HTTPS_PROXY"),
    "ConnectTimeoutError": ("{host} does not answer", "check the network and run again"),
    "ReadTimeoutError": ("{host} took too long to answer", _AGAIN),
    "ConnectionClosedError": _BROKE_OFF,
    "IncompleteReadError": _BROKE_OFF,
    "ResponseStreamingError": _BROKE_OFF,
    "HTTPClientError": ("the connection to {host} failed", _AGAIN),
    "ParamValidationError": _NO_NAME,
}


class Conflict(StorageError):  # noqa: N818 - an outcome of two people at work, not a malfunction
    """A conditional write lost: the object is not what it was when it was read."""


def shown_host(url: str | None) -> str:
    """Host and port of an endpoint, without a user or password that somebody put into the URL."""
    if not url:
        return "AWS S3"
    return urlsplit(url).netloc.rpartition("@")[2]


def explain(error: Exception, host: str, bucket: str) -> StorageError:
    """The error for people behind an exception of botocore or s3transfer."""
    from botocore.exceptions import ClientError

    if isinstance(error, StorageError):
        return error
    if isinstance(error, PullquoteError):
        return StorageError(error.message, error.hint)
    if isinstance(error, ClientError):
        code = code_of(error)
        known = _BY_CODE.get(_SAME_AS.get(code, code))
    else:
        names = (kind.__name__ for kind in type(error).__mro__)
        known = next((_BY_CLASS[name] for name in names if name in _BY_CLASS), None)
    if known:
        return StorageError(known[0].format(host=host, bucket=bucket), known[1])
    if not isinstance(error, ClientError):
        return StorageError(
            f"talking to {host} failed ({type(error).__name__})", "run again with -v to see where"
        )
    if status_of(error) == 501:
        return StorageError(
            f"{host} does not support what {error.operation_name} asked for ({code})",
            "pullquote doctor tells what this store can do",
        )
    return StorageError(
        f"{host} answered {error.operation_name} with {code} (HTTP {status_of(error)})",
        "run again; pullquote doctor looks for the reason",
    )


def code_of(error: "ClientError") -> str:
    """The S3 error code of an answer; its HTTP status where the answer had no body."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: "ClientError") -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
