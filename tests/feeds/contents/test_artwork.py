import contextlib
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.feeds.contents.artwork import (
    advise_artwork,
    artwork_suffix,
    check_artwork,
    read_picture,
)

Png = Callable[..., bytes]


def jpeg(width: int, height: int, components: int = 3, marker: int = 0xC2) -> bytes:
    """The segments of a JPEG file up to its frame header, with a comment and fill bytes before it."""
    comment = b"\xff\xfe" + struct.pack(">H", 6) + b"hi\xff\xc0"
    tables = b"\xff\xc4" + struct.pack(">H", 4) + b"\0\0"
    frame = struct.pack(">HBHHB", 17, 8, height, width, components)
    return b"\xff\xd8" + comment + tables + b"\xff\xff" + bytes([0xFF, marker]) + frame + bytes(9)


def test_covers_that_pass(tmp_path: Path, png: Png) -> None:
    for name, content in (
        ("a.jpg", jpeg(1400, 1400)),
        ("b.jpeg", jpeg(3000, 3000, marker=0xC0)),
        ("c.PNG", png(3000, 3000)),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert check_artwork(path) == [], name
    assert artwork_suffix(tmp_path / "b.jpeg") == ".jpg"


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.jpg", jpeg(1399, 1399), "must be 1400 to 3000 pixels wide; it is 1399 x 1399"),
        ("a.jpg", jpeg(3001, 3001), "must be 1400 to 3000"),
        ("a.jpg", jpeg(1400, 2000), "must be square; it is 1400 x 2000"),
        ("a.jpg", jpeg(1400, 1400, 4), "it is CMYK"),
        ("a.jpg", jpeg(1400, 1400, 1), "it is grey"),
        ("a.png", jpeg(1400, 1400), "the name ends in .png, but the picture is .jpg"),
        ("a.jpg", jpeg(1400, 1400)[:20], "cut off or damaged"),
        ("a.jpg", b"<svg/>", "neither JPEG nor PNG"),
        ("a.jpg", b"", "neither JPEG nor PNG"),
    ],
)
def test_covers_that_fail(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (found,) = check_artwork(path)
    assert problem in found


def test_transparency_is_found(tmp_path: Path, png: Png) -> None:
    path = tmp_path / "a.png"
    for content in (png(1400, 1400, 6), png(1400, 1400, 3, extra=b"\0\0\0\1tRNS\0\0\0\0\0")):
        path.write_bytes(content)
        assert check_artwork(path) == ["must be RGB without transparency; it is RGB with alpha"]


def test_advice(tmp_path: Path, png: Png) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png(1400, 1400) + bytes(600_000))
    assert len(advise_artwork(path)) == 2
    path.write_bytes(png(3000, 3000))
    assert advise_artwork(path) == []


@given(content=st.binary(max_size=200), start=st.sampled_from([b"\xff\xd8", b"\x89PNG\r\n\x1a\n"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_break_the_reader(tmp_path: Path, content: bytes, start: bytes) -> None:
    path = tmp_path / "any.jpg"
    path.write_bytes(start + content)
    with contextlib.suppress(ValueError):
        read_picture(path)
