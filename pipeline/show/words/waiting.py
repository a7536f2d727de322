"""What of an episode's words waits for the host: corrections, names, and a new transcription."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError, PullquoteError
from pipeline.show.words.voices import unnamed_line
from pipeline.times import clock
from pipeline.workspace import read_json

if TYPE_CHECKING:
    from pipeline.models import Recognition
    from pipeline.workspace import Workspace

_OLD, _NEW = "transcript.raw.json", "transcript.new.json"


@dataclass(frozen=True, slots=True)
class Newer:
    """Both transcriptions, where they differ, and the ids of the quotes that this touches."""

    slug: str
    old: "Recognition"
    new: "Recognition"
    differences: list[tuple[slice, slice]]
    differing: int  # words
    quotes: list[str]

    @property
    def line(self) -> str:
        """What waits, and what to do about it."""
        most = max(len(self.old.words), len(self.new.words))
        touched = f"{len(self.quotes)} quote{'' if len(self.quotes) == 1 else 's'}"
        names = f" ({', '.join(self.quotes)})" if self.quotes else ""
        return (
            f"{self.slug}: a new transcription waits, the old one is in force: {self.differing} of"
            f" {most} words differ, {touched} would be touched{names}; see: pullquote"
            f" transcript compare {self.slug}; take it with: pullquote transcript accept {self.slug}"
        )

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each difference: its time in seconds, the words in force and those that wait."""
        for before, after in self.differences:
            old, new = self.old.words[before], self.new.words[after]
            yield {
                "at": (new or old)[0].start,
                "old": " ".join(word.text for word in old),
                "new": " ".join(word.text for word in new),
            }


def lines(workspace: "Workspace", slug: str) -> list[str]:
    """What of an episode's words waits for the host after a run, a line each."""
    waiting = newer(workspace, slug)
    told = [*problem_lines(workspace, slug), waiting.line if waiting else "",
            unnamed_line(workspace, slug)]  # fmt: skip
    return [f"! {line}" for line in told if line]


def problem_lines(workspace: "Workspace", slug: str) -> list[str]:
    """A line for each correction of an episode that no longer fits; none before it is built."""
    path = workspace.episode(slug).build / "suspects.json"
    try:
        problems = read_json(path).get("problems", [])
    except FileNotFoundError:
        return []
    name = f"episodes/{slug}/corrections.toml"
    return [f"{name}: {problem['entry']}: {problem['why']}" for problem in problems]


def accept(workspace: "Workspace", slug: str) -> list[str]:
    """Let the transcription that waits take the place of the one in force, which is kept.

    Where none waits because it was refused, it is made again by the next run. Corrections whose words
    it hears otherwise get its words. Returns what was done, a line each.
    """
    from pipeline.workspace import write_bytes

    path = workspace.episode(slug).build / _OLD
    if not path.is_file():
        raise PullquoteError(
            f"{slug}: there is no build/{path.name} yet",
            f"make it with: pullquote run {slug} --to correct",
        )
    _check_that_one_is_there(workspace, slug)
    lines = _reword_corrections(workspace, slug)
    kept = workspace.state / "replaced" / slug / path.name
    write_bytes(kept, path.read_bytes())
    path.unlink()  # so that the stage runs, which takes the one that waits
    return [*lines, f"the old transcript lies in {kept}; now: pullquote run {slug}"]


def _reword_corrections(workspace: "Workspace", slug: str) -> list[str]:
    """Write into corrections.toml how its words are heard in the transcription that waits."""
    from pipeline.host_files import change_input
    from pipeline.transcript.corrections import corrections
    from pipeline.transcript.corrections.rewording import Reworded, reworded
    from pipeline.transcript.words.words import from_recognition

    path = workspace.episode(slug).corrections
    if not path.is_file() or not waits(workspace, slug):
        return []
    name = f"episodes/{slug}/{path.name}"
    before, after = (from_recognition(one, ()).words for one in _both(workspace, slug))
    found: list[Reworded] = []

    def follow(content: str) -> str:
        text, found[:] = reworded(content, corrections.load(path, name), before, after)
        return text if found else content

    change_input(path, follow)
    return [
        f"{name}: at {clock(entry.at, 1)} '{entry.was}' is heard as '{entry.now}' now"
        for entry in found
    ]


def _check_that_one_is_there(workspace: "Workspace", slug: str) -> None:
    """ConfigError where none waits and none was refused: the one in force would only be lost."""
    from pipeline.engine.running.runner import Runner
    from pipeline.stages import all_stages

    if waits(workspace, slug):
        return
    states = {each.stage: each.state for each in Runner(workspace, all_stages()).explain(slug)}
    if states.get("transcribe") == "fresh":
        raise ConfigError(
            f"{slug}: no new transcription waits, and the one in force is up to date",
            f"to hear the recording anew: pullquote run {slug} --force transcribe",
        )


def waits(workspace: "Workspace", slug: str) -> bool:
    """Whether a new transcription waits for the host."""
    build = workspace.new_episode(slug).build
    return (build / _NEW).is_file() and (build / _OLD).is_file()


def newer(workspace: "Workspace", slug: str) -> Newer | None:
    """The transcription that waits beside the one in force; None where none does."""
    from pipeline.transcript.moved.aligned import Aligned

    if not waits(workspace, slug):
        return None
    old, new = _both(workspace, slug)
    aligned = Aligned(old.words, new.words)
    found = aligned.differences
    touched = _touched(workspace.episode(slug).build, found)
    return Newer(slug, old, new, found, aligned.differing, touched)


def _both(workspace: "Workspace", slug: str) -> "tuple[Recognition, Recognition]":
    """The transcription in force, and the one that waits."""
    from pipeline.models import Recognition, decode

    build = workspace.episode(slug).build
    old, new = (
        decode(Recognition, (build / name).read_bytes(), f"episodes/{slug}/build/{name}")
        for name in (_OLD, _NEW)
    )
    return old, new


def _touched(build: Path, found: list[tuple[slice, slice]]) -> list[str]:
    """The ids of the quotes whose words, as the recogniser heard them, would be others."""
    import json

    from pipeline.models import Quote, Transcript, decode

    try:
        listed = read_json(build / "quotes.json")["quotes"]
        words = decode(
            Transcript, (build / "transcript.words.json").read_bytes(), "transcript.words.json"
        )
    except (FileNotFoundError, KeyError):  # not reviewed yet
        return []
    quotes = [decode(Quote, json.dumps(entry).encode(), "quotes.json") for entry in listed]
    return [quote.id for quote in quotes if _is_touched(quote.spans, words.raw_ids, found)]


def _is_touched(spans: Any, raw_ids: Any, found: list[tuple[slice, slice]]) -> bool:
    for span in spans:
        ids = [raw for word in raw_ids[span.first : span.last] for raw in word]
        # Words that are new at the very edge of a quote stand outside it.
        if ids and any(b.start <= max(ids) and b.stop > min(ids) for b, _ in found):
            return True
    return False
