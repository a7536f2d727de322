"""`pullquote posts`: what is posted about an episode, for each house, to be copied."""

import os
import shutil
import subprocess
import webbrowser
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.errors import ConfigError, PullquoteError
from pipeline.settings.fields import is_here
from pipeline.show.episode import LocalEpisode
from pipeline.show.posting import Listed, is_behind, listed, post_for, write_page
from pipeline.writing.posting.post import Post


@command("posts")
@click.argument("slug")
@click.option(
    "--to", "house", metavar="HOUSE", help="Print the post for one house, such as bluesky."
)
@click.option(
    "--as", "form", type=click.Choice(["md", "html", "txt"]), help="In another form than its first."
)
@click.option("--part", type=click.IntRange(min=1), help="Of a thread, only this part.")
@click.option("--copy", is_flag=True, help="Put it on the clipboard; HTML as rich text.")
@click.option("--open", "in_browser", is_flag=True, help="Open a page with a button for each post.")
@click.option("--json", "as_json", is_flag=True, help="Print the posts as JSON.")
def posts(
    app: App,
    slug: str,
    house: str | None,
    form: str | None,
    part: int | None,
    copy: bool,
    in_browser: bool,
    as_json: bool,
) -> None:
    """Show the posts about the episode SLUG: how long they are, what was left out, what to mend first.

    They are written anew from the proven quotes, for the houses of [posts] in show.toml, or for all.
    """
    if (form or part or copy) and not house:
        raise ConfigError("which house? Name it with --to", f"pullquote posts {slug} lists them")
    if copy + in_browser + as_json > 1:
        raise ConfigError(
            "--copy, --open and --json: one at a time", f"pullquote posts {slug} --open"
        )
    episode = app.episode(slug)
    if is_behind(episode):
        note(f"these are the quotes as proven last; pullquote run {slug} proves them anew")
    if house and not as_json and not in_browser:
        _show_one(episode, house, form, part, copy)
        return
    _show_all(app, episode, [house] if house else [], in_browser, as_json, form)


def _show_one(
    episode: LocalEpisode, house: str, form: str | None, part: int | None, copying: bool
) -> None:
    post = post_for(episode, house, form)
    text = _part_of(post, part, copying)
    if copying:
        _copy(post, text, part)
    else:
        say(text.rstrip("\n"))


def _show_all(
    app: App,
    episode: LocalEpisode,
    houses: Sequence[str],
    in_browser: bool,
    as_json: bool,
    form: str | None,
) -> None:
    found = listed(episode, houses)
    if as_json:
        emit_json([value for each in found for value in _values(each, form)])
    elif in_browser:
        _open(episode, found)
    else:
        say(*lines(found))
        if is_here(app.show.store.base_url):
            note("links lead to this machine only, until show.toml names a bucket in [storage]")


def _part_of(post: Post, part: int | None, copying: bool) -> str:
    """The text of a post, or of one part of a thread: what is pasted at once."""
    count = len(post.parts)
    if part and part > count:
        raise ConfigError(f"there are {count} parts", f"give --part a number from 1 to {count}")
    if part or (copying and count > 1):
        return post.parts[(part or 1) - 1].text
    return post.text


def _copy(post: Post, text: str, part: int | None) -> None:
    copy(text.rstrip("\n"), rich=post.form == "html")
    what, count = post.house.title, len(post.parts)
    number = part or 1
    if count > 1:
        what += f", part {number} of {count}"
    note(f"on the clipboard: {what}")
    if number < count:
        note(f"then: --part {number + 1}")
    elif post.house.titled:
        note(f"title: {post.title}\naddress: {post.address}")
    note(post.house.how)


def _open(episode: LocalEpisode, found: Sequence[Listed]) -> None:
    address = write_page(episode, found).as_uri()
    say(address)
    if not webbrowser.open(address):
        note("no browser opened: open this address in one")


def lines(found: Sequence[Listed]) -> list[str]:
    """A line for each house, and below it what was left out and what to look at."""
    told = []
    for each in found:
        told.append(f"{each.house.name:<11} {_summary(each)}")
        left_out = dict.fromkeys(line for post in each.posts for line in post.left_out)
        told += [f"{'':<11} left out: {line}" for line in left_out]
        told += [f"{'':<11} look: {line}" for line in each.findings]
    return told


def _summary(each: Listed) -> str:
    if not each.posts:
        return "not written"
    post = each.posts[0]
    sizes = [str(length) for length in post.lengths] or [f"text: {len(post.text):,} characters"]
    if each.house.thread:
        sizes.insert(0, f"{len(post.parts)} parts")
    return ", ".join([" and ".join(each.house.forms), *sizes])


def _values(each: Listed, form: str | None) -> Iterator[dict[str, Any]]:
    """The posts of a house for scripts; of a house without one only what is wrong."""
    about = {"house": each.house.name, "name": each.house.title, "findings": each.findings}
    if not each.posts:
        yield about
    for post in each.posts:
        if form in (None, post.form):
            yield about | {
                "form": post.form,
                "title": post.title,
                "address": post.address,
                "parts": [part.text for part in post.parts],
                "lengths": [asdict(length) | {"fits": length.fits} for length in post.lengths],
                "left_out": post.left_out,
            }


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
    for place, tool in enumerate(commands, 1):
        last = place == len(commands)
        try:
            done = subprocess.run(
                tool,
                input=passed,
                # The last one may live on to serve the clipboard, and must not keep our output open.
                stdout=subprocess.DEVNULL if last else subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise PullquoteError(
                f"{tool[0]} did not take it: {type(error).__name__}",
                "open the posts in a browser instead: pullquote posts SLUG --open",
            ) from None
        passed = done.stdout or b""
