"""`help`: what the README leaves out, a topic each; or a command's own help."""

from importlib.resources import files
from importlib.resources.abc import Traversable

import click

from pipeline.commands.app import App, command, say
from pipeline.errors import ConfigError


@command("help")
@click.argument("topic", required=False)
@click.pass_context
def help_(context: click.Context, app: App, topic: str | None) -> None:
    """Print what there is to know of a TOPIC, or the help of a command; without one, list them."""
    topics = _topics()
    if topic is None:
        say("Topics, printed by `pullquote help TOPIC`:\n")
        for name, file in topics.items():
            title = file.read_text("utf-8").partition("\n")[0].removeprefix("# ")
            say(f"  {name:<12}{title}")
        say("\nCommands: see `pullquote --help`.")
    elif topic in topics:
        say(topics[topic].read_text("utf-8").rstrip())
    else:
        say(_of_command(context, topic))


def _topics() -> dict[str, Traversable]:
    """The Markdown files of the package, by their names."""
    found = (files("pipeline") / "help").iterdir()
    return {file.name.removesuffix(".md"): file for file in sorted(found, key=lambda f: f.name)}


def _of_command(context: click.Context, name: str) -> str:
    main = context.find_root()
    group = main.command
    found = group.get_command(main, name) if isinstance(group, click.Group) else None
    if not found:
        raise ConfigError(
            f"help: no topic and no command is called {name}",
            "pullquote help lists the topics, pullquote --help the commands",
        )
    return found.get_help(click.Context(found, main, name))
