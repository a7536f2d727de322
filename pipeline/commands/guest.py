"""`guest`: the sheet of a guest's quotes, and what the guest answers."""

from pathlib import Path
from typing import BinaryIO

import click

from pipeline.commands.app import App, answer, command, emit_json, note, say
from pipeline.errors import Refused

_LARGE = 15_000_000  # bytes of an attachment that many mailboxes refuse, encoded


class _Sheets(click.Group):
    """A group in which what is no command of its own is an episode."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Make a sheet of whatever the first word names."""
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["sheet", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Sheets, options_metavar="EPISODE [NAME] | answer FILE", subcommand_metavar="")
def guest() -> None:
    """Show guests their quotes before these are published, and take in what they answer.

    `pullquote guest EPISODE [NAME]` makes a page for each guest, or for the one of that name: one file
    to mail, which needs no network. `pullquote guest answer FILE` takes the answer in.
    """


@command("sheet", guest)
@click.argument("episode")
@click.argument("name", required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write to (default: one below .pullquote/, which git ignores).",
)
@click.option(
    "--publish",
    is_flag=True,
    help="Put it into the store too, at an address that nobody guesses, until its last day is over.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def sheet(
    app: App, episode: str, name: str | None, out: Path | None, publish: bool, as_json: bool
) -> None:
    """Make the sheet of each guest of EPISODE who is quoted, or of the one called NAME."""
    from pipeline.show.guests.sheets import make_sheets

    found = []
    for made in make_sheets(app.episode(episode), name, out, publish=publish):
        where = {"file": str(made.file)} | ({"address": made.address} if made.address else {})
        stated = {"guest": made.sheet.guest, "deadline": str(made.sheet.deadline)}
        found.append({**stated, "quotes": list(made.sheet.quotes), **where})
        if made.file.stat().st_size > _LARGE:
            note(f"{made.file}: too large for many mailboxes: give --publish, and mail the address")
        if not as_json:
            say(*(f"{made.sheet.guest}  {place}" for place in where.values()))
            note(f"to take in the answer, until {made.sheet.deadline}: pullquote guest answer FILE")
    if as_json:
        emit_json(found)


@command("answer", guest)
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Print what was taken as JSON.")
def answer_(app: App, file: BinaryIO, as_json: bool) -> None:
    """Take the answer in FILE, a text or a saved mail, into the ledger; - reads it from stdin.

    Exit code 4 when something of it counts for nothing, such as an answer to other words than today's.
    """
    from pipeline.show.guests.answers import take

    taken = take(app.workspace, file.read())
    answer(as_json, taken, (each.line for each in taken))
    left = sum(not each.counts for each in taken)
    if left:
        raise Refused(
            f"{left} of {len(taken)} answers count for nothing",
            "to show what is in the ledger now: pullquote guest EPISODE",
        )
