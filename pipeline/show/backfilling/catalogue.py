"""Another recogniser for a whole catalogue: what is in force stays so, until the host takes the new one."""

from collections.abc import Iterable

import tomlkit

from pipeline.host_files import change_input
from pipeline.settings.show import load_show
from pipeline.show.episode import LocalEpisode
from pipeline.show.words import waiting
from pipeline.speech.weights.weights import check_choice
from pipeline.workspace import Workspace


def choose_model(workspace: Workspace, model: str) -> None:
    """Name the recogniser in `show.toml`; ConfigError for one that there is not, or that is of no use."""
    show = load_show(workspace)
    check_choice(show.transcribe.engine, model, show.expected_language)

    def change(text: str) -> str:
        document = tomlkit.parse(text)
        document.setdefault("transcribe", tomlkit.table())["model"] = model
        return tomlkit.dumps(document)

    if show.transcribe.model != model:
        change_input(workspace.show_toml, change)


def new_transcripts(workspace: Workspace, slugs: Iterable[str]) -> list[waiting.Newer]:
    """The transcriptions that wait, those first whose words are in quotes."""
    found = [newer for slug in slugs if (newer := waiting.newer(LocalEpisode(workspace, slug)))]
    return sorted(found, key=lambda each: (not each.quotes, each.slug))
