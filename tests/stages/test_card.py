"""The card stage in the engine."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.artefacts import QUOTES, Proven
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.errors import ConfigError
from pipeline.models import Quote
from pipeline.site.cards import card
from pipeline.stages.card import STAGE
from pipeline.workspace import Workspace

EPISODE = """
title = "Why bridges hum"
guid = "6f9a1a52"
date = 2024-05-02T12:00:00+02:00
[[people]]
name = "Cleo"
role = "guest"
"""


def quote(name: str, text: str) -> Quote:
    return Quote(name, "", text, "Cleo", 0, 9, (), (), "verbatim")


class Ledger:
    """What the stage before wrote."""

    quotes: tuple[Quote, ...] = (quote("k3v9", "It asks a question."), quote("m2p7", "It hums."))

    def write(self, ctx: StageContext[NoSettings]) -> None:
        ctx.write(QUOTES, Proven(quotes=self.quotes))


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def runner(workspace: Workspace, ledger: Ledger) -> Runner:
    stage = Stage("before", ledger.write, ("quotes.toml?",), (QUOTES,), NoSettings)
    return Runner(workspace, [stage, STAGE])


@pytest.fixture
def workspace(tmp_path: Path, new_show: Callable[..., Workspace]) -> Workspace:
    return new_show(tmp_path, episodes={"hum": EPISODE})


def pictures(workspace: Workspace) -> dict[str, bytes]:
    folder = workspace.episode("hum").directory / "build/site"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.png")
    }


def test_an_episode_and_each_of_its_quotes_has_a_card(
    workspace: Workspace, runner: Runner, ledger: Ledger
) -> None:
    assert runner.run("hum").ran == ("before", "card")
    first = pictures(workspace)
    assert first.keys() == {"card.png", "cards/k3v9.png", "cards/m2p7.png"}
    assert runner.run("hum").ran == ()
    ledger.quotes = (quote("k3v9", "It asks a question!"),)
    (workspace.episode("hum").directory / "quotes.toml").write_text("# edited")
    assert runner.run("hum").ran == ("before", "card")
    second = pictures(workspace)
    assert second.keys() == {"card.png", "cards/k3v9.png"}, "the other quote went"
    assert second["card.png"] == first["card.png"]
    assert second["cards/k3v9.png"] != first["cards/k3v9.png"]


def test_the_show_s_colour_makes_new_cards_and_a_wrong_one_is_told(
    workspace: Workspace, runner: Runner
) -> None:
    runner.run("hum")
    before = pictures(workspace)
    toml = workspace.show_toml.read_text()
    workspace.show_toml.write_text('colour = "#AA0000"\n' + toml)
    assert runner.run("hum").ran == ("card",)
    assert before["card.png"] != pictures(workspace)["card.png"]
    workspace.show_toml.write_text('colour = "red"\n' + toml)
    with pytest.raises(ConfigError, match="colour: is no colour: write it as #1d3f5b"):
        runner.run("hum")


def test_another_cover_makes_other_cards(workspace: Workspace, runner: Runner) -> None:
    runner.run("hum")
    before = pictures(workspace)
    for colour in ("#10204a", "#4a1020"):
        (workspace.feed / "artwork.png").write_bytes(painted(colour))
        assert runner.run("hum").ran == ("card",)
        after = pictures(workspace)
        assert after.keys() == {*before, "cover.png"}
        assert not {*after.values()} & {*before.values()}
        before = after
    (workspace.feed / "artwork.png").write_bytes(b"no picture")
    assert runner.run("hum").ran == ("card",), "the feed says what is wrong with it"
    assert "cover.png" not in pictures(workspace)


def painted(colour: str) -> bytes:
    """A cover of one colour."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1400" height="1400">'
        f'<rect width="1400" height="1400" fill="{colour}"/></svg>'
    )
    return card.png(svg)


def test_a_text_that_cannot_be_drawn_has_no_card_and_a_line_says_so(
    workspace: Workspace, runner: Runner, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    ledger.quotes = (quote("k3v9", "It says \ue000."), quote("m2p7", "It hums."))
    with caplog.at_level(logging.WARNING):
        runner.run("hum")
    assert pictures(workspace).keys() == {"card.png", "cards/m2p7.png"}
    (line,) = caplog.messages
    assert "hum: previews of “It says \ue000.”" in line.replace("““", "“")
    assert "pip install 'pullquote[cjk]'" in line


def test_a_broken_template_is_found_before_any_work(workspace: Workspace, runner: Runner) -> None:
    own = workspace.feed / "templates/card.svg.j2"
    own.parent.mkdir()
    own.write_text("<svg>\n{{ card.nobody }}</svg>")
    with pytest.raises(ConfigError, match=r"feed/templates/card\.svg\.j2, line 2"):
        runner.run("hum")
    assert not (workspace.episode("hum").directory / QUOTES).exists()


def test_a_card_that_a_clone_has_not_is_made_again_as_it_was(
    workspace: Workspace, runner: Runner, ledger: Ledger
) -> None:
    runner.run("hum")
    before = pictures(workspace)
    for path in (workspace.episode("hum").directory / "build/site").rglob("*.png"):
        path.unlink()
    assert runner.run("hum").ran == (), "git does not carry it, the store does"
    need: list[Any] = ["build/site/card.png", "build/site/cards/*.png"]
    assert runner.run("hum", need=need).ran == ("card",)
    assert pictures(workspace) == before
