"""A store that loses what it acknowledged, behind a proxy, and one that is put back from a backup."""

import hashlib
import http.client
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest

from pipeline.errors import StorageError
from pipeline.storage.store.object_store import ObjectStore


class Proxy(BaseHTTPRequestHandler):
    """Passes all on to the store, except writes to keys that end in one of `drops`."""

    protocol_version = "HTTP/1.1"
    upstream = ""
    drops: ClassVar[set[str]] = set()

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.command == "PUT" and self.path.partition("?")[0].endswith(tuple(self.drops or "?")):
            etag = hashlib.md5(body, usedforsecurity=False).hexdigest()
            self._answer(200, {"ETag": f'"{etag}"'}, b"")
            return
        connection = http.client.HTTPConnection(self.upstream)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        hop = {"connection", "transfer-encoding", "content-length", "date", "server"}
        headers = {name: value for name, value in answer.getheaders() if name.lower() not in hop}
        content = answer.read()
        length = answer.getheader("Content-Length") if self.command == "HEAD" else None
        self._answer(answer.status, headers, content, length)
        connection.close()

    def _answer(
        self, status: int, headers: dict[str, str], content: bytes, length: str | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": length or str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = _pass  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def drops(
    show: Any,
    bucket: dict[str, str],
    serving: Callable[[HTTPServer], AbstractContextManager[str]],
) -> Iterator[set[str]]:
    """What of the show's writes its store loses: ends of keys."""
    Proxy.upstream, Proxy.drops = urlsplit(bucket["endpoint_url"]).netloc, set()
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Proxy)) as address:
        show.store_at(address, bucket, show.store.settings.prefix)
        yield Proxy.drops


@pytest.mark.parametrize("lost", ["/feed.xml", "/episodes/eb.html", "/transcripts/eb.vtt", ".mp3"])
def test_what_a_store_acknowledged_and_dropped_is_a_failure_and_the_next_run_mends_it(
    show: Any, drops: set[str], lost: str
) -> None:
    show.build("eb", "new")
    drops.add(lost)
    with pytest.raises(StorageError, match=r"acknowledged .*, and does not hold it: ") as caught:
        show.release("eb")
    assert "listeners do not see this release" in caught.value.message or lost != "/feed.xml"
    assert show.feed() == {"ea": "old", "eb": "old"}
    drops.clear()
    report = show.release("eb")
    assert show.feed() == {"ea": "old", "eb": "new"}
    assert show.heard("eb") == {"new"}
    assert report.release_id


def test_a_rollback_that_the_store_drops_is_a_failure_too(show: Any, drops: set[str]) -> None:
    show.build("eb", "new")
    show.release("eb")
    for lost in ("/transcripts/eb.srt", "/feed.xml"):
        drops.add(lost)
        assert "and does not hold it" in show.run("rollback", code=1).stderr
        assert show.feed() == {"ea": "old", "eb": "new"}
        drops.clear()
    show.run("rollback")
    assert show.heard("eb") == {"old"}


def copied(store: ObjectStore) -> dict[str, tuple[bytes, str]]:
    """A backup of all objects of the show."""
    found = {key: store.get(key) for key in store.list()}
    return {key: (each[0], each[1].type) for key, each in found.items() if each}


def put_back(store: ObjectStore, backup: dict[str, tuple[bytes, str]]) -> None:
    """Put a backup back, after the second of the last release, which may lie ahead of the clock.

    An empty one tells no time, so that the clock itself has to be past that second.
    """
    found = store.list()
    last = datetime.strptime(max(re.findall(r"\d{8}-\d{6}", " ".join(found))), "%Y%m%d-%H%M%S")
    for key in found:
        store.delete(key)
    while not backup and datetime.now(UTC) < last.replace(tzinfo=UTC) + timedelta(seconds=1):
        time.sleep(0.05)
    for key, (content, kind) in backup.items():
        assert store.try_put(**store.put_arguments(key, content, kind, after=last)) == 200


def test_a_bucket_put_back_from_a_backup_is_noticed_and_released_again(
    show: Any, colleague: Any
) -> None:
    backup = copied(show.store)
    show.build("ea", "new")
    last = show.release("ea").release_id
    put_back(show.store, backup)
    assert show.heard("ea") == {"old"}

    show.build("eb", "new")
    for command in (("plan", "eb"), ("unpublish", "eb")):
        refused = show.run(*command, code=4).stderr
        assert f"the store has lost release {last}, which was made from here" in refused
        assert "pullquote publish --restore" in refused
    restored = show.run("publish", "--restore")
    assert "eb has changes that were not released" in restored.stderr
    assert show.heard("ea") == {"new"}
    assert show.heard("eb") == {"old"}
    show.release("eb")
    assert show.heard("eb") == {"new"}
    assert "nothing is to be restored" in show.run("publish", "--restore", code=4).stderr
    colleague.release("eb")  # whoever has released nothing is not asked about it


@pytest.fixture
def lost(show: Any, colleague: Any) -> None:
    """The colleague released `eb` anew, then we `ea`, and the store has lost both."""
    backup = copied(show.store)
    colleague.build("eb", "new")
    colleague.release("eb")
    show.build("ea", "new")
    show.release("ea")
    assert show.feed() == {"ea": "new", "eb": "new"}
    put_back(show.store, backup)
    assert show.feed() == {"ea": "old", "eb": "old"}


@pytest.mark.parametrize("first", ["we", "they"])
@pytest.mark.usefixtures("lost")
def test_two_clones_restore_in_turn_and_neither_puts_an_older_state_over_the_others(
    show: Any, colleague: Any, first: str
) -> None:
    one, other = (show, colleague) if first == "we" else (colleague, show)
    one.run("publish", "--restore")
    said = other.run("publish", "--restore").stderr
    kept = "About ea" if first == "we" else "About eb"
    assert f"'{kept}' was changed from elsewhere and stays so: git pull" in said
    assert show.feed() == {"ea": "new", "eb": "new"}
    assert show.heard("ea") == show.heard("eb") == {"new"}
    for clone in (show, colleague):
        assert "nothing to release" in clone.run("plan").stdout


@pytest.mark.usefixtures("lost")
@pytest.mark.slow
def test_what_both_changed_before_the_loss_is_refused_by_name(show: Any, colleague: Any) -> None:
    show.run("publish", "--restore")
    colleague.run("publish", "--restore")
    backup = copied(show.store)
    colleague.build("ea", "old once more")
    colleague.release("ea", allow=["changed-elsewhere:ea"])
    show.build("ea", "new at last")
    show.release("ea", allow=["changed-elsewhere:ea"])
    put_back(show.store, backup)
    show.run("publish", "--restore")
    refused = colleague.run("publish", "--restore", code=4).stderr
    assert "'About ea' was changed here and, meanwhile, from another clone: git pull" in refused
    assert "--allow changed-elsewhere:ea" in refused
    assert show.heard("ea") == {"new"}
    colleague.build("ea", "new at last")  # git pull
    colleague.run("publish", "--restore")
    assert show.feed() == {"ea": "new at last", "eb": "new"}


@pytest.mark.slow
def test_a_clone_that_was_behind_restores_its_own_and_leaves_what_it_never_had(
    show: Any, colleague: Any
) -> None:
    """The backup has what the colleague released; we did not take it over, and lost what followed."""
    colleague.build("eb", "new")
    colleague.release("eb")
    backup = copied(show.store)
    show.build("ea", "new")
    show.release("ea")
    put_back(show.store, backup)
    show.run("publish", "--restore")
    assert show.feed() == {"ea": "new", "eb": "new"}
    assert show.heard("eb") == {"new"}


def test_a_change_that_was_made_and_undone_here_is_not_somebody_elses(show: Any) -> None:
    show.build("eb", "new")
    show.release("eb")
    backup = copied(show.store)
    show.build("eb", "old again")
    show.release("eb")
    show.build("ea", "new")
    show.build("eb", "never released")
    show.release("ea")
    show.build("eb", "old again")
    put_back(show.store, backup)
    show.run("publish", "--restore")
    assert show.feed() == {"ea": "new", "eb": "old again"}


def test_of_a_bucket_that_lost_everything_no_older_state_is_restored_unseen(
    show: Any, colleague: Any
) -> None:
    colleague.build("eb", "new")
    colleague.release("eb")
    show.build("ea", "new")
    toml = show.workspace.show_toml
    toml.write_text(toml.read_text().replace("An untitled show", "Tea"))
    show.release("ea")
    put_back(show.store, {})
    show.run("publish", "--restore")
    refused = colleague.run("publish", "--restore", code=4).stderr
    assert "--allow changed-elsewhere:ea --allow changed-elsewhere:eb" in refused
    shutil.copytree(show.root / "episodes/ea", colleague.root / "episodes/ea", dirs_exist_ok=True)
    shutil.copy(toml, colleague.workspace.show_toml)  # git pull
    refused = colleague.run("publish", "--restore", code=4).stderr
    assert "that is meant: --allow changed-elsewhere:eb" in refused, (
        "we had an older one to restore"
    )
    colleague.run("publish", "--restore", "--allow", "changed-elsewhere:eb")
    assert show.feed() == {"ea": "new", "eb": "new"}
    assert "<title>Tea</title>" in show.public("feed.xml")


@pytest.mark.slow
def test_what_the_show_says_stays_as_the_first_restored_it(
    show: Any, colleague: Any, lost: None
) -> None:
    del lost
    toml = show.workspace.show_toml
    toml.write_text(toml.read_text().replace("An untitled show", "Tea"))
    show.run("publish", "--restore")
    said = colleague.run("publish", "--restore").stderr
    assert "the show's own texts were changed from elsewhere and stay so" in said
    assert "<title>Tea</title>" in show.public("feed.xml")


@pytest.mark.slow
def test_an_episode_taken_out_after_a_restore_stays_out(
    show: Any, colleague: Any, lost: None
) -> None:
    del lost
    show.run("publish", "--restore")
    show.run("unpublish", "eb")
    colleague.run("publish", "--restore")
    assert show.feed() == {"ea": "new"}


def test_a_clone_that_released_nothing_restores_nothing(show: Any, colleague: Any) -> None:
    show.build("ea", "new")
    show.release("ea")
    refused = colleague.run("publish", "--restore", code=4).stderr
    assert "nothing was released from this clone" in refused
    assert show.heard("ea") == {"new"}


def test_what_a_colleague_released_or_took_back_is_no_loss(show: Any, colleague: Any) -> None:
    colleague.build("ec", "new")
    colleague.release("ec")
    colleague.run("rollback")
    show.build("eb", "new")
    show.release("eb")
    assert show.feed() == {"ea": "old", "eb": "new"}


def test_pages_that_were_lost_under_the_same_feed_are_noticed_and_restored_by_both(
    show: Any, colleague: Any
) -> None:
    """The feed and its release's name are what they were: only the inventory tells."""
    backup = copied(show.store)
    colleague.build("eb", "old", aside="<p>theirs</p>")
    colleague.release("eb")
    show.build("ea", "old", aside="<p>ours</p>")
    show.release("ea")
    for clone in (show, colleague):
        assert "nothing to release" in clone.run("plan").stdout
    put_back(show.store, backup)
    for clone in (show, colleague):
        assert "the store has lost release" in clone.run("publish", "ea", code=4).stderr
    show.run("publish", "--restore")
    assert "theirs" not in show.public("episodes/eb.html")
    colleague.run("publish", "--restore")
    assert "ours" in show.public("episodes/ea.html")
    assert "theirs" in show.public("episodes/eb.html")
    for clone in (show, colleague):
        assert "nothing to release" in clone.run("plan").stdout
