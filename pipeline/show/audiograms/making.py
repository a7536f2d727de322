"""Making the audiogram of a quote: the film, a picture of it, and its captions."""

import hashlib
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pipeline.artefacts import AUDIO, CANDIDATES
from pipeline.audio.cutting import sound_of
from pipeline.audio.film import film, frames_of, poster
from pipeline.engine.exclusive import exclusive
from pipeline.engine.progress import Progress
from pipeline.errors import ConfigError, PullquoteError, Refused
from pipeline.models import Quote, Transcript
from pipeline.quotes.matching.published import without_outer_marks
from pipeline.quotes.proof.guard import Guard, Verdict
from pipeline.quotes.proof.printed import Printed, printed_words
from pipeline.rendering.quotation import curly, marks
from pipeline.rendering.text import one_line
from pipeline.show.audiograms.drawing import Drawing, drawing_for
from pipeline.show.audiograms.timing import Shown, captions, pages, shots, shown_words
from pipeline.show.episode import LocalEpisode
from pipeline.show.guests.standing import open_quotes
from pipeline.transcript.formats import srt, vtt
from pipeline.workspace import atomic_path, sweep, write_text

VERSION = 1  # raise it whenever the same quote is to look otherwise

#: What stands beside a film: a picture of it, and its captions.
BESIDE = (".jpg", ".srt", ".vtt")


@dataclass(frozen=True, slots=True)
class Made:
    """An audiogram: its film, with the files of `BESIDE`; `known` if it was there already."""

    film: Path
    known: bool

    @property
    def files(self) -> list[Path]:
        return [self.film, *map(self.film.with_suffix, BESIDE)]


def make(
    episode: LocalEpisode,
    quote: str,
    shape: str,
    out: Path | None,
    progress: Progress,
    guard: Guard | None = None,
) -> Made:
    """Make the audiogram of a quote of the ledger, unless it is there; copies go to `out`.

    Refused where the quote may not be published as it stands, ConfigError where there is none.
    """
    if out and out.suffix != ".mp4":
        raise ConfigError(f"{out}: an audiogram is an MP4", f"call it {out.stem or quote}.mp4")
    guard = guard or episode.guard
    verdict = _approved(episode, quote, guard)
    printed = _printed(verdict, guard.transcript)
    drawing = drawing_for(episode, verdict.quote.speaker, shape)
    folder = episode.workspace.state / "audiograms"
    stem = f"{episode.slug}-{quote}-{shape}"
    film = folder / f"{stem}-{_digest(episode, verdict.quote, printed, drawing)}.mp4"
    with exclusive(episode.workspace, "audiograms", "an audiogram"):
        made = Made(film, film.is_file())
        if not made.known:
            sweep(folder)
            _write(
                made, _Scene(episode, verdict.quote, guard.transcript, printed, drawing), progress
            )
            for old in set(folder.glob(f"{stem}-????????.*")) - set(made.files):
                old.unlink(missing_ok=True)
        return _copied(made, out) if out else made


def _copied(made: Made, out: Path) -> Made:
    copies = Made(out, made.known)
    for source, target in zip(made.files, copies.files, strict=True):
        with atomic_path(target) as temporary:
            shutil.copyfile(source, temporary)
    return copies


def _approved(episode: LocalEpisode, quote: str, guard: Guard) -> Verdict:
    """The verdict on a quote that may go out."""
    verdicts = episode.judged(guard)[1] if episode.paths.ledger.is_file() else []
    verdict = next((each for each in verdicts if each.quote.id == quote), None)
    if verdict is None:
        raise _unknown(episode, quote, [each.quote.id for each in verdicts])
    if not verdict.proven:
        raise Refused(
            f"{quote} cannot be published as it stands: {verdict.quote.message}",
            f"pullquote quotes check {episode.slug} says what to sign or to change",
        )
    for standing in open_quotes(episode, [(verdict.quote, verdict.guest)]):
        if standing.holds:
            raise Refused(standing.line, f"pullquote guest {episode.slug} asks")
    return verdict


def _unknown(episode: LocalEpisode, quote: str, there: Sequence[str]) -> PullquoteError:
    known = CANDIDATES.known(episode.paths)
    if known and any(each.id == quote for each in known.candidates):
        return Refused(
            f"{quote} is a candidate that is not kept",
            f"keep it first: pullquote review {episode.slug}",
        )
    listed = f"its quotes: {', '.join(there)}" if there else "it has no quotes yet"
    return ConfigError(f"{episode.slug}: there is no quote {quote}", listed)


def _printed(verdict: Verdict, transcript: Transcript) -> list[Printed]:
    """The words of the published text, without the marks around it and its footnotes' numbers."""
    quote = verdict.quote
    text = one_line(without_outer_marks(quote.text))
    for mark in quote.footnotes:
        text = re.sub(rf"\s*\[{re.escape(mark)}\](?=\W|$)", "", text)
    return printed_words(curly(text, transcript.language), verdict.parts, transcript.words)


def _digest(
    episode: LocalEpisode, quote: Quote, printed: Sequence[Printed], drawing: Drawing
) -> str:
    """Changes with everything that is seen or heard."""
    sound = AUDIO.of(episode.paths).sha256
    shown = (VERSION, sound, list(quote.spans), list(printed), drawing)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class _Scene:
    """A quote of an episode, and how it looks."""

    episode: LocalEpisode
    quote: Quote
    transcript: Transcript
    printed: Sequence[Printed]
    drawing: Drawing


def _write(made: Made, scene: _Scene, progress: Progress) -> None:
    """Write the files, the film last: where it is, all are."""
    sound = sound_of(scene.episode.sound("an audiogram"), scene.quote, scene.transcript)
    words = shown_words(scene.printed, sound.passages)
    language = scene.transcript.language
    told = captions(words, scene.quote.speaker, language)
    words = _in_marks(words, language)
    found = pages(words, scene.drawing.fits)
    tick = partial(progress, 0.0, sound.seconds, "s")
    picture = scene.drawing.picture([words[page.start : page.stop] for page in found], tick)
    _, still, *texts = made.files
    try:
        for target, content in zip(texts, (srt.write(told), vtt.write(told)), strict=True):
            write_text(target, content)
        with atomic_path(still) as temporary:
            poster(picture, temporary)
        with atomic_path(made.film) as temporary:
            film(picture, shots(words, found, frames_of(sound)), sound, temporary, progress)
    except BaseException:  # stopped, too
        for path in made.files:
            path.unlink(missing_ok=True)
        raise


def _in_marks(words: Sequence[Shown], language: str) -> list[Shown]:
    """The words with quotation marks around them all."""
    own, found = marks(language), list(words)
    found[0] = replace(found[0], text=own.opening + found[0].text)
    found[-1] = replace(found[-1], text=found[-1].text + own.closing)
    return found
