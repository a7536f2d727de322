"""Previews of pages in chats, networks and blogs."""

import re
from html import unescape
from typing import Any

from pipeline.site.page import episode_page
from pipeline.site.unfurl import Picture, Unfurl, preview
from pipeline.text.languages import locale

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
