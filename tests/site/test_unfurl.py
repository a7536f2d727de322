"""Previews of pages in chats, networks and blogs."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from pipeline.site.embed import EmbedFacts, oembed
from pipeline.site.page import episode_page
from pipeline.site.quote import quote_page
from pipeline.site.unfurl import Picture, Unfurl, preview
from pipeline.text.languages import locale
from pipeline.web.addresses import oembed_key, page_key, quote_page_key

NODE = Path(__file__).parent / "node"
BASE = "https://media.example.org/show/"


def tags(page: str) -> dict[str, str]:
    """The `meta` elements of a page, each of which stands there once."""
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page)
    assert len(dict(found)) == len(found)
    return {name: unescape(value) for name, value in found}


def test_an_episode_s_page_says_all_that_previews_show(sample: Any) -> None:
    facts = sample.facts(artwork_size=(1400, 1400), show_title='Brass & "Water"')
    said = tags(episode_page(facts, sample.QUOTES, (), sample.spoken(), {}))
    assert said["og:type"] == "article"
    assert said["og:title"] == said["twitter:title"] == facts.title
    assert said["og:url"] == f"{BASE}episodes/tide-machines.html"
    assert said["og:site_name"] == facts.show_title
    assert said["og:locale"] == "en_US"
    assert said["og:description"] == said["description"] == said["twitter:description"]
    assert said["og:image"] == said["twitter:image"] == f"{BASE}art/cover-00112233.jpg"
    assert said["og:image:type"] == "image/jpeg"
    assert (said["og:image:width"], said["og:image:height"]) == ("1400", "1400")
    assert said["og:image:alt"] == said["twitter:image:alt"] == 'Cover of Brass & "Water"'
    assert said["og:audio"] == BASE + facts.audio_key
    assert said["og:audio:type"] == "audio/mpeg"
    assert said["twitter:card"] == "summary"  # a square would lose its head and feet
    assert said["article:published_time"] == "2026-05-01T08:00:00+00:00"


def test_the_index_says_what_it_is_without_a_sound(sample: Any) -> None:
    said = tags(sample.sample_index("art/cover-00112233.png"))
    assert said["og:type"] == "website"
    assert said["og:title"] == said["og:site_name"] == "Brass and Water"
    assert said["og:image:type"] == "image/png"
    assert not [name for name in said if name.startswith(("og:audio", "article:"))]
    assert not [name for name in tags(sample.sample_index()) if "image" in name]


def test_only_a_wide_picture_is_shown_large() -> None:
    assert Picture("a.png", 1200, 630).is_wide
    assert not Picture("a.png", 1400, 1400).is_wide
    assert not Picture("a.png").is_wide
    assert Unfurl("x").picture is None


def test_a_locale_names_the_country_that_most_speakers_live_in() -> None:
    known = {"en": "en_US", "en-GB": "en_GB", "de": "de_DE", "pt-BR": "pt_BR", "zh-Hant": "zh_TW"}
    assert {tag: locale(tag) for tag in known} == known
    assert re.fullmatch("[a-z]+_[A-Z]+", locale("zz-broken-"))


def test_a_description_is_cut_after_a_word() -> None:
    assert preview("a\n b") == "a b"
    cut = preview("seventeen " * 40)
    assert len(cut) <= 301
    assert cut.endswith("seventeen…")


# --- As programs read it that show previews ----------------------------------


def read_by_node(url: str) -> Any:
    """What open-graph-scraper, metascraper and unfurl.js find at an address."""
    program = shutil.which("node")
    if program is None or not (NODE / "node_modules").is_dir():
        pytest.skip("needs node and `npm ci` in tests/site/node")
    command = [program, str(NODE / "unfurl.mjs"), url]
    done = subprocess.run(command, capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.usefixtures("no_proxy")
@pytest.mark.parametrize("quoted", [False, True], ids=["episode", "quote"])
def test_three_unfurlers_read_title_picture_and_sound(site: Any, sample: Any, quoted: bool) -> None:
    quote = sample.QUOTES[1] if quoted else None
    name = quote.id if quote else ""
    card = "art/card-00000001.png"
    known = {"base_url": site.url, "slug": "unfurled"}
    if quote:
        quotes = sample.quote_facts(**known, cards={name: card})
        sound, title = sample.CLIPS[name], "“The knowledge was in three people."
        key = quote_page_key("unfurled", name)
        site.put(key, quote_page(quotes, sample.QUOTES, 1, {}))
    else:
        facts = sample.facts(**known, card_key=card)
        sound, title = facts.audio_key, facts.title
        key = page_key("unfurled")
        site.put(key, episode_page(facts, sample.QUOTES, (), sample.spoken(), {}))
    played = EmbedFacts(
        **known,
        title="The machine",
        show_title="Brass and Water",
        language="en",
        cover_key=None,
        duration=1.0,
        sounds={name: sound},
        cards={name: card},
    )
    site.put(oembed_key("unfurled", name), oembed(played, quote))
    found = read_by_node(site.url + key)

    scraped = found["open-graph-scraper"]
    assert scraped["ogTitle"].startswith(title)
    assert scraped["ogAudio"] == site.url + sound
    (picture,) = scraped["ogImage"]
    assert picture["url"] == site.url + card
    assert (picture["width"], picture["height"], picture["type"]) == ("1200", "630", "image/png")
    assert picture["alt"]
    assert scraped["twitterCard"] == "summary_large_image"

    meta = found["metascraper"]
    assert meta["title"].startswith(title)
    assert (meta["image"], meta["audio"]) == (site.url + card, site.url + sound)

    unfurled = found["unfurl.js"]
    assert unfurled["open_graph"]["title"].startswith(title)
    assert unfurled["open_graph"]["images"][0]["url"] == site.url + card
    assert unfurled["open_graph"]["audio"][0]["url"] == site.url + sound
    embedded = unfurled["oEmbed"]
    assert (embedded["type"], embedded["version"]) == ("rich", "1.0")
    assert embedded["html"].startswith(f'<iframe src="{site.url}embed/unfurled')
    assert embedded["thumbnails"][0]["url"] == site.url + card
