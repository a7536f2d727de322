"""Fetch a file whose digest is known beforehand: with progress, on from where it broke off, atomically.

What has arrived lies beside the target as `.<name>.part`, where the next attempt finds it; the target
appears only when all of it is there and has the right sha256.
"""

import http.client
import urllib.error
import urllib.request
from pathlib import Path

from pipeline.engine.progress import Progress
from pipeline.workspace import file_sha256

_BLOCK = 1 << 20  # bytes between two words of progress
_TIMEOUT = 30.0  # seconds without a byte
_BREAKS = 5  # in one attempt
_UNSATISFIABLE, _PARTIAL = 416, 206  # HTTP's answers to a request for the rest


class DownloadError(Exception):
    """Why a file did not arrive, in half a sentence; what did arrive is kept for the next attempt."""


def fetch(url: str, target: Path, sha256: str, progress: Progress) -> None:
    """Download `url` to `target`, through the proxy that the environment names.

    A connection that breaks is taken up again. DownloadError when nobody answers, when it keeps
    breaking, or when all of it came and is not the file with this digest (which is then deleted).
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    breaks = 0
    while not _receive(url, part, progress):
        breaks += 1
        if breaks == _BREAKS:
            raise DownloadError("the connection keeps breaking; run again to go on from there")
    if file_sha256(part) != sha256:
        part.unlink()
        raise DownloadError("what arrived is not the file: its sha256 differs")
    part.replace(target)


def _receive(url: str, part: Path, progress: Progress) -> bool:
    """Append what is missing of the file, or begin anew; say whether it came to its end."""
    have = part.stat().st_size if part.is_file() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - whisper's own addresses
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
            return _append(answer, part, have if answer.status == _PARTIAL else 0, progress)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == _UNSATISFIABLE:
            return True  # there is no more; the digest tells if it is all
        raise DownloadError(f"the server answers {error.code}") from None
    except urllib.error.URLError as error:
        raise DownloadError(str(error.reason)) from None
    except (ConnectionError, TimeoutError, http.client.HTTPException):
        return False
    except OSError as error:
        raise DownloadError(str(error)) from None


def _append(answer: http.client.HTTPResponse, part: Path, have: int, progress: Progress) -> bool:
    """Write what comes behind the first `have` bytes, which are kept."""
    length = answer.headers.get("Content-Length")
    total = have + int(length) if length else 0
    with part.open("r+b" if have else "wb") as file:
        file.seek(have)
        while block := answer.read1(_BLOCK):
            file.write(block)
            have += len(block)
            progress(have, total, "bytes")
    return not total or have == total
