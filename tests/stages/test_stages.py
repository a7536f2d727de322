"""What holds for every stage of the pipeline."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.engine.declared.digests import digests, label, origins, unset
from pipeline.engine.declared.settings import StageSettings
from pipeline.engine.declared.stage import Stage
from pipeline.engine.state.freshness import Reason, is_media
from pipeline.settings.episode import Episode
from pipeline.settings.show import Show, load_episode, load_show
from pipeline.settings.tables import model_in
from pipeline.stages import all_stages
from pipeline.workspace import Workspace


def test_a_setting_that_changed_is_called_as_the_host_writes_it() -> None:
    """What is made of several keys has a name of ours, which no file of a host's holds."""
    for origin in origins(all_stages(), "show.toml"):
        model: Any = Show
        for key in origin[1].split("."):
            held = model and model.model_fields.get(key)
            model = held and model_in(held.annotation)
        assert held or label(origin) not in str(Reason("changed", label(origin)))


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


#: What a stage reads since then that hosts could set before: who has set it, has it run once more.
READ_SINCE = {
    "posts": {"episode.toml discussions"}
}  # a post links to the threads about its episode
SETTINGS = Path(__file__).parents[1] / "data/settings"


@pytest.mark.parametrize("stage", all_stages(), ids=lambda stage: stage.name)
def test_a_show_that_an_earlier_release_published_is_read_as_it_was(
    tmp_path: Path, new_show: Callable[..., Workspace], stage: Stage[StageSettings]
) -> None:
    """With every setting set; one that is newer is as in a file that leaves it out."""
    workspace = new_show(tmp_path)
    shutil.copy(SETTINGS / "show.toml", workspace.show_toml)
    shutil.copy(SETTINGS / "episode.toml", workspace.episode("one").toml)
    origins = set(stage.settings.origins().values())
    sources: list[Show | Episode] = [load_show(workspace), load_episode(workspace, "one")]
    found: dict[str, str] = {}
    for source, file in zip(sources, ("show.toml", "episode.toml"), strict=True):
        mine = {origin for origin in origins if origin[0] == file}
        found |= digests(source, mine)
    labels = {label(origin): origin for origin in origins}
    late = {label(stage.settings.origins()[name]) for name in stage.settings.origins("late")}
    since = READ_SINCE.get(stage.name, set()) | late
    labels = {name: labels[name] for name in labels.keys() - since}
    found = {name: digest for name, digest in found.items() if name in labels}
    recorded = json.loads((SETTINGS / "digests.json").read_bytes())
    if stage.name not in recorded:
        pytest.skip("it is newer")
    before = recorded[stage.name]
    newer = {name: unset(origin) for name, origin in labels.items() if name not in before}
    assert found == before | newer
