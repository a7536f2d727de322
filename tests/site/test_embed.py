"""Small players in other people's pages, in a real browser and by their oEmbed records."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pipeline.site.embed import EmbedFacts, embed_code, embed_page, gone_embed, oembed
from pipeline.web.addresses import embed_key, page_key, quote_of

BASE = "https://media.example.org/show/"
ICON = '<link rel=icon href="data:,">'
Open = Callable[..., Page]


def facts(sample: Any, **changes: Any) -> EmbedFacts:
    said: dict[str, Any] = {
        "slug": "tide-machines",
        "title": "The machine that added up the moon",
        "show_title": "Brass and Water",
        "language": "en",
        "base_url": BASE,
        "cover_key": sample.ARTWORK_KEY,
        "duration": sample.SECONDS,
        "sounds": {**sample.CLIPS, "": sample.AUDIO_KEY},
        "cards": {"": "art/card-00000001.png", "m2p7": "art/card-00000002.png"},
    }
    return EmbedFacts(**said | changes)


# A frame that loads when it is needed holds up no page: its style may still be on its way.
SIZE = """async e => {
  if (document.readyState != "complete") await new Promise(end => addEventListener("load", end));
  return [e.scrollWidth, e.clientWidth, e.scrollHeight, e.clientHeight];
}"""


@pytest.fixture
def blog(site: Any, sample: Any) -> str:
    """A page that shows the players of the episode and of a quote, as wide as a phone's column."""
    said = facts(sample, base_url=site.url)
    frames = []
    for quote in (None, sample.QUOTES[1]):
        key = embed_key("tide-machines", quote.id if quote else "")
        site.put(key, embed_page(said, quote, {}))
        frames.append(json.loads(oembed(said, quote))["html"])
    column = f'<body style="width: 300px"><h1>A blog</h1>{"".join(frames)}'
    site.put("blog.html", f"<!doctype html><html lang=en><title>A blog</title>{ICON}{column}")
    return "blog.html"


def test_a_quote_plays_in_another_page_without_a_script(show: Open, sample: Any, blog: str) -> None:
    page = show(blog, java_script_enabled=True)
    frame = page.frame_locator("iframe").nth(1)
    expect(frame.locator("blockquote")).to_contain_text("The knowledge was in three people.")
    expect(frame.locator("script")).to_have_count(0)
    sound = frame.locator("audio")
    expect(sound).to_be_in_viewport()
    heard = "a => new Promise(end => { a.onended = () => end(a.currentTime); a.play(); })"
    assert sound.evaluate(heard) > 1


@pytest.mark.parametrize("number", [0, 1])
def test_nothing_is_wider_or_higher_than_its_frame(show: Open, blog: str, number: int) -> None:
    page = show(blog)
    frame = page.frame_locator("iframe").nth(number)
    expect(frame.locator("audio")).to_be_visible()
    wide, width, high, height = frame.locator("html").evaluate(SIZE)
    assert (width, height) == (300, 200 if number else 160)
    assert (wide, high) == (width, height)
    assert frame.locator(".by").evaluate("e => e.getBoundingClientRect().height") > 10


def test_links_leave_the_frame(show: Open, sample: Any) -> None:
    for quote in (None, sample.QUOTES[1]):
        html = embed_page(facts(sample), quote, {})
        links = re.findall(r"<a [^>]*>", html)
        assert links
        assert all('target="_blank" rel="noopener"' in link for link in links)
        assert len(html) < 4000


def test_it_can_be_read_by_everybody(show: Open, site: Any, blog: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for quote_id in ("", "m2p7"):
        page = show(embed_key("tide-machines", quote_id), viewport={"width": 640, "height": 200})
        found = axe.run(page).response["violations"]
        assert [each["id"] for each in found] == []


def test_an_oembed_record_has_what_its_type_must_have(sample: Any) -> None:
    """oembed.com, 2.3.4: the parameters of every response, and of the type rich."""
    record = json.loads(oembed(facts(sample), sample.QUOTES[1]))
    assert (record["version"], record["type"]) == ("1.0", "rich")
    assert record["html"].startswith(
        f'<iframe src="{BASE}embed/tide-machines.m2p7.html" title="“The'
    )
    assert (record["width"], record["height"]) == (640, 200)
    assert record["author_name"] == "Tomas Lind"
    assert record["thumbnail_url"] == f"{BASE}art/card-00000002.png"
    assert (record["thumbnail_width"], record["thumbnail_height"]) == (1200, 630)
    assert record["provider_name"] == "Brass and Water"
    assert "thumbnail_url" not in json.loads(oembed(facts(sample), sample.QUOTES[0]))


def test_whatever_a_title_holds_the_code_is_one_frame() -> None:
    code = embed_code(BASE, "a", "", 'A "b" <c> & \u202e d\ne')
    assert code.count("<") == code.count(">") == 2
    title = re.search(r'title="([^"]*)"', code)
    assert title
    assert unescape(title[1]) == 'A "b" <c> & d e'


def test_pages_offer_the_code_to_copy(show: Open) -> None:
    page = show(page_key("tide-machines"))
    code = page.locator("#embed")
    expect(code).to_be_hidden()
    page.get_by_text("Embed", exact=True).click()
    expect(code).to_contain_text(f'<iframe src="{BASE}embed/tide-machines.html"')
    page = show(page_key("tide-machines"), java_script_enabled=False)
    page.get_by_text("Embed", exact=True).click()
    expect(page.locator("#embed")).to_be_visible()
    expect(page.locator("details.embed button")).to_be_hidden()


def test_the_player_of_a_quote_that_was_taken_out_says_so(sample: Any) -> None:
    page = gone_embed(facts(sample), "m2p7", {})
    assert "This quote was taken out of the episode." in page
    assert "<audio" not in page
    assert f'href="{BASE}quotes/tide-machines-m2p7.html"' in page


def test_keys_of_players_are_never_those_of_another_episode() -> None:
    assert embed_key("a-k3v9") != embed_key("a", "k3v9")
    assert quote_of(embed_key("a-b", "k3v9")) == ("a-b", "k3v9")
    assert quote_of(embed_key("a-k3v9")) == ("", "")
