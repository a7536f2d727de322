import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.workspace import (
    Workspace,
    atomic_path,
    check_slug,
    dump_json,
    write_text,
)


@pytest.fixture
def show(tmp_path: Path) -> Workspace:
    write_text(tmp_path / "feed" / "show.toml", "")
    for slug in ("b-two", "a-one"):
        write_text(tmp_path / "episodes" / slug / "episode.toml", "")
    (tmp_path / "episodes" / "no-episode").mkdir()
    return Workspace(tmp_path)


def test_a_show_is_found_from_below(show: Workspace) -> None:
    assert Workspace.find(show.episodes / "a-one") == show


def test_no_show_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no show here") as caught:
        Workspace.find(tmp_path)
    assert "pullquote init" in caught.value.hint
    with pytest.raises(ConfigError, match=r"holds no feed/show\.toml"):
        Workspace.at(tmp_path)


def test_slugs_are_sorted_and_need_an_episode_toml(show: Workspace) -> None:
    assert show.slugs() == ["a-one", "b-two"]


def test_an_unknown_episode_names_those_there_are(show: Workspace) -> None:
    with pytest.raises(ConfigError, match="no episode 'c'") as caught:
        show.episode("c")
    assert "a-one, b-two" in caught.value.hint


def test_a_slip_in_an_episodes_name_is_told(show: Workspace) -> None:
    for number in range(1, 7):
        folder = show.episodes / f"00{number}-tea"
        folder.mkdir()
        (folder / "episode.toml").touch()
    with pytest.raises(ConfigError) as caught:
        show.episode("004-tee")
    assert caught.value.hint.startswith("did you mean 004-tea")
    with pytest.raises(ConfigError) as caught:
        show.episode("zzz")
    assert caught.value.hint.startswith("there are among others ")


@pytest.mark.parametrize(
    "slug", ["../x", "a/b", "A", "", "-a", "a-", "a b", "é", ".", "a\n", "x" * 81, "~", "a.b"]
)
def test_nothing_but_a_slug_names_an_episode(show: Workspace, slug: str) -> None:
    with pytest.raises(ConfigError, match="slug"):
        show.episode(slug)


def test_a_wrong_slug_gets_the_nearest_right_one() -> None:
    with pytest.raises(ConfigError) as caught:
        check_slug("Ann on Tests!")
    assert "ann-on-tests" in caught.value.hint


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "file.json"
    write_text(target, "old")
    with pytest.raises(RuntimeError), atomic_path(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert os.listdir(target.parent) == ["file.json"]


def test_a_temporary_file_keeps_the_ending(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "a.mp3") as temporary:
        assert temporary.suffix == ".mp3"
        temporary.write_bytes(b"x")
    assert (tmp_path / "a.mp3").read_bytes() == b"x"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(JSON)
def test_json_round_trips(value: object) -> None:
    assert json.loads(dump_json(value)) == value


def test_a_transcript_has_a_line_for_each_word() -> None:
    text = dump_json({"words": [["a", 0.1, 0.2], ["b", 0.3, 0.4]]})
    assert text == '{\n "words": [\n  ["a", 0.1, 0.2],\n  ["b", 0.3, 0.4]\n ]\n}\n'
