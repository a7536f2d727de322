"""`pullquote help`: its topics, and that they and the README name only what there is."""

import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_origin

import click
import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from pydantic import BaseModel

from pipeline.cli import COMMANDS, main
from pipeline.settings.episode import Episode
from pipeline.settings.show import Show
from pipeline.settings.tables import model_in
from pipeline.transcript.corrections.corrections import Corrections
from pipeline.transcript.corrections.glossary import Glossary

REPOSITORY = Path(__file__).resolve().parents[2]
TOPICS = sorted((REPOSITORY / "pipeline/help").glob("*.md"))
PAGES = [REPOSITORY / "README.md", *TOPICS]
FILES = (Show, Corrections, Glossary, Episode)  # what a table is looked up in; not the ledger


def printed(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["help", *arguments])
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.stderr


def test_topics_are_listed_and_printed() -> None:
    listed = printed()
    for file in TOPICS:
        assert f"  {file.stem} " in listed
        assert printed(file.stem) == file.read_text("utf-8")


def test_a_command_is_a_topic_too() -> None:
    assert "--remaster" in printed("run")
    assert "suspects" in printed("transcript") or "--json" in printed("transcript")


def test_the_words_of_suggest_call_its_transcript_as_its_usage_does() -> None:
    result = CliRunner().invoke(main, ["quotes", "suggest", "--help"])
    assert "TRANSCRIPT\n" in result.stdout.partition("\n\n")[0] + "\n"
    assert "passages of TRANSCRIPT:" in result.stdout


def test_an_unknown_topic_is_told_with_the_way_to_the_list() -> None:
    assert "no topic and no command is called cake" in printed("cake", code=2)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_name_only_commands_and_options_that_exist(page: Path) -> None:
    for words in commands_in(page.read_text("utf-8")):
        found: Any = main
        while words and isinstance(found, click.Group):
            name = words.pop(0)
            step = found.get_command(click.Context(found), name)
            assert step, f"{page.name} names {name}"
            found = step
        known = {option for parameter in found.params for option in parameter.opts}
        unknown = {word for word in words if word.startswith("--")} - known - {"--help"}
        assert not unknown, f"{page.name}: {found.name} has no {unknown}"


def commands_in(text: str) -> Iterator[list[str]]:
    """What is called `pullquote …`, or by a command's name with more words behind it."""
    for code in code_in(text):
        for line in code.removeprefix("$ ").splitlines():
            words = line.removeprefix("$ ").partition("#")[0].split()
            told = words[:1] == ["pullquote"]
            words = words[1:] if told else words
            if words and words[0] in COMMANDS and (told or len(words) > 1):
                cut = [re.split(r"\\?\|", word)[0].strip("[].…,") for word in words]
                yield [word for word in cut if word and not word.isupper()]


def code_in(text: str, block: str = "") -> Iterator[str]:
    """Code of a page: spans and blocks, or only the blocks that name the language `block`, or none."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "code_block" or (token.type == "fence" and block in token.info):
            yield token.content
        elif token.type == "inline" and not block:
            yield from (
                inner.content for inner in token.children or () if inner.type == "code_inline"
            )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_settings_on_pages_are_keys_that_exist(page: Path) -> None:
    for block in code_in(page.read_text("utf-8"), "toml"):
        tables = tomllib.loads(block) if block.startswith("[") else {}
        for name in tables.keys() - {"section"}:
            model = next((each for each in FILES if name in each.model_fields), Episode)
            check_keys({name: tables[name]}, model, page.name)


def check_keys(table: dict[str, Any], model: type[BaseModel], page: str) -> None:
    for key, value in table.items():
        assert key in model.model_fields, f"{page} names the setting {key}"
        kind = model.model_fields[key].annotation
        inner = model_in(kind)
        if get_origin(kind) is dict:  # tables by names that are the host's
            value = list(value.values())
        for held in value if isinstance(value, list) else [value]:
            if inner and isinstance(held, dict):
                check_keys(held, inner, page)


def test_the_readme_lists_every_topic_and_stays_short() -> None:
    readme = PAGES[0].read_text("utf-8")
    assert {f"pipeline/help/{file.name}" for file in TOPICS} == set(
        re.findall(r"\((pipeline/help/[a-z]+\.md)\)", readme)
    )
    assert len(readme) < 14_000, "a newcomer has ten minutes; the rest is a topic"


def test_every_command_stands_in_the_readme() -> None:
    readme = PAGES[0].read_text("utf-8")
    assert {
        name for name in COMMANDS if not re.search(rf"`(?:pullquote )?{name}\b", readme)
    } == set()


def test_the_cluster_that_is_described_for_kubernetes_can_be_read_and_has_our_ray() -> None:
    yaml = pytest.importorskip("yaml", reason="comes with the extra [ray]")
    text = (REPOSITORY / "pipeline/help/cluster.md").read_text("utf-8")
    block = text.partition("    apiVersion")[2].partition("\n\n")[0]
    cluster = yaml.safe_load(textwrap.dedent(f"    apiVersion{block}"))
    (version,) = re.findall(
        r"^ray==(.*)$", (REPOSITORY / "constraints.txt").read_text(), re.MULTILINE
    )
    assert cluster["spec"]["rayVersion"] == version
    assert f"FROM rayproject/ray:{version}-py311" in text
    groups = [cluster["spec"]["headGroupSpec"], *cluster["spec"]["workerGroupSpecs"]]
    pods = [group["template"]["spec"]["containers"][0] for group in groups]
    assert [sorted(pod) for pod in pods] == [["envFrom", "image", "name", "resources"]] * 2
    assert pods[0]["image"] == pods[1]["image"]
