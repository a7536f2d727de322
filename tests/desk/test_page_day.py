"""One page stays open through a day in which everything changes behind it."""

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imageio_ffmpeg
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from pipeline.artefacts import SUSPECTS, Suspects
from pipeline.cli import main
from pipeline.desk.working.material import Material
from pipeline.models import encode
from pipeline.workspace import Workspace, dump_json

Open = Callable[..., Page]
Press = Callable[..., None]

CUT = 5.0  # seconds that are taken from the front of the recording


@dataclass(frozen=True)
class Day:
    """What other commands and people do to the episode while the page is open."""

    server: Any

    @property
    def build(self) -> Path:
        return Path(self.server.episode) / "build"

    def pullquote(self, *arguments: str) -> str:
        done = CliRunner().invoke(main, [*arguments, "--root", str(self.server.root)])
        assert done.exit_code == 0, done.output
        return done.output

    def number_the_voices(self) -> None:
        """As in a recording on one track, whose voices nobody has named."""
        self.rewrite("speakers.json", lambda value: number(value, "turns"))
        self.rewrite("candidates.json", lambda value: number(value, "candidates"))

    def rewrite(self, name: str, change: Callable[[Any], None], to: str = "") -> None:
        value = json.loads((self.build / name).read_bytes())
        change(value)
        fresh = self.build / "fresh"
        fresh.write_text(dump_json(value))
        fresh.replace(self.build / (to or name))

    def run(self) -> None:
        """What `pullquote run` makes of the recogniser's words, which may have been waiting."""
        waiting = self.build / "transcript.new.json"
        if waiting.exists():
            waiting.replace(self.build / "transcript.raw.json")
        material = Material(Workspace(self.server.root), self.server.slug)
        words = dump_json(encode(material.transcript))
        (self.build / "transcript.words.json").write_text(words)
        (self.build / "suspects.json").write_text(
            SUSPECTS.dump(Suspects(suspects=material.suspects))
        )

    def cut_the_recording(self) -> None:
        fresh = self.build / "fresh.mp3"
        cut = ["-ss", str(CUT), "-i", str(self.build / "master.mp3"), "-c", "copy", str(fresh)]
        subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *cut], check=True)
        fresh.replace(self.build / "master.mp3")


def number(value: Any, key: str) -> None:
    for entry in value[key]:
        entry["speaker"] = f"Speaker {1 + (entry['speaker'] == 'Joe Harrow')}"


def later(value: Any, seconds: float) -> None:
    """Have everything said by so many seconds later; what would be said before the start is cut."""
    value["words"] = [
        [text, round(start + seconds, 3), round(end + seconds, 3), *rest]
        for text, start, end, *rest in value["words"]
        if start + seconds >= 0
    ]


def turns_later(value: Any, seconds: float) -> None:
    for turn in value["turns"]:
        turn["start"], turn["end"] = turn["start"] + seconds, turn["end"] + seconds


def misheard(value: Any) -> None:
    """Another recogniser: everything 1.6 s later, and a word heard otherwise."""
    later(value, 1.6)
    for word in value["words"]:
        if word[0] == "Tacoma,":
            word[0] = "Takoma,"


def times(ledger: Path) -> list[str]:
    return re.findall(r'^at = "(.*)"$', ledger.read_text(), re.MULTILINE)


def test_a_day_behind_an_open_page(server: Any, show: Open, press: Press) -> None:
    day = Day(server)
    day.number_the_voices()
    server.stop()
    server.start_here()
    page = show(server)
    news = page.locator("#news")
    press(page, "a", "a")
    kept = times(server.ledger)

    # The host writes, and is interrupted by all that follows.
    writing = server.candidates()[2]
    page.keyboard.press("f")
    text = page.get_by_label("The text of the quote")
    text.fill(f"{writing['text']} [laughs]")

    day.pullquote("transcript", "speakers", server.slug, "--name", "Speaker 2=Joe Harrow")
    expect(news).to_contain_text("The speakers changed: Joe Harrow, Speaker 1.")
    expect(page.locator(".card.current .meta")).to_contain_text("Speaker 2")  # it is written in
    assert {candidate["speaker"] for candidate in server.candidates()} == {"Joe Harrow"}
    assert server.state()["stops"] == []

    ledger = server.ledger.read_text()
    server.ledger.write_text(f"# by hand\n{ledger}")
    expect(news).to_contain_text("quotes.toml was changed elsewhere.")

    corrections = server.episode / "corrections.toml"
    corrections.write_text(
        f'{corrections.read_text()}\n[[replace]]\nsaid = "The famous case"\ntext = "The notable case"\n'
    )
    expect(news).to_contain_text(re.compile(r"The transcript changed: 1 of \d+ words are others\."))
    expect(page.locator("#words")).to_contain_text("The notable case")

    second = show(server)
    press(second, "x")
    left = len(server.candidates()) - 3
    expect(page.locator("#count")).to_contain_text(f"{left} to decide")
    assert "# by hand\n" in server.ledger.read_text()

    day.rewrite("transcript.raw.json", misheard, to="transcript.new.json")
    day.pullquote("transcript", "accept", server.slug)
    expect(page.locator("#news")).to_be_visible()
    day.rewrite("speakers.json", lambda value: turns_later(value, 1.6))
    day.run()
    day.pullquote("quotes", "check", server.slug)
    now = times(server.ledger)
    assert now != kept
    expect(news).to_contain_text("Quotes: 2 moved.")
    expect(second.locator("#news")).to_contain_text("Quotes: 2 moved.")
    press(second, "u")  # a decision writes the ledger, and the new times stay
    assert times(server.ledger) == now

    sound = page.evaluate("document.querySelector('#audio').src")
    heard = page.evaluate("fetch('/pcm?start=60&end=61').then((answer) => answer.text())")
    day.cut_the_recording()
    day.rewrite("transcript.raw.json", lambda value: later(value, -CUT))
    day.rewrite("speakers.json", lambda value: turns_later(value, -CUT))
    day.run()
    expect(news).to_contain_text("The recording changed: you hear the new one.")
    assert page.evaluate("document.querySelector('#audio').src") != sound
    assert page.evaluate("fetch('/pcm?start=60&end=61').then((answer) => answer.text())") != heard
    day.pullquote("quotes", "check", server.slug)
    cut = times(server.ledger)
    assert cut != now

    # All the time the host's text has stood there; now it is kept, where it is said now.
    expect(text).to_have_value(f"{writing['text']} [laughs]")
    text.press("Control+Enter")
    expect(page.locator(".card.current .quote")).to_contain_text("[laughs]")
    press(page, "a")
    *others, written = sorted(
        server.state()["quotes"], key=lambda quote: "[laughs]" in quote["text"]
    )
    assert [quote["proven"] for quote in others] == [True, True]
    (wanted,) = written["wanted"]  # and nothing else: it was judged by the new words
    assert wanted.startswith("added: laughs, after ‘")
    assert abs(written["start"] - writing["start"] - 1.6 + CUT) < 0.3
    assert [time for time in cut if time not in times(server.ledger)] == []
    assert server.ledger.read_text().startswith("# by hand\n")
