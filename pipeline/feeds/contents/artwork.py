"""Pictures: what Apple asks of a cover (C-07), by its own header, and those that settings name.

Addresses stay as they are, files in `images/` are published under keys of ours.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.feeds.contents.model import PublishedObject
from pipeline.feeds.contents.rules import Report
from pipeline.settings.fields import is_local_picture
from pipeline.web import addresses
from pipeline.workspace import file_sha256

PICTURES = "images/*"  # beside show.toml or episode.toml
SMALLEST, LARGEST = 1400, 3000  # pixels a side
ADVISED_BYTES = 512_000  # larger covers are slow on a phone; PRX and Spotify advise less

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_COLOURS = {0: "grey", 2: "RGB", 3: "RGB", 4: "grey with alpha", 6: "RGB with alpha"}
_JPEG_COLOURS = {1: "grey", 3: "RGB", 4: "CMYK"}  # by number of components
# Start of frame: 0xC0 to 0xCF without the tables DHT (C4), JPG (C8) and DAC (CC).
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_WITHOUT_LENGTH = frozenset(range(0xD0, 0xDA)) | {0x01}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's header: `suffix` is the ending that its format calls for; sizes in pixels."""

    suffix: str
    width: int
    height: int
    colours: str


def read_picture(path: Path) -> Picture:
    """Read the header of a JPEG or PNG file; ValueError says why it is none."""
    content = path.read_bytes()
    try:
        if content.startswith(_PNG):
            return _png(content)
        if content.startswith(b"\xff\xd8"):
            return _jpeg(content)
    except (struct.error, IndexError):
        raise ValueError("the picture is cut off or damaged") from None
    raise ValueError("the picture is neither JPEG nor PNG")


def covers(found: Iterable[Path]) -> list[Path]:
    """The files that could be the cover; a drawing beside it that it was made from is none."""
    return [path for path in found if path.suffix.lower() in {".jpg", ".jpeg", ".png"}]


def artwork_suffix(path: Path) -> str:
    """`.jpg` or `.png`, the only endings that Apple takes, by the file's content."""
    return read_picture(path).suffix


def check_artwork(path: Path) -> list[str]:
    """What keeps a cover out of the directories, a sentence each; empty when nothing does."""
    try:
        picture = read_picture(path)
    except ValueError as error:
        return [f"{error}; save it as JPEG or PNG"]
    problems = []
    if path.suffix.lower().replace(".jpeg", ".jpg") != picture.suffix:
        problems.append(f"the name ends in {path.suffix}, but the picture is {picture.suffix}")
    if picture.width != picture.height:
        problems.append(f"must be square; it is {picture.width} x {picture.height} pixels")
    if not SMALLEST <= min(picture.width, picture.height) <= LARGEST:
        problems.append(
            f"must be {SMALLEST} to {LARGEST} pixels wide; it is {picture.width} x {picture.height}"
        )
    if picture.colours != "RGB":
        problems.append(f"must be RGB without transparency; it is {picture.colours}")
    return problems


def advise_artwork(path: Path) -> list[str]:
    """What would make a cover that passes `check_artwork` better, a sentence each."""
    advice = []
    if (width := read_picture(path).width) < LARGEST:
        advice.append(f"is {width} pixels wide; {LARGEST} is sharper on large screens")
    if (size := path.stat().st_size) > ADVISED_BYTES:
        advice.append(f"has {size:,} bytes; under {ADVISED_BYTES:,} loads faster")
    return advice


def _png(content: bytes) -> Picture:
    width, height, _depth, colour = struct.unpack_from(">IIBB", content, 16)
    colours = _PNG_COLOURS.get(colour, "unknown")
    head = content[: content.find(b"IDAT")]
    if b"tRNS" in head and "alpha" not in colours:
        colours += " with alpha"
    return Picture(".png", width, height, colours)


def _jpeg(content: bytes) -> Picture:
    position = 2
    while True:
        while content[position + 1] == 0xFF:  # fill bytes before a marker
            position += 1
        lead, marker = content[position], content[position + 1]
        if lead != 0xFF:
            raise IndexError
        if marker in _JPEG_FRAMES:
            height, width, components = struct.unpack_from(">HHB", content, position + 5)
            return Picture(".jpg", width, height, _JPEG_COLOURS.get(components, "unknown"))
        if marker in _JPEG_WITHOUT_LENGTH:
            position += 2
        else:
            position += 2 + struct.unpack_from(">H", content, position + 2)[0]


@dataclass(slots=True)
class Pictures:
    """The files of `images/` by name, and what is published of them.

    `folder` is where they lie, as paths in a release are written: relative to the episode's folder or
    the show's root.
    """

    files: Mapping[str, Path] = field(default_factory=dict)
    folder: str = "images"
    objects: dict[str, PublishedObject] = field(default_factory=dict)

    def address(self, report: Report, where: str, picture: str | None) -> str | None:
        """The URL, or the object key of a file, which is published from now on; None stays None."""
        if picture is None or not is_local_picture(picture):
            return picture
        name = picture.rpartition("/")[2]
        if name not in self.files:
            there = f"there are: {', '.join(sorted(self.files))}" if self.files else "it is empty"
            report.add(where, f"no file {picture} beside it ({there})")
            return picture
        try:
            suffix = read_picture(self.files[name]).suffix
        except ValueError as error:
            report.add(where, f"{picture}: {error}; save it as JPEG or PNG")
            return picture
        digest = file_sha256(self.files[name])
        key = addresses.image_key(digest, suffix)
        kind = addresses.media_type(key)
        self.objects[key] = PublishedObject(key, f"{self.folder}/{name}", digest, kind)
        return key


def by_name(paths: list[Path]) -> dict[str, Path]:
    """Pictures by their names, as settings call them behind `images/`."""
    return {path.name: path for path in paths}
