"""Servers that never answer, or never end: told in a line, and given up on."""

import hashlib
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.errors import PullquoteError, StorageError
from pipeline.feeds.importing.fetching import Fetcher
from pipeline.settings.notification import NotifySettings
from pipeline.settings.production import StorageSettings
from pipeline.storage.release.notify import News, tell
from pipeline.storage.store.client import Keys
from pipeline.storage.store.conditions import put_if
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.public import Expected, ask, verify
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web import deadline
from pipeline.web.deadline import TooLate
from tests.silent import (
    Behaviour,
    behaving,
    drip_body,
    drip_head,
    drip_until_closed,
    never,
    slow_body,
    slow_reader,
)

#: What one request is made of, given a server's address.
Request = Callable[[str, Path], object]


def bucket(url: str) -> ObjectStore:
    settings = StorageSettings(endpoint_url=url, bucket="show", public_url=url)
    return ObjectStore(settings, Keys("key", "secret"))


def send(store: ObjectStore, folder: Path, size: int) -> None:
    path = folder / "a.mp3"
    path.write_bytes(bytes(size))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    upload = ReleaseObject("a.mp3", path, digest, "audio/mpeg")
    store.upload([upload], lambda done, total, unit: None)


REQUESTS: dict[str, Request] = {
    "head": lambda url, folder: bucket(url).head("a"),
    "get": lambda url, folder: bucket(url).get("a"),
    "list": lambda url, folder: bucket(url).list(),
    "put": lambda url, folder: bucket(url).put("a", b"content", "text/plain"),
    "conditional put": lambda url, folder: put_if(bucket(url), "a", b"c", "text/plain", None),
    "upload": lambda url, folder: send(bucket(url), folder, 10),
    "download": lambda url, folder: bucket(url).download("a", folder / "a", "0" * 64),
    "verify": lambda url, folder: verify([Expected(f"{url}/a", 1, "audio/mpeg")]),
    "read": lambda url, folder: Fetcher(local=True).read(url, 10**9),
    "save": lambda url, folder: Fetcher(local=True).save(url, folder / "cover", 10**9),
    "length": lambda url, folder: Fetcher(local=True).length(url),
}
#: Of those that end with the answer's head, a few; the rest is all alike there.
CASES: list[tuple[Behaviour, str]] = [
    *((never, name) for name in REQUESTS),
    *((drip_head, name) for name in ("head", "upload", "verify", "read")),
    *((drip_body, name) for name in ("get", "list", "download", "read", "save")),
    *((drip_until_closed, name) for name in ("get", "download", "read")),
]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Less than a second for each request, of which nearly all is left when it is told: a machine that
    stands still meanwhile tells nothing."""
    lines: list[str] = []
    monkeypatch.setattr(deadline, "_SECONDS", 0.8)
    monkeypatch.setattr(deadline, "_NOTICE", 0.05)
    monkeypatch.setattr(deadline, "_LOOK", 0.02)
    monkeypatch.setattr(deadline, "tell", lines.append)
    # A port may have been that of a server which an earlier test gave up on.
    monkeypatch.setattr(deadline, "_told", {})
    monkeypatch.setattr(deadline, "_given_up", {})
    return lines


def test_who_never_ends_is_told_and_given_up_on(
    told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of them at a time, for each is waited for; long enough for a machine that stands still."""
    monkeypatch.setattr(deadline, "_SECONDS", 1.5)

    def ask_in_vain(case: tuple[Behaviour, str]) -> tuple[str, str, str]:
        behaviour, name = case
        folder = tmp_path / f"{behaviour.__name__}, {name}"
        folder.mkdir()
        said = "no error"
        with behaving(behaviour) as url:
            server = url.removeprefix("http://")
            try:
                REQUESTS[name](url, folder)
            except PullquoteError as error:
                said = f"{error.message} {error.hint}"
        return folder.name, server, said

    assert bucket("http://127.0.0.1:9").client  # boto3 is loaded before anybody is waited for
    with ThreadPoolExecutor(13) as pool:
        found = list(pool.map(ask_in_vain, CASES))
    wanted = r"within 1\.5 s.* PULLQUOTE_TIMEOUT=300"
    others = [(n, s) for n, server, s in found if not re.match(f"{server}.*{wanted}", s, re.DOTALL)]
    assert others == []
    # Twice where this machine stood still between one byte and the next, and not where it stood long.
    told_of = {f"{s} has not answered for 0.05 s; giving up after 1.5" for _, s, _ in found}
    assert told
    assert {*told} <= told_of


def test_a_check_tells_that_an_address_is_silent(told: list[str]) -> None:
    with behaving(drip_body) as url:
        answer = ask(url)
    assert answer.status == 0
    assert "within 0.8 s" in answer.failure
    assert len({*told}) == 1


def test_many_silent_requests_are_one_line_and_one_budget(told: list[str]) -> None:
    with behaving(never) as url:
        objects = [Expected(f"{url}/{number}", 1, "audio/mpeg") for number in range(40)]
        with pytest.raises(StorageError, match="it is not known whether listeners get what"):
            verify(objects)
    assert len(told) == 1


@pytest.mark.slow
def test_what_moves_is_not_cut_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(deadline.VARIABLE, "1")
    with behaving(slow_body) as url:
        content = ask(url).body
        assert len(content) == 1_600_000
        Fetcher(local=True).save(url, tmp_path / "cover", 10**9)
        bucket(url).download("a", tmp_path / "a", hashlib.sha256(content).hexdigest())
    with behaving(slow_reader) as url:
        send(bucket(url), tmp_path, 4_000_000)


def test_a_server_that_was_given_up_on_is_waited_for_shortly(
    told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "_SHORT", 0.3)
    with behaving(never) as url:
        for seconds in ("0.8", "0.3"):
            with pytest.raises(TooLate, match=f"within {seconds} s"):
                Fetcher(local=True).read(url, 100)
    assert len(told) == 1


def test_a_hub_that_drips_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    with behaving(drip_head) as url:
        settings = NotifySettings(websub=[url], allow_loopback=True, timeout=1)
        news = News("https://example.org/feed.xml", "r", (), ())
        (result,) = tell(settings, "podcast", news)
    assert result.line.endswith("no answer within 1 seconds; the release is out all the same")


@pytest.mark.usefixtures("told")
def test_an_answer_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.storage.store.sessions._LIMIT", 1_000_000)
    monkeypatch.setattr(deadline, "_SECONDS", 30.0)  # how slow this machine is does not matter here
    with (
        behaving(slow_body) as url,
        pytest.raises(StorageError, match="more than 0 MB where a short answer was expected"),
    ):
        bucket(url).get("a")


def test_a_call_that_is_stopped_leaves_no_deadline_behind() -> None:
    def stop(**_: object) -> None:
        raise KeyboardInterrupt

    store = bucket("http://127.0.0.1:9")
    store.client.meta.events.register("before-send.s3", stop)
    with pytest.raises(KeyboardInterrupt):
        store.head("a")
    assert deadline.current() is None
