"""Bluesky: a thread; 300 graphemes and 3,000 bytes a post (lexicon app.bsky.feed.post)."""

from pipeline.writing.houses.house import House, bytes_of_utf8, graphemes

HOUSE = House(
    name="bluesky",
    title="Bluesky",
    domain="bsky.app",
    forms=("txt",),
    how="Post the parts one after another, each as an answer to the one before.",
    limits=(graphemes(300), bytes_of_utf8(3000)),
    titled=False,
    thread=True,
    curly=False,
)
