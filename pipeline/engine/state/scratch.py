"""What an unfinished stage keeps for its next run, as finished batches of a transcription."""

import shutil
from pathlib import Path


class Scratch:
    """A stage's own folder: kept from an unfinished run if that was over the same inputs.

    `key` says which they are; it is kept beside the folder, which most stages never ask for.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key
        self._key_path = folder.with_name(f"{folder.name}.json")

    def open(self) -> Path:
        """The folder, without what other inputs left."""
        if not self._key_path.is_file() or self._key_path.read_text() != self._key:
            self.clear()
            self._folder.mkdir(parents=True)
            self._key_path.write_text(self._key)
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder

    def clear(self) -> None:
        """Remove it: the stage is done."""
        if self._folder.parent.is_dir():
            shutil.rmtree(self._folder, ignore_errors=True)
            self._key_path.unlink(missing_ok=True)
