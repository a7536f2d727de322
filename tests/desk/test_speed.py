"""The page of a three-hour episode: what the benchmark measures is printed, and every press is seen."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).resolve().parents[1] / "benchmarks" / "bench_review.py"


@pytest.mark.slow
def test_a_long_episode_answers_every_key() -> None:
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("chromium is not installed: apt install chromium")
    command = [sys.executable, str(BENCHMARK), "--rounds", "1", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures = json.loads(done.stdout)
    presses = [time for times in figures["presses"].values() for time in times]
    print(f"usable after {figures['usable']:.0f} ms; key to paint at most {max(presses):.0f} ms")
    assert figures["usable"] > 0
    assert all(time > 0 for time in presses)  # None for a press whose frame never came
