"""The command `pullquote`: which commands there are, each loaded when it is called."""

import builtins
import contextlib
import importlib
import io
import keyword
import os
import sys
from collections.abc import Iterator
from typing import IO, Any

import click

import pipeline
from pipeline.errors import for_people

#: What each command does, in the order of `--help`: a host's day, then the rest. To import them all for
#: their own words takes ten times as long.
COMMANDS = {
    "init": "Make an empty show.",
    "new": "Make an episode from a recording.",
    "run": "Run what is stale of an episode.",
    "review": "Decide on the proposed quotes of an episode.",
    "guest": "Show guests their quotes, and take in their answers.",
    "plan": "Show what a release would change, and what in it is dangerous.",
    "publish": "Run an episode's stages, then release it with the feed.",
    "chapters": "Show the chapters that are proposed, and keep them.",
    "posts": "Show the posts about an episode, to be copied.",
    "post": "Post about an episode to a house that has an API.",
    "audiogram": "Make a film of a quote, to be shared.",
    "discuss": "Link an episode to a thread about it elsewhere.",
    "settings": "Describe every key of show.toml and episode.toml.",
    "status": "Show what every episode waits for.",
    "explain": "Say why each stage of an episode would run.",
    "quotes": "Propose quotes, prove them, and show every edit.",
    "transcribe": "Write the transcripts of recordings, without a show.",
    "transcript": "Trust a transcript: where to listen, what was changed.",
    "history": "List what was released.",
    "rollback": "Put back the feed of an earlier release.",
    "unpublish": "Take an episode out of the feed.",
    "replace-audio": "Publish another recording under the same GUID.",
    "import": "Bring in an existing show from its feed.",
    "export": "Write all that is published into a folder.",
    "backfill": "Run what is stale of many episodes.",
    "fetch": "Bring back published media from the store.",
    "gc": "Remove media that nothing has referred to for a month.",
    "store": "Run the show's own object store on this machine.",
    "doctor": "Examine the show, this machine and the store.",
    "help": "Print what there is to know of a topic.",
    "demo": "Publish a copy of an episode from its recording alone, on this machine only.",
}
#: The modules that are called otherwise than their command.
_MODULES = {
    "init": "new",
    "discuss": "post",
    "explain": "status",
    "history": "release",
    "rollback": "release",
    "unpublish": "release",
    "import": "import_feed",
    "export": "import_feed",
}


class WrongUsage(click.ClickException):
    """How a command is not called, in two lines as any other error."""

    exit_code = 2

    def __init__(self, error: click.UsageError, ctx: click.Context) -> None:
        ctx = error.ctx or ctx
        usage = " ".join(ctx.get_usage().split())
        super().__init__(f"{error.format_message()}\n  {usage}; see {ctx.command_path} --help")

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file, err=True)


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Find the command, or tell what is wrong."""
        with _usage_told(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Call the command, or tell what is wrong in how it is called."""
        try:
            with _usage_told(ctx):
                return super().invoke(ctx)
        except KeyboardInterrupt:  # while it is imported, which takes seconds on a busy machine
            click.echo("stopped before it began", err=True)
            ctx.exit(130)
        except ImportError as error:  # by the command's own module, before it can tell
            if not (known := for_people(error)):
                raise
            click.echo(str(known), err=True)
            ctx.exit(known.exit_code)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of that name, or those that are spelled alike."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(
                error.command_name, possibilities=COMMANDS, ctx=ctx
            ) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in our order rather than the alphabet's."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module and take the command of that name from it."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        module = importlib.import_module(f"pipeline.commands.{_MODULES.get(cmd_name, name)}")
        name += "_" * (keyword.iskeyword(name) or hasattr(builtins, name))
        command: click.Command = getattr(module, name)
        return command


@contextlib.contextmanager
def _usage_told(ctx: click.Context) -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise WrongUsage(error, ctx) from None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(pipeline.__version__, prog_name="pullquote")
def main() -> None:
    """Publish a podcast episode with one command, with quotes proven against the recording.

    Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 waiting for your review,
    4 refused by a guard.
    """
    # LC_ALL=C and PYTHONUTF8=0: titles would lose their letters, names of files could not be written.
    if sys.getfilesystemencoding() == "ascii":
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606
    # As stderr does: a title may hold what this terminal lacks, the name of a file what is no text.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
