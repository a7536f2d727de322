"""Where listeners subscribe: what the host names, and what follows from that or from the feed's address."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

from pipeline.settings.fields import is_here
from pipeline.web.addresses import FEED_KEY, public_url

_NAMES = {
    "apple": "Apple Podcasts",
    "spotify": "Spotify",
    "youtube": "YouTube",
    "amazon": "Amazon Music",
    "overcast": "Overcast",
    "pocketcasts": "Pocket Casts",
    "antennapod": "AntennaPod",
}  # in the order in which they are shown; any other name stands for itself
_APPLE_ID = re.compile(r"/id(\d+)")
#: Addresses that both apps document: a show by its number in Apple's directory.
_BY_APPLE_ID = {
    "overcast": "https://overcast.fm/itunes{}",
    "pocketcasts": "https://pca.st/itunes/{}",
}
_ANTENNAPOD = "https://antennapod.org/deeplink/subscribe?url={}"


class Service(NamedTuple):
    """A place to subscribe, and the words of its button."""

    name: str
    url: str


def services(named: Mapping[str, str], base_url: str) -> list[Service]:
    """Those that the host has `named`, and others; AntennaPod takes any feed that the world can read."""
    found = dict(named)
    if number := _APPLE_ID.search(found.get("apple", "")):
        found = {name: url.format(number[1]) for name, url in _BY_APPLE_ID.items()} | found
    feed = urlsplit(public_url(base_url, FEED_KEY))
    if feed.scheme == "https" and not is_here(feed.geturl()):
        found = {"antennapod": _ANTENNAPOD.format(percent_encode(feed.geturl(), safe=""))} | found
    order = [*_NAMES, *found]
    return [Service(_NAMES.get(each, each), found[each]) for each in sorted(found, key=order.index)]
