import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mutagen.id3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.audio.decoding import ffmpeg
from pipeline.audio.decoding.decode import probe
from pipeline.audio.tags import Tags, sound_of, tag
from pipeline.errors import AudioError
from pipeline.models import Chapter

TAGS = Tags(
    title="Why bridges hum – für Ærø 🎙",
    author="Ada",
    show="Iron & Air",
    date=datetime(2026, 5, 1, 8, tzinfo=UTC),
    language="pt-BR",
    episode=12,
    season=2,
)
CHAPTERS = (
    Chapter(0, "Hello"),
    Chapter(2.5, "The bridge – ☀", "https://example.org/bridge"),
    Chapter(6.25, "Bye"),
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)


def read(path: Path) -> Any:
    return mutagen.id3.ID3(path, translate=False)  # type: ignore[no-untyped-call]


def written(
    master: Path,
    out: Path,
    tags: Tags = TAGS,
    chapters: Sequence[Chapter] = CHAPTERS,
    cover: Path | None = None,
) -> Any:
    tag(master, out, tags, 8.0, chapters, cover)
    return read(out)


def test_all_tags_can_be_read_back(speech_mp3: Path, tmp_path: Path) -> None:
    cover = tmp_path / "cover.jpg"
    cover.write_bytes(JPEG)
    found = written(speech_mp3, tmp_path / "out.mp3", cover=cover)
    assert found.version == (2, 3, 0)
    texts = {
        name: str(found[name]) for name in ("TIT2", "TPE1", "TALB", "TRCK", "TPOS", "TLAN", "TCON")
    }
    assert texts == {
        "TIT2": TAGS.title, "TPE1": "Ada", "TALB": "Iron & Air", "TRCK": "12", "TPOS": "2",
        "TLAN": "por", "TCON": "Podcast",
    }  # fmt: skip
    assert (str(found["TYER"]), str(found["TDAT"])) == ("2026", "0105")
    (picture,) = found.getall("APIC")
    assert (picture.mime, picture.type, picture.data) == ("image/jpeg", 3, JPEG)


def test_chapters_and_their_contents(speech_mp3: Path, tmp_path: Path) -> None:
    found = written(speech_mp3, tmp_path / "out.mp3")
    (contents,) = found.getall("CTOC")
    assert contents.flags == 3
    chapters = [found[f"CHAP:{name}"] for name in contents.child_element_ids]
    times = [(chapter.start_time, chapter.end_time) for chapter in chapters]
    assert times == [(0, 2500), (2500, 6250), (6250, 8000)]
    titles = [str(chapter.sub_frames["TIT2"]) for chapter in chapters]
    assert titles == ["Hello", "The bridge – ☀", "Bye"]
    assert chapters[1].sub_frames["WXXX:"].url == "https://example.org/bridge"
    assert {chapter.start_offset for chapter in chapters} == {0xFFFFFFFF}


def test_ffmpeg_reads_the_sound_and_the_chapters(speech_mp3: Path, tmp_path: Path) -> None:
    written(speech_mp3, tmp_path / "out.mp3")
    before, after = probe(speech_mp3), probe(tmp_path / "out.mp3")
    assert replace(after, path=before.path) == before


def test_chapters_lie_in_the_order_of_time(speech_mp3: Path, tmp_path: Path) -> None:
    """ffmpeg, and players made with it, list them as they find them."""
    titles = ["A very long title of a first chapter", "B", "A title of middle length"]
    chapters = tuple(Chapter(n * 2.0, title) for n, title in enumerate(titles))
    written(speech_mp3, tmp_path / "out.mp3", chapters=chapters)
    log = ffmpeg.probe_log(tmp_path / "out.mp3")
    assert re.findall(r"Chapter #\d:\d: start ([\d.]+)", log) == [
        "0.000000",
        "2.000000",
        "4.000000",
    ]


def test_the_sound_is_copied_byte_for_byte(speech_mp3: Path, tmp_path: Path, convert: Any) -> None:
    bare = convert(speech_mp3, tmp_path / "bare.mp3", "-c", "copy", "-map_metadata", "-1",
                   "-id3v2_version", "0")  # fmt: skip
    content = bare.read_bytes()
    written(bare, tmp_path / "out.mp3")
    published = tmp_path / "out.mp3"
    assert published.read_bytes()[sound_of(published) :] == content
    assert sound_of(bare) == 0, "a master has no tags"


def test_tags_of_another_programme_disappear(speech_mp3: Path, tmp_path: Path) -> None:
    """Whatever the master was tagged with, the result is the same file."""
    id3: Any = mutagen.id3
    old = id3.ID3()
    old.add(id3.TIT2(text="Old"))
    old.add(id3.TXXX(desc="secret", text="private note"))
    master = tmp_path / "master.mp3"
    master.write_bytes(speech_mp3.read_bytes())
    old.save(master, v1=2)
    written(speech_mp3, tmp_path / "one.mp3")
    written(master, tmp_path / "two.mp3")
    written(tmp_path / "two.mp3", tmp_path / "three.mp3")
    digests = {
        hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        for name in ("one.mp3", "two.mp3", "three.mp3")
    }
    assert len(digests) == 1


def test_the_least(speech_mp3: Path, tmp_path: Path) -> None:
    update = {"episode": None, "season": None, "language": "zxx-x-none"}
    least = TAGS.model_copy(update=update)
    found = written(speech_mp3, tmp_path / "out.mp3", least, chapters=())
    assert not found.getall("CHAP") + found.getall("CTOC") + found.getall("TRCK")


def test_more_chapters_than_a_table_of_contents_holds(speech_mp3: Path, tmp_path: Path) -> None:
    many = tuple(Chapter(number / 50, f"No. {number}") for number in range(300))
    found = written(speech_mp3, tmp_path / "out.mp3", chapters=many)
    assert len(found.getall("CTOC")[0].child_element_ids) == len(found.getall("CHAP")) == 255


@pytest.mark.parametrize(("content", "mime"), [(PNG, "image/png"), (JPEG, "image/jpeg")])
def test_the_kind_of_a_cover_is_seen_not_believed(
    content: bytes, mime: str, speech_mp3: Path, tmp_path: Path
) -> None:
    cover = tmp_path / "artwork.jpg"
    cover.write_bytes(content)
    found = written(speech_mp3, tmp_path / "out.mp3", cover=cover)
    assert found.getall("APIC")[0].mime == mime


def test_another_picture_is_refused_and_writes_nothing(speech_mp3: Path, tmp_path: Path) -> None:
    cover = tmp_path / "artwork.jpg"
    cover.write_bytes(b"RIFF....WEBPVP8 ")
    with pytest.raises(AudioError, match=r"artwork\.jpg: neither a JPEG nor a PNG"):
        tag(speech_mp3, tmp_path / "out.mp3", TAGS, 8.0, CHAPTERS, cover)
    assert not (tmp_path / "out.mp3").exists()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text(min_size=1, max_size=300),
)
def test_any_text_gives_one_title(speech_mp3: Path, tmp_path: Path, title: str) -> None:
    found = written(speech_mp3, tmp_path / "out.mp3", TAGS.model_copy(update={"title": title}))
    assert all(len(frame.text) == 1 for frame in found.getall("TIT2"))
