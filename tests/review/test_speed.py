"""A three-hour episode: 30,000 words, 100 candidates. Usable at once, and a key is seen at once."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

Open = Callable[..., Page]
WORDS, CANDIDATES = 30_000, 100
#: ms; the goals are 1000 and 50 on a machine of its own. Tests share theirs, so they allow twice that.
USABLE, SEEN = 2_000, 100

#: The time from a key's event to the frame after its effect, as the browser sees it.
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


@pytest.fixture
def long(sample_copy: Any, tmp_path: Path) -> Iterator[Any]:
    made = sample_copy(tmp_path)
    build = made.episode / "build"
    (build / "transcript.raw.json").unlink()
    chance = random.Random(1)
    words: list[list[Any]] = []
    for number in range(WORDS):
        text = f"w{chance.randrange(3000)}" + ("." if number % 14 == 13 else "")
        start = round(0.5 + number * 0.36, 3)
        words.append([text, start, round(start + 0.3, 3), 0.9, "AB"[number // 72 % 2]])
    ids = [[number] for number in range(WORDS)]
    transcript = {"words": words, "raw_ids": ids, "breaks": [0], "language": "en"}
    (build / "transcript.words.json").write_text(json.dumps(transcript))
    (build / "suspects.json").write_text('{"suspects": []}')
    candidates = []
    for number in range(CANDIDATES):
        first, last = number * 290 + 5, number * 290 + 65
        candidates.append({
            "id": f"c{number:03}", "words": [first, last], "start": words[first][1],
            "end": words[last - 1][2], "speaker": words[first][4], "score": 1.0, "why": ["long"],
            "text": " ".join(word[0] for word in words[first:last]),
        })  # fmt: skip
    (build / "candidates.json").write_text(json.dumps({"candidates": candidates}))
    made.start()
    yield made
    made.stop()


def test_a_long_episode_is_quick(long: Any, show: Open) -> None:
    page = show(long)
    usable = page.evaluate("performance.now()")
    page.evaluate(WATCH)
    for key in "jkjkjjalxjkaxljxaljxal":
        page.keyboard.press(key)
        page.wait_for_timeout(120)
    delays = sorted(page.evaluate("delays"))
    print(f"usable after {usable:.0f} ms; key to paint {delays[len(delays) // 2]:.0f} ms (median), "
          f"{delays[-1]:.0f} ms (most of {len(delays)})")  # fmt: skip
    assert usable < USABLE
    assert delays[len(delays) * 9 // 10] < SEEN
