"""How fast, how right and how large the recognisers are, side by side on the same recordings.

    python tests/benchmarks/bench_speech.py [--minutes N] [--only NAME ...]
    python tests/benchmarks/bench_speech.py --clips [--only NAME ...] [--resume]
    python tests/benchmarks/bench_speech.py --hours 1 3

The first listens to one episode, `--clips` to every English clip with a human reference. Each
recogniser runs in a process of its own, so that the peak memory is its own; loading the weights is not
counted. The anchors are `whisper.transcribe` with word times and faster-whisper's batched pipeline
(int8, batches of 8, greedy, word times), on the same tiny.en weights. What is heard of a clip is kept at
once, below `.pullquote/bench`; `--resume` goes on from there, and names the clips that cost us most.
`--hours` says what memory our engines take for the episode repeated to such lengths.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.audio.decoding.ffmpeg import executable

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
EPISODE = SHARED / "episodes" / "ethan"
MODEL = "tiny.en"

KEPT = Path(".pullquote/bench/clips")
WORST = 8  # clips that are named

CLIPPED = -10.0  # dBFS; at this level a third of the TIMIT files are noise from a wrong conversion

Words = list[list[Any]]  # [text, start, end]
Counts = np.ndarray[Any, np.dtype[np.int64]]
Run = Callable[[Path, float | None], Words]  # over so many seconds of a file, or all of it


def ours(engine: str) -> Run:
    from pipeline.speech.recognising.engine import load

    transcriber = load(engine, MODEL, "cpu")

    def run(audio: Path, seconds: float | None) -> Words:
        recognition = transcriber.transcribe(
            stream_pcm(audio, duration=seconds),
            duration=seconds,
            language="en",
            scratch=None,
            progress=lambda *_: None,
        )
        return [[word.text, word.start, word.end] for word in recognition.words]

    return run


def sequential_whisper() -> Run:
    import whisper

    from pipeline.speech.weights.weights import checkpoint

    model = whisper.load_model(str(checkpoint(MODEL).path), device="cpu")
    model.set_alignment_heads(whisper._ALIGNMENT_HEADS[MODEL])

    def run(audio: Path, seconds: float | None) -> Words:
        result = model.transcribe(
            decoded(audio, seconds), language="en", word_timestamps=True, fp16=False
        )
        return [
            [word["word"].strip(), word["start"], word["end"]]
            for segment in result["segments"]
            for word in segment["words"]
        ]

    return run


def batched_faster_whisper() -> Run:
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    from pipeline.speech.weights.weights import ctranslate2_folder

    folder = str(ctranslate2_folder(MODEL).path)
    batched = BatchedInferencePipeline(WhisperModel(folder, device="cpu", compute_type="int8"))

    def run(audio: Path, seconds: float | None) -> Words:
        segments, _ = batched.transcribe(
            decoded(audio, seconds), language="en", batch_size=8, beam_size=1, word_timestamps=True
        )
        return [
            [word.word.strip(), word.start, word.end]
            for segment in segments
            for word in segment.words or ()
        ]

    return run


ANCHOR = "whisper.transcribe"
OURS = ("pullquote openai-whisper", "pullquote faster-whisper")
CONTESTANTS: dict[str, Callable[[], Run]] = {
    ANCHOR: sequential_whisper,
    "faster-whisper batched": batched_faster_whisper,
    OURS[0]: lambda: ours("openai-whisper"),
    OURS[1]: lambda: ours("faster-whisper"),
}


def decoded(audio: Path, seconds: float | None) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.concatenate(list(stream_pcm(audio, duration=seconds)))


def measure(name: str, audios: Iterable[Path], seconds: float | None) -> dict[str, Any]:
    """Run one contestant here: wall and CPU seconds, words of each recording, peak memory in MiB."""
    run = CONTESTANTS[name]()
    wall, cpu = time.perf_counter(), cpu_seconds()
    words = [run(audio, seconds) for audio in audios]
    wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": wall, "cpu": cpu, "peak": peak, "words": words}


def measure_apart(
    name: str, audios: Iterable[Path], minutes: float | None = None
) -> dict[str, Any]:
    """`measure` in a process of its own."""
    command = [sys.executable, __file__, "--measure", name, "--audio", *map(str, audios)]
    if minutes:
        command += ["--minutes", str(minutes)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def cpu_seconds() -> float:
    """Of this process and of the decoders that it started and that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def error_rates(turns: Iterable[dict[str, Any]], words: Words) -> tuple[float, float]:
    """Word error rate, and the median error of the turns' first words in seconds."""
    import jiwer
    from whisper.normalizers import EnglishTextNormalizer

    turns = list(turns)
    normalise = EnglishTextNormalizer()
    truth = normalise(" ".join(turn["text"] for turn in turns))
    rate = jiwer.wer(truth, normalise(" ".join(word[0] for word in words)))
    starts = np.array([word[1] for word in words])
    late = [float(np.abs(starts - turn["start"]).min()) for turn in turns]
    return float(rate), float(np.median(late))


def compare_on_episode(names: Iterable[str], minutes: float | None) -> None:
    """A line for each contestant on the episode, or on its first minutes."""
    truth = json.loads((EPISODE / "truth.json").read_bytes())
    length = min(minutes * 60 if minutes else truth["seconds"], truth["seconds"])
    turns = [turn for turn in truth["turns"] if turn["end"] <= length]
    print(f"{length / 60:.1f} minutes of {EPISODE.name}, {MODEL}, word times on")
    print(f"{'':26}{'wall s':>8}{'CPU s':>8}{'x real':>8}{'words/s':>9}{'WER %':>7}{'MiB':>7}")
    for name in names:
        found = measure_apart(name, [EPISODE / "audio.mp3"], minutes)
        (words,) = found["words"]
        rate, late = error_rates(turns, words)
        print(
            f"{name:26}{found['wall']:8.1f}{found['cpu']:8.1f}{length / found['wall']:8.1f}"
            f"{len(words) / length:9.2f}{rate * 100:7.2f}{found['peak']:7.0f}"
            f"   turns start within {late * 1000:.0f} ms (median)",
            flush=True,
        )


def clips() -> list[dict[str, Any]]:
    """The English clips whose words a human wrote down, as the index has them."""
    return [
        entry
        for entry in json.loads((SHARED / "audio" / "index.json").read_bytes())
        if (entry.get("language") or "").startswith("en")
        and entry.get("reference_level") == "human"
        and entry["speech_level_dbfs"] < CLIPPED
    ]


def kept_clips(name: str) -> Path:
    """Where what a contestant heard is kept, a line of JSON a clip."""
    return KEPT / f"{name.replace(' ', '-')}.jsonl"


def read_clips(name: str) -> dict[str, dict[str, Any]]:
    """What a contestant has heard so far, by the clip's path: its text and the seconds that it took."""
    kept = kept_clips(name)
    lines = kept.read_text(encoding="utf-8").splitlines() if kept.is_file() else []
    return {found["path"]: found for found in map(json.loads, lines)}


def hear_clips(name: str) -> None:
    """Let one contestant hear the clips that it has not heard, and keep each at once."""
    heard = read_clips(name)
    missing = [entry["path"] for entry in clips() if entry["path"] not in heard]
    if not missing:
        return
    run = CONTESTANTS[name]()
    kept_clips(name).parent.mkdir(parents=True, exist_ok=True)
    with kept_clips(name).open("a", encoding="utf-8") as file:
        for path in missing:
            begun = time.perf_counter()
            text = " ".join(word[0] for word in run(SHARED / "audio" / path, None))
            found = {"path": path, "text": text, "wall": time.perf_counter() - begun}
            print(json.dumps(found), file=file, flush=True)


def compare_on_clips(names: Iterable[str], resume: bool) -> None:
    """The word error rate of each contestant over the clips, and where ours lose to the first anchor."""
    entries = clips()
    seconds = sum(entry["seconds"] for entry in entries)
    print(f"{len(entries)} English clips, {seconds / 60:.1f} minutes, {MODEL}: WER in per cent")
    print(f"{'':26}{'all':>7}{'meetings':>10}{'others':>8}{'wall s':>8}   within 95 %")
    wrong: dict[str, Counts] = {}
    for name in names:
        if not resume:
            kept_clips(name).unlink(missing_ok=True)
        subprocess.run([sys.executable, __file__, "--hear-clips", name], check=True)
        heard = read_clips(name)
        wrong[name] = count_errors(entries, heard)
        meeting = np.array([entry["kind"] == "conversation" for entry in entries])
        rates = [rate(wrong[name][chosen]) for chosen in (meeting | True, meeting, ~meeting)]
        low, high = interval(wrong[name])
        print(
            f"{name:26}{rates[0]:7.2f}{rates[1]:10.2f}{rates[2]:8.2f}"
            f"{sum(found['wall'] for found in heard.values()):8.1f}   {low:.2f} to {high:.2f}",
            flush=True,
        )
    for name in wrong.keys() - {ANCHOR} if ANCHOR in wrong else ():
        tell_difference(name, entries, wrong[name] - wrong[ANCHOR])


def tell_difference(name: str, entries: Sequence[dict[str, Any]], more: Counts) -> None:
    """The clips in which a contestant makes most words more wrong than the anchor."""
    words = count_errors(entries, {})[:, 1].sum()
    chances = [more[rows, 0].sum() / words for rows in resampled(len(entries))]
    low, high = 100 * np.percentile(chances, (2.5, 97.5))
    total = 100 * more[:, 0].sum() / words
    print(f"{name} against {ANCHOR}: {total:+.2f} points ({low:+.2f} to {high:+.2f}); most in:")
    for row in np.argsort(-more[:, 0])[:WORST]:
        if more[row, 0] > 0:
            print(f"    {more[row, 0]:+3d} words  {entries[row]['path']}")


def count_errors(entries: Sequence[dict[str, Any]], heard: dict[str, dict[str, Any]]) -> Counts:
    """Wrong words, and words said, of each clip."""
    import jiwer
    from whisper.normalizers import EnglishTextNormalizer

    normalise = EnglishTextNormalizer()
    rows = []
    for entry in entries:
        said = normalise((SHARED / "audio" / entry["reference"]).read_text(encoding="utf-8"))
        found = jiwer.process_words(said, normalise(heard.get(entry["path"], {"text": ""})["text"]))
        wrong = found.substitutions + found.deletions + found.insertions
        rows.append((wrong, found.substitutions + found.deletions + found.hits))
    return np.array(rows)


def rate(counts: Counts) -> float:
    wrong, said = counts.sum(axis=0)
    return float(100 * wrong / said)


def interval(counts: Counts) -> tuple[float, float]:
    """The bootstrap's interval of 95 % for the error rate, over clips."""
    low, high = np.percentile([rate(counts[rows]) for rows in resampled(len(counts))], (2.5, 97.5))
    return float(low), float(high)


def resampled(count: int) -> Iterable[Counts]:
    random = np.random.default_rng(1)
    return (random.integers(0, count, count) for _ in range(1000))


def compare_lengths(names: Iterable[str], hours: Iterable[float]) -> None:
    """The peak memory of each engine for the episode repeated to each length."""
    print(f"peak memory of our engines in MiB, {MODEL}")
    with tempfile.TemporaryDirectory() as folder:
        for length in hours:
            audio = repeated(EPISODE / "audio.mp3", length * 3600, Path(folder))
            for name in names:
                found = measure_apart(name, [audio])
                print(f"{name:26}{length:6.2f} h{found['peak']:8.0f}", flush=True)


def repeated(audio: Path, seconds: float, folder: Path) -> Path:
    """A file of so many seconds, the recording again and again."""
    target = folder / f"{seconds:.0f}.mp3"
    command = [executable(), "-v", "error", "-stream_loop", "-1", "-i", str(audio)]
    subprocess.run([*command, "-t", str(seconds), "-c", "copy", str(target)], check=True)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, help="only so much of the episode")
    parser.add_argument("--clips", action="store_true", help="the word error rate over all clips")
    parser.add_argument("--resume", action="store_true", help="keep the clips heard before")
    parser.add_argument("--hours", nargs="+", type=float, help="the memory for these lengths")
    parser.add_argument("--only", nargs="+", choices=CONTESTANTS)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--audio", nargs="+", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--hear-clips", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        seconds = options.minutes and options.minutes * 60
        print(json.dumps(measure(options.measure, options.audio, seconds)))
    elif options.hear_clips:
        hear_clips(options.hear_clips)
    elif not SHARED.is_dir():
        sys.exit(f"there is no {SHARED} to measure with")
    elif options.hours:
        compare_lengths(options.only or OURS, options.hours)
    elif options.clips:
        compare_on_clips(options.only or CONTESTANTS, options.resume)
    else:
        compare_on_episode(options.only or CONTESTANTS, options.minutes)


if __name__ == "__main__":
    main()
