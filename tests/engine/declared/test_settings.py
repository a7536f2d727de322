from typing import ClassVar

import pytest

from pipeline.engine.declared.settings import StageSettings, from_show
from pipeline.settings.fields import Table


class Titled(Table):
    file: ClassVar[str] = "episode.toml"

    title: str
    season: int | None = None


class Settings(Titled, StageSettings):
    lufs: float = from_show("audio.lufs")


def test_a_stage_reads_each_key_of_its_group() -> None:
    assert Settings.origins() == {
        "title": ("episode.toml", "title"),
        "season": ("episode.toml", "season"),
        "lufs": ("show.toml", "audio.lufs"),
    }


def test_a_setting_says_where_it_comes_from() -> None:
    class Homeless(StageSettings):
        title: str

    with pytest.raises(AssertionError, match=r"Homeless\.title: use from_show or from_episode"):
        Homeless.origins()
