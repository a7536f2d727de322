"""A proxy between a client and the real store that takes things out of answers, or breaks them off."""

import http.client
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Headers = list[tuple[str, str]]
_ITS_OWN = {"connection", "transfer-encoding", "keep-alive"}


def middleman(
    store: str, change: Callable[[Headers], Headers], breaks: Sequence[int] = ()
) -> ThreadingHTTPServer:
    """A server that forwards to the address `store` and gives its answers' headers as `change` says.

    The first answers end after so many bytes as `breaks` says.
    """
    ends = list(breaks)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            there = http.client.HTTPConnection(urlsplit(store).netloc)
            there.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():  # the signature covers the host
                there.putheader(name, value)
            there.endheaders(content)
            answer = there.getresponse()
            body = answer.read()
            there.close()
            self.send_response_only(answer.status)
            named = [(n, v) for n, v in answer.getheaders() if n.lower() not in _ITS_OWN]
            if not any(name.lower() == "content-length" for name, _ in named):
                named.append(("Content-Length", str(len(body))))
            for name, value in change(named):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: ends[0] if ends else None])
            self.close_connection = bool(ends)
            del ends[:1]

        do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815 - the base class's names

        def log_message(self, *_: object) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)
