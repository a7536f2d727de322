"""The page of one quote, as text."""

import re
from datetime import date
from typing import Any

import pytest

from pipeline.settings.podcasting import Erratum
from pipeline.site.quote import gone_page, quote_page
from pipeline.site.unfurl import short
from pipeline.web.addresses import quote_of, quote_page_key

BASE = "https://media.example.org/show/"
DAY = date(2026, 5, 2)


def test_a_quote_s_page_says_who_where_and_when_and_unfurls_by_itself(sample: Any) -> None:
    page = quote_page(sample.quote_facts(), sample.QUOTES, 1, {})
    assert "“The knowledge was in three people. Two of them" in page
    assert '<p class="question" dir="auto">And had you?</p>' in page
    assert "[1] He is in the photograph at" in page
    assert f'<link rel="canonical" href="{BASE}quotes/tide-machines-m2p7.html">' in page
    assert f'<meta property="og:url" content="{BASE}quotes/tide-machines-m2p7.html">' in page
    assert (
        f'<meta property="og:audio" content="{BASE}quotes/tide-machines-m2p7-00000002.mp3">' in page
    )
    assert 'src="../quotes/tide-machines-m2p7-00000002.mp3"' in page
    assert 'href="../episodes/tide-machines.html#t=58"' in page
    title = re.search(r"<title>(.*)</title>", page)
    assert title
    assert title[1].startswith("“The knowledge was in three people. Two of them had retired,")
    assert title[1].endswith("…” – Tomas Lind – Brass and Water")


def test_quotes_lead_to_each_other_in_the_host_s_order(sample: Any) -> None:
    pages = [quote_page(sample.quote_facts(), sample.QUOTES, place, {}) for place in range(3)]
    around = [
        re.findall(r'<a rel="(\w+)" href="\.\./quotes/([\w-]+)\.html"', page) for page in pages
    ]
    assert around == [
        [("next", "tide-machines-m2p7")],
        [("prev", "tide-machines-k3v9"), ("next", "tide-machines-t8w1")],
        [("prev", "tide-machines-m2p7")],
    ]


def test_a_correction_stands_on_its_quote_s_page_alone(sample: Any) -> None:
    told = Erratum(
        date=DAY, said="a single ideal", says="a single idea", why="Misheard.", quote="t8w1"
    )
    facts = sample.quote_facts(errata=[told])
    assert "Misheard." in quote_page(facts, sample.QUOTES, 2, {})
    assert "Misheard." not in quote_page(facts, sample.QUOTES, 1, {})


def test_a_quote_that_was_taken_out_leads_to_the_episode_and_says_nothing_more(sample: Any) -> None:
    told = Erratum(date=DAY, said="It never failed.", why="He asked for it.", quote="gone")
    page = gone_page(sample.quote_facts(errata=[told]), "gone", {})
    assert "This quote was taken out of the episode." in page
    assert 'href="../episodes/tide-machines.html"' in page
    assert "He asked for it." in page
    assert '<meta name="robots" content="noindex">' in page
    assert "<blockquote" not in page
    assert "audio" not in page


@pytest.mark.parametrize(
    ("slug", "name"), [("a-b", "c"), ("a", "b"), ("tide-machines", "deadbeef"), ("x", "0000")]
)
def test_no_two_quotes_share_an_address(slug: str, name: str) -> None:
    assert quote_of(quote_page_key(slug, name)) == (slug, name)


def test_other_keys_are_no_quote_s_page() -> None:
    for key in ("quotes/a-bc-0a1b2c3d.mp3", "episodes/a-bc.html", "quotes/abc.html"):
        assert quote_of(key) == ("", "")


def test_a_long_quote_s_title_ends_after_a_word() -> None:
    assert short("One two.", "en") == "“One two.”"
    assert short("word " * 40, "de") == "„" + "word " * 13 + "word…“"


def test_hostile_words_stay_words(sample: Any) -> None:
    attack = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    quote = sample.quote("a1", attack, attack, 1.0, question=attack, footnotes={"1": attack})
    page = quote_page(sample.quote_facts(title=attack, show_title=attack), [quote], 0, {})
    assert "<img" not in page
    assert page.count("<script") == page.count("</script>")
    assert "alert(1)</script>" not in page
