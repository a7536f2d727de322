"""Mastodon: a thread; 500 characters a post, of which an address takes 23.

Instances may allow more (`/api/v2/instance` says it); 500 is what every one takes.
"""

from pipeline.writing.houses.house import House, with_short_addresses

HOUSE = House(
    name="mastodon",
    title="Mastodon",
    forms=("txt",),
    how="Post the parts one after another, each as an answer to the one before.",
    limits=(with_short_addresses(500),),
    titled=False,
    thread=True,
    curly=False,
)
