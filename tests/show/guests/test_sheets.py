"""The sheet: one guest's quotes and nothing else, in one file, and as a page in a real store."""

import base64
import datetime as dt
import json
import re
import secrets
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from lxml import html

from pipeline.artefacts import GUESTS
from pipeline.quotes.ledger.ledger import load_ledger
from pipeline.show.guests.sheets import hashed
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.public import ask
from pipeline.web.addresses import GUESTS_PREFIX

Day = Callable[[dt.date], None]
SAMPLE = "why-bridges-hum"
HOSTILE = "<script>alert(1)</script> \"'&lt; ]]> \u202eevil {{ 7*7 }} </title> ../../x"


def page_of(desk: Any) -> Any:
    return html.fromstring(desk.file.read_text("utf-8"))


def quotes_of(desk: Any) -> dict[str, Any]:
    """The sections of the quotes, by id."""
    return {each.get("data-quote"): each for each in page_of(desk).xpath("//*[@data-quote]")}


def text_of(node: Any, part: str) -> str:
    """The text of the first part of a section that has this tag or class."""
    found = node.xpath(f".//*[name()='{part}' or @class='{part}']")
    return " ".join(found[0].text_content().split())


def test_it_shows_each_quote_with_what_was_said_the_question_and_a_hash(desk: Any) -> None:
    (sheet,), shown = desk.sheets, quotes_of(desk)
    assert (sheet.guest, sheet.mode, sheet.silence) == ("Joe Harrow", "approve", "hold")
    assert (sheet.made, sheet.deadline) == (dt.date(2026, 11, 29), dt.date(2026, 12, 6))
    assert sheet.code == hashed(desk.code)
    assert {name: each.get("data-seen") for name, each in shown.items()} == sheet.quotes
    printed = {name: text_of(each, "blockquote") for name, each in shown.items()}
    assert printed == {name: entry.text for name, entry in desk.entries.items()}
    assert text_of(shown["aw97"], "del").startswith(
        "That surprises me. I thought that engineers put"
    )
    assert text_of(shown["aw97"], "ins") == "[...]"
    assert text_of(shown["cto3"], "under") == "Under the heading “The note of a wire”"
    assert text_of(shown["1id0"], "question") == desk.entries["1id0"].question
    assert "What had happened there?" in text_of(shown["aw97"], "before")
    assert "The first Tacoma Narrows Bridge" in text_of(shown["giyy"], "footnote")


def test_the_sound_is_the_quote_with_ten_seconds_around_it_in_a_small_file(
    desk: Any, tmp_path: Path
) -> None:
    assert desk.file.stat().st_size < 1_000_000
    quotes = quotes_of(desk)
    for name, length in (("cto3", 20 + 13), ("giyy", 20 + 10)):
        kind, _, content = quotes[name].xpath(".//audio")[0].get("src").partition(",")
        assert kind == "data:audio/mpeg;base64"
        sound = tmp_path / f"{name}.mp3"
        sound.write_bytes(base64.b64decode(content))
        told = subprocess.run(
            [get_ffmpeg_exe(), "-i", sound], capture_output=True, text=True
        ).stderr
        assert "24000 Hz, mono" in told
        (seconds,) = re.findall(r"Duration: 00:00:(\d\d)", told)
        assert abs(int(seconds) - length) <= 2


def test_nothing_of_it_loads_from_anywhere(desk: Any) -> None:
    page = page_of(desk)
    assert [
        link for _, _, link, _ in page.iterlinks() if not link.startswith(("data:", "mailto:"))
    ] == []
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex, nofollow, noarchive"]


def test_what_is_committed_has_the_code_nowhere(desk: Any) -> None:
    ignored = (desk.root / ".pullquote").resolve()
    for path in desk.root.rglob("*"):
        if path.is_file() and not path.resolve().is_relative_to(ignored):
            assert desk.code.encode() not in path.read_bytes(), path


def test_hostile_names_and_quotes_come_out_as_text(unasked: Any, tmp_path: Path) -> None:
    toml, show = unasked.episode.paths.toml, unasked.root / "feed/show.toml"
    toml.write_text(
        toml.read_text("utf-8").replace(
            '"Why bridges hum"', json.dumps("<script>x</script>\" & 'y'")
        )
    )
    show.write_text(
        show.read_text("utf-8").replace('"Ordinary Physics"', json.dumps("<b>\"P\" & 'x'"))
    )
    name = HOSTILE.replace("\u202e", "")
    corrections = unasked.episode.paths.corrections
    words = unasked.episode.paths.directory / "build/transcript.words.json"
    said = words.read_text("utf-8").replace('"Joe Harrow"', json.dumps(name))
    said = said.replace('"thick"', '"thick<svg/onload=alert(1)>"')
    words.write_text(said, "utf-8")
    unasked.ledger.write_text(
        unasked.ledger.read_text("utf-8")
        .replace("a thick cable", "a thick<svg/onload=alert(1)> cable")
        .replace('speaker = "Joe Harrow"', f"speaker = {json.dumps(name)}")
        .replace(
            'footnotes = { 1 = "The first',
            f"footnotes = {{ 1 = {json.dumps(HOSTILE + 'The first')[:-1]}",
        ),
        "utf-8",
    )
    assert load_ledger(unasked.ledger, "quotes.toml")
    assert corrections.is_file()
    unasked.run("guest", SAMPLE, "--out", str(tmp_path / "out"))
    (file,) = (tmp_path / "out").iterdir()
    assert file.name.startswith(f"{SAMPLE}-script-alert-1-script-lt-evil-7-7-t")
    content = file.read_text("utf-8")
    page: Any = html.fromstring(content)
    assert len(page.xpath("//script")) == 1
    assert page.xpath("//main//script | //main//b | //svg") == []
    assert page.text_content().count("and a thick<svg/onload=alert(1)> cable groans") == 2
    assert "\u202e" not in content
    assert name in page.text_content()
    assert "49" not in page.xpath("//h1/following-sibling::p")[0].text_content()
    assert page.xpath("//title")[0].text == "Your quotes – <script>x</script>\" & 'y'"


@pytest.mark.parametrize(
    ("language", "asks", "rule"),
    [
        ("de", "Bitte antworten Sie bis zum 6. Dezember 2026.", "wird nicht veröffentlicht"),
        ("fr", "Merci de répondre d’ici le 6 décembre 2026.", "ne sera pas publié"),
        ("es", "Responda, por favor, hasta el 6 de diciembre de 2026.", "no se publica"),
    ],
)
def test_it_speaks_the_language_of_the_show(
    unasked: Any, language: str, asks: str, rule: str
) -> None:
    show = unasked.root / "feed/show.toml"
    text = show.read_text("utf-8").replace('language = "en"', f'language = "{language}"')
    show.write_text(f'{text}\n[guest]\nmode = "approve"\n', "utf-8")
    unasked.run("guest", SAMPLE)
    page = page_of(unasked).text_content()
    assert asks in page
    assert rule in page


def test_a_name_that_nobody_has_and_a_quote_that_is_stopped_are_told(unasked: Any) -> None:
    told = unasked.run("guest", SAMPLE, "Jane", code=2).stderr
    assert "there are no quotes of Jane\n  guests with quotes: Joe Harrow" in told
    unasked.edit("is easy to work out", "is not easy to work out")
    told = unasked.run("guest", SAMPLE, code=4).stderr
    assert "cto3 (“The note of a wire”): needs your consent" in told
    assert not GUESTS.path(unasked.episode.paths).exists()


def test_without_the_sound_it_says_where_that_comes_from(unasked: Any) -> None:
    (unasked.episode.paths.directory / "build/master.mp3").unlink()
    told = unasked.run("guest", SAMPLE, code=1).stderr
    assert f"pullquote fetch {SAMPLE}" in told


def test_the_first_name_is_enough(desk: Any) -> None:
    found = json.loads(desk.run("guest", SAMPLE, "Joe", "--json").stdout)
    assert [each["guest"] for each in found] == ["Joe Harrow"]


def test_what_is_withdrawn_is_asked_no_more(desk: Any) -> None:
    desk.answer("aw97 no")
    desk.run("guest", SAMPLE)
    assert "aw97" not in desk.sheets[-1].quotes
    assert list(quotes_of(desk)) == ["1id0", "pqfh", "giyy", "cto3"]


def test_its_page_has_an_address_that_nobody_guesses_and_goes_after_its_last_day(
    desk: Any, day: Day, bucket: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in bucket.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    desk.settings(
        f'[storage]\nendpoint_url = "{bucket["endpoint_url"]}"\nbucket = "{bucket["bucket"]}"\n'
        f'public_url = "{bucket["public_url"]}"\nprefix = "t-{secrets.token_hex(4)}"'
    )
    (made,) = json.loads(desk.run("guest", SAMPLE, "--publish", "--json").stdout)
    assert re.search(r"/guests/20261206-[a-z2-9]{24}\.html$", made["address"])
    answer = ask(made["address"])
    assert answer.body == Path(made["file"]).read_bytes()
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"
    listing = made["address"].partition("/guests/")[0]
    for public in (listing, f"{listing}/guests/", f"{bucket['public_url']}?list-type=2"):
        assert b"20261206" not in ask(public).body, "nobody may list what is there"

    def at(moment: dt.datetime) -> None:
        monkeypatch.setattr(ObjectStore, "server_time", lambda store: moment)

    at(dt.datetime(2026, 12, 6, 23, 59, tzinfo=dt.UTC))
    assert "there is no feed in the store" in desk.run("gc", code=1).stderr
    assert ask(made["address"]).status == 200
    at(dt.datetime(2026, 12, 7, 0, 1, tzinfo=dt.UTC))
    assert f"would remove {GUESTS_PREFIX}20261206-" in desk.run("gc", "--dry-run").stderr
    assert ask(made["address"]).status == 200
    assert desk.run("gc").stdout.startswith("1 removed")
    assert ask(made["address"]).status == 404
