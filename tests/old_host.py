"""An old host of recordings: a server on this machine that knows ranges, and breaks off."""

import hashlib
import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: For a `sitecustomize.py`: tests have no server that is not on this machine.
LOOPBACK = """
from pipeline.web import outbound
outbound.is_public = lambda address, was=outbound.is_public: was(address) or address.is_loopback
"""


@dataclass
class OldHost:
    """What it sends at each path, how much of it before it breaks off, and what was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    breaks: list[int] = field(default_factory=list)  # bytes that the next answers end after
    tagged: bool = True  # whether it says by what it knows a file again
    off: int = 0  # by how many bytes a rest begins elsewhere than asked
    asked: list[str] = field(default_factory=list)

    def server(self) -> ThreadingHTTPServer:
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
                host.asked.append(f"{self.path}{f' from {wanted[1]}' if wanted else ''}")
                content = host.files.get(self.path)
                if content is None:
                    self.send_error(404)
                    return
                tag = f'"{hashlib.sha256(content).hexdigest()}"'
                same = wanted and self.headers.get("If-Range") == tag
                rest = content[int(wanted[1]) :] if wanted and same else content
                self.send_response(206 if same else 200)
                if wanted and same:
                    at = int(wanted[1]) + host.off
                    self.send_header("Content-Range", f"bytes {at}-{len(content) - 1}/*")
                if host.tagged:
                    self.send_header("ETag", tag)
                self.send_header("Content-Type", "audio/mpeg")
                self.send_header("Content-Length", str(len(rest)))
                self.end_headers()
                self.wfile.write(rest[: host.breaks.pop(0)] if host.breaks else rest)

            def log_message(self, *_: object) -> None:
                pass

        return ThreadingHTTPServer(("127.0.0.1", 0), Handler)
