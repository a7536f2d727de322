"""The embed stage in the engine."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.artefacts import AUDIO, CLIPS, ENCLOSURE, QUOTES, Audio, Proven
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import ConfigError
from pipeline.models import Quote
from pipeline.stages.embed import STAGE
from pipeline.workspace import Workspace, file_sha256

EPISODE = 'title = "Why bridges hum"\nguid = "6f9a1a52"\ndate = 2024-05-02T12:00:00+02:00\n'
QUOTE = Quote("embed", "", "It asks a question.", "Cleo", 0, 9, (), (), "verbatim")


def make(ctx: StageContext[NoSettings]) -> None:
    ctx.write(AUDIO, Audio(duration=60.0))
    ctx.write(QUOTES, Proven(quotes=[QUOTE]))
    ctx.write_text(ENCLOSURE, "sound")
    ctx.write_text(CLIPS.replace("*", QUOTE.id), "sound of a quote")


BEFORE = Stage("before", make, ("quotes.toml?",), (AUDIO, QUOTES, ENCLOSURE, CLIPS), NoSettings)


@pytest.fixture
def workspace(tmp_path: Path, new_show: Callable[..., Workspace]) -> Workspace:
    return new_show(tmp_path, episodes={"hum": EPISODE})


@pytest.fixture
def runner(workspace: Workspace) -> Runner:
    return Runner(workspace, [BEFORE, STAGE])


def test_an_episode_and_each_quote_has_a_player_of_its_own_sound(
    workspace: Workspace, runner: Runner
) -> None:
    """Also where a quote's id is the name of what is the episode's."""
    assert runner.run("hum").ran == ("before", "embed")
    assert runner.run("hum").ran == ()
    build = workspace.episode("hum").directory / "build"
    for name, path, key in (
        ("embed", build / "enclosure.mp3", "audio/hum"),
        ("embed/embed", build / "clips/embed.mp3", "quotes/hum-embed"),
    ):
        page = (build / f"site/{name}.html").read_text()
        assert f'src="../{key}-{file_sha256(path)[:8]}.mp3"' in page
    record = json.loads((build / "site/embed/embed.json").read_bytes())
    assert record["author_name"] == "Cleo"
    assert "embed/hum.embed.html" in record["html"]
    assert "embed/hum.html" in json.loads((build / "site/embed.json").read_bytes())["html"]


def test_a_broken_template_is_found_before_any_work(workspace: Workspace, runner: Runner) -> None:
    own = workspace.feed / "templates/embed.html.j2"
    own.parent.mkdir()
    own.write_text("<main>\n{{ quote.nobody }}</main>")
    with pytest.raises(ConfigError, match=r"feed/templates/embed\.html\.j2, line 2"):
        runner.run("hum")
    assert not (workspace.episode("hum").directory / QUOTES).exists()
