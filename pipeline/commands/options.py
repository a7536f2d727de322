"""Options that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])


def renewing(command: _Command) -> _Command:
    """The options that make anew what a released episode keeps."""
    remaster = click.option(
        "--remaster",
        is_flag=True,
        help="Take the sound settings and music of today for an episode that is released already.",
    )
    retag = click.option(
        "--retag",
        is_flag=True,
        help="Take today's cover, titles and chapters into the MP3 of a released episode.",
    )
    return remaster(retag(command))


def forcing(command: _Command) -> _Command:
    """The option that runs stages in any case."""
    return click.option(
        "--force",
        metavar="STAGE",
        multiple=True,
        help="Run this stage in any case, and overwrite its outputs that were edited by hand.",
    )(command)
