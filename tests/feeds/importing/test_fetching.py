"""Recordings from somebody else's server, whose transfers break off."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from http.server import HTTPServer
from pathlib import Path

import pytest

from pipeline.errors import PullquoteError
from pipeline.feeds.importing.fetching import Fetcher
from tests.old_host import OldHost

Serving = Callable[[HTTPServer], AbstractContextManager[str]]
CONTENT = bytes(range(256)) * 2_000
LIMIT = 10**9


def test_a_transfer_that_breaks_off_goes_on_where_it_was(serving: Serving, tmp_path: Path) -> None:
    host = OldHost({"/a.mp3": CONTENT}, breaks=[100_000, 200_000])
    with serving(host.server()) as url:
        Fetcher(local=True).save(f"{url}/a.mp3", tmp_path / "a", LIMIT)
    assert (tmp_path / "a").read_bytes() == CONTENT
    # Whole blocks of 64 KiB are kept.
    assert host.asked == ["/a.mp3", "/a.mp3 from 65536", "/a.mp3 from 262144"]


def test_the_rest_of_another_recording_is_not_put_behind_it(
    serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where advertisements are put in anew for each that asks."""
    host = OldHost({"/a.mp3": CONTENT}, breaks=[400_000])
    target, other = tmp_path / "a", CONTENT[::-1][:300_000]
    ask = Fetcher._ask

    def change(fetcher: Fetcher, method: str, url: str, more: dict[str, str]) -> object:
        if more:
            host.files["/a.mp3"] = other
        return ask(fetcher, method, url, more)

    monkeypatch.setattr(Fetcher, "_ask", change)
    with serving(host.server()) as url:
        Fetcher(local=True).save(f"{url}/a.mp3", target, LIMIT)
    assert target.read_bytes() == other


@pytest.mark.parametrize(
    ("breaks", "tagged", "tries"), [([0], True, 1), ([99_999], False, 1), ([99_999] * 9, True, 5)]
)
def test_a_transfer_that_gets_nowhere_ends(
    serving: Serving, tmp_path: Path, breaks: list[int], tagged: bool, tries: int
) -> None:
    host = OldHost({"/a.mp3": CONTENT * 2}, breaks=breaks, tagged=tagged)
    with serving(host.server()) as url, pytest.raises(PullquoteError, match="broke off"):
        Fetcher(local=True).save(f"{url}/a.mp3", tmp_path / "a", LIMIT)
    assert len(host.asked) == tries


def test_another_part_than_asked_is_not_taken(serving: Serving, tmp_path: Path) -> None:
    host = OldHost({"/a.mp3": CONTENT}, breaks=[100_000], off=1)
    with serving(host.server()) as url, pytest.raises(PullquoteError, match="another part"):
        Fetcher(local=True).save(f"{url}/a.mp3", tmp_path / "a", LIMIT)


def test_the_limit_holds_for_all_parts_together(serving: Serving, tmp_path: Path) -> None:
    host = OldHost({"/a.mp3": CONTENT}, breaks=[300_000])
    with serving(host.server()) as url, pytest.raises(PullquoteError, match="larger than"):
        Fetcher(local=True).save(f"{url}/a.mp3", tmp_path / "a", 400_000)
