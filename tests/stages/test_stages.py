"""What holds for every stage of the pipeline."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.engine.declared.stage import Stage, StageSettings
from pipeline.engine.state.freshness import is_media
from pipeline.settings.show import load_episode, load_show
from pipeline.stages import all_stages
from pipeline.workspace import Workspace


@pytest.mark.parametrize("stage", all_stages(), ids=lambda stage: stage.name)
def test_whoever_edits_an_output_is_told_where_the_change_belongs(
    stage: Stage[StageSettings],
) -> None:
    if any(not is_media(name.rstrip("?")) for name in stage.outputs if not name.endswith("*")):
        assert ".toml" in stage.belongs or "templates/" in stage.belongs


@pytest.mark.parametrize(
    ("more", "long"),
    [
        ("", []),
        ('[quotes.rerank]\nbase_url = "http://127.0.0.1:1/v1"\nmodel = "m"\n', ["suggest"]),
        ('[[alternates]]\ncodec = "opus"\nbitrate = 32\n', ["alternate"]),
    ],
)
def test_what_takes_minutes_is_never_started_by_a_look(
    tmp_path: Path, new_show: Callable[..., Workspace], more: str, long: list[str]
) -> None:
    workspace = new_show(tmp_path)
    with workspace.show_toml.open("a") as file:
        file.write(more)
    show, episode = load_show(workspace), load_episode(workspace, "one")
    found = {
        stage.name
        for stage in all_stages()
        if stage.scope == "episode" and stage.long(stage.settings.load(show, episode))
    }
    assert found == {"master", "attribute", "transcribe", *long}
