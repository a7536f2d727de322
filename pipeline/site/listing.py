"""The show's own pages: its index, a map of the site, who is next to whom, and what is not there."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlsplit

from pipeline.rendering.templates import render
from pipeline.rendering.words import read_words
from pipeline.site.index import IndexFacts, Listed, index_page
from pipeline.site.page import shared_values
from pipeline.site.unfurl import Unfurl
from pipeline.web.addresses import (
    EPISODES_KEY,
    ICON_KEYS,
    INDEX_KEY,
    NOT_FOUND_KEY,
    ROBOTS_KEY,
    SITEMAP_KEY,
    public_url,
)

#: The files of a show, in the order in which they may be sent.
KEYS = (NOT_FOUND_KEY, ROBOTS_KEY, EPISODES_KEY, SITEMAP_KEY, *ICON_KEYS.values(), INDEX_KEY)


def lasting_pages(facts: IndexFacts, overrides: Mapping[str, str]) -> dict[str, str]:
    """What does not depend on any episode, by object key.

    Only at the root of a host does anybody look for `robots.txt`.
    """
    title = read_words(facts.language, overrides)("Page not found")
    unfurl = Unfurl(f"{title} – {facts.title}", kind="website")
    values = shared_values(facts, NOT_FOUND_KEY, overrides, unfurl)
    pages = {NOT_FOUND_KEY: render("404.html.j2", values, overrides, facts.language)}
    if urlsplit(facts.base_url).path == "/":
        address = public_url(facts.base_url, SITEMAP_KEY)
        pages[ROBOTS_KEY] = f"User-agent: *\nAllow: /\n\nSitemap: {address}\n"
    return pages


def listing_pages(
    facts: IndexFacts, episodes: Sequence[Listed], overrides: Mapping[str, str]
) -> dict[str, str]:
    newest_first = sorted(episodes, key=lambda each: (each.date, each.slug), reverse=True)
    # Neighbours, a line each: the address of the page, from where the feed is, and its title.
    row = json.JSONEncoder(ensure_ascii=False).encode
    rows = [row([each.href, each.title]) for each in newest_first]
    return {
        INDEX_KEY: index_page(facts, newest_first, overrides),
        EPISODES_KEY: "[\n" + ",\n".join(rows) + "\n]\n",
        SITEMAP_KEY: _sitemap(facts.base_url, newest_first),
    }


def _sitemap(base_url: str, newest_first: Sequence[Listed]) -> str:
    """All pages of ours, with the day on which what they say was last changed."""
    index = max((each.changed for each in newest_first), default=None)
    pages = [(INDEX_KEY, index)]
    pages += [(key, each.changed) for each in newest_first for key in each.pages]
    rows = [
        f"<url><loc>{escape(public_url(base_url, key))}</loc>"
        + (f"<lastmod>{changed}</lastmod>" if changed else "")
        + "</url>\n"
        for key, changed in pages
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "".join(rows)
        + "</urlset>\n"
    )
