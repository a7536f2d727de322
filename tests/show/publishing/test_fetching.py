"""A clone without any sound publishes what a cluster has made, which only the store has."""

import errno
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.settings.show import load_show
from pipeline.show.publishing import fetching
from pipeline.storage.local.store import open_store
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import work_key
from pipeline.workspace import Workspace, file_sha256

ARTWORK = Path(__file__).parents[3] / "feed/artwork.jpg"
SPEECH = Path(__file__).parents[2] / "data/speech/repetition.mp3"


@pytest.fixture
def clone(
    new_show: Any,
    tmp_path: Path,
    bucket: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    pullquote_at: Callable[[Path], Callable[..., Any]],
) -> Workspace:
    """An episode that is built and was never published; its media is where a cluster leaves it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, bucket[name])
    workspace: Workspace = new_show(
        tmp_path,
        f'[storage]\nendpoint_url = "{bucket["endpoint_url"]}"\nbucket = "{bucket["bucket"]}"\n'
        f'public_url = "{bucket["public_url"]}"\nprefix = "t-{secrets.token_hex(6)}"\n',
    )
    episode = workspace.episode("one")
    shutil.copy(SPEECH, episode.directory / "audio.mp3")
    shutil.copy(ARTWORK, workspace.feed)
    pullquote_at(workspace.root)("publish", "one", "--review", "none", "--dry-run")
    store = open_store(workspace, load_show(workspace))
    (episode.directory / "audio.mp3").unlink()
    for path in episode.build.rglob("*.mp3"):
        sha256 = file_sha256(path)
        made = ReleaseObject(work_key(sha256, ".mp3"), path, sha256, "audio/mpeg")
        store.upload([made], lambda *_: None)
        path.unlink()
    return workspace


def test_what_a_cluster_made_is_published_by_a_clone_that_has_no_sound(
    clone: Workspace, pullquote_at: Callable[[Path], Callable[..., Any]]
) -> None:
    run, build = pullquote_at(clone.root), clone.episode("one").build
    assert "fetched build/enclosure.mp3" in run("fetch", "one").stderr
    assert (build / "master.mp3").is_file()
    for path in build.rglob("*.mp3"):
        path.unlink()
    toml = clone.episode("one").toml
    toml.write_text(toml.read_text().replace('"One"', '"Another title"'))  # for its tags, too
    done = run("publish", "one")
    assert "one: fetched build/enclosure.mp3" in done.stderr
    assert "feed.xml" in done.stdout
    store = open_store(clone, load_show(clone))
    assert b"Another title" in store.content("feed.xml")


def test_what_is_put_aside_may_go_to_another_disk(
    new_show: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where `.pullquote` is a mount of its own."""
    workspace: Workspace = new_show(tmp_path)
    paths, aside = workspace.episode("one"), workspace.state / "replaced/one"
    junk = paths.build / "enclosure.mp3"
    junk.parent.mkdir(exist_ok=True)
    junk.write_bytes(b"of a pull")

    def other_disk(*names: Path) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), *names[:1])

    monkeypatch.setattr(os, "rename", other_disk)
    monkeypatch.setattr(os, "replace", other_disk)
    monkeypatch.setattr(fetching, "_made", lambda paths: {"build/enclosure.mp3": "0" * 64})
    fetching._put_aside(paths, aside, lambda line: None)
    assert (aside / "enclosure.mp3").read_bytes() == b"of a pull"
    assert not junk.exists()
