"""The clipboard, through the tool that the system has for it."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence

from pipeline.errors import PullquoteError

_SECONDS = 10  # a tool that waits longer has no display to speak to

_Commands = Sequence[Sequence[str]]  # each reads what the one before it printed


def copy(text: str, *, rich: bool) -> None:
    """Put text on the clipboard; with `rich` it is HTML, and editors paste it with its formatting.

    PullquoteError where no tool is there that can.
    """
    for commands in _tools(rich):
        if all(shutil.which(command[0]) for command in commands):
            _run(commands, text)
            return
    what, tools = "reaches the clipboard", "wl-copy, xclip, pbcopy or clip.exe"
    if rich:
        what, tools = "puts rich text on the clipboard", "wl-copy, xclip, or pbcopy with textutil"
    raise PullquoteError(
        f"no tool here {what} ({tools})",
        "install one, or open the posts in a browser, with a button for each: pullquote posts SLUG --open",
    )


def _tools(rich: bool) -> Iterator[_Commands]:
    kind = "text/html" if rich else "text/plain;charset=utf-8"
    if os.environ.get("WAYLAND_DISPLAY"):
        yield [["wl-copy", "--type", kind]]
    if os.environ.get("DISPLAY"):
        target = "text/html" if rich else "UTF8_STRING"
        yield [["xclip", "-selection", "clipboard", "-target", target]]
    if rich:  # on a Mac, what is pasted with its formatting is RTF
        convert = ["textutil", "-stdin", "-stdout", "-format", "html", "-convert", "rtf"]
        yield [[*convert, "-inputencoding", "UTF-8"], ["pbcopy", "-Prefer", "rtf"]]
    else:
        yield [["pbcopy"]]
        yield [["clip.exe"]]


def _run(commands: _Commands, text: str) -> None:
    passed = text.encode("utf-16" if commands[0][0] == "clip.exe" else "utf-8")
    for place, command in enumerate(commands, 1):
        last = place == len(commands)
        try:
            done = subprocess.run(
                command,
                input=passed,
                # The last one may live on to serve the clipboard, and must not keep our output open.
                stdout=subprocess.DEVNULL if last else subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise PullquoteError(
                f"{command[0]} did not take it: {type(error).__name__}",
                "open the posts in a browser instead: pullquote posts SLUG --open",
            ) from None
        passed = done.stdout or b""
