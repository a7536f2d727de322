"""The commands on chapters: each changes `episode.toml`, or which of them are proposed here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pipeline.errors import PullquoteError
from pipeline.times import clock
from pipeline.transcript.chapters import marks
from pipeline.transcript.chapters.outline import opening

if TYPE_CHECKING:
    from pipeline.desk.working.commands import Command
    from pipeline.desk.working.files import ReviewFiles


def keep(files: "ReviewFiles", command: "Command") -> str:
    """Make a chapter that begins at a time: of a proposal, or wherever the host wants one."""
    title = _title(command)
    at, said = opening(files.material.transcript.words, _at(command))
    files.settle("episode.toml", lambda text: marks.with_chapter(text, at, title, said))
    return f"Keep the chapter “{title}”"


def change(files: "ReviewFiles", command: "Command") -> str:
    """Give a chapter another title, or let it begin elsewhere."""
    when, _, title = command.target.partition(" ")
    values = {}
    if command.text is not None:
        values["title"] = _title(command)
    if command.at is not None:
        at, said = opening(files.material.transcript.words, command.at)
        values |= {"at": clock(at, 1), "said": said}
    files.settle("episode.toml", lambda text: marks.changed(text, when, title, values))
    return f"{'Move' if 'at' in values else 'Rename'} the chapter “{title}”"


def remove(files: "ReviewFiles", command: "Command") -> str:
    """Take a chapter out of the file; its part falls to the one before."""
    when, _, title = command.target.partition(" ")
    files.settle("episode.toml", lambda text: marks.without(text, when, title))
    files.dismiss(_at(command))
    return f"Take out the chapter “{title}”"


def dismiss(files: "ReviewFiles", command: "Command") -> str:
    """Propose a chapter no longer."""
    files.dismiss(_at(command))
    return f"Propose no chapter at {clock(_at(command))}"


def _at(command: "Command") -> float:
    if command.at is None:
        raise PullquoteError("no place is chosen for the chapter", "load the page again")
    return command.at


def _title(command: "Command") -> str:
    title = " ".join((command.text or "").split())
    if not title:
        raise PullquoteError("the chapter has no title", "write one (Enter)")
    return title


OPERATIONS: dict[str, Callable[["ReviewFiles", "Command"], str]] = {
    "chapter": keep,
    "change-chapter": change,
    "remove-chapter": remove,
    "dismiss-chapter": dismiss,
}
