"""Two steps of a show's life in `test_plan`: media that are gone, and media that nothing refers to."""

import json
from datetime import timedelta

import pytest

from pipeline.storage.store.object_store import ObjectStore
from tests.commands.sample_host import SLUG, Host


def what_is_gone_comes_back_by_its_hash(host: Host) -> None:
    path = host.root / "episodes" / SLUG / "build" / "enclosure.mp3"
    content = path.read_bytes()
    path.unlink()
    assert "fetched build/enclosure.mp3" in host.run("fetch", SLUG).stderr
    assert path.read_bytes() == content
    path.unlink()
    key = json.loads((path.parent / "item.json").read_bytes())["enclosure"]["key"]
    host.store.put(key, b"other", "audio/mpeg")
    assert "another digest" in host.run("fetch", SLUG, code=1).stderr
    assert not path.exists()
    path.write_bytes(content)
    host.store.put(key, content, "audio/mpeg", "public, max-age=31536000, immutable")


def garbage_waits_a_month(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.store.put("audio/lost-0123abcd.mp3", b"lost", "audio/mpeg")
    host.store.put("quotes/lost-ab12-0123abcd.mp3", b"lost", "audio/mpeg")
    host.store.put("audio/notes.txt", b"of the host", "text/plain")
    first = host.json("gc")
    assert first["deleted"] == []
    waiting = sorted(first["waiting"])
    # Sounds of the recording that was replaced stay: pages that a rollback puts back play them.
    sounds = [key for key in waiting if key.endswith(".mp3")]
    assert sounds == ["audio/lost-0123abcd.mp3", "quotes/lost-ab12-0123abcd.mp3"]
    now = ObjectStore.server_time
    monkeypatch.setattr(ObjectStore, "server_time", lambda store: now(store) + timedelta(days=31))
    assert host.json("gc", "--dry-run")["deleted"] == waiting
    few = host.json("gc", "--limit", "1")
    assert (len(few["deleted"]), few["left"]) == (1, len(waiting) - 1)
    assert f"{len(waiting) - 1} removed" in host.run("gc").stdout
    ours = {"audio/lost-0123abcd.mp3", "audio/notes.txt"}
    assert ours & {*host.store.list("audio/")} == {"audio/notes.txt"}
    assert host.titles() == ["Why bridges hum"]
