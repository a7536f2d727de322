"""What every command shares: `--root`, `-v`, exit codes, and where words go.

Results go to stdout (`say`, `emit_json`), everything else to stderr (`note`). Only this layer
prints or exits.
"""

import contextlib
import functools
import json
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.errors import ConfigError, PullquoteError, Waiting, for_people
from pipeline.web import deadline
from pipeline.workspace import Workspace

if TYPE_CHECKING:
    from pipeline.settings.show import Show
    from pipeline.show.episode import LocalEpisode

_CAUSES, _FRAMES = 10, 100  # shown with -v; recursion makes thousands of each
#: Packages whose errors quote requests and answers, and thus may quote secrets.
_TALKATIVE = {"boto3", "botocore", "urllib3", "http"}


@dataclass
class App:
    """One call of the command: the show it works on, loaded when first asked for."""

    root: Path | None
    verbose: bool

    @cached_property
    def workspace(self) -> Workspace:
        """The show of `--root`, or the nearest one upwards; ConfigError when there is none."""
        if self.root is None:
            return Workspace.find(Path.cwd())
        return Workspace.at(self.root)

    def episode(self, slug: str) -> "LocalEpisode":
        """An episode of the show; that there is none is told by whoever asks it for anything."""
        from pipeline.show.episode import LocalEpisode  # late: it brings the words along

        return LocalEpisode(self.workspace, slug)

    def chosen(self, slugs: Sequence[str], everything: bool) -> "list[LocalEpisode]":
        """The episodes named, or with --all every one; ConfigError for neither, and for both."""
        if bool(slugs) == everything:
            raise ConfigError("which episode? Name one, or all of them with --all")
        return [self.episode(each) for each in (slugs or self.workspace.slugs())]

    @cached_property
    def show(self) -> "Show":
        from pipeline.settings.show import load_show

        return load_show(self.workspace)


def command(
    name: str | None = None, of: click.Group | None = None, **attributes: Any
) -> Callable[[Callable[..., None]], click.Command]:
    """Declare a command: a function whose first argument is the `App`, then its click options.

    `of` is the group that it belongs to, if any.
    """

    def decorate(function: Callable[..., None]) -> click.Command:
        @click.option(
            "--root",
            type=click.Path(path_type=Path, file_okay=False),
            help="The show's folder (default: the nearest upwards that holds feed/show.toml).",
        )
        @click.option("-v", "--verbose", is_flag=True, help="Show a traceback on errors.")
        @functools.wraps(function)
        def run(root: Path | None, verbose: bool, **options: Any) -> None:
            with_exit_code(lambda: function(App(root, verbose), **options), verbose)

        declare = of.command if of else click.command
        made: click.Command = declare(name, cls=click.Command, **attributes)(run)
        return made

    return decorate


def with_exit_code(call: Callable[[], None], verbose: bool) -> None:
    """Run `call`; print an error for people and exit with its code."""
    deadline.tell = note
    try:
        call()
    except KeyboardInterrupt:
        _on_interrupt(signal.SIG_IGN)  # until it is told
        note("stopped; what is finished is kept, run the same command to go on")
        _on_interrupt(signal.SIG_DFL)  # a second one ends what is waited for
        sys.exit(130)
    except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
        raise
    except Exception as error:
        if verbose:
            note(_trace(error))
        if known := for_people(error):
            note(str(known))
            sys.exit(known.exit_code)
        note(f"internal error: {_shown(error)}")
        note("  this is a fault of pullquote; run again with -v and report what it prints")
        sys.exit(1)


def _on_interrupt(action: signal.Handlers) -> None:
    with contextlib.suppress(ValueError):  # outside the main thread
        signal.signal(signal.SIGINT, action)


def _trace(error: BaseException) -> str:
    """The traceback with what led to it, as Python prints it, but without foreign messages."""
    parts: list[str] = []
    cause: BaseException | None = error
    while cause and len(parts) < _CAUSES:
        frames = "".join(traceback.format_tb(cause.__traceback__, -_FRAMES))
        parts.append(f"Traceback (most recent call last):\n{frames}{_shown(cause)}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\n\nwhich led to:\n\n".join(reversed(parts))


def _shown(error: BaseException) -> str:
    """An error by its class and message; what talks to servers repeats keys, signatures and URLs."""
    kind = type(error)
    if kind.__module__.partition(".")[0] in _TALKATIVE:
        return f"{kind.__module__}.{kind.__qualname__} (its message may hold keys: left out)"
    return f"{kind.__qualname__}: {error}"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def tell_left(left: Mapping[str, PullquoteError]) -> None:
    """Tell why some of many stopped, those first that only wait; the last is raised."""
    if left:
        *others, last = sorted(left.values(), key=lambda why: not isinstance(why, Waiting))
        note(*map(str, others))
        raise last


def say(*lines: str) -> None:
    """Print a result to stdout."""
    for line in lines:
        click.echo(line)


def note(*lines: str) -> None:
    """Print anything else to stderr."""
    for line in lines:
        click.echo(line, err=True)


def answer(as_json: bool, value: Any, lines: Iterable[str]) -> None:
    """Print a result: `value` for scripts, or in lines."""
    if as_json:
        emit_json(value)
    else:
        say(*lines)


def emit_json(value: Any) -> None:
    """Print a result for scripts, alone on stdout; records are printed by their fields."""
    plain = sys.stdout.encoding.lower() != "utf-8"  # JSON is UTF-8, whatever the terminal speaks
    click.echo(json.dumps(value, ensure_ascii=plain, indent=1, default=asdict))


_Command = TypeVar("_Command", bound=Callable[..., Any])

#: The option that runs stages in any case.
forcing = click.option(
    "--force",
    metavar="STAGE",
    multiple=True,
    help="Run this stage in any case, and overwrite its outputs that were edited by hand.",
)
#: The option that lets a release go out that a rule has stopped.
allowing = click.option(
    "--allow", metavar="WHAT", multiple=True, help="Allow a change that was refused, by name."
)


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
