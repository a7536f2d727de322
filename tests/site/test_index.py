import re
from typing import Any

from pipeline.site.index import IndexFacts, index_page


def test_episodes_stand_newest_first_with_their_facts(sample: Any) -> None:
    page = sample.sample_index()
    assert re.findall(r'<h3 dir="auto"><a href="([^"]+)">', page) == [
        "episodes/tide-machines.html",
        "episodes/lock-keeper.html",
    ]
    for part in ("1 May 2026", "1 h 12 min", "forty gates", "Ines Okafor"):
        assert part in page


def test_the_feed_s_address_is_there_to_copy(sample: Any) -> None:
    page = sample.sample_index("art/cover-00112233.jpg")
    assert '<code id="feed">https://media.example.org/show/feed.xml</code>' in page
    assert '<link rel="alternate" type="application/rss+xml"' in page
    assert '<img src="art/cover-00112233.jpg" alt=""' in page


def test_a_show_without_episodes_says_so() -> None:
    page = index_page(
        IndexFacts(
            title="S<b>",
            description="*D*",
            language="en",
            author="A",
            base_url="https://x.example/",
            artwork_key=None,
        ),
        [],
        overrides={},
    )
    assert "No episodes yet" in page
    assert "<title>S&lt;b&gt;</title>" in page
    assert "<em>D</em>" in page
    assert "<footer>" not in page
    assert "<img" not in page
