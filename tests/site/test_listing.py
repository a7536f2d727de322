"""What follows a show's list of episodes, besides its index."""

import json
import re
from datetime import UTC, date, datetime
from typing import Any

from lxml import etree

from pipeline.site.index import IndexFacts, Listed, services
from pipeline.site.listing import lasting_pages, listing_pages

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


BASE = "https://media.example.org/show/"


def facts(base_url: str = BASE, **more: Any) -> IndexFacts:
    return IndexFacts(
        title="T",
        description="D",
        language="en",
        author="A",
        base_url=base_url,
        artwork_key=None,
        **more,
    )


def listed(slug: str, day: int, **more: Any) -> Listed:
    return Listed(
        slug, f"About {slug} & more", datetime(2026, 5, day, tzinfo=UTC), 60.0, "", **more
    )


def test_the_sitemap_holds_every_page_of_ours_with_its_last_change() -> None:
    episodes = [
        listed("a", 1, corrections=[date(2026, 6, 3), date(2026, 5, 2)]),
        listed("b", 4, quotes=["quotes/b-k3v9.html"]),
        listed("c", 5, page="https://old.example.org/c"),
    ]
    root = etree.fromstring(listing_pages(facts(), episodes, {})["sitemap.xml"].encode())
    rows = {each[0].text: each[1].text for each in root.iter(f"{NAMESPACE}url")}
    base = "https://media.example.org/show/"
    assert rows == {
        f"{base}index.html": "2026-06-03",
        f"{base}episodes/b.html": "2026-05-04",
        f"{base}quotes/b-k3v9.html": "2026-05-04",
        f"{base}episodes/a.html": "2026-06-03",
    }


def test_neighbours_are_listed_newest_first() -> None:
    pages = listing_pages(facts(), [listed("a", 1), listed("b", 2)], {})
    assert json.loads(pages["episodes.json"]) == [
        ["episodes/b.html", "About b & more"],
        ["episodes/a.html", "About a & more"],
    ]


def test_seasons_stand_above_their_episodes() -> None:
    named = facts(seasons={"2": "The sea"})
    episodes = [
        listed("x", 9),
        listed("b", 3, season=2),
        listed("a", 1, season=1, season_name="Land"),
    ]
    page = listing_pages(named, episodes, {})["index.html"]
    assert re.findall(r'<h3 class="season"[^>]*>([^<]+)', page) == [
        "Other episodes", "Season 2: The sea", "Season 1: Land",
    ]  # fmt: skip
    one = listing_pages(named, [listed("a", 1, season=1), listed("b", 2, season=1)], {})
    assert 'class="season"' not in one["index.html"]


def test_only_at_the_root_of_a_host_is_there_a_robots_txt() -> None:
    assert "robots.txt" not in lasting_pages(facts(), {})
    text = lasting_pages(facts("https://media.example.org/"), {})["robots.txt"]
    assert text.endswith("\nSitemap: https://media.example.org/sitemap.xml\n")


def test_a_page_for_what_is_not_there_works_under_any_address() -> None:
    page = lasting_pages(facts(), {})["404.html"]
    assert "There is nothing at this address" in page
    found = re.findall(r'(?:href|src|action)="([^"#]+)', page)
    assert found
    assert all(each.startswith(("https://media.example.org/show/", "data:")) for each in found)


def test_apps_follow_from_apple_s_number_and_the_feed_s_address() -> None:
    apple = "https://podcasts.apple.com/podcast/id1200361736"
    found = dict(services({"Deezer": "https://deezer.example/1", "apple": apple}, BASE))
    assert list(found) == ["Apple Podcasts", "Overcast", "Pocket Casts", "AntennaPod", "Deezer"]
    assert found["Overcast"] == "https://overcast.fm/itunes1200361736"
    assert found["AntennaPod"].endswith("?url=https%3A%2F%2Fmedia.example.org%2Fshow%2Ffeed.xml")
    own = services({"apple": apple, "overcast": "https://overcast.fm/ours"}, BASE)
    assert dict(own)["Overcast"] == "https://overcast.fm/ours"
    assert services({}, "http://127.0.0.1:8333/show/") == []


def test_the_index_has_a_button_for_each_app() -> None:
    page = listing_pages(facts(), [listed("a", 1)], {})["index.html"]
    assert '<a href="podcast://media.example.org/show/feed.xml">On this device</a>' in page
    here = listing_pages(facts("http://127.0.0.1:8333/show/"), [], {})["index.html"]
    assert "podcast://" not in here
