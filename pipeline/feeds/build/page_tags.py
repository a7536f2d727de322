"""Links between the pages of a long feed (RFC 5005), and to the hubs that are told of changes."""

from collections.abc import Iterator

from pipeline.feeds.build.podcast_namespace import Tag
from pipeline.feeds.contents.channel import Channel
from pipeline.feeds.contents.heads import PageLinks
from pipeline.web.addresses import public_url


def page_links(links: PageLinks, base_url: str) -> Iterator[Tag]:
    """`atom:link`s from a page to its neighbours (A-04), for paged and for archived feeds."""
    older, newer = ("next", "prev-archive"), ("previous", "next-archive")
    for relations, key in ((older, links.older), (newer, links.newer)):
        for relation in relations if key else ():
            yield _page_link(relation, public_url(base_url, key or ""))
    yield _page_link("first", public_url(base_url, links.first))
    yield _page_link("last", public_url(base_url, links.last))
    if links.newer:
        yield _page_link("current", public_url(base_url, links.first))


def hub_links(channel: Channel) -> Iterator[Tag]:
    """`atom:link`s to the hubs that are told of changes (A-02), for readers that subscribe there."""
    for hub in channel.hubs:
        yield Tag("link", None, {"href": hub, "rel": "hub"})


def archive_mark(links: PageLinks) -> Iterator[Tag]:
    """What tells a reader that a page is no feed to subscribe to."""
    if links.newer:
        yield Tag("archive")


def _page_link(relation: str, url: str) -> Tag:
    return Tag("link", None, {"href": url, "rel": relation, "type": "application/rss+xml"})
