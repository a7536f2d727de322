"""YouTube: a description of 5,000 bytes without < and >; chapters are lines that begin at 0:00.

It wants at least three, of ten seconds or more (https://support.google.com/youtube/answer/9884579).
"""

from pipeline.writing.houses.house import House, bytes_of_utf8, characters

HOUSE = House(
    name="youtube",
    title="YouTube",
    domain="youtube.com",
    forms=("txt",),
    how="Paste into the description of the video.",
    limits=(characters(5000), bytes_of_utf8(5000)),
    title_limit=characters(100),
    quotes=1,
    curly=False,
    shortest_chapter=10,
    finish=lambda text: text.replace("<", "‹").replace(">", "›"),
)
