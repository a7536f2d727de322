"""How long `status` over a back catalogue and a run with nothing to do take, beside make and git.

A catalogue of episodes with 13 stages each is made from one that really ran; every figure is the
best of three fresh processes, start-up included; processor time stands beside it, for a busy
machine. Peers over the same files: `make -q` with a rule for each stage (it compares times only),
and `git status` (it compares stats as well, and knows no stages).

    python tests/benchmarks/bench_engine.py [EPISODES]

With --plan it is the command `plan` that is measured instead: over as many imported and published
episodes, with a real store, while nothing has changed. To import them takes a minute for each 5,000.

    python tests/benchmarks/bench_engine.py --plan [EPISODES]
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.engine.declared.settings import StageSettings, from_episode, from_show
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.progress import quiet
from pipeline.engine.running.runner import Runner
from pipeline.workspace import Workspace

SHOW = """\
title = "Bridges"
description = "About bridges."
language = "en"
author = "Ann"
email = "podcast@example.org"
categories = ["Technology"]
"""

EPISODE = """\
title = "Why bridges hum"
guid = "5b0b9a2e-94a5-4d7b-8a34-0a1b2c3d4e5f"
date = 2026-05-01T08:00:00+02:00
summary = "A walk over three bridges, and what the wind does to each of them."
thesis = "A bridge is an instrument that nobody tuned."
topics = ["bridges", "wind", "resonance"]

[[people]]
name = "Ann Example"

[[people]]
name = "Bo Example"
role = "guest"

[[links]]
title = "The bridge"
url = "https://example.org/bridge"
"""


START = datetime(1999, 1, 1, tzinfo=UTC)


class Sound(StageSettings):
    lufs: float = from_show("audio.lufs")
    bitrate: int = from_show("audio.bitrate")
    model: str = from_show("transcribe.model")


class Words(StageSettings):
    title: str = from_episode("title")
    summary: str = from_episode("summary")
    people: list[Any] = from_episode("people")
    links: list[Any] = from_episode("links")
    language: str = from_show("language")


def stage(name: str, inputs: str, outputs: str, settings: type[StageSettings]) -> Stage[Any]:
    """A stage that copies the names of its inputs into a kilobyte for each output."""

    def run(ctx: StageContext[Any]) -> None:
        for output in outputs.split():
            for number in range(5) if "*" in output else [0]:
                ctx.write_text(output.replace("*", f"q{number}"), f"{name} {output} " * 40)

    return Stage(name, run, tuple(inputs.split()), tuple(outputs.split()), settings)


STAGES = [
    stage("master", "audio.*? tracks/*?", "build/master.mp3 build/audio.json", Sound),
    stage("transcribe", "build/master.mp3", "build/transcript.raw.json", Sound),
    stage("attribute", "tracks/*?", "build/speakers.json", Sound),
    stage(
        "correct",
        "build/transcript.raw.json build/speakers.json corrections.toml? //feed/glossary.toml?",
        "build/transcript.words.json build/transcript.vtt build/transcript.srt build/suspects.json",
        Sound,
    ),
    stage("chapter", "build/transcript.words.json", "build/chapters.json", Words),
    stage("suggest", "build/transcript.words.json", "build/candidates.json", Words),
    stage("review", "build/candidates.json quotes.toml?", "build/quotes.json", Words),
    stage("clip", "build/master.mp3 build/quotes.json", "build/clips/*.mp3", Sound),
    stage(
        "notes",
        "build/quotes.json build/chapters.json",
        "build/show-notes.md build/show-notes.html",
        Words,
    ),
    stage(
        "posts", "build/quotes.json", "build/posts/link-post.md build/posts/link-post.html", Words
    ),
    stage("page", "build/quotes.json build/transcript.words.json", "build/site/page.html", Words),
    stage("enclosure", "build/master.mp3 build/chapters.json", "build/enclosure.mp3", Words),
    stage(
        "item",
        "build/enclosure.mp3 build/show-notes.html build/clips/*.mp3 build/site/page.html",
        "build/item.json",
        Words,
    ),
]


def main() -> None:
    """Make the catalogue, time everything, print it."""
    if sys.argv[1:2] == ["--child"]:
        _child(Path(sys.argv[2]), sys.argv[3])
        return
    if sys.argv[1:2] == ["--plan"]:
        _plan(int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
        return
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a host's Python compiles a module once
    episodes = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory(prefix="bench-engine-") as folder:
        root = Path(folder)
        files = _catalogue(root, episodes)
        print(f"{episodes} episodes, {len(STAGES)} stages each, {files} files")
        time.sleep(2.1)  # files younger than two seconds are never trusted
        cold = _time(lambda: _engine(root, "status"), 1)
        status = _time(lambda: _engine(root, "status"))
        run = _time(lambda: _engine(root, "run"))
        start = _time(lambda: _engine(root, "nothing"))
        _edit_show(root)
        settings = _time(lambda: _engine(root, "status"), 1)
        peers = _peers(root, episodes)
    _say("start-up alone (imports)", start)
    _say("run of one fresh episode", run)
    _say("status, nothing remembered", cold)
    _say("status, after a change in show.toml", settings)
    _say("status", status)
    for name, cost in peers.items():
        _say(name, cost, f"   status / {name}: {status.wall / cost.wall:.2f}")


def _plan(episodes: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-engine-") as folder:
        show, feed = Path(folder) / "show", Path(folder) / "feed.xml"
        feed.write_text(_feed(episodes))
        _pullquote("init", show)
        try:
            made = _time(lambda: _pullquote("import", feed, "--root", show), 1)
            newest = max(path.name for path in (show / "episodes").iterdir())
            _pullquote("publish", newest, "--review", "none", "--root", show)
            planned = _time(lambda: _pullquote("plan", "--root", show))
        finally:
            _pullquote("store", "down", "--root", show)
    print(f"{episodes} imported episodes")
    _say("import", made)
    _say("plan, nothing changed", planned)


def _pullquote(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pipeline.cli", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _feed(episodes: int) -> str:
    notes = "&lt;p&gt;" + "What was said here. " * 20 + "&lt;/p&gt;"
    items = "".join(
        f"<item><title>Episode {number:05d}</title><guid isPermaLink='false'>g{number}</guid>"
        f"<pubDate>{format_datetime(START + timedelta(days=number))}</pubDate>"
        f"<description>{notes}</description><enclosure url='https://example.org/{number}.mp3'"
        f" length='{10**6 + number}' type='audio/mpeg'/></item>"
        for number in range(episodes)
    )
    return f"<rss version='2.0'><channel><title>Bridges</title>{items}</channel></rss>"


def _say(what: str, cost: "Cost", more: str = "") -> None:
    print(f"{what:<40}{cost.wall:6.2f} s wall {cost.cpu:6.2f} s cpu{more}")


def _child(root: Path, what: str) -> None:
    runner = Runner(Workspace.at(root), STAGES)
    if what == "status":
        states = runner.status()
        assert all(len(state.stages) == len(STAGES) for state in states)
    elif what == "run":
        assert not runner.run("e0000", reporter=quiet).ran


def _engine(root: Path, what: str) -> None:
    subprocess.run([sys.executable, __file__, "--child", root, what], check=True)


class Cost(NamedTuple):
    """Seconds that a child process took."""

    wall: float
    cpu: float


def _time(call: Callable[[], object], times: int = 3) -> Cost:
    found = []
    for _ in range(times):
        begin, before = time.perf_counter(), _children()
        call()
        found.append(Cost(time.perf_counter() - begin, _children() - before))
    return min(found)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _catalogue(root: Path, episodes: int) -> int:
    """Run one episode and copy it: the lock names files relative to the episode."""
    (root / "feed").mkdir()
    (root / "feed" / "show.toml").write_text(SHOW)
    (root / "feed" / "glossary.toml").write_text("")
    first = root / "episodes" / "e0000"
    first.mkdir(parents=True)
    (first / "episode.toml").write_text(EPISODE)
    (first / "audio.wav").write_text("sound")
    (first / "quotes.toml").write_text("")
    Runner(Workspace.at(root), STAGES).run("e0000")
    for number in range(1, episodes):
        shutil.copytree(first, root / "episodes" / f"e{number:04d}")
    return episodes * sum(path.is_file() for path in first.rglob("*"))


def _edit_show(root: Path) -> None:
    (root / "feed" / "show.toml").write_text(SHOW.replace('"en"', '"de"'))


def _peers(root: Path, episodes: int) -> dict[str, Cost]:
    found = {}
    if shutil.which("make"):
        (root / "Makefile").write_text(_makefile(root, episodes))
        subprocess.run(["make", "-s", "-t", "all"], cwd=root, check=True, stdout=subprocess.DEVNULL)
        found["make -q"] = _time(
            lambda: subprocess.run(["make", "-q", "all"], cwd=root, check=True)
        )
    if shutil.which("git"):
        for line in ("init -q", "add ."):
            subprocess.run(["git", *line.split()], cwd=root, check=True)
        command = ["git", "status", "--porcelain"]
        found["git status"] = _time(
            lambda: subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)
        )
    return found


def _makefile(root: Path, episodes: int) -> str:
    """Every stage of every episode as a rule from its inputs to its first output."""
    first = root / "episodes" / "e0000"
    rules = []
    for node in STAGES:
        globs = [pattern.removesuffix("?") for pattern in node.inputs if "//" not in pattern]
        inputs = [p.relative_to(first).as_posix() for g in globs for p in sorted(first.glob(g))]
        outputs = [p.relative_to(first).as_posix() for p in sorted(first.glob(node.outputs[0]))]
        rules.append((outputs[0], inputs))
    lines, every = [], []
    for number in range(episodes):
        base = f"episodes/e{number:04d}"
        for output, inputs in rules:
            every.append(f"{base}/{output}")
            lines.append(
                f"{base}/{output}: {' '.join(f'{base}/{name}' for name in inputs)}\n\ttrue"
            )
    return "\n".join([f"all: {' '.join(every)}", *lines]) + "\n"


if __name__ == "__main__":
    main()
