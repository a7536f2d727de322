"""Pictures that a host's settings name: addresses as they are, files in `images/` by keys of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.feeds.contents.artwork import read_picture
from pipeline.feeds.contents.model import PublishedObject
from pipeline.feeds.contents.rules import Report
from pipeline.settings.fields import is_local_picture
from pipeline.web import addresses
from pipeline.workspace import file_sha256

PICTURES = "images/*"  # beside show.toml or episode.toml
TYPES = {".jpg": "image/jpeg", ".png": "image/png"}


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
        self.objects[key] = PublishedObject(key, f"{self.folder}/{name}", digest, TYPES[suffix])
        return key


def by_name(paths: list[Path]) -> dict[str, Path]:
    """Pictures by their names, as settings call them behind `images/`."""
    return {path.name: path for path in paths}
