"""The search of a show of 1,000 episodes: one release, the first, and a listener's search in chromium.

    python tests/benchmarks/bench_search.py [--episodes N] [--batch N] [--delay MS]

Each episode is an hour: 9,000 words in sentences as long as those of the sample, of 30,000 words as
often as Zipf's law has them. Ours indexes them in batches, of which a release makes one anew. The peers
are Pagefind as it comes, one index of everything, and reading through all transcripts (`grep`). A
listener's search is measured on a line of DELAY ms and 4 Mbit/s, with nothing in the cache. Seconds of
the processor stand beside those of the clock, since other programs may run.
"""

import argparse
import functools
import hashlib
import http.server
import itertools
import json
import random
import re
import resource
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from pipeline.models import Chapter
from pipeline.site.assets import asset_keys, read_assets
from pipeline.site.findable import Findable, Said
from pipeline.site.index import IndexFacts
from pipeline.site.indexing import ENGINE, Pack, PackRow, build_packs, indexer, search_page
from pipeline.web.addresses import asset_key, pack_key

SAMPLE = Path(__file__).resolve().parents[2] / "episodes/why-bridges-hum/build/transcript.json"
WORDS_AN_EPISODE = 9_000  # an hour of conversation
WORDS_A_SECOND = 2.5
VOCABULARY = 30_000
QUERY = "w120 w2500"  # two words that are neither everywhere nor nowhere


def episodes(count: int) -> Iterator[Findable]:
    """Episodes of a weekly show, always the same ones."""
    chance = random.Random(1)
    lengths = [len(each["body"].split()) for each in json.loads(SAMPLE.read_bytes())["segments"]]
    words = [f"w{number}" for number in range(VOCABULARY)]
    weights = list(itertools.accumulate(1 / (number + 3) for number in range(VOCABULARY)))
    for number in range(count):
        said, done = [], 0
        while done < WORDS_AN_EPISODE:
            length = chance.choice(lengths)
            text = " ".join(chance.choices(words, cum_weights=weights, k=length)) + "."
            said.append(
                Said(done / WORDS_A_SECOND, f"Guest {number % 300}" if done % 3 else "Ada", text)
            )
            done += length
        chapters = [
            Chapter(600.0 * part, " ".join(chance.choices(words, k=5))) for part in range(6)
        ]
        yield Findable(
            f"Episode {number}", "1 May 2026", f"episodes/e{number}.html", "en", "", said, chapters
        )


class Clock:
    """Seconds of the clock and of the processor, of this process and of those that it waited for."""

    def __init__(self) -> None:
        self._begin = self._now()

    @staticmethod
    def _now() -> tuple[float, float]:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return time.perf_counter(), sum(each.ru_utime + each.ru_stime for each in used)

    def __str__(self) -> str:
        wall, cpu = (now - then for now, then in zip(self._now(), self._begin, strict=True))
        return f"{wall:.1f} s ({cpu:.1f} s of the processor)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--delay", type=int, default=40)
    asked = parser.parse_args()
    program = indexer()
    assert program, "there is no Pagefind for this machine"
    found = list(episodes(asked.episodes))
    size = sum(len(said.text) for each in found for said in each.said)
    print(f"{len(found)} episodes, {size / 1e6:.0f} MB of text")
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        clock = Clock()
        batches = [found[at : at + asked.batch] for at in range(0, len(found), asked.batch)]
        packs = [pack for batch in batches for pack in build_packs(batch)]
        print(f"ours, the first release: {len(packs)} indexes in {clock}")
        clock = Clock()
        last = build_packs(batches[-2 if len(batches) > 1 else -1])
        print(f"ours, each later one: {len(last[0].content) / 1e6:.1f} MB to send, made in {clock}")
        publish(site, packs)
        total = sum(len(pack.content) for pack in packs)
        print(f"ours, in the store: {len(packs)} files of {total / 1e6:.0f} MB")
        search(site, asked.delay)
        grep(site, found)
        whole(site / "whole", found, program)


def publish(site: Path, packs: Sequence[Pack]) -> None:
    """A search page over the packs, as a release lays it out."""

    def put(key: str, content: bytes) -> str:
        (site / key).parent.mkdir(parents=True, exist_ok=True)
        (site / key).write_bytes(content)
        return key

    rows = []
    for number, pack in enumerate(packs):
        engine, wasm = (
            put(asset_key(n, sha256(pack.engine[n])), pack.engine[n]) for n in (ENGINE, pack.wasm)
        )
        key = put(pack_key(pack.language, sha256(pack.content)), pack.content)
        rows.append(PackRow(f"{number:016x}", pack.language, pack.head, engine, wasm, key))
    for name, content in read_assets({}, "en").items():
        put(asset_keys({}, "en")[name], content)
    facts = IndexFacts(
        title="T",
        description="D",
        language="en",
        author="A",
        base_url="https://x.example/",
        artwork_key=None,
    )
    put("search.html", search_page(facts, rows, {}).encode())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files and parts of them, and counts the bytes."""

    protocol_version = "HTTP/1.1"
    sent = 0
    asked = 0

    def do_GET(self) -> None:
        content = Path(self.translate_path(self.path)).read_bytes()
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        part = content[int(wanted[1]) : int(wanted[2]) + 1] if wanted else content
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {wanted[1]}-{wanted[2]}/{len(content)}")
        self.send_header("Content-Type", self.guess_type(self.path))
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)
        Handler.sent += len(part)
        Handler.asked += 1

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def search(site: Path, delay: int) -> None:
    """Type a query into the page, twice: with an empty cache, and when all is there."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=str(site))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        page = browser.new_page()
        slow_down(page, delay)
        page.goto(f"http://127.0.0.1:{server.server_port}/search.html")
        for name, query in (("first", QUERY), ("next", "w77 w3100")):
            Handler.sent = Handler.asked = 0
            begin = time.perf_counter()
            page.fill("input[name=q]", query)
            page.wait_for_function(
                "word => location.search.includes(word) && document.querySelector('#results mark')",
                arg=query.split()[1],
                timeout=120_000,
            )
            took = time.perf_counter() - begin
            got = f"{Handler.asked} requests, {Handler.sent / 1e3:.0f} kB"
            print(f"ours, a listener's {name} search: {took:.2f} s, {got}", flush=True)
        browser.close()
    server.shutdown()


def slow_down(page: Page, delay: int) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    speed = 4_000_000 / 8
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": delay,
            "downloadThroughput": speed,
            "uploadThroughput": speed,
        },
    )


def grep(site: Path, found: Sequence[Findable]) -> None:
    folder = site / "texts"
    folder.mkdir()
    for number, each in enumerate(found):
        (folder / f"{number}.txt").write_text("\n".join(said.text for said in each.said))
    clock = Clock()
    subprocess.run(
        ["grep", "-rlw", QUERY.split()[1], folder], stdout=subprocess.DEVNULL, check=True
    )
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"peer, grep on this machine: {clock}; a browser would load {size / 1e6:.0f} MB first")


def whole(folder: Path, found: Sequence[Findable], program: Path) -> None:
    """One index of everything, as Pagefind makes it, with or without a change."""
    clock = Clock()
    folder.mkdir()
    for number, each in enumerate(found):
        (folder / f"{number}.html").write_text(each.html(), encoding="utf-8")
    made = folder / "made"
    subprocess.run(
        [program, "--site", folder, "--output-path", made, "--silent"], cwd=folder, check=True
    )
    files = list(made.rglob("*.pf_*"))
    size = sum(path.stat().st_size for path in files)
    print(
        f"peer, one index of all, at each release: {clock}; {len(files)} files of {size / 1e6:.0f} MB"
    )


if __name__ == "__main__":
    main()
