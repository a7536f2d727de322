"""How fast, how right and how large the recognisers are, side by side on the same recording.

    python tests/benchmarks/bench_speech.py [--minutes N] [--only NAME ...]

Each runs in a process of its own, so that the peak memory is its own; loading the weights is not
counted. The anchors are `whisper.transcribe` with word times and faster-whisper's batched pipeline
(int8, batches of 8, greedy, word times), on the same tiny.en weights.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.audio.decode import stream_pcm

EPISODE = Path(__file__).resolve().parents[2].parent / "shared" / "episodes" / "ethan"
MODEL = "tiny.en"

Words = list[list[Any]]  # [text, start, end]


def ours(engine: str, audio: Path, seconds: float | None) -> Callable[[], Words]:
    from pipeline.speech.engine import load

    transcriber = load(engine, MODEL, "cpu")

    def run() -> Words:
        recognition = transcriber.transcribe(
            stream_pcm(audio, duration=seconds),
            duration=seconds,
            language="en",
            scratch=None,
            progress=lambda *_: None,
        )
        return [[word.text, word.start, word.end] for word in recognition.words]

    return run


def sequential_whisper(audio: Path, seconds: float | None) -> Callable[[], Words]:
    import whisper

    from pipeline.speech.weights import checkpoint

    model = whisper.load_model(str(checkpoint(MODEL).path), device="cpu")
    model.set_alignment_heads(whisper._ALIGNMENT_HEADS[MODEL])

    def run() -> Words:
        result = model.transcribe(
            decoded(audio, seconds), language="en", word_timestamps=True, fp16=False
        )
        return [
            [word["word"].strip(), word["start"], word["end"]]
            for segment in result["segments"]
            for word in segment["words"]
        ]

    return run


def batched_faster_whisper(audio: Path, seconds: float | None) -> Callable[[], Words]:
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    from pipeline.speech.weights import ctranslate2_folder

    folder = str(ctranslate2_folder(MODEL).path)
    batched = BatchedInferencePipeline(WhisperModel(folder, device="cpu", compute_type="int8"))

    def run() -> Words:
        segments, _ = batched.transcribe(
            decoded(audio, seconds), language="en", batch_size=8, beam_size=1, word_timestamps=True
        )
        return [
            [word.word.strip(), word.start, word.end]
            for segment in segments
            for word in segment.words or ()
        ]

    return run


CONTESTANTS: dict[str, Callable[[Path, float | None], Callable[[], Words]]] = {
    "whisper.transcribe": sequential_whisper,
    "faster-whisper batched": batched_faster_whisper,
    "pullquote openai-whisper": lambda audio, seconds: ours("openai-whisper", audio, seconds),
    "pullquote faster-whisper": lambda audio, seconds: ours("faster-whisper", audio, seconds),
}


def decoded(audio: Path, seconds: float | None) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.concatenate(list(stream_pcm(audio, duration=seconds)))


def measure(name: str, audio: Path, seconds: float | None) -> dict[str, Any]:
    """Run one contestant here: wall and CPU seconds, words, peak memory in MiB."""
    run = CONTESTANTS[name](audio, seconds)
    wall, cpu = time.perf_counter(), cpu_seconds()
    words = run()
    wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": wall, "cpu": cpu, "peak": peak, "words": words}


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, help="only so much of the episode")
    parser.add_argument("--only", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS))
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    seconds = options.minutes and options.minutes * 60
    audio = EPISODE / "audio.mp3"
    if not audio.is_file():
        sys.exit(f"there is no {audio} to measure with")
    if options.measure:
        print(json.dumps(measure(options.measure, audio, seconds)))
        return

    truth = json.loads((EPISODE / "truth.json").read_bytes())
    length = min(seconds or truth["seconds"], truth["seconds"])
    turns = [turn for turn in truth["turns"] if turn["end"] <= length]
    print(f"{length / 60:.1f} minutes of {audio.parent.name}, {MODEL}, word times on")
    print(f"{'':26}{'wall s':>8}{'CPU s':>8}{'x real':>8}{'words/s':>9}{'WER %':>7}{'MiB':>7}")
    for name in options.only:
        command = [sys.executable, __file__, "--measure", name]
        if options.minutes:
            command += ["--minutes", str(options.minutes)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        rate, late = error_rates(turns, found["words"])
        print(
            f"{name:26}{found['wall']:8.1f}{found['cpu']:8.1f}{length / found['wall']:8.1f}"
            f"{len(found['words']) / length:9.2f}{rate * 100:7.2f}{found['peak']:7.0f}"
            f"   turns start within {late * 1000:.0f} ms (median)",
            flush=True,
        )


if __name__ == "__main__":
    main()
