"""The site stage in the engine, over the golden items."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.artefacts import PUBLISHED, Published
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.site.assets import asset_keys, read_assets
from pipeline.stages.site import STAGE
from pipeline.workspace import Workspace

STORAGE = '[storage]\nbucket = "b"\npublic_url = "https://cdn.example.org/show"\n'
EPISODE = 'title = "{slug}"\nguid = "{slug}"\ndate = 2024-05-02T12:00:00Z\n'
ITEMS = Path(__file__).resolve().parents[1] / "data" / "feeds"
ARTWORK = Path(__file__).resolve().parents[2] / "feed" / "artwork.jpg"


def copy_item(ctx: StageContext[NoSettings]) -> None:
    ctx.write_text("build/item.json", (ITEMS / f"{ctx.slug}.item.json").read_text("utf-8"))


BEFORE = Stage(
    name="before",
    run=copy_item,
    inputs=("episode.toml",),
    outputs=("build/item.json",),
    settings=NoSettings,
)


@pytest.fixture
def workspace(tmp_path: Path, new_show: Callable[..., Workspace]) -> Workspace:
    episodes = {slug: EPISODE.format(slug=slug) for slug in ("hello", "why-bridges-hum")}
    return new_show(tmp_path, STORAGE, episodes)


@pytest.fixture
def runner(workspace: Workspace) -> Runner:
    runner = Runner(workspace, [BEFORE, STAGE])
    for slug in workspace.slugs():
        runner.run(slug)
    return runner


def test_the_index_lists_every_episode_and_brings_its_look(
    workspace: Workspace, runner: Runner
) -> None:
    assert runner.run_show().ran == ("site",)
    build = workspace.feed / "build"
    index = (build / "index.html").read_text(encoding="utf-8")
    assert index.index("episodes/why-bridges-hum.html") < index.index("episodes/hello.html")
    for name, key in asset_keys({}, language="en").items():
        assert (build / "assets" / name).read_bytes() == read_assets({}, language="en")[name]
        assert (f'"{key}"' in index) == name.startswith("page.")  # the others are of other pages
    assert runner.run_show().ran == ()


def test_an_episode_that_is_not_published_is_not_listed(
    workspace: Workspace, runner: Runner
) -> None:
    runner.run_show()
    listed = {"version": 1, "episodes": ["hello"]}
    PUBLISHED.path(workspace).write_text(json.dumps(listed), encoding="utf-8")
    assert runner.run_show().ran == ("site",)
    index = (workspace.feed / "build/index.html").read_text(encoding="utf-8")
    assert "episodes/hello.html" in index
    assert "why-bridges-hum" not in index


def test_a_show_s_own_style_sheet_takes_the_place_of_ours(
    workspace: Workspace, runner: Runner
) -> None:
    own = workspace.feed / "templates/page.css"
    own.parent.mkdir()
    own.write_text("body { color: red }", encoding="utf-8")
    runner.run_show()
    build = workspace.feed / "build"
    assert (build / "assets/page.css").read_text() == "body { color: red }"
    key = asset_keys({"page.css": "body { color: red }"}, language="en")["page.css"]
    assert key in (build / "index.html").read_text(encoding="utf-8")


def test_icons_are_made_of_the_cover_and_only_anew_with_it(
    workspace: Workspace, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ARTWORK, workspace.feed / "artwork.jpg")
    runner.run_show()
    icons = {path.name: path.read_bytes() for path in (workspace.feed / "build").glob("icon-*.png")}
    widths = {name: int.from_bytes(content[16:20], "big") for name, content in icons.items()}
    assert widths == {"icon-32.png": 32, "icon-180.png": 180}
    assert 'href="icon-180.png"' in (workspace.feed / "build/index.html").read_text("utf-8")
    monkeypatch.setattr("pipeline.stages.site.icon", None)  # nobody draws again
    published = PUBLISHED.path(workspace)
    published.write_text(PUBLISHED.dump(Published(episodes=["hello"])))
    assert Runner(workspace, [BEFORE, STAGE]).run_show().ran == ("site",)
    assert {path.name for path in (workspace.feed / "build").glob("icon-*.png")} == {*icons}
