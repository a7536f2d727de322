"""Sound for the page: passages as WAV, cut here so that joins fall where they will, and peaks to draw."""

import contextlib
import io
import threading
import wave
from pathlib import Path

import numpy as np

from pipeline.audio.decoding.decode import stream_pcm
from pipeline.errors import PullquoteError
from pipeline.workspace import atomic_path

PCM_RATE = 24_000  # Hz: speech, mono
LONGEST = 600.0  # seconds of one passage
_SLOWEST, _FASTEST = 0.5, 2.0  # what ffmpeg's atempo does in one pass
_PEAK_RATE = 8_000  # Hz, enough for the outline
PEAKS = 50  # pairs of lowest and highest sample a second


def passage(path: Path, start: float, end: float, speed: float = 1.0) -> bytes:
    """Seconds `start` to `end` as 16-bit WAV, `speed` times as fast; PullquoteError where it is none."""
    if not 0 <= start < end or end - start > LONGEST:
        raise PullquoteError(f"no passage: {start:g} to {end:g} s", f"at most {LONGEST:g} s")
    if not _SLOWEST <= speed <= _FASTEST:
        raise PullquoteError(f"no speed: {speed:g}", f"from {_SLOWEST:g} to {_FASTEST:g}")
    blocks = list(stream_pcm(path, PCM_RATE, start=start, duration=end - start, tempo=speed))
    samples = np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.float32)
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(PCM_RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return target.getvalue()


class Outline:
    """The peaks of the recording that is there now, made anew in the background when it changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._peaks: Peaks | None = None
        self._lock = threading.Lock()

    def of(self, sound: Path | None) -> "Peaks | None":
        """The peaks of a recording, None where there is none; they are empty while they are being made."""
        if sound is None:
            return None
        with self._lock:
            peaks = Peaks(sound, self.folder)
            if self._peaks is None or peaks.path != self._peaks.path:
                self._peaks = peaks
                threading.Thread(target=peaks.make_quietly, daemon=True).start()
            return self._peaks


class Peaks:
    """The outline of a whole recording, made once in the background and kept as a file.

    It holds pairs of signed bytes, `PEAKS` a second: the lowest and the highest sample.
    """

    def __init__(self, sound: Path, folder: Path) -> None:
        status = sound.stat()
        self.sound = sound
        self.path = folder / f"peaks-{status.st_size:x}-{status.st_mtime_ns:x}.pairs"

    def make_quietly(self) -> None:
        """Write the file; the page shows no outline where the disk is full, or the folder is gone."""
        with contextlib.suppress(PullquoteError, OSError):
            self.make()

    def make(self) -> None:
        """Write the file unless it is there: minutes of sound at a time, so memory does not grow."""
        if self.path.exists():
            return
        step = _PEAK_RATE // PEAKS
        with atomic_path(self.path) as temporary, temporary.open("wb") as file:
            for block in stream_pcm(self.sound, _PEAK_RATE, block_seconds=60.0):
                whole = block[: len(block) // step * step].reshape(-1, step)
                outline = np.stack((whole.min(axis=1), whole.max(axis=1)), axis=1)
                file.write((outline * 127).astype(np.int8).tobytes())
        for old in set(self.path.parent.glob("peaks-*")) - {self.path}:
            old.unlink(missing_ok=True)

    def cut(self, start: float, end: float) -> bytes:
        """Pairs of signed bytes for seconds `start` to `end`; empty while the file is being made."""
        if not self.path.exists() or end <= start:
            return b""
        first, last = max(0, int(start * PEAKS)), int(min(end, start + LONGEST) * PEAKS)
        with self.path.open("rb") as file:
            file.seek(2 * first)
            return file.read(2 * max(0, last - first))
