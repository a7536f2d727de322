"""`pullquote posts` on the sample: the list, one post, the clipboard, and the page with buttons."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import url2pathname

import pytest
from playwright.sync_api import Browser, Page

from pipeline.settings.posts import HOUSES
from tests.commands.sample_host import SLUG, Host

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def host(tmp_path: Path) -> Host:
    for name in ("feed", "episodes"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    return Host(tmp_path)


def add_to_show(host: Host, text: str) -> None:
    path = host.root / "feed/show.toml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_every_house_is_listed_with_its_length_against_the_limit(host: Host) -> None:
    result = host.run("posts", SLUG)
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == list(HOUSES)
    assert "bluesky     txt, 8 parts, longest part: 284 of 300 graphemes" in result.stdout
    assert "            left out: 4 of 5 quotes: Hacker News gets 1" in lines
    assert "look:" not in result.stdout
    assert "links lead to this machine only" in result.stderr


def test_only_the_houses_of_the_show_are_listed_in_its_words(host: Host) -> None:
    add_to_show(
        host,
        """
[posts]
houses = ["email", "lesswrong"]
[posts.wording]
opening = "Lines from {show}, with {guests}."
[posts.per_house.email]
opening = "Dear listener, from {show}."
""",
    )
    lines = host.run("posts", SLUG).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["email", "lesswrong"]
    assert "Lines from [Ordinary Physics](" in host.run("posts", SLUG, "--to", "lesswrong").stdout
    mail = host.run("posts", SLUG, "--to", "email", "--as", "txt").stdout
    assert "\n\nDear listener, from Ordinary Physics.\n" in mail


def test_an_instance_that_allows_more_gets_longer_parts(host: Host) -> None:
    add_to_show(
        host, '\n[posts]\nhouses = ["mastodon", "bluesky"]\n[posts.longest]\nmastodon = 1500\n'
    )
    mastodon, bluesky = host.run("posts", SLUG).stdout.splitlines()
    assert "of 1,500 characters" in mastodon
    assert "of 300 graphemes" in bluesky


def test_a_wrong_house_or_sentence_is_named_with_its_key(host: Host) -> None:
    add_to_show(host, '\n[posts.wording]\nwhere = "It is {there}."\n')
    told = host.run("posts", SLUG, code=2).stderr
    assert "[posts.wording] where: holds a brace that nothing fills; there may be {audio}" in told


def test_what_is_wrong_is_told_in_the_list_and_one_broken_template_hides_no_other_house(
    host: Host,
) -> None:
    episode = host.root / "episodes" / SLUG
    toml = episode / "episode.toml"
    typed = toml.read_text(encoding="utf-8")
    toml.write_text(typed.replace("Why bridges hum", 'Why \\"bridges\\" hum'), encoding="utf-8")
    with (episode / "quotes.toml").open("a", encoding="utf-8") as ledger:
        ledger.write('\n[[section]]\nheading = "On nothing"\n')
    own = host.root / "feed/templates/reddit.md.j2"
    own.parent.mkdir(exist_ok=True)
    own.write_text("{{ episode.titel }}", encoding="utf-8")
    told = host.run("posts", SLUG).stdout
    (lesswrong, *_) = told.partition("lesswrong")[2].split("eaforum")
    assert 'look: the title has straight quotation marks: Why "bridges" hum' in lesswrong
    assert "look: the heading 'On nothing' has no quotes" in lesswrong
    assert "reddit      not written\n            look: feed/templates/reddit.md.j2, line 1:" in told
    assert "straight" not in told.partition("\nbluesky")[2].partition("\nx ")[0]


def test_quotes_that_changed_after_their_proof_are_told(host: Host) -> None:
    assert "proven last" not in host.run("posts", SLUG, "--to", "x").stderr
    ledger = host.root / "episodes" / SLUG / "quotes.toml"
    typed = ledger.read_text(encoding="utf-8")
    ledger.write_text(typed.replace("The note of a wire", "A wire's note"), encoding="utf-8")
    told = host.run("posts", SLUG, "--to", "x").stderr
    assert f"as proven last; pullquote run {SLUG} proves them anew" in told


def test_posts_as_json_have_parts_lengths_and_what_to_look_at(host: Host) -> None:
    posts = host.json("posts", SLUG, "--to", "bluesky")
    (post,) = posts
    assert (post["house"], post["form"], post["title"]) == ("bluesky", "txt", "Why bridges hum")
    assert len(post["parts"]) == 8
    assert post["lengths"][0] == {
        "what": "longest part", "unit": "graphemes", "count": 284, "most": 300, "fits": True,
    }  # fmt: skip
    assert post["findings"] == post["left_out"] == []
    forms = [each["form"] for each in host.json("posts", SLUG, "--to", "lesswrong")]
    assert forms == ["md", "html"]


def test_a_part_of_a_thread_is_printed_alone(host: Host) -> None:
    assert host.run("posts", SLUG, "--to", "x", "--part", "10").stdout.endswith("10/10\n")
    assert (
        "there are 10 parts" in host.run("posts", SLUG, "--to", "x", "--part", "11", code=2).stderr
    )
    told = host.run("posts", SLUG, "--to", "x", "--copy", "--open", code=2).stderr
    assert "one at a time" in told
    assert "which house?" in host.run("posts", SLUG, "--copy", code=2).stderr


def test_without_a_tool_the_clipboard_is_told_with_another_way(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(host.root))
    told = host.run("posts", SLUG, "--to", "substack", "--copy", code=1).stderr
    assert "no tool here puts rich text on the clipboard (wl-copy, xclip" in told
    assert "pullquote posts SLUG --open" in told


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A screen that nobody sees, with a clipboard."""
    if not (shutil.which("Xvfb") and shutil.which("xclip")):
        pytest.skip("Xvfb or xclip is not installed: apt install xvfb xclip")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as numbers:
        monkeypatch.setenv("DISPLAY", f":{numbers.readline().strip()}")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    yield
    server.terminate()
    server.wait()


def wait_until_pasted(target: str, end: str) -> None:
    """xclip takes the clipboard over in a process that it leaves behind."""
    command = ["xclip", "-selection", "clipboard", "-out", "-target", target]
    while not subprocess.run(command, capture_output=True).stdout.decode().endswith(end):
        time.sleep(0.02)


@pytest.mark.usefixtures("display")
def test_a_post_is_on_the_clipboard_as_rich_text_or_text(host: Host) -> None:
    shown = host.run("posts", SLUG, "--to", "substack").stdout
    told = host.run("posts", SLUG, "--to", "substack", "--copy")
    assert told.stdout == ""
    assert "on the clipboard: Substack\ntitle: Why bridges hum\n" in told.stderr
    wait_until_pasted("text/html", shown.rstrip("\n"))
    told = host.run("posts", SLUG, "--to", "bluesky", "--copy", "--part", "2")
    assert "on the clipboard: Bluesky, part 2 of 8\nthen: --part 3\n" in told.stderr
    wait_until_pasted("UTF8_STRING", "2/8")


@pytest.fixture
def page(host: Host, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """The page of posts as `--open` writes it, in a browser that we start."""
    monkeypatch.setattr("webbrowser.open", lambda address: True)
    address = host.run("posts", SLUG, "--open").stdout.strip()
    assert Path(url2pathname(address.removeprefix("file://"))).is_relative_to(
        host.root / ".pullquote"
    )
    with browser.new_context() as context:
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text))
        page.goto(address)
        yield page
        assert faults == []


def paste(page: Page) -> str:
    """What an editor for rich text makes of the clipboard."""
    other = page.context.new_page()
    other.set_content('<div id="editor" contenteditable></div>')
    other.locator("#editor").focus()
    other.keyboard.press("Control+V")
    return other.locator("#editor").inner_html()


def test_a_button_copies_rich_text_that_an_editor_pastes(page: Page) -> None:
    forum = page.get_by_role("region", name="LessWrong")
    forum.get_by_role("button", name="Copy as rich text").click()
    assert page.get_by_role("status").inner_text() == "Copied: LessWrong"
    html = paste(page)
    assert html.count("<h2") == 3
    assert "ftnt" in html
    assert 'href="http' in html


def test_a_button_copies_one_part_of_a_thread(page: Page) -> None:
    page.get_by_role("region", name="Bluesky").get_by_role("button").nth(1).click()
    other = page.context.new_page()
    other.set_content("<textarea></textarea>")
    other.locator("textarea").focus()
    other.keyboard.press("Control+V")
    text = other.locator("textarea").input_value()
    assert text.startswith("On the question that nobody asked\n\n“Thousands of thin slats")
    assert text.endswith("2/8")
    assert "(1:09)" not in text
