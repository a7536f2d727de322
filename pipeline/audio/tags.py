"""ID3 tags of the published MP3: title, show, cover and chapters, for players that read the file alone.

Version 2.3, because some car radios and Windows know no other; it stores text as UTF-16.
"""

import importlib
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.engine.declared.settings import StageSettings, from_episode, from_show
from pipeline.errors import AudioError
from pipeline.models import Chapter

_MOST_CHAPTERS = 255  # the table of contents counts them in one byte
_NO_OFFSET = 0xFFFFFFFF  # "use the times instead of byte offsets" (ID3v2 Chapter Frame Addendum)
_TOC_FLAGS = 3  # top level, ordered
_FRONT_COVER = 3  # the kind of picture (ID3v2.3, APIC)
_PADDING = 0  # the file is written once; nobody edits its tags in place
_PICTURES = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


class Tags(StageSettings):
    """What an episode's file says of itself."""

    show: str = from_show("title")
    author: str = from_show("author")
    language: str = from_show("language")
    title: str = from_episode("title")
    date: datetime = from_episode("date")
    season: int | None = from_episode("season")
    episode: int | None = from_episode("episode")


def tag(
    master: Path,
    out: Path,
    tags: Tags,
    duration: float,
    chapters: Sequence[Chapter] = (),
    cover: Path | None = None,
) -> None:
    """Copy the MP3 `master` to `out` with these tags instead of any that it had.

    `duration` in seconds ends the last chapter. The sound is copied byte for byte, and the same input
    gives the same bytes. AudioError for a cover that is neither JPEG nor PNG.
    """
    frames = [*_frames(tags), *_chapter_frames(chapters[:_MOST_CHAPTERS], duration)]
    if cover:
        frames.append(_cover(cover))
    shutil.copyfile(master, out)
    _mutagen("apev2").delete(out)
    id3 = _mutagen("id3")
    id3.delete(out)
    content = id3.ID3()
    for frame in frames:
        content.add(frame)
    content.update_to_v23()
    content.save(out, v1=0, v2_version=3, padding=lambda _: _PADDING)
    _order_chapters(out)


def sound_of(published: Path) -> int:
    """At which byte of a file that `tag` wrote the master begins, which reaches to its end."""
    with published.open("rb") as file:
        header = file.read(10)
    return 10 + _length(header) if header.startswith(b"ID3") else 0


def _frames(tags: Tags) -> list[Any]:
    id3 = _mutagen("id3")
    frames: list[Any] = [
        id3.TIT2(text=_line(tags.title)),
        id3.TPE1(text=_line(tags.author)),
        id3.TALB(text=_line(tags.show)),
        id3.TCON(text="Podcast"),
        id3.TLAN(text=_alpha3(tags.language)),
        id3.TDRC(text=tags.date.strftime("%Y-%m-%d")),
    ]
    numbers = ((id3.TRCK, tags.episode), (id3.TPOS, tags.season))
    return frames + [kind(text=str(number)) for kind, number in numbers if number is not None]


def _cover(path: Path) -> Any:
    id3 = _mutagen("id3")

    content = path.read_bytes()
    kinds = [kind for start, kind in _PICTURES if content.startswith(start)]
    if not kinds:
        raise AudioError(
            f"{path}: neither a JPEG nor a PNG picture", "export the artwork again as JPEG or PNG"
        )
    return id3.APIC(encoding=0, mime=kinds[0], type=_FRONT_COVER, desc="", data=content)


def _chapter_frames(chapters: Sequence[Chapter], duration: float) -> list[Any]:
    id3 = _mutagen("id3")

    if not chapters:
        return []
    ends = [chapter.start for chapter in chapters[1:]] + [max(duration, chapters[-1].start)]
    frames = []
    for number, (chapter, end) in enumerate(zip(chapters, ends, strict=True)):
        inner: list[Any] = [id3.TIT2(text=_line(chapter.title))]
        if chapter.url:
            inner.append(id3.WXXX(desc="", url=chapter.url))
        frames.append(
            id3.CHAP(
                element_id=f"chapter{number}",
                start_time=round(chapter.start * 1000),
                end_time=round(end * 1000),
                start_offset=_NO_OFFSET,
                end_offset=_NO_OFFSET,
                sub_frames=inner,
            )
        )
    names = [frame.element_id for frame in frames]
    contents = id3.CTOC(element_id="toc", flags=_TOC_FLAGS, child_element_ids=names, sub_frames=[])
    return [*frames, contents]


def _mutagen(module: str) -> Any:
    """A module of mutagen, whose frames have no types."""
    return importlib.import_module(f"mutagen.{module}")


def _order_chapters(path: Path) -> None:
    """Put the chapters' frames in the order of time, in which many players list them.

    mutagen writes frames by size. The tag keeps its length, so the sound stays where it is.
    """
    with path.open("r+b") as file:
        content = file.read(_length(file.read(10)))
        frames = []
        while content:
            size = 10 + int.from_bytes(content[4:8])
            frames.append(content[:size])
            content = content[size:]
        frames.sort(key=_place)
        file.seek(10)
        file.write(b"".join(frames))


def _length(header: bytes) -> int:
    """Of a tag, in bytes after its header: four times seven bits."""
    return sum(
        (byte & 0x7F) << shift for byte, shift in zip(header[6:], (21, 14, 7, 0), strict=True)
    )


def _place(frame: bytes) -> tuple[bool, int]:
    """Chapters last, by start: four bytes after the element's name and its NUL."""
    if not frame.startswith(b"CHAP"):
        return False, 0
    name_end = frame.index(b"\0", 10) + 1
    return True, int.from_bytes(frame[name_end : name_end + 4])


def _alpha3(language: str) -> str:
    """ISO 639-2, which ID3 wants: "en-GB" is "eng"; "und" where there is none."""
    import langcodes

    try:
        return langcodes.Language.get(language).to_alpha3()
    except LookupError:
        return "und"


def _line(text: str) -> str:
    """One line: ID3 separates several values by NUL, and players cut at line breaks."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
