"""What of an episode's words waits for the host: corrections, names, and a new transcription."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.artefacts import NEW, QUOTES, RAW, SUSPECTS, TRANSCRIPT
from pipeline.errors import ConfigError
from pipeline.host_files import change_input
from pipeline.models import Recognition
from pipeline.settings.show import load_show
from pipeline.show.episode import LocalEpisode
from pipeline.show.words.chaptering import waiting_line
from pipeline.show.words.voices import unnamed_line
from pipeline.speech.weights.weights import check_choice
from pipeline.stages import runner_of
from pipeline.times import clock
from pipeline.transcript.corrections import corrections
from pipeline.transcript.corrections.rewording import Reworded, reworded
from pipeline.transcript.moved.comparison import Aligned
from pipeline.transcript.words.words import from_recognition
from pipeline.workspace import EpisodePaths, Workspace, write_bytes


@dataclass(frozen=True, slots=True)
class Newer:
    """Both transcriptions, where they differ, and the ids of the quotes that this touches."""

    slug: str
    old: Recognition
    new: Recognition
    differences: list[tuple[slice, slice]]
    differing: int  # words
    quotes: list[str]

    @property
    def line(self) -> str:
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


def lines(episode: LocalEpisode) -> list[str]:
    """What of an episode's words waits for the host after a run, a line each."""
    waiting = newer(episode)
    new = waiting.line if waiting else ""
    told = (*problem_lines(episode), new, unnamed_line(episode), waiting_line(episode))
    return [f"! {line}" for line in told if line]


def problem_lines(episode: LocalEpisode) -> list[str]:
    """A line for each correction of an episode that no longer fits; none before it is built."""
    found, name = SUSPECTS.known(episode.paths), episode.name(episode.paths.corrections)
    return [f"{name}: {each}" for each in found.problems] if found else []


def accept(episode: LocalEpisode) -> list[str]:
    """Let the transcription that waits take the place of the one in force, which is kept.

    Where none waits because it was refused, it is made again by the next run. Corrections whose words
    it hears otherwise get its words. Returns these, a line each.
    """
    path = RAW.path(episode.paths)
    if not path.is_file():
        if NEW.path(episode.paths).is_file():
            return []  # it was accepted, and nothing has run since
        raise RAW.missing(episode.paths)
    _check_that_one_is_there(episode)
    lines = _reword_corrections(episode)
    kept = episode.workspace.state / "replaced" / episode.slug / path.name
    write_bytes(kept, path.read_bytes())
    path.unlink()  # so that the stage runs, which takes the one that waits
    return lines


def _reword_corrections(episode: LocalEpisode) -> list[str]:
    """Write into corrections.toml how its words are heard in the transcription that waits."""
    path = episode.paths.corrections
    if not path.is_file() or not waits(episode):
        return []
    name = episode.name(path)
    before, after = (from_recognition(one.of(episode.paths), ()).words for one in (RAW, NEW))
    found: list[Reworded] = []

    def follow(content: str) -> str:
        text, found[:] = reworded(content, corrections.load(path, name), before, after)
        return text if found else content

    change_input(path, follow)
    return [
        f"{name}: at {clock(entry.at, 1)} '{entry.was}' is heard as '{entry.now}' now"
        for entry in found
    ]


def _check_that_one_is_there(episode: LocalEpisode) -> None:
    """ConfigError where none waits and none was refused: the one in force would only be lost."""
    if waits(episode):
        return
    slug, runner = episode.slug, runner_of(episode.workspace)
    states = {each.stage: each.state for each in runner.explain(slug, "transcribe")}
    if states["transcribe"] == "fresh":
        raise ConfigError(
            f"{slug}: no new transcription waits, and the one in force is up to date",
            f"to hear the recording anew: pullquote run {slug} --to suggest --force transcribe",
        )


def waits(episode: LocalEpisode) -> bool:
    """Whether a new transcription waits for the host."""
    paths = episode.workspace.new_episode(episode.slug)
    return NEW.path(paths).is_file() and RAW.path(paths).is_file()


def newer(episode: LocalEpisode) -> Newer | None:
    """The transcription that waits beside the one in force; None where none does."""
    if not waits(episode):
        return None
    old, new = RAW.of(episode.paths), NEW.of(episode.paths)
    aligned = Aligned(old.words, new.words)
    found = aligned.differences
    touched = _touched(episode.paths, found)
    return Newer(episode.slug, old, new, found, aligned.differing, touched)


def choose_model(workspace: Workspace, model: str) -> None:
    """Name the recogniser in `show.toml`; ConfigError for one that there is not, or that is of no use.

    What was heard by the one before stays in force, until the host takes what this one hears.
    """
    import tomlkit  # late: few hear anew

    show = load_show(workspace)
    check_choice(show.transcribe.engine, model, show.expected_language)

    def change(text: str) -> str:
        document = tomlkit.parse(text)
        document.setdefault("transcribe", tomlkit.table())["model"] = model
        return tomlkit.dumps(document)

    if show.transcribe.model != model:
        change_input(workspace.show_toml, change)


def new_transcripts(workspace: Workspace, slugs: Iterable[str]) -> list[Newer]:
    """The transcriptions that wait, those first whose words are in quotes."""
    found = [each for slug in slugs if (each := newer(LocalEpisode(workspace, slug)))]
    return sorted(found, key=lambda each: (not each.quotes, each.slug))


def how_many(found: Sequence[Newer]) -> str:
    touched = sum(bool(each.quotes) for each in found)
    return f"{len(found)} new transcriptions wait; quotes of {touched} episodes would be touched"


def _touched(paths: EpisodePaths, found: list[tuple[slice, slice]]) -> list[str]:
    """The ids of the quotes whose words, as the recogniser heard them, would be others."""
    proven, words = QUOTES.known(paths), TRANSCRIPT.known(paths)
    if not (proven and words):  # not reviewed yet
        return []
    return [each.id for each in proven.quotes if _is_touched(each.spans, words.raw_ids, found)]


def _is_touched(spans: Any, raw_ids: Any, found: list[tuple[slice, slice]]) -> bool:
    for span in spans:
        ids = [raw for word in raw_ids[span.first : span.last] for raw in word]
        # Words that are new at the very edge of a quote stand outside it.
        if ids and any(b.start <= max(ids) and b.stop > min(ids) for b, _ in found):
            return True
    return False
