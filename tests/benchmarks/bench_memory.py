"""How much memory a worker takes in each stage, at most: what the stages declare for a cluster (`memory`).

    python tests/benchmarks/bench_memory.py [MODEL] [TIMES]

The sample is made anew in one process, its recording so many times over, with one thread, as Ray gives it.
Each line has the most that this process and the ffmpeg that it starts hold during a stage; memory is not
given back, so only what rises is the stage's own.
"""

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import tomlkit
import torch

from pipeline.audio.decoding.ffmpeg import executable
from pipeline.engine.progress import Progress, Reporter, silent
from pipeline.engine.running.runner import Runner
from pipeline.stages import all_stages
from pipeline.workspace import Workspace

SAMPLE = "why-bridges-hum"
REPOSITORY = Path(__file__).parents[2]
LOOK = 0.02  # seconds between two looks


class Watch(Reporter):
    """Looks at the memory all the time, and tells the most of each stage."""

    def __init__(self) -> None:
        self.most = 0
        threading.Thread(target=self._look, daemon=True).start()

    @contextmanager
    def stage(self, slug: str, name: str) -> Iterator[Progress]:
        self.most = 0
        yield silent
        print(f"{name:>12}  {self.most / 1e6:6.0f} MB", flush=True)

    def _look(self) -> None:
        own = psutil.Process()
        while True:
            with suppress(psutil.NoSuchProcess):
                started = [each for each in own.children() if "ffmpeg" in each.name()]
                everything = sum(each.memory_info().rss for each in (own, *started))
                self.most = max(self.most, everything)
            time.sleep(LOOK)


def main() -> None:
    model, times = [*sys.argv[1:], *("tiny.en", "1")[len(sys.argv) - 1 :]][:2]
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        ignored = shutil.ignore_patterns("build", "__pycache__", "audio.*")
        for name in ("feed", f"episodes/{SAMPLE}"):
            shutil.copytree(REPOSITORY / name, root / name, ignore=ignored)
        (recording,) = (REPOSITORY / "episodes" / SAMPLE).glob("audio.*")
        again = ["-stream_loop", str(int(times) - 1), "-i", str(recording)]
        target = str(root / "episodes" / SAMPLE / "audio.wav")
        subprocess.run([executable(), "-v", "error", *again, target], check=True)
        show = root / "feed/show.toml"
        document = tomlkit.parse(show.read_text())
        document.setdefault("transcribe", tomlkit.table())["model"] = model
        show.write_text(tomlkit.dumps(document))
        Runner(Workspace(root), all_stages()).run(SAMPLE, to="suggest", reporter=Watch())


if __name__ == "__main__":
    main()
