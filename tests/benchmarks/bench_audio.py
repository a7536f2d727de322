"""Mastering: memory over length, and time and result against ffmpeg's own two-pass `loudnorm`.

    python tests/benchmarks/bench_audio.py [--hours H ...] [--compare MINUTES] [--source FILE]

The source is looped speech, by default the sample episode. Memory is the largest sum of the resident
pages of this process and its children (Linux: /proc), sampled ten times a second. The peer is what
most guides tell: `ffmpeg -af loudnorm` to measure, and again with the values measured.
"""

import argparse
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.audio.decoding import ffmpeg
from pipeline.audio.mastering.loudness import inspect, measure
from pipeline.audio.mastering.mastering import master
from pipeline.audio.mastering.programme import Programme
from pipeline.settings.production import AudioSettings

ROOT = Path(__file__).resolve().parents[2]
TARGET = AudioSettings()


class PeakMemory:
    """The largest sum of resident megabytes of this process and all below it, while it is entered."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.1):
            self.megabytes = max(self.megabytes, _resident(Path("/proc/self")) / 1024)


def _resident(process: Path) -> int:
    """Kilobytes of a process and its children; 0 for one that is gone."""
    try:
        found = re.search(r"VmRSS:\s+(\d+)", (process / "status").read_text())
        children = " ".join(path.read_text() for path in process.glob("task/*/children"))
    except (FileNotFoundError, ProcessLookupError):
        return 0
    below = sum(_resident(Path("/proc") / child) for child in children.split())
    return (int(found[1]) if found else 0) + below


@dataclass(frozen=True, slots=True)
class Figures:
    """One way to master one file."""

    name: str
    seconds: float
    megabytes: float
    lufs: float
    true_peak: float


def soften(source: Path, folder: Path) -> Path:
    """The source 8 dB softer: a finished episode would pass through without any work."""
    path = folder / "soft.mp3"
    command = [
        ffmpeg.executable(),
        "-v",
        "error",
        "-nostdin",
        "-y",
        "-i",
        str(source),
        "-map",
        "0:a",
    ]
    subprocess.run([*command, "-af", "volume=-8dB", "-b:a", "128k", str(path)], check=True)
    return path


def loop(source: Path, minutes: float, folder: Path) -> Path:
    """The source again and again, for so many minutes, without another encoding."""
    path = folder / f"speech-{minutes:g}.mp3"
    command = [ffmpeg.executable(), "-v", "error", "-nostdin", "-y", "-stream_loop", "-1"]
    command += ["-i", str(source), "-map", "0:a", "-t", str(minutes * 60), "-c", "copy", str(path)]
    subprocess.run(command, check=True)
    return path


def ours(source: Path, out: Path, music: Path | None = None) -> Figures:
    """Inspect and master, as the stage does."""
    started = time.perf_counter()
    with PeakMemory() as memory:
        around = inspect(music) if music else None
        result = master(Programme([inspect(source)], around, around), TARGET, out)
    seconds = time.perf_counter() - started
    name = "pullquote, intro and outro" if music else "pullquote"
    return Figures(name, seconds, memory.megabytes, result.lufs or 0, result.true_peak or 0)


def loudnorm(source: Path, out: Path) -> Figures:
    """The peer: two passes of ffmpeg's loudnorm, linear where it can."""
    aim = f"loudnorm=I={TARGET.lufs}:TP={TARGET.true_peak}:LRA=11"
    command = [ffmpeg.executable(), "-nostdin", "-nostats", "-y", "-i", str(source), "-map", "0:a"]
    started = time.perf_counter()
    with PeakMemory() as memory:
        first = [*command, "-af", f"{aim}:print_format=json", "-f", "null", "-"]
        log = subprocess.run(first, check=True, capture_output=True, text=True).stderr
        found = dict(re.findall(r'"(\w+)" : "([-\w.]+)"', log))
        measured = (
            f"measured_I={found['input_i']}:measured_TP={found['input_tp']}:measured_LRA="
            f"{found['input_lra']}:measured_thresh={found['input_thresh']}:offset={found['target_offset']}"
        )
        second = [
            "-af",
            f"{aim}:{measured}",
            "-ar",
            "44100",
            "-b:a",
            f"{TARGET.bitrate}k",
            str(out),
        ]
        subprocess.run([*command, *second], check=True, capture_output=True)
    seconds = time.perf_counter() - started
    result = measure(out)
    return Figures(
        "ffmpeg loudnorm, two passes", seconds, memory.megabytes, result.lufs, result.true_peak
    )


def show(minutes: float, figures: Figures) -> None:
    """Print one line."""
    print(
        f"{minutes:6.0f} min  {figures.name:28}  {figures.seconds:7.1f} s"
        f"  {minutes * 60 / figures.seconds:5.0f} x real time  {figures.megabytes:5.0f} MB"
        f"  {figures.lufs:6.1f} LUFS  {figures.true_peak:5.1f} dBTP",
        flush=True,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--hours", type=float, nargs="*", default=[0.25, 0.75], help="lengths for memory"
    )
    parser.add_argument("--compare", type=float, default=10.0, help="minutes against the peer")
    parser.add_argument("--source", type=Path, help="speech to loop")
    options = parser.parse_args(arguments)
    source = options.source or next(ROOT.glob("episodes/*/audio.*"))
    print(f"{source.name}: mastered to {TARGET.lufs} LUFS and at most {TARGET.true_peak} dBTP")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = soften(source, folder)
        memory = []
        for hours in options.hours:
            recording = loop(source, hours * 60, folder)
            figures = ours(recording, folder / "out.mp3")
            memory.append(figures.megabytes)
            show(hours * 60, figures)
        if len(memory) > 1:
            print(f"memory, longest against shortest: {memory[-1] / memory[0]:.2f}")
        if options.compare:
            recording = loop(source, options.compare, folder)
            own, peer = ours(recording, folder / "a.mp3"), loudnorm(recording, folder / "b.mp3")
            for figures in (
                own,
                ours(recording, folder / "c.mp3", loop(source, 0.5, folder)),
                peer,
            ):
                show(options.compare, figures)
            print(f"time against the peer: {own.seconds / peer.seconds:.2f}")


if __name__ == "__main__":
    main()
