"""Single PUTs, signed and sent by botocore's own parts, without what boto3 does around them.

boto3 spends two milliseconds of one core on each request (rules of endpoints, checks and serialisers
of parameters, some thirty event handlers), more than a small file needs to travel: with it, 500 files
of 20 kB took twice as long (measured). Where the first request to go wrong shows that a store wants
more - a redirect, another region, a moment's patience - everything goes through boto3 again.
"""

import base64
import hashlib
import os
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from pipeline.storage.faults import shown_host
from pipeline.storage.sessions import watch

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.credentials import Credentials
    from mypy_boto3_s3.client import S3Client

_SIGNATURE_VERSION = "AWS4-HMAC-SHA256"


class SignedPuts:
    """Writes objects of one bucket. Safe to use from several threads."""

    def __init__(
        self, client: "S3Client", bucket: str, credentials: "Credentials", *, direct: bool
    ) -> None:
        """`direct` passes by the proxies of the environment."""
        from botocore.httpsession import URLLib3Session
        from botocore.utils import get_environ_proxies

        # boto3 knows how a bucket is addressed and in whose region it is signed: one URL tells.
        trial = client.generate_presigned_url(
            "put_object", Params={"Bucket": bucket, "Key": "key"}, ExpiresIn=60
        )
        query = parse_qs(urlsplit(trial).query)
        self._base = _base(client.meta.endpoint_url, bucket, urlsplit(trial).netloc)
        self._usable = query.get("X-Amz-Algorithm") == [_SIGNATURE_VERSION]
        scope = query.get("X-Amz-Credential", [""])[0].split("/")
        self._region = scope[-3] if len(scope) >= 4 else ""
        self._credentials = credentials
        events: Any = client.meta.events
        self._hear = events.emit_until_response
        config: Any = client.meta.config
        make_session: Any = URLLib3Session  # its stubs know one kind of each argument
        self._session = make_session(
            verify=os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE") or True,
            proxies={} if direct else get_environ_proxies(self._base),
            timeout=(config.connect_timeout, config.read_timeout),
            max_pool_connections=config.max_pool_connections,
            # Headers and content are two writes: without this the second waits 40 ms for the server's
            # delayed acknowledgement of the first (measured).
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        watch(self._session, shown_host(client.meta.endpoint_url))

    def put(self, key: str, content: bytes, sha256: str, headers: Mapping[str, str]) -> bool:
        """Write an object of a whole key in the bucket; False when boto3 should do it instead."""
        from botocore.exceptions import HTTPClientError

        if not self._usable:
            return False
        request = self._request(key, content, sha256, headers)
        # As boto3 does, so that whoever listens sees these requests too.
        event = "before-send.s3.PutObject"
        _, answer = self._hear(event, request=request)
        try:
            status = (answer or self._session.send(request)).status_code
        except HTTPClientError:
            status = 0
        if status != 200:
            self._usable = False
        return bool(status == 200)

    def _request(
        self, key: str, content: bytes, sha256: str, headers: Mapping[str, str]
    ) -> "AWSPreparedRequest":
        from botocore.auth import S3SigV4Auth
        from botocore.awsrequest import AWSRequest

        md5 = hashlib.md5(content, usedforsecurity=False).digest()
        request = AWSRequest(
            "PUT",
            self._base + quote(key),
            headers={**headers, "Content-MD5": base64.b64encode(md5).decode()},
            data=content,
        )

        class Signer(S3SigV4Auth):
            def payload(self, request: AWSRequest) -> str:
                return sha256  # known already

        frozen: Any = self._credentials.get_frozen_credentials()
        Signer(frozen, "s3", self._region).add_auth(request)
        return request.prepare()


def _base(endpoint: str, bucket: str, trial_host: str) -> str:
    """Where keys are appended; a signed URL may name AWS's global host, which redirects."""
    parts = urlsplit(endpoint)
    host = parts.netloc.rpartition("@")[2]
    if trial_host.startswith(f"{bucket}."):
        return f"{parts.scheme}://{bucket}.{host}/"
    return f"{parts.scheme}://{host}{parts.path.rstrip('/')}/{bucket}/"
