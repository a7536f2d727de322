"""X: a thread; 280 a post, where an address counts 23 and letters of most other scripts 2.

Longer posts are for those who pay; 280 is what everybody has. The weights are those of twitter-text 3.
"""

from pipeline.writing.houses.house import House, weighted

HOUSE = House(
    name="x",
    title="X",
    domain="x.com",
    forms=("txt",),
    how="Post the parts one after another; its interface for programs costs money.",
    limits=(weighted(280),),
    titled=False,
    thread=True,
    curly=False,
)
