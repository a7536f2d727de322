from collections.abc import Callable
from pathlib import Path

from pipeline.show.public.due import due_slugs
from pipeline.workspace import Workspace

EPISODE = 'title = "{0}"\nguid = "{0}"\ndate = 2024-05-02T12:00:00Z\n'
HELD = 'publish_at = "2025-01-01 08:00 Europe/Berlin"\n'
FAULT = 'video = "http://example.org/v"\n'


def test_a_fault_keeps_nothing_back_in_silence(
    tmp_path: Path, new_show: Callable[..., Workspace]
) -> None:
    """Whoever publishes what is due is told of it; what has no time of its own may be unfinished."""
    said = {
        "due": HELD,
        "wrong": HELD + FAULT,
        "later": HELD.replace("2025", "8999") + FAULT,
        "draft": FAULT,
        "damaged": "[",
        "shown": HELD,
    }
    workspace = new_show(
        tmp_path, "", {slug: EPISODE.format(slug) + more for slug, more in said.items()}
    )
    assert due_slugs(workspace, {"shown"}) == ["due", "wrong"]
