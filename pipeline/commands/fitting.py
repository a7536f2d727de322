"""`pullquote quotes fit`: the weights of the ranking, learned from what the show's host kept."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.app import App, emit_json, note, say
from pipeline.errors import PullquoteError
from pipeline.workspace import dump_json, read_json, write_text

if TYPE_CHECKING:
    from pipeline.quotes.matching.sentences import Range
    from pipeline.quotes.proposals.fitting import Picked

_LEAST_REVIEWED = 4  # episodes


def run_fit(app: App, as_json: bool) -> None:
    """Fit on this show's reviewed episodes; keep the weights only if they beat the default ones.

    A few episodes cannot say what a quote is, but they can say how this host differs: what they teach
    is added to the default weights.
    """
    from pipeline.quotes.proposals import fitting
    from pipeline.quotes.proposals.ranking import SHOW_WEIGHTS, weights

    samples = [fitting.sample(episode) for episode in _reviewed(app)]
    if len(samples) < _LEAST_REVIEWED:
        raise PullquoteError(
            f"{len(samples)} reviewed episodes with quotes: too few to learn from",
            f"review {_LEAST_REVIEWED} at least; until then the default weights rank the candidates",
        )
    known = weights()
    found = fitting.left_out(samples, known)
    by_default = [fitting.hits(sample, sample.matrix @ known) for sample in samples]
    recall, default = (fitting.shares(samples, hits) for hits in (found, by_default))
    value = fitting.as_json(
        fitting.fit(samples, known), "pullquote quotes fit", {app.show.title: recall}
    )
    better = fitting.beats_default(found, by_default)
    if better:
        out = app.workspace.root / "feed" / SHOW_WEIGHTS
        write_text(out, dump_json(value))
        note(f"weights of {len(samples)} episodes in {out}")
    if as_json:
        emit_json(value)
    else:
        picks = sum(len(sample.picks) for sample in samples)
        say(f"{picks} quotes of {len(samples)} episodes, each ranked by what the others teach:")
        for count, share in recall.items():
            say(
                f"  first {count} candidates: {share:.0%}, with the default weights {default[count]:.0%}"
            )
    if not better:
        note("no better than the default weights on episodes left out: nothing was written")


def _reviewed(app: App) -> "Iterator[Picked]":
    """The show's episodes whose own host kept quotes."""
    from pipeline.models import Transcript, decode
    from pipeline.quotes.deciding.acceptance import open_ledger
    from pipeline.quotes.proposals.fitting import reviewed

    hosts = [person.name.split()[0] for person in app.show.people if person.role == "host"]
    for episode in map(app.workspace.episode, app.workspace.slugs()):
        words, kept = episode.build / "transcript.words.json", episode.build / "quotes.json"
        if not (words.exists() and kept.exists()):
            continue
        ledger = open_ledger(episode.ledger)
        if ledger.review == "auto":
            continue
        transcript = decode(Transcript, words.read_bytes(), str(words))
        rejected = _rejected(episode.build / "candidates.json", ledger.rejected)
        quotes = read_json(kept)
        picked = reviewed(app.show.title, transcript, hosts, quotes, rejected)
        if picked.picks:
            yield picked


def _rejected(path: Path, ids: Sequence[str]) -> "list[Range]":
    """The words of the candidates with these ids, as far as they are still proposed."""
    from pipeline.quotes.proposals.candidates import read_candidates

    if not (ids and path.exists()):
        return []
    found = read_candidates(path, "pullquote run --to suggest")
    return [(candidate.first, candidate.last) for candidate in found if candidate.id in ids]
