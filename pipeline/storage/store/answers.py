"""Reading a store's answers: what no client could use is taken out before boto3 parses it."""

from typing import Any

from pipeline.storage.store.faults import status_of
from pipeline.web.headers import moment, whole_number

_KINDS = {"content-length": whole_number, "last-modified": moment, "date": moment}


def without_nonsense(response_dict: dict[str, Any], **_: Any) -> None:
    """Drop headers whose value is none of their kind; boto3 would end in an error of its own."""
    headers = response_dict["headers"]
    for name, kind in _KINDS.items():
        if name in headers and kind(headers[name]) is None:
            del headers[name]


def condition(etag: str | None, attempt: int) -> dict[str, Any]:
    """The header of a conditional write; DigitalOcean Spaces wants the ETag without its quotes."""
    if etag is None:
        return {"IfNoneMatch": "*"}
    return {"IfMatch": etag.strip('"') if attempt % 2 else etag}


def outcome_unknown(error: Exception) -> bool:
    """Whether a conditional write may have been applied, or lost, for all that the error says."""
    from botocore.exceptions import ClientError, HTTPClientError

    if isinstance(error, ClientError):
        status = status_of(error)
        return status in {404, 409, 412} or (status >= 500 and status != 501)
    return isinstance(error, HTTPClientError)
