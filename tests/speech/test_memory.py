"""Three hours take as much memory as one: nothing that grows with a recording is held but its words."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HOUR = 3600.0
LIMIT = 1500.0  # MB
GROWTH = 1.10

# In a process of its own, which has no other test's memory; what it has taken at most after one hour is
# what an hour takes. Pauses of different lengths make chunks of different lengths, as people do.
SCRIPT = """
import json, resource, sys
import numpy as np
from pathlib import Path
from pipeline.audio.decoding.decode import stream_pcm
from pipeline.speech.recognising.engine import load

engine, audio, early, length = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
speech = np.concatenate(list(stream_pcm(audio)))

def blocks():
    heard, turn = 0, 0
    while heard < length * 16000:
        yield speech
        pause = np.zeros(4800 * (turn % 7), np.float32)
        yield pause
        heard, turn = heard + len(speech) + len(pause), turn + 1

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6

peaks = []
def progress(done, total, unit):
    if done >= early and not peaks:
        peaks.append(peak())

found = load(engine, "tiny.en", "cpu").transcribe(
    blocks(), duration=length, language="en", scratch=None, progress=progress)
print(json.dumps({"early": peaks[0], "late": peak(), "words": len(found.words)}))
"""


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(sys.platform != "linux", reason="the unit of the peak differs elsewhere")
@pytest.mark.parametrize("engine", ["openai-whisper", "faster-whisper"])
def test_three_hours_take_the_memory_of_one(
    engine: str, lighthouse: Path, weights_cache: Path
) -> None:
    if engine == "faster-whisper":
        pytest.importorskip("faster_whisper", reason="the extra [fast] is missing")
    found = measured(engine, lighthouse, HOUR, 3 * HOUR)
    assert found["words"] > 20_000
    assert found["late"] < LIMIT
    assert found["late"] < GROWTH * found["early"]


def measured(engine: str, audio: Path, early: float, length: float) -> dict[str, float]:
    """The peak in MB when `early` seconds had been heard, and at the end; and how many words there were."""
    arguments = [engine, str(audio), str(early), str(length)]
    done = subprocess.run([sys.executable, "-c", SCRIPT, *arguments], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    values: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return values
