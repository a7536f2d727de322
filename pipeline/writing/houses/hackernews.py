"""Hacker News: a title and an address; one quote as the first comment."""

from pipeline.writing.houses.house import House, characters

HOUSE = House(
    name="hackernews",
    title="Hacker News",
    domain="news.ycombinator.com",
    forms=("txt",),
    how="Submit title and address; the text is for the first comment.",
    title_limit=characters(80),
    quotes=1,
    curly=False,
)
