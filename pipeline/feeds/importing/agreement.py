"""What a foreign feed's show and episodes say of each other: mended where they contradict each other."""

from collections.abc import Sequence
from typing import Any

from pipeline.feeds.importing.foreign import Node
from pipeline.feeds.importing.foreign_values import Losses, shown, web_address
from pipeline.feeds.importing.migrated_items import Migrated
from pipeline.feeds.importing.migrated_values import attribute


def agree(show: dict[str, Any], episodes: Sequence[Migrated], losses: Losses) -> None:
    """Mend what show and episodes say against each other: a season has one name, a serial numbers."""
    names: dict[int, str] = {}
    for episode in episodes:
        values, place = episode.values, losses.at(episode.values["title"])
        number, name = values.get("season"), values.get("season_name")
        if number is not None and name and names.setdefault(number, name) != name:
            del values["season_name"]
            place.add(f"season {number} is called {shown(name)}, and {shown(names[number])} before")
    unnumbered = [
        episode.slug
        for episode in episodes
        if "episode" not in episode.values and episode.values.get("type", "full") == "full"
    ]
    if show.get("type") == "serial" and unnumbered:
        show["type"] = "episodic"
        losses.add(
            f"a serial show needs each episode's number, and {len(unnumbered)} of {len(episodes)} "
            "have none: it becomes episodic"
        )


def note_trailers(channel: Node, episodes: Sequence[Migrated], losses: Losses) -> None:
    """List the show's trailers that are no episode of the feed; of those that are we write our own tag."""
    known = {episode.values["enclosure"]["url"] for episode in episodes}
    for trailer in channel.all("podcast:trailer"):
        if attribute(web_address, trailer, "url", losses) not in known:
            losses.add(f"the trailer {shown(trailer.text)} is no episode of the feed")


def settle_people(episodes: Sequence[Migrated], hosts: Sequence[str], author: str) -> None:
    """Say of each episode only what is otherwise than the show says.

    An item's list of people replaces the channel's: where some of `hosts` are not in it, they were
    not in the episode.
    """
    for episode in episodes:
        named = {person["name"] for person in episode.values.get("people", ())}
        if named and not named >= set(hosts):
            episode.values["guest_hosted"] = True
        if episode.values.get("author") == author:
            del episode.values["author"]
