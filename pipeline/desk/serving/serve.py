"""Starts the review page: one for an episode, on 127.0.0.1, opened in the host's browser."""

import contextlib
import getpass
import html
import os
import secrets
import socket
import webbrowser
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from starlette.applications import Starlette

from pipeline.desk.serving.app import application
from pipeline.desk.serving.publishing import Publishing
from pipeline.desk.serving.sound import Outline
from pipeline.desk.working.desk import Desk
from pipeline.desk.working.listening import Listening
from pipeline.desk.working.material import Material
from pipeline.engine.exclusive import exclusive
from pipeline.errors import ConfigError
from pipeline.workspace import Workspace, write_private

_ADDRESS = "address"  # in the review's folder: the port and the token

#: How uvicorn serves the page. The access log would print the token.
SERVING: dict[str, Any] = {
    "access_log": False,
    "log_level": "warning",
    "lifespan": "on",
    "server_header": False,
    "timeout_graceful_shutdown": 1,
}


def serve(
    workspace: Workspace, slug: str, port: int | None, show: bool, say: Callable[[str], None]
) -> None:
    """Serve the page of the episode `slug` until the process is stopped.

    `port` None takes the one of the review before, or else any free one; `show` opens a browser unless this
    is a remote session. `say` is told the address, and what to do where there is no browser. PullquoteError
    when the episode's page is open already.
    """
    with (
        exclusive(workspace, f"{slug}.review", f"the review of {slug}"),
        _listening(port, _before(review_folder(workspace, slug))[0]) as ears,
    ):
        port = int(ears.getsockname()[1])
        page, address = opened(workspace, slug, port, listens=True)
        say(f"The review of {slug} is open at\n  {address}")
        for line in invitation(os.environ, port):
            say(line)
        if show and "SSH_CONNECTION" not in os.environ:
            uri = _opener(review_folder(workspace, slug), address)

            def open_browser() -> None:
                if not webbrowser.open(uri):
                    say(elsewhere(slug, port))

            # A text browser keeps its caller until it is left, and the page must be served meanwhile.
            Thread(target=open_browser, daemon=True).start()
        uvicorn.Server(uvicorn.Config(page, **SERVING)).run(sockets=[ears])


def opened(
    workspace: Workspace, slug: str, port: int, listens: bool = False
) -> tuple[Starlette, str]:
    """The page's application over the episode's files, and the address at which `port` will serve it.

    Where it `listens`, the sound is asked at once, after each decision that wants a signature or is one,
    and after changes by others.
    """
    folder = review_folder(workspace, slug)
    desk = Desk(Material(workspace, slug), folder)
    if listens:
        desk.listen = Listening(desk.material, desk.settled).ask
        desk.listen()
    _, token = _before(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_private(folder / _ADDRESS, f"{port} {token}".encode())
    outline = Outline(folder)
    outline.of(desk.material.sound)
    publishing = Publishing(workspace.root, slug, folder)
    page = application(desk, outline, publishing, token, port)
    return page, f"http://127.0.0.1:{port}/?token={token}"


def _before(folder: Path) -> tuple[int, str]:
    """The port and the token of the review before: a page that was left open goes on with the next one."""
    try:
        port, token = (folder / _ADDRESS).read_text("utf-8").split()
        return int(port), token
    except (OSError, ValueError):
        return 0, secrets.token_urlsafe(32)  # any port, and 256 random bits


def review_folder(workspace: Workspace, slug: str) -> Path:
    """Where a review keeps its journal, and what else belongs to this machine only."""
    return workspace.state / "review" / slug


def invitation(environment: Mapping[str, str], port: int) -> list[str]:
    """What else a host is told: over SSH, how the page is reached from the host's own machine."""
    if "SSH_CONNECTION" not in environment:
        return ["Every decision is saved at once. Stop the page with Ctrl+C."]
    address = environment["SSH_CONNECTION"].split()[2]
    return [
        "You are connected over SSH: on your own machine, run",
        f"  ssh -N -L {port}:127.0.0.1:{port} {getpass.getuser()}@{address}",
        "and open the address there.",
    ]


def elsewhere(slug: str, port: int) -> str:
    """What a host does where no browser can be opened."""
    return (
        "No browser opened. Open the address in one, from another machine through\n"
        f"  ssh -N -L {port}:127.0.0.1:{port} {getpass.getuser()}@{socket.gethostname()}\n"
        f"or edit episodes/{slug}/quotes.toml and run: pullquote quotes check {slug}"
    )


def _listening(port: int | None, before: int = 0) -> socket.socket:
    """Ears on a port; without one where they were `before`, or anywhere if somebody else has that."""
    if port is None and before:
        with contextlib.suppress(ConfigError):
            return _listening(before)
    try:
        # A browser that is quicker than the server waits instead of failing.
        return socket.create_server(("127.0.0.1", port or 0), backlog=128)
    except OSError as error:
        raise ConfigError(
            f"port {port} cannot be used: {os.strerror(error.errno or 0)}",
            "name another one with --port",
        ) from None


def _opener(folder: Path, address: str) -> str:
    """The address of a file that leads to the page, for the host's eyes only.

    The page's own address on a browser's command line would show the token to everybody.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "open.html"
    leads = f'<meta http-equiv="refresh" content="0; url={html.escape(address)}">'
    page = f'<!DOCTYPE html><meta charset="utf-8"><title>Review</title>{leads}'
    write_private(path, page.encode())
    return path.resolve().as_uri()
