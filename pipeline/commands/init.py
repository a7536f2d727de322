"""`init`: an empty show that can be published to the local store as it is."""

import secrets
import uuid
from pathlib import Path

import click

from pipeline.commands.app import App, command, note
from pipeline.errors import ConfigError
from pipeline.show.placeholders import PLACEHOLDERS, placeholder_cover
from pipeline.workspace import write_bytes, write_text

#: podcast:guid is a UUIDv5 in this namespace (requirement P-01).
PODCAST_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")

SHOW = """\
# The show. `pullquote settings show` describes every key, `pullquote doctor` says what is missing.
title = "{title}"
description = "{description}"
language = "en"                  # a BCP 47 tag: en, de, pt-BR; pages speak it
author = "{author}"
email = "{email}"       # public: use a role address
categories = ["Society & Culture"]   # Apple's names, or "Category > Subcategory"
explicit = false
guid = "{guid}"   # the show's own id in every directory: never change it

[[people]]
name = "{author}"
role = "host"

[transcribe]
model = "tiny.en"                # better and slower: base.en, small.en, large-v3-turbo

# Without this table the show has its own object store on this machine.
# [storage]
# endpoint_url = "https://s3.example.org"
# bucket = "my-show"
# public_url = "https://media.example.org"
# region = "auto"
"""

GLOSSARY = """\
# Names and terms, with the spellings that they are misheard as.
# [[term]]
# text = "arXiv"
# heard = ["archive"]
"""

MAKEFILE = """\
# Every target calls the command `pullquote`; see `pullquote --help`.
REVIEW ?= host

.PHONY: new publish review status explain store store-stop need-episode need-audio
new: need-episode need-audio ; @pullquote new $(EPISODE) --audio '$(AUDIO)'
# Exit code 3 is no failure: the quotes wait for you, and it has said what to do.
publish: need-episode
\t@pullquote publish $(EPISODE) --review $(REVIEW) || { code=$$?; test $$code = 3 || exit $$code; }
review: need-episode ; @pullquote review $(EPISODE)
explain: need-episode ; @pullquote explain $(EPISODE)
status: ; @pullquote status
store: ; @pullquote store up
store-stop: ; @pullquote store down

need-episode:
\t@test -n '$(EPISODE)' || { echo "name the episode: make $(MAKECMDGOALS) EPISODE=slug" >&2; exit 2; }
need-audio:
\t@test -n '$(AUDIO)' || { echo "name the recording: make new EPISODE=slug AUDIO=path" >&2; exit 2; }
"""

IGNORE = """\
.pullquote/
episodes/*/audio.*
episodes/*/tracks/
episodes/*/enclosure.*
episodes/*/build/**/*.mp3
episodes/*/build/**/*.m4a
episodes/*/build/**/*.opus
"""


@command("init")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
def init(app: App, directory: Path) -> None:
    """Make an empty show in DIRECTORY.

    It has placeholder texts and artwork, which `pullquote doctor` points out, and a GUID of its own.
    """
    show_toml = directory / "feed" / "show.toml"
    if show_toml.exists():
        raise ConfigError(f"{directory} is a show already", "use another folder")
    guid = uuid.uuid5(PODCAST_NAMESPACE, secrets.token_hex(16))
    (directory / "episodes").mkdir(parents=True, exist_ok=True)
    contents = {
        ".gitignore": IGNORE.encode(),
        "Makefile": MAKEFILE.encode(),
        "feed/glossary.toml": GLOSSARY.encode(),
        "feed/artwork.jpg": placeholder_cover(),
    }
    for name, content in contents.items():
        if not (directory / name).exists():  # the folder may be somebody's work already
            write_bytes(directory / name, content)
    write_text(show_toml, SHOW.format(guid=guid, **PLACEHOLDERS))
    note(f"made a show in {directory}; its title and people are in {show_toml}")
    note(f"next: pullquote new my-first-episode --audio RECORDING --root {directory}")
