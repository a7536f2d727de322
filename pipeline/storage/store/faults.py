"""What an object store says when it fails, in words for people.

Only the error's code is repeated: messages of stores and of botocore may hold key ids, signatures
and strings to sign.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import PullquoteError, StorageError
from pipeline.web.headers import moment
from pipeline.workspace import table_beside

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_SKEWED = "RequestTimeTooSkewed"
_TOLERATED = timedelta(minutes=15)  # by S3, between its clock and that of a signature


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
    words = table_beside(__file__, "faults.toml")
    if isinstance(error, ClientError):
        code = _SKEWED if _is_skewed(error) else code_of(error)
        known = words["codes"].get(words["same"].get(code, code))
    else:
        names = (kind.__name__ for kind in type(error).__mro__)
        known = next(filter(None, map(words["classes"].get, names)), None)
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


def _is_skewed(error: "ClientError") -> bool:
    """Whether a store that refuses has another time than we: to a HEAD it can't say that this is why."""
    told = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    time = moment(told)
    skew = abs(datetime.now(UTC) - time) if time else timedelta()
    return status_of(error) == 403 and skew > _TOLERATED


def code_of(error: "ClientError") -> str:
    """The S3 error code of an answer; its HTTP status where the answer had no body."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: "ClientError") -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
