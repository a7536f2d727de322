"""Files below `build/`: read as records, written with the same bytes, named when they are damaged."""

import ast
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from pipeline.artefacts import (
    AUDIO,
    CANDIDATES,
    CHAPTERS,
    OPENINGS,
    PROPOSED,
    PUBLISHED,
    QUOTES,
    RAW,
    SPEAKERS,
    SUSPECTS,
    TRANSCRIPT,
    Artefact,
    Proven,
    Published,
)
from pipeline.errors import ConfigError, PullquoteError
from pipeline.feeds.contents.model import ITEM
from pipeline.models import Chapter, Doubt
from pipeline.workspace import EpisodePaths

PACKAGE = Path(__file__).resolve().parents[1] / "pipeline"
SAMPLE = Path(__file__).resolve().parents[1] / "episodes" / "why-bridges-hum"
ALL: tuple[Artefact[Any], ...] = (
    *(
        AUDIO,
        RAW,
        SPEAKERS,
        TRANSCRIPT,
        SUSPECTS,
        CHAPTERS,
        PROPOSED,
        OPENINGS,
        CANDIDATES,
        QUOTES,
        ITEM,
    ),
)


@pytest.fixture
def paths(tmp_path: Path) -> EpisodePaths:
    """An episode with an empty `build/`."""
    folder = tmp_path / "episodes" / "hum"
    (folder / "build").mkdir(parents=True)
    return EpisodePaths("hum", folder)


@pytest.mark.parametrize("artefact", [each for each in ALL if each not in (ITEM, PROPOSED)])
def test_what_was_written_once_is_written_again_with_the_same_bytes(
    artefact: Artefact[Any],
) -> None:
    content = (SAMPLE / artefact).read_text(encoding="utf-8")
    assert artefact.dump(artefact.read(SAMPLE / artefact)) == content


@pytest.mark.parametrize("artefact", ALL)
def test_a_damaged_file_is_named_and_one_that_is_not_there_is_made(
    artefact: Artefact[Any], paths: EpisodePaths
) -> None:
    assert artefact.known(paths) is None
    with pytest.raises(PullquoteError) as missing:
        artefact.of(paths)
    assert str(missing.value).splitlines() == [
        f"hum: there is no {artefact} yet",
        "  make it with: pullquote run hum --to suggest",
    ]
    for content in ("", "{", "[]", "[1, 2]", '{"chapters": 3}', "[" * 100_000, "<<<<<<< HEAD\n{}"):
        artefact.path(paths).write_text(content)
        with pytest.raises(PullquoteError) as damaged:
            artefact.known(paths)
        assert damaged.value.message.startswith(f"episodes/hum/{artefact}: ")
        assert damaged.value.hint.endswith("delete it and run again")


def test_a_link_out_of_the_show_is_not_followed(paths: EpisodePaths) -> None:
    (paths.directory.parents[1] / "feed").mkdir()
    (paths.directory.parents[1] / "feed/show.toml").write_text("")
    AUDIO.path(paths).symlink_to("/etc/hostname")
    with pytest.raises(ConfigError, match="a link that leads out of the show"):
        AUDIO.known(paths)


def test_chapters_without_a_title_and_those_that_only_change_a_picture_are_not_listed() -> None:
    entries: list[dict[str, object]] = [
        {"startTime": 0, "title": "One", "img": "images/one.jpg"},
        {"startTime": 5, "title": "Hidden", "toc": False},
        {"startTime": 9.5, "title": "Two", "url": "https://example.org/"},
        {"startTime": 12},
    ]
    content = json.dumps({"version": "1.2.0", "chapters": entries}).encode()
    assert CHAPTERS.decode(content, "chapters.json") == [
        Chapter(0.0, "One", image="images/one.jpg"),
        Chapter(9.5, "Two", "https://example.org/"),
    ]


def test_files_of_earlier_versions_are_read() -> None:
    audio = AUDIO.decode(b'{"version": 1, "duration": 61.5}', "audio.json")
    assert (audio.duration, audio.offset, audio.sha256, audio.bitrate) == (61.5, 0.0, "", 0)
    old = {"first": 3, "last": 5, "start": 1.0, "end": 1.5, "score": 0.6, "why": ["a sign"]}
    content = json.dumps({"version": 1, "suspects": [old], "changes": []}).encode()
    (suspect,) = SUSPECTS.decode(content, "suspects.json").suspects
    assert suspect.doubts == (Doubt(3, 5, 0.6),)
    assert QUOTES.decode(b'{"version": 1, "quotes": []}', "quotes.json") == Proven(quotes=[])


def test_what_is_empty_is_left_out_where_earlier_versions_had_none() -> None:
    assert json.loads(QUOTES.dump(Proven(quotes=()))) == {"version": 1, "audio": "", "quotes": []}
    shown = Published(episodes=["hum"])
    assert json.loads(PUBLISHED.dump(shown)) == {"version": 1, "episodes": ["hum"]}
    taken_out = {"version": 1, "episodes": ["hum"], "withdrawn": ["old"]}
    assert json.loads(PUBLISHED.dump(Published(**asdict(shown) | taken_out))) == taken_out


def test_a_file_that_the_machine_makes_is_named_and_parsed_in_one_place() -> None:
    """Whoever needs one asks its artefact: a name in a second place is a reader in a second place."""
    names = {Path(artefact).name for artefact in ALL}
    named = [
        f"{path.relative_to(PACKAGE)}: {node.value}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (node.value in names or re.fullmatch(r"(//feed/)?build/\S+\.\S+", node.value))
    ]
    outside = [line for line in named if not line.startswith("artefacts.py: ")]
    assert outside == [
        "feeds/contents/model.py: build/item.json",
        "feeds/contents/model.py: //feed/build/objects.json",
        "web/addresses.py: quotes.json",  # the public list of all quotes, another file
    ]


@pytest.mark.parametrize("base", ["", '||||||| 1a2b3c\n "episodes": ["a", "x"]\n'])
def test_a_list_of_what_is_shown_that_git_could_not_merge_is_that_of_both(base: str) -> None:
    content = f"""{{
 "version": 1,
<<<<<<< HEAD
 "episodes": ["a", "b"],
{base}=======
 "episodes": ["a", "c", "x"],
>>>>>>> theirs
 "withdrawn": ["w", "x"]
}}
"""
    found = PUBLISHED.decode(content.encode(), "published.json")
    assert (found.episodes, found.withdrawn) == (["a", "b", "c", "x"], ["w"])
    with pytest.raises(PullquoteError, match="restore it from git"):
        PUBLISHED.decode(content.replace('"a", "b"', '"a" "b"').encode(), "published.json")
