"""Everything that is published, as files that any web server serves."""

import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.engine.declared.digests import label
from pipeline.engine.progress import Reporter
from pipeline.engine.running.runner import Runner
from pipeline.errors import PullquoteError, stopped
from pipeline.feeds.contents.heads import ItemHead
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.settings.show import load_show
from pipeline.show.keeping import left_line
from pipeline.show.public.machines import machine_files
from pipeline.show.public.publication import (
    alone,
    episode_objects,
    examine,
    finished,
    is_built,
    listing,
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


@dataclass(frozen=True, slots=True)
class Exported:
    """How many files were written and bytes copied; what is wrong with episodes, by their slug."""

    files: int
    copied: int
    left: Mapping[str, PullquoteError]


def export(workspace: Workspace, folder: Path, reporter: Reporter) -> Exported:
    """Write feed, pages, recordings, transcripts and chapters.

    An episode that waits or fails does not stop the others: it is written as it was made last, or left
    out where that is not here as a whole. Nothing is written where all are.
    """
    runner, slugs = runner_of(workspace), _slugs(workspace, reporter)
    left = _made_ready(runner, slugs, reporter)
    heads = public_heads(runner, workspace)
    whole = {slug: heads[slug] for slug in finished(workspace, heads)}
    out = stopped(slugs, lambda slug: _unfit(workspace, runner, slug, whole.get(slug)))
    for slug in sorted({**left, **out}):
        reporter.note(f"{slug} is {'left out' if slug in out else 'written as it was made last'}")
    left = {**out, **left}
    if len(out) == len(slugs):
        return Exported(0, 0, left)
    with alone(workspace, reporter):
        with listing(workspace, {*published_slugs(workspace)} - {*out}):
            runner.run_show(whole=True, reporter=reporter)
            done = _write(workspace, folder, runner, reporter)
        if out:
            runner.run_show(whole=True)  # as it is listed
    return Exported(*done, left)


def _write(
    workspace: Workspace, folder: Path, runner: Runner, reporter: Reporter
) -> tuple[int, int]:
    objects = list(release_objects(workspace, public_heads(runner, workspace)))
    examine(item for item in objects if not item.slug)  # the episodes' were looked at
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


def _slugs(workspace: Workspace, reporter: Reporter) -> list[str]:
    """The published episodes that are here; the others are named."""
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
    return slugs


def _made_ready(
    runner: Runner, slugs: Collection[str], reporter: Reporter
) -> dict[str, PullquoteError]:
    """Make anew what is stale and takes no minutes; why episodes wait or fail."""

    def run(slug: str) -> PullquoteError | None:
        result = runner.run(slug, quick=True, reporter=reporter)
        if result.left:
            reporter.note(f"{left_line(slug, result.left)}; it is written as it was made last")
        return result.waiting

    stale = {each.slug for each in runner.status() if not each.whole}
    return stopped((slug for slug in slugs if slug in stale), run)


def _unfit(
    workspace: Workspace, runner: Runner, slug: str, head: ItemHead | None
) -> PullquoteError | None:
    """Why what was made of an episode last cannot be written; `head` is None where it is of two kinds."""
    anew = f"make them anew: pullquote run {slug}"
    reasons = {each.subject for state in runner.explain(slug) for each in state.reasons}
    if _ADDRESS in reasons:
        return PullquoteError(f"{slug}: its pages name the old address", anew)
    if head is None:
        return PullquoteError(f"{slug}: some of its files were made after others", anew)
    objects = list(episode_objects(workspace, slug, head))
    examine(objects)
    absent = next((item.path for item in objects if item.size is None), None)
    if absent is None:
        return None
    return PullquoteError(
        f"{absent} is not on this machine", f"pullquote fetch {slug} brings it back"
    )


def _copy(item: ReleaseObject, folder: Path) -> int:
    """Put one file in its place; returns the bytes that were copied."""
    target = folder / item.key
    if not target.resolve().is_relative_to(folder.resolve()):
        raise PullquoteError(f"{item.key}: leads out of {folder}", "is item.json as it was made?")
    with atomic_path(target) as temporary:
        shutil.copyfile(item.path, temporary)
    return item.path.stat().st_size
