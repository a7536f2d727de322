"""How well other languages are detected and heard, by language.

    python tests/benchmarks/bench_languages.py SHARED [--engine E] [--model M] [--languages de es fr]

SHARED holds `audio/index.json` and the recordings it lists with their references. The error rate is
that of words, after whisper's normaliser for all languages; of characters where words have no blanks,
without those of the reference. The anchor is the same model told the language instead of detecting it.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any
from unicodedata import category

import jiwer
from whisper.normalizers import BasicTextNormalizer

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.engine.progress import silent
from pipeline.errors import PullquoteError
from pipeline.settings.production import ENGINES
from pipeline.speech.recognising.engine import Recogniser, load
from pipeline.text.scripts import join

BY_CHARACTER = {"ja", "zh", "th"}
WITH_SIGNS = {"hi", "th"}


def hear(transcriber: Recogniser, path: Path, language: str | None) -> tuple[str, str]:
    """The text and the language."""
    heard = transcriber.transcribe(
        stream_pcm(path), duration=None, language=language, scratch=None, progress=silent
    )
    return join(word.text for word in heard.words), heard.language


def error_rate(language: str, spoken: list[str], heard: list[str]) -> float:
    normalise = BasicTextNormalizer() if language not in WITH_SIGNS else without_marks
    truth, found = ([normalise(text) for text in texts] for texts in (spoken, heard))
    if language not in BY_CHARACTER:
        return float(jiwer.wer(truth, found))
    truth, found = ([text.replace(" ", "") for text in texts] for texts in (truth, found))
    return float(jiwer.cer(truth, found))


def without_marks(text: str) -> str:
    """Letters and their vowel signs, which whisper's normaliser takes for marks."""
    return " ".join("".join(" " if category(c)[0] in "PSC" else c for c in text.lower()).split())


def report(
    transcriber: Recogniser, shared: Path, language: str, entries: list[dict[str, Any]]
) -> None:
    spoken, detecting, told, right = [], [], [], 0
    for entry in entries:
        path = shared / "audio" / entry["path"]
        try:
            text, detected = hear(transcriber, path, None)
            told.append(hear(transcriber, path, language)[0])
        except PullquoteError as error:
            print(error)
            continue
        spoken.append((shared / "audio" / entry["reference"]).read_text(encoding="utf-8"))
        detecting.append(text)
        right += detected == language
    print(
        f"{language}: {len(spoken)} recordings, {sum(entry['seconds'] for entry in entries):.0f} s;"
        f" language right in {right}; error rate {error_rate(language, spoken, detecting):.1%}"
        f" detecting it, {error_rate(language, spoken, told):.1%} told it",
        flush=True,
    )


def main() -> None:
    """Print a line for each language."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0])
    parser.add_argument("--model", default="base")
    parser.add_argument(
        "--languages", nargs="+", default=["de", "es", "fr", "it", "pt", "ja", "ko", "ar", "hi"]
    )
    options = parser.parse_args()
    by_language: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in json.loads((options.shared / "audio" / "index.json").read_bytes()):
        if entry.get("reference") and "approximate" not in (entry["reference_quality"] or ""):
            by_language[entry["language"]].append(entry)
    transcriber = load(options.engine, options.model, "cpu")
    for language in options.languages:
        report(transcriber, options.shared, language, by_language[language])


if __name__ == "__main__":
    main()
