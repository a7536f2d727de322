"""How long a film of a quote takes, against plain ffmpeg in the same run.

    python tests/benchmarks/bench_audiogram.py [QUOTE]

QUOTE is one of the sample's. The peer is the usual recipe: the cover scaled and blurred, `showwaves` over
it, and the words by libass, one event for each.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipeline.audio.cutting import sound_of, write
from pipeline.audio.decoding import ffmpeg
from pipeline.engine.progress import silent
from pipeline.show.audiograms.drawing import SHAPES
from pipeline.show.audiograms.making import make
from pipeline.show.episode import LocalEpisode
from pipeline.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = "why-bridges-hum"


def measured(name: str, work: Callable[[], Path]) -> None:
    """Print seconds of the clock and of all processors, and megabytes."""

    def used() -> float:
        both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(each.ru_utime + each.ru_stime for each in both)

    begin, before = time.monotonic(), used()
    film = work()
    clock, spent = time.monotonic() - begin, used() - before
    print(f"{name:<24}{clock:6.1f} s{spent:6.1f} s cpu{film.stat().st_size / 1e6:6.2f} MB")


def plain(clip: Path, words: Path, cover: Path, size: tuple[int, int], out: Path) -> Path:
    """The peer's film."""
    width, height = size
    graph = (
        f"[0:v]scale={width}:{height}:force_original_aspect_ratio=increase,crop={width}:{height},"
        f"boxblur=20[ground];[1:a]showwaves=s={width - 160}x140:mode=cline:rate=25:colors=white[wave];"
        f"[ground][wave]overlay=80:{height - 240}:shortest=1,ass={words}"
    )
    command = [ffmpeg.executable(), "-v", "error", "-y", "-loop", "1", "-framerate", "25"]
    command += ["-i", str(cover), "-i", str(clip), "-filter_complex", graph, "-r", "25"]
    command += ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p"]
    subprocess.run([*command, "-c:a", "aac", "-b:a", "128k", "-shortest", str(out)], check=True)
    return out


def subtitles(words: list[tuple[str, float, float]], size: tuple[int, int]) -> str:
    """Events of libass: the whole text, one word in another colour."""
    head = (
        f"[Script Info]\nPlayResX: {size[0]}\nPlayResY: {size[1]}\n\n[V4+ Styles]\n"
        "Format: Name, Fontname, Fontsize, PrimaryColour, Alignment, MarginL, MarginR, MarginV\n"
        "Style: Default,DejaVu Sans,60,&H00FFFFFF,5,80,80,80\n\n[Events]\n"
        "Format: Start, End, Style, Text\n"
    )
    lines = []
    for number, (_, start, end) in enumerate(words):
        text = " ".join(
            f"{{\\c&H00FFFF&}}{word}{{\\c&HFFFFFF&}}" if at == number else word
            for at, (word, *_) in enumerate(words)
        )
        lines.append(f"Dialogue: 0:00:{start:05.2f},0:00:{end:05.2f},Default,{text}")
    return head + "\n".join(lines) + "\n"


def main() -> None:
    """Make each shape both ways."""
    name = sys.argv[1] if len(sys.argv) > 1 else "cto3"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(REPOSITORY / "feed", root / "feed")
        shutil.copytree(REPOSITORY / "episodes", root / "episodes")
        episode = LocalEpisode(Workspace.at(root), SAMPLE)
        master = episode.paths.build / "master.mp3"
        shutil.copy2(episode.paths.directory / "audio.mp3", master)
        quote = next(v.quote for v in episode.judged(episode.guard)[1] if v.quote.id == name)
        sound = sound_of(master, quote, episode.transcript)
        write(sound, root / "clip.mp3")
        first, last = quote.spans[0]
        begin = episode.transcript.words[first].start
        words = [
            (w.text, w.start - begin, w.end - begin) for w in episode.transcript.words[first:last]
        ]
        print(f"{name}: {sound.seconds:.1f} s of sound, ffmpeg {ffmpeg.version()}")
        for shape, look in SHAPES.items():
            size = (look.width, look.height)
            (root / "words.ass").write_text(subtitles(words, size), "utf-8")
            measured(f"{shape}, ours", partial(ours, episode, name, shape))
            cover, out = root / "feed/artwork.jpg", root / f"{shape}.mp4"
            peer = partial(plain, root / "clip.mp3", root / "words.ass", cover, size, out)
            measured(f"{shape}, plain ffmpeg", peer)


def ours(episode: LocalEpisode, name: str, shape: str) -> Path:
    """Our film."""
    return make(episode, name, shape, None, silent).film


if __name__ == "__main__":
    main()
