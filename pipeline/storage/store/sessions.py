"""botocore's way to a server, under our deadlines: see `pipeline.web.deadline`.

One call of boto3 has one deadline with all its repetitions: five tries of a minute each are told as
one minute's silence. The content of a large object is read after the call; each piece has its own.
"""

import functools
from collections.abc import Iterator, Sequence
from socket import socket
from typing import TYPE_CHECKING, Any

from pipeline.errors import StorageError
from pipeline.web.deadline import RECORDING, Deadline, current, watched, within

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from mypy_boto3_s3.client import S3Client

_BLOCK = 1 << 16  # bytes that are one sign of life
_LIMIT = 64 * 1024 * 1024  # bytes of an answer that is held in memory; above any feed or listing


def put_under_deadlines(client: "S3Client", server: str) -> None:
    """Give every call of `client` a deadline; `server` is what a host knows it by."""
    make_call = client._make_api_call  # type: ignore[attr-defined]

    def call(operation: str, arguments: dict[str, Any]) -> Any:
        with Deadline(server):
            return make_call(operation, arguments)

    client._make_api_call = call  # type: ignore[attr-defined]
    session = client._endpoint.http_session  # type: ignore[attr-defined]
    classes = session._pool_classes_by_scheme
    for scheme, pool in classes.items():
        classes[scheme] = watched(pool)
    session.send = functools.partial(_send, session.send, server)


def _send(send: Any, server: str, request: "AWSPreparedRequest") -> "AWSResponse":
    with within(server) as deadline:  # whose error botocore does not take for one to repeat
        streamed, request.stream_output = request.stream_output, True
        try:
            answer: AWSResponse = send(request)
        finally:
            request.stream_output = streamed
        answer.raw = _Content(answer.raw, server, deadline.sockets)
        try:
            deadline.check()  # a head that was cut off looks whole
            if not streamed or answer.status_code >= 300:
                answer.content  # noqa: B018 - reads it
        except Exception:
            answer.raw.close()
            raise
        return answer


class _Content:
    """The content of an answer, as botocore reads it, in blocks that are signs of life."""

    def __init__(self, raw: Any, server: str, sockets: Sequence[socket]) -> None:
        self._raw = raw
        self._server = server
        self._sockets = tuple(sockets)

    def read(self, amount: int | None = None) -> bytes:
        """The next `amount` bytes, or all."""
        with Deadline(self._server, slowest=RECORDING) as deadline:
            for each in self._sockets:
                deadline.watch(each)
            return b"".join(self._blocks(amount, deadline))

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        """All that is left."""
        deadline = current()
        assert deadline, "read where it was sent"
        return self._blocks(None, deadline)

    def _blocks(self, amount: int | None, deadline: Deadline) -> Iterator[bytes]:
        left = _LIMIT + 1 if amount is None else amount
        while left > 0 and (block := self._raw.read(min(left, _BLOCK))):
            deadline.came(len(block))
            left -= len(block)
            yield block
        if left <= 0 and amount is None:
            raise StorageError(
                f"{self._server} sent more than {_LIMIT >> 20} MB where a short answer was expected",
                "pullquote doctor looks for the reason",
            )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)
