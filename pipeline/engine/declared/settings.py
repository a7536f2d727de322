"""The settings that a stage declares: which keys of a host's files it sees."""

import functools
from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from pipeline.settings.episode import Episode
from pipeline.settings.show import Show


def from_show(path: str, of: str = "", late: str = "") -> Any:
    """A settings field filled from `show.toml`, by dotted path: `from_show("audio.lufs")`.

    `of` is the key that it is a part of, where locks of earlier releases have the whole. `late` says
    why what was made before there was this field is as good.
    """
    return Field(json_schema_extra={"file": "show.toml", "path": path, "of": of, "late": late})


def from_episode(path: str, of: str = "", late: str = "") -> Any:
    """A settings field filled from `episode.toml`, by dotted path: `from_episode("title")`."""
    return Field(json_schema_extra={"file": "episode.toml", "path": path, "of": of, "late": late})


def from_folder() -> Any:
    """The episode's slug, for what holds its address: another name of its folder makes that anew."""
    return from_episode("slug", late="it was made under the name that its folder had")


class StageSettings(BaseModel):
    """The settings that a stage reads, and the only ones that it sees.

    A stage inherits a group of keys from `settings`, or declares a field with `from_show` or
    `from_episode`. The digest of each goes into the lock, so a changed setting makes exactly its
    readers stale, and `explain` names it.
    """

    # Nothing is checked here again, so no validator is built: that would take 2 ms a stage.
    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )

    @classmethod
    def load(cls, show: Show, episode: Episode | None) -> Self:
        """Pick the declared fields out of the loaded configuration."""
        values: dict[str, Any] = {}
        for name, origin in cls.origins().items():
            source = show if origin[0] == "show.toml" else episode
            values[name] = attrgetter(origin[1])(source)
        # Checked when the files were read. Its plugin for mypy knows no Self.
        return cls.model_construct(**values)  # type: ignore[return-value]

    @classmethod
    @functools.cache  # a run asks for it a hundred times
    def origins(cls, key: str = "path") -> Mapping[str, tuple[str, str]]:
        """Field name to (file, dotted path); with the key `of` those of the wholes that there are."""
        found = {}
        for name, field in cls.model_fields.items():
            extra = field.json_schema_extra or {"file": getattr(cls, "file", ""), "path": name}
            assert isinstance(extra, dict), f"{cls.__name__}.{name} says more than its file"
            assert extra["file"], f"{cls.__name__}.{name}: use from_show or from_episode"
            if extra.get(key):
                found[name] = (str(extra["file"]), str(extra[key]))
        return found


class NoSettings(StageSettings):
    """For a stage that reads files only."""
