"""What the benchmark counts of a kill, from what Ray has written down of each worker."""

from typing import Any

import pytest

from tests.benchmarks.bench_backfill import Run


def test_what_a_killed_worker_costs() -> None:
    """Of three, each episode takes 2 s; the one that is killed at 5 s has had its third for one."""
    taken = {
        "victim": [(0.0, 2.0), (2.0, 4.0), (4.0, 0.0)],
        "other": [(0.0, 2.0), (2.0, 4.0), (4.0, 6.0), (6.0, 8.0), (8.0, 10.0)],
        "successor": [(6.0, 11.0), (11.0, 13.0)],
    }
    timeline: list[dict[str, Any]] = []
    for worker, parts in taken.items():
        for begun, ended in parts:
            first = {"cat": "task:deserialize_arguments", "ts": begun * 1e6, "dur": 1.0}
            timeline.append({**first, "tid": worker})
            if ended:
                whole = {"cat": "task::warm_work", "ts": begun * 1e6, "dur": (ended - begun) * 1e6}
                timeline.append({**whole, "tid": worker})
    lost = Run(13.0, 5.0, timeline).lost()
    assert [*lost.values()] == pytest.approx([1.0, 1.0, 3.0, 3.0])
