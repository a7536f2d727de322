"""Everything that is published, as files that any web server serves."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipeline.engine.declared.digests import label
from pipeline.engine.progress import Reporter
from pipeline.engine.running.run import Left
from pipeline.errors import PullquoteError
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.settings.show import load_show
from pipeline.show.keeping import left_line
from pipeline.show.public.machines import machine_files
from pipeline.show.public.publication import (
    examine,
    is_built,
    public_heads,
    published_slugs,
    release_objects,
)
from pipeline.show.public.searching import Public, Searching
from pipeline.stages import runner_of
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import FEED_KEY
from pipeline.workspace import Workspace, atomic_path, dump_json, write_bytes, write_text

_ADDRESS = label(("show.toml", "store.base_url"))
MANIFEST = "manifest.json"  # which Content-Type each file is served with


def export(workspace: Workspace, folder: Path, reporter: Reporter) -> tuple[int, int]:
    """Write feed, pages, recordings, transcripts and chapters; returns how many files and bytes."""
    objects = _objects(workspace, reporter)
    examine(objects)
    content = (workspace.feed / "build" / FEED_KEY).read_bytes()
    with tempfile.TemporaryDirectory(prefix="pullquote-") as made:
        show = load_show(workspace)
        feed = read_feed(content)
        public = Public(feed, objects, {item.key: item.sha256 for item in objects})
        searching = Searching(workspace, show, lambda key: b"", reporter)
        objects += machine_files(show, feed, objects, Path(made))
        known = {item.key for item in objects}
        found = {item.key: item for item in searching.objects(public, {}, Path(made))}
        objects += [item for key, item in found.items() if key not in known]
        copied = sum(_copy(item, folder) for item in objects)
    write_bytes(folder / FEED_KEY, content)
    rows = [{"key": item.key, "type": item.type, "sha256": item.sha256} for item in objects]
    write_text(folder / MANIFEST, dump_json({"version": 1, "files": rows}))
    return len(objects) + 2, copied


def _objects(workspace: Workspace, reporter: Reporter) -> list[ReleaseObject]:
    """What a release would consist of, after everything stale was made again that takes no minutes."""
    listed = published_slugs(workspace)
    slugs = [slug for slug in listed if is_built(workspace, slug)]
    for slug in sorted({*listed} - {*slugs}):
        reporter.note(
            f"{slug} was published from elsewhere and is left out: git pull to have it here too"
        )
    if not slugs:
        raise PullquoteError(
            "nothing was published yet", "pullquote publish SLUG is the first step"
        )
    runner = runner_of(workspace)
    stale = {each.slug for each in runner.status() if not each.whole}
    for slug in (each for each in slugs if each in stale):
        result = runner.run(slug, quick=True, reporter=reporter)
        if result.left:
            reporter.note(_left(slug, result.left))
        if result.waiting:
            raise result.waiting
    runner.run_show(whole=True, reporter=reporter)
    return list(release_objects(workspace, public_heads(runner, workspace)))


def _left(slug: str, left: Sequence[Left]) -> str:
    """What is written as it was made last; PullquoteError where that names another address."""
    line = left_line(slug, left)
    if any(reason.subject == _ADDRESS for each in left for reason in each.reasons):
        raise PullquoteError(
            f"{slug}: its pages name the old address, and making them anew takes minutes", line
        )
    return f"{line}; it is written as it was made last"


def _copy(item: ReleaseObject, folder: Path) -> int:
    """Put one file in its place; returns the bytes that were copied."""
    target = folder / item.key
    if not target.resolve().is_relative_to(folder.resolve()):
        raise PullquoteError(f"{item.key}: leads out of {folder}", "is item.json as it was made?")
    if not item.path.is_file():
        raise PullquoteError(
            f"{item.path} is not on this machine", f"pullquote fetch {item.slug} brings it back"
        )
    with atomic_path(target) as temporary:
        shutil.copyfile(item.path, temporary)
    return item.path.stat().st_size
