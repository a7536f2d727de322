"""What a WAV file's header promises. ffmpeg plays a cut-off one to where it ends and says nothing."""

import struct
from pathlib import Path

# A recorder that cannot go back writes 0, or one of the largest sizes (sox: just below 2 GiB).
_UNKNOWN_FROM = 0x7FFF0000
_IN_DS64 = 0xFFFFFFFF


def missing_bytes(path: Path) -> int:
    """How many bytes of sound a WAV (RIFF, RF64, BW64) promises and does not hold; 0 where unknown."""
    size = path.stat().st_size
    with path.open("rb") as file:
        kind = file.read(12)
        if kind[:4] not in {b"RIFF", b"RF64", b"BW64"}:
            return 0
        long_size = 0
        while len(header := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", header)
            if name == b"ds64" and length >= 16:
                body = file.read(length + length % 2)
                long_size = int(struct.unpack_from("<8xQ", body)[0]) if len(body) >= 16 else 0
            elif name == b"data":
                return _missing(length, long_size, size - file.tell())
            else:
                file.seek(length + length % 2, 1)
    return 0


def _missing(length: int, long_size: int, held: int) -> int:
    if length == _IN_DS64 and long_size:
        return max(0, long_size - held)
    if length >= _UNKNOWN_FROM:
        return 0
    return max(0, length - held)
