"""How quick the review page of a three-hour episode is: 30,000 words and 100 candidates.

Goals: usable within 1,000 ms of loading, and every key press shown within 50 ms. A press is timed in
the browser, from the event's own time stamp to a message that is handled after the frame with its
effect; the browser's Event Timing would leave out what takes less than 16 ms. Every kind of press is
listed by itself, most of them on the open candidate, the last ones on the ledger.

    python tests/benchmarks/bench_review.py [--rounds N] [--throttle TIMES] [--json]
"""

import argparse
import json
import random
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.desk.served import served

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = "why-bridges-hum"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--mute-audio", "--autoplay-policy=no-user-gesture-required"]
WORDS, CANDIDATES = 30_000, 100
PACE = 0.36  # seconds from one word to the next
REST = 350  # ms between presses: the guard's answer and a save fall between them
ON_CANDIDATES = ("j", "k", "Shift+ArrowLeft", "Enter", "ArrowRight", "Delete", "Escape", "a", "x",
                 "l", "u")  # fmt: skip
ON_THE_LEDGER = ("j", "k", "Alt+ArrowUp", "Shift+ArrowRight", "v", "?", "Escape")

WATCH = """() => {
  window.delays = [];
  addEventListener('keydown', (event) => {
    const pressed = event.timeStamp;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => delays.push(performance.now() - pressed);
      channel.port2.postMessage(null);
    });
  }, true);
}"""


def main() -> None:
    """Make the episode, serve it, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=4, help="how often each key is pressed")
    parser.add_argument("--throttle", type=float, default=1.0, help="slow the browser down so much")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root = long_episode(Path(place))
        with served(root, SAMPLE) as url:
            figures = measure(url, options.rounds, options.throttle)
    print(json.dumps(figures) if options.json else report(figures))


def long_episode(root: Path) -> Path:
    """A show with the sample's recording, and a transcript and candidates of three hours."""
    shutil.copytree(REPOSITORY / "feed", root / "feed", ignore=shutil.ignore_patterns("build"))
    source, target = REPOSITORY / "episodes" / SAMPLE, root / "episodes" / SAMPLE
    ignored = shutil.ignore_patterns("tracks", "script", "quotes.toml", "lock.json")
    shutil.copytree(source, target, ignore=ignored)
    build = target / "build"
    shutil.copy(source / "audio.mp3", build / "master.mp3")
    (build / "transcript.raw.json").unlink()
    chance = random.Random(1)
    words: list[list[Any]] = []
    for number in range(WORDS):
        text = f"w{chance.randrange(3000)}" + ("." if number % 14 == 13 else "")
        start = round(0.5 + number * PACE, 3)
        words.append([text, start, round(start + 0.3, 3), 0.9, "AB"[number // 72 % 2]])
    ids = [[number] for number in range(WORDS)]
    transcript = {"words": words, "raw_ids": ids, "breaks": [0], "language": "en"}
    (build / "transcript.words.json").write_text(json.dumps(transcript))
    suspects = [
        {"first": n, "last": n + 1, "start": words[n][1], "end": words[n][2], "score": 0.8,
         "why": ["the recogniser is unsure"]} for n in range(40, WORDS, 500)
    ]  # fmt: skip
    (build / "suspects.json").write_text(json.dumps({"suspects": suspects}))
    candidates = []
    for number in range(CANDIDATES):
        first, last = number * 290 + 5, number * 290 + 65
        candidates.append({
            "id": f"c{number:03}", "words": [first, last], "start": words[first][1],
            "end": words[last - 1][2], "speaker": words[first][4], "score": 1.0, "why": ["long"],
            "text": " ".join(word[0] for word in words[first:last]),
        })  # fmt: skip
    (build / "candidates.json").write_text(json.dumps({"candidates": candidates}))
    return root


def measure(url: str, rounds: int, throttle: float) -> dict[str, Any]:
    """Milliseconds until the page is usable, and from each press to its frame, by view and key."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        if throttle > 1:
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": throttle})
        page.goto(url)
        page.wait_for_selector("body[data-ready]")
        usable = page.evaluate("performance.getEntriesByName('usable')[0].startTime")
        page.wait_for_timeout(1000)
        page.evaluate(WATCH)
        presses = press(page, "candidates", ON_CANDIDATES, rounds)
        for _ in range(6):
            page.keyboard.press("a")
            page.wait_for_timeout(REST)
        page.locator("[data-view=ledger]").first.click()
        page.locator(".card.current").focus()
        presses |= press(page, "ledger", ON_THE_LEDGER, rounds)
        browser.close()
    return {"usable": usable, "presses": presses}


def press(page: Page, view: str, keys: tuple[str, ...], rounds: int) -> dict[str, list[float]]:
    """Press each key once in every round."""
    found: dict[str, list[float]] = {f"{view}: {key}": [] for key in keys}
    for _ in range(rounds):
        for key in keys:
            page.evaluate("() => { window.delays.length = 0; }")
            page.keyboard.press(key)
            page.wait_for_timeout(REST)
            found[f"{view}: {key}"].append(page.evaluate("window.delays.at(-1)"))
    return found


def report(figures: dict[str, Any]) -> str:
    """The figures for people."""
    lines = [
        f"{key:28} {statistics.median(times):5.0f} ms   most {max(times):5.0f} ms"
        for key, times in figures["presses"].items()
    ]
    every = [time for times in figures["presses"].values() for time in times]
    over = sum(time > 50 for time in every)
    return "\n".join(
        [
            f"usable after {figures['usable']:.0f} ms (goal 1,000)",
            f"key to paint: median {statistics.median(every):.0f} ms, most {max(every):.0f} ms, "
            f"{over} of {len(every)} over 50 ms (goal 0)",
            *lines,
        ]
    )


if __name__ == "__main__":
    main()
