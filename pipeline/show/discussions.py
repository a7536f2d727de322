"""Where an episode is talked about: the threads in `episode.toml`, to which its texts and its feed link."""

from typing import Any
from urllib.parse import urlsplit

import tomlkit

from pipeline.errors import ConfigError
from pipeline.host_files import appended, change_input
from pipeline.settings.podcasting import Discussion
from pipeline.settings.tables import checked
from pipeline.show.episode import LocalEpisode
from pipeline.writing.posting.house import house_at


def discuss(episode: LocalEpisode, url: str, title: str | None = None) -> Discussion | None:
    """Add a thread to `episode.toml`, at its end; None where it is listed there already."""
    known = {_same(each.url) for each in episode.settings.discussions}
    values = {"title": site_of(url) if title is None else title, "url": url}
    try:
        thread = checked(Discussion, values, "the thread")
    except ConfigError as error:
        raise ConfigError(error.message, "pullquote discuss EPISODE https://…") from None
    if _same(url) in known:
        return None
    change_input(episode.paths.toml, lambda text: _with_thread(text, values))
    return thread


def follow(episode: LocalEpisode, old: str, new: str) -> bool:
    """Let the link to a thread that was taken down lead to the one in its place; whether there is one."""
    if old == new or old not in {each.url for each in episode.settings.discussions}:
        return False
    change_input(episode.paths.toml, lambda text: text.replace(old, new))
    return True


def site_of(url: str) -> str:
    """What people call the site of an address: a house by its name, any other by its domain."""
    try:
        house = house_at(url)
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # half an IPv6 address: whoever checks the address says so
        return "a thread"
    return house.title if house else host or "a thread"


def _same(url: str) -> str:
    return url.partition("#")[0].rstrip("/")


def _with_thread(text: str, values: dict[str, str]) -> str:
    document: Any = tomlkit.parse(text)
    listed = document.get("discussions", ())
    if any(_same(str(each.get("url"))) == _same(values["url"]) for each in listed):
        return text  # somebody else was faster
    if not isinstance(listed, tomlkit.items.Array):
        return appended(text, "discussions", values)
    entry = tomlkit.inline_table()
    entry.update(values)
    listed.append(entry)
    return str(document.as_string())
