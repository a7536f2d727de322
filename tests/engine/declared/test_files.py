import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.engine.declared import files as looking
from pipeline.engine.declared.files import Files, overlap, parse
from pipeline.errors import ConfigError

PARTS = st.text("ab*", min_size=1, max_size=4)


@pytest.mark.parametrize("text", ["", "../x", "build//x", "/etc/x", "a/./b", "a\\b", "//", "a?b"])
def test_what_is_no_pattern(text: str) -> None:
    with pytest.raises(AssertionError, match="is no pattern"):
        parse(text)


def test_a_star_stands_for_one_part_and_no_hidden_file() -> None:
    pattern = parse("build/clips/*.mp3?")
    assert pattern.optional
    assert pattern.matches("build/clips/a.mp3")
    assert not pattern.matches("build/clips/a/b.mp3")
    assert not pattern.matches("build/clips/.a.mp3")
    assert not parse("*").matches("..")
    assert parse("a.+").matches("a.+")
    assert not parse("a.+").matches("abb")


@given(PARTS, PARTS)
def test_overlap_is_a_common_name(one: str, other: str) -> None:
    """Against all names of up to five letters; two patterns of four need no longer one."""
    left, right = parse(f"build/x{one}"), parse(f"build/x{other}")
    tails = ("".join(t) for n in range(6) for t in itertools.product("ab", repeat=n))
    names = [f"build/x{tail}" for tail in tails]
    common = any(left.matches(name) and right.matches(name) for name in names)
    if common:
        assert overlap(left, right)
    assert overlap(left, right) == overlap(right, left)


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("build/a", "build/a", True),
        ("build/a", "//build/a", False),
        ("build/*", "build/a/b", False),
        ("build/*.mp3", "build/a*", True),
        ("build/*.mp3", "build/*.vtt", False),
    ],
)
def test_overlap(one: str, other: str, common: bool) -> None:
    assert overlap(parse(one), parse(other)) == common


def test_files_are_found_below_the_episode_and_the_show(tmp_path: Path) -> None:
    for name in ("episodes/x/tracks/b.wav", "episodes/x/tracks/a.wav", "feed/glossary.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "episodes/x/tracks/c.wav").mkdir()
    (tmp_path / "episodes/x/tracks/.hidden.wav").write_text("")
    (tmp_path / "episodes/README.md").write_text("")
    files = Files(tmp_path, "episodes/x")
    assert files.find(parse("tracks/*.wav")) == ["tracks/a.wav", "tracks/b.wav"]
    assert files.find(parse("//feed/glossary.toml")) == ["//feed/glossary.toml"]
    assert files.find(parse("//episodes/*/tracks/a.wav")) == ["//episodes/x/tracks/a.wav"]
    assert files.find(parse("tracks/d.wav")) == []
    assert files.find(parse("none/*")) == []
    assert files.path("tracks/a.wav") == f"{tmp_path}/episodes/x/tracks/a.wav"
    assert files.from_root("tracks/a.wav") == "episodes/x/tracks/a.wav"


def test_links_are_followed_and_broken_ones_are_absent(tmp_path: Path) -> None:
    folder = tmp_path / "episodes" / "x"
    folder.mkdir(parents=True)
    (tmp_path / "archive.wav").write_text("sound")
    os.symlink(tmp_path / "archive.wav", folder / "audio.wav")
    os.symlink(tmp_path / "nowhere", folder / "audio.flac")
    files = Files(tmp_path, "episodes/x")
    assert files.find(parse("audio.*")) == ["audio.wav"]
    assert files.stat("audio.flac") is None


def test_a_folder_that_a_stage_made_is_found_once_its_file_is_forgotten(tmp_path: Path) -> None:
    made = tmp_path / "episodes" / "x" / "build" / "posts" / "post.md"
    made.parent.parent.parent.mkdir(parents=True)
    files = Files(tmp_path, "episodes/x")
    assert files.stat("build/posts/post.md") is None
    assert files.find(parse("build/posts/*.md")) == []
    made.parent.mkdir(parents=True)
    made.write_text("words")
    files.forget("build/posts/post.md")
    assert files.stat("build/posts/post.md") is not None
    assert files.find(parse("build/posts/*.md")) == ["build/posts/post.md"]


def test_a_folder_that_leads_out_of_the_show_is_refused(tmp_path: Path) -> None:
    show, outside = tmp_path / "show", tmp_path / "outside"
    (show / "episodes").mkdir(parents=True)
    outside.mkdir()
    os.symlink(outside, show / "episodes" / "x")
    with pytest.raises(ConfigError, match="leads out of the show"):
        Files(show, "episodes/x").stat("none.wav")
    with pytest.raises(ConfigError, match="leads out of the show"):
        Files(show, "episodes/x").entries("episodes/x")


def _edit(show: Path) -> None:
    """The size stays, and the time is put back."""
    path = show / "episodes/b/build/item.json"
    before = path.stat()
    path.write_text("!")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("racy", [True, False])
@pytest.mark.parametrize(
    "change",
    [
        _edit,
        lambda show: (show / "episodes/b/build/item.json").unlink(),
        lambda show: (show / "episodes/b/build/quotes.json").write_text(""),
        lambda show: (show / "episodes/a/build/posts/post.html").write_text(""),
        lambda show: shutil.rmtree(show / "episodes/b/build"),
        lambda show: (show / "episodes/b/build").rename(show / "episodes/b/built"),
        lambda show: shutil.copytree(show / "episodes/a", show / "episodes/c"),
        lambda show: (show / "there/item.json").write_text("!"),
        lambda show: (show / "there/quotes.json").write_text(""),
        lambda show: shutil.copytree(show / "there", show / "feed"),
    ],
)
def test_one_more_look_sees_what_changed(
    tmp_path: Path,
    tick: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], object],
    racy: bool,
) -> None:
    """Of an episode's file, of its folder, of what was not there, and of what a link leads to."""
    for name in ("episodes/a/build/posts/x", "episodes/a/build/item.json", "there/item.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("-")
    shutil.copytree(tmp_path / "episodes/a", tmp_path / "episodes/b")
    (tmp_path / "episodes/linked").mkdir()
    os.symlink(tmp_path / "there", tmp_path / "episodes/linked/build")
    if not racy:
        monkeypatch.setattr(looking, "RACY_NS", -1)
    tick()
    files = Files(tmp_path, "")
    for name in ("item.json", "quotes.json", "posts/post.html"):
        files.find(parse(f"//episodes/*/build/{name}"))
    files.find(parse("//feed/*"))
    names = [f"//episodes/{slug}/build/item.json" for slug in ("a", "b", "linked")]
    assert sorted(files.unsure() or ()) == (names if racy else [])
    assert files.unsure() is not None
    change(tmp_path)
    assert files.unsure() is None
