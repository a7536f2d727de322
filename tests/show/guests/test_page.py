"""A guest at the sheet that came by mail: a phone's width, no network, in Debian's chromium."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

SAMPLE = "why-bridges-hum"
Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Open a sheet's file; what the console says, and whatever is asked of a network, fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def watch(url: str) -> None:
        if not url.startswith(("file:", "data:", "blob:", "mailto:")):
            complaints.append(url)

    def listen(kind: str, text: str) -> None:
        if not text.startswith("Launched external handler"):  # what a mailto: is for
            complaints.append(f"{kind}: {text}")

    def open_page(desk: Any, **options: Any) -> Page:
        phone: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "offline": True}
        context = browser.new_context(**phone | options)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: listen(message.type, message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append("a dialog opened"))
        page.on("request", lambda request: watch(request.url))
        page.goto(desk.file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def choose(page: Page, quote: str, label: str, remark: str = "") -> None:
    section = page.locator(f"[data-quote='{quote}']")
    section.get_by_label(label, exact=True).check()
    if remark:
        section.get_by_label("Remark").fill(remark)


def test_a_guest_answers_on_a_phone_and_copies_the_block_which_the_host_takes_in(
    desk: Any, opened: Open
) -> None:
    page = opened(desk)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.locator("#left")).to_have_text("Not answered yet: 5")
    expect(page.locator("#copy")).to_be_disabled()
    choose(page, "aw97", "Yes, publish it")
    choose(page, "1id0", "Change it", "it was “sounds”,\nnot <b>sound</b>")
    choose(page, "pqfh", "Do not publish it")
    expect(page.locator("#left")).to_have_text("Not answered yet: 2")
    page.locator("#copy").click()
    expect(page.locator("#done")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#block").input_value()
    told = desk.run("guest", "answer", "-", stdin=copied).stdout
    assert told.startswith(
        "aw97: approved 2026-11-29\n1id0: asks 2026-11-29: it was “sounds”, not <b>"
    )
    said = {identity: each.guest.verb for identity, each in desk.entries.items() if each.guest}
    assert said == {"aw97": "approved", "1id0": "asks", "pqfh": "withdrawn"}


def test_the_answer_can_be_mailed_and_downloaded(desk: Any, opened: Open, tmp_path: Any) -> None:
    page = opened(desk)
    choose(page, "giyy", "Yes, publish it", "fine & good?")
    with page.expect_download() as download:
        page.locator("#download").click()
    download.value.save_as(tmp_path / "answer.txt")
    desk.run("guest", "answer", str(tmp_path / "answer.txt"))
    assert str(desk.entries["giyy"].guest) == "approved 2026-11-29: fine & good?"
    page.evaluate(
        "() => { window.gone = [];"
        " navigation.addEventListener('navigate', (to) => window.gone.push(to.destination.url)); }"
    )
    page.locator("#mail").click()
    (mail,) = page.evaluate("window.gone")
    address, found = urlsplit(mail), parse_qs(urlsplit(mail).query)
    assert (address.scheme, address.path) == ("mailto", "ordinary-physics@example.org")
    assert found["subject"] == ["Ordinary Physics: Why bridges hum"]
    assert found["body"][0].split("\r\n") == page.locator("#block").input_value().split("\n")


def test_what_was_answered_is_there_when_the_phone_has_dropped_the_page(
    desk: Any, opened: Open
) -> None:
    page = opened(desk)
    choose(page, "aw97", "Change it", "wait")
    page.reload()
    expect(page.locator("[data-quote=aw97]").get_by_label("Change it")).to_be_checked()
    assert "fix wait" in page.locator("#block").input_value()


def test_the_sound_plays_without_a_network(desk: Any, opened: Open) -> None:
    page = opened(desk)
    heard = page.evaluate(
        "async () => { const sound = document.querySelector('[data-quote=cto3] audio');"
        " await sound.play();"
        " await new Promise((done) => { sound.ontimeupdate = () => sound.currentTime > 0.1 && done(); });"
        " return sound.duration; }"
    )
    assert heard > 20


def test_without_script_it_is_read_and_tells_how_to_answer_by_mail(desk: Any, opened: Open) -> None:
    page = opened(desk, java_script_enabled=False)
    assert page.locator("[data-quote] audio").count() == 5
    expect(page.locator("[data-quote=aw97] blockquote")).to_be_visible()
    for part in page.locator(".scripted").all():
        expect(part).to_be_hidden()
    expect(
        page.get_by_text("Copy these lines into a mail to ordinary-physics@example.org")
    ).to_be_visible()
    form = page.locator("pre").inner_text()
    mail = page.get_by_role("link", name="Write the mail").get_attribute("href") or ""
    assert parse_qs(urlsplit(mail).query)["body"][0].splitlines() == form.splitlines()
    filled = re.sub(r"(quote aw97 \w+) ____", r"\1 yes", form).replace("____", "no  thanks", 1)
    desk.run("guest", "answer", "-", stdin=filled)
    said = {identity: str(each.guest) for identity, each in desk.entries.items() if each.guest}
    assert said == {"aw97": "approved 2026-11-29", "1id0": "withdrawn 2026-11-29: thanks"}


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1100)])
def test_axe_finds_nothing(desk: Any, opened: Open, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened(desk, viewport={"width": width, "height": 844}, color_scheme=scheme)
    choose(page, "aw97", "Change it", "wait")
    page.evaluate("document.querySelector('.unscripted').hidden = false")
    page.evaluate(axe.axe_script)  # a script tag would be refused by the page's own policy
    found = page.evaluate("axe.run(document)")["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
