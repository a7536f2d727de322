"""The search page in a real browser, over a real index: what is found plays, in every language."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.models import Chapter
from pipeline.site.assets import asset_keys, read_assets
from pipeline.site.findable import Findable, Quoted, Said
from pipeline.site.index import IndexFacts
from pipeline.site.indexing import ENGINE, PackRow, build_packs, indexer, packs_of, search_page
from pipeline.site.transcript import moment
from pipeline.web.addresses import asset_key, pack_key
from tests.small_disk import on_small_disk

TIDE = Findable(
    title="The machine that added up the moon",
    date="1 May 2026",
    page="episodes/tide-machines.html",
    language="en",
    summary="Tomas Lind spent a year repairing a tide predictor of 1908.",
    said=[
        Said(0.0, "Ines Okafor", "Welcome back. A machine of brass wheels told every harbour."),
        Said(20.4, "Tomas Lind", "Forty pulleys and one wire. Each pulley is a single idea."),
        Said(50.8, "Ines Okafor", "And had you broken something?"),
        Said(58.0, "Tomas Lind", "The knowledge was in three people, who listened <carefully>."),
        Said(81.2, "Ines Okafor", "Let us talk about the mistakes. Ships trusted the wheels."),
    ],
    chapters=[Chapter(0.0, "Brass wheels"), Chapter(50.8, "Three people")],
    quotes=[Quoted("q-k3v9", 58.0, "The knowledge was in three people.")],
)
SCHLEUSE = Findable(
    title="Der letzte Schleusenwärter",
    date="1. April 2026",
    page="episodes/schleuse.html",
    language="de",
    said=[Said(3.0, "Tomas Lind", "Vierzig Tore haben wir gebaut, und die Schiffe warten.")],
)


def test_a_moment_after_a_day_is_found_where_the_page_has_it() -> None:
    late = 123_456.7  # seconds
    found = replace(TIDE, said=[Said(late, "Ines Okafor", "Still here.")]).html()
    assert f'<i id="{moment(late)}/0/' in found


@pytest.mark.skipif(indexer() is None, reason="there is no Pagefind for this machine")
def test_an_index_that_a_full_disk_cut_off_is_none(tmp_path: Path) -> None:
    """Pagefind ends as if all were well; what it wrote went into the release, or was a fault of ours."""
    said = on_small_disk(
        tmp_path,
        """
        import tempfile
        from pipeline.errors import for_people
        from pipeline.site.indexing import build_packs
        from tests.site.test_search import TIDE
        tempfile.tempdir = str(disk)
        for room in (100_000, 300_000, 500_000, 32_000_000 - 40_000):
            fill(room)
            try:
                print(len(build_packs([TIDE])))
            except OSError as error:
                print(for_people(error).message.partition(": ")[2][:16])
        """,
    )
    assert said.split("\n")[:3] == ["the disk is full"] * 3
    assert said.split("\n")[3] == "1"


@pytest.fixture(scope="session")
def finder(site: Any) -> Callable[..., str]:
    """`finder("en", episodes)` publishes a search page over a real index; returns its address."""
    if indexer() is None:
        pytest.skip("there is no Pagefind for this machine")

    def publish(language: str, *batches: list[Findable]) -> str:
        rows = []
        for number, batch in enumerate(batches):
            for pack in build_packs(batch):
                keys = {name: asset_key(name, digest(pack.engine[name])) for name in pack.engine}
                for name, key in keys.items():
                    site.put(key, pack.engine[name])
                key = pack_key(pack.language, digest(pack.content))
                site.put(key, pack.content)
                places = (keys[ENGINE], keys[pack.wasm], key)
                rows.append(PackRow(f"{number}", pack.language, pack.head, *places))
        for name, content in read_assets({}, language).items():
            site.put(asset_keys({}, language)[name], content)
        facts = IndexFacts(
            title="Brass and Water",
            description="D",
            language=language,
            author="Ines Okafor",
            base_url="https://media.example.org/show/",
            artwork_key=None,
        )
        page = search_page(facts, rows, {})
        assert packs_of(page) == rows
        address: str = site.put("search.html", page)
        return address

    return publish


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1180, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def found(page: Page) -> list[tuple[str, str]]:
    """The moments on the page: where they lead, and what they say."""
    links = page.locator("#results .moments a")
    return [
        (link.get_attribute("href") or "", link.locator(".words").inner_text())
        for link in links.all()
    ]


def test_what_is_found_is_a_moment_that_plays(page: Page, finder: Any) -> None:
    page.goto(finder("en", [TIDE, SCHLEUSE]) + "?q=pulleys")
    expect(page.locator("#results .moments a")).to_have_count(1)
    ((href, words),) = found(page)
    assert href == "episodes/tide-machines.html#t=20.4"
    assert words.startswith("Forty pulleys and one wire.")
    assert page.locator("#results mark").all_inner_texts() == ["pulleys", "pulley"]
    assert "0:20" in page.locator("#results .where").inner_text()
    page.locator("#results .moments a").click()
    page.wait_for_function("() => document.querySelector('audio')?.currentTime > 20")


def test_every_language_is_searched_by_the_stems_of_its_own_words(page: Page, finder: Any) -> None:
    page.goto(finder("fr", [TIDE, SCHLEUSE]) + "?q=Schiff")
    expect(page.locator("#results .moments a")).to_have_count(1)
    assert found(page)[0][0] == "episodes/schleuse.html#t=3"
    page.fill("input[name=q]", "ship")
    expect(page.locator("#results h2")).to_have_text("The machine that added up the moon")
    expect(page).to_have_url(re.compile("q=ship"))


def test_batches_of_a_long_show_are_searched_as_one(page: Page, finder: Any) -> None:
    other = Findable(
        "Oil", "1 March 2026", "episodes/oil.html", "en", said=[Said(7, "Ada", "Pulleys want oil.")]
    )
    page.goto(finder("en", [TIDE], [other], [SCHLEUSE]) + "?q=pulleys")
    expect(page.locator("#results > li")).to_have_count(2)
    assert {href for href, _ in found(page)} == {
        "episodes/tide-machines.html#t=20.4",
        "episodes/oil.html#t=7",
    }


def test_quotes_and_chapters_are_found_as_such(page: Page, finder: Any) -> None:
    page.goto(finder("en", [TIDE]) + "?q=three+people")
    expect(page.locator("#results .moments a").first).to_be_visible()
    kinds = dict(
        zip([href for href, _ in found(page)], page.locator("#results .where").all(), strict=True)
    )
    assert "Chapter" in kinds["episodes/tide-machines.html#t=50.8"].inner_text()
    assert "Quote" in kinds["episodes/tide-machines.html#q-k3v9"].inner_text()
    assert "Tomas Lind" in kinds["episodes/tide-machines.html#q-k3v9"].inner_text()


def test_what_was_said_is_text_and_who_said_it_filters(page: Page, finder: Any) -> None:
    page.goto(finder("en", [TIDE, SCHLEUSE]) + "?q=ships+OR+carefully")
    page.fill("input[name=q]", "carefully")
    expect(page.locator("#results .moments a")).to_have_count(1)
    assert "<carefully>" in found(page)[0][1]
    page.fill("input[name=q]", "ships")
    expect(page.locator("#results mark").first).to_have_text("Ships")
    page.select_option("select[name=speaker]", "Tomas Lind")
    expect(page.locator("#found")).to_have_text("Nothing was found.")
    page.fill("input[name=q]", "idea")
    expect(page.locator("#results .moments a")).to_have_count(1)
    expect(page).to_have_url(re.compile("speaker=Tomas"))


def test_keys_lead_through_the_results(page: Page, finder: Any) -> None:
    page.goto(finder("en", [TIDE]) + "?q=wire")
    expect(page.locator("#results .moments a")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#results h2 a")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#results .moments a")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("input[name=q]")).to_be_focused()


def test_without_a_script_the_page_leads_to_all_episodes(browser: Browser, finder: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(finder("en", [TIDE]))
    expect(page.get_by_text("Search needs JavaScript.")).to_be_visible()
    assert page.locator("#scriptless a").get_attribute("href") == "index.html#episodes"
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, finder: Any, scheme: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    page.goto(finder("en", [TIDE, SCHLEUSE]) + "?q=three+people")
    expect(page.locator("#results mark").first).to_be_visible()
    page.evaluate(axe.axe_script)
    results = page.evaluate("() => axe.run(document)")
    assert [each["id"] for each in results["violations"]] == []
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    context.close()
