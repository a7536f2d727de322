"""How candidates are cut and ranked, learned from what the show's host kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.artefacts import CANDIDATES, QUOTES, TRANSCRIPT
from pipeline.errors import PullquoteError
from pipeline.quotes.deciding.acceptance import open_ledger
from pipeline.quotes.matching.sentences import Range
from pipeline.quotes.proposals import fitting
from pipeline.quotes.proposals.fitting import Picked, reviewed
from pipeline.quotes.proposals.ranking import SHOW_WEIGHTS, learned
from pipeline.settings.show import Show, load_show
from pipeline.workspace import EpisodePaths, Workspace, dump_json, write_text

_LEAST_REVIEWED = 4  # episodes


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned, and how well it finds the quotes of episodes left out, in `lines`.

    `out` holds the lengths of the quotes, and weights where they `beat` the default ones.
    """

    value: Any
    lines: Sequence[str]
    out: Path
    beat: bool


def fit(workspace: Workspace) -> Fitted:
    """Fit on a show's reviewed episodes; keep the weights only if they beat the default ones.

    A few episodes cannot say what a quote is, but they can say how this host differs: what they teach
    is mixed with the default weights. How long the host likes quotes is a fact, and is always kept.
    """
    show = load_show(workspace)
    episodes = list(_reviewed(workspace, show))
    if len(episodes) < _LEAST_REVIEWED:
        raise PullquoteError(
            f"{len(episodes)} reviewed episodes with quotes: too few to learn from",
            f"review {_LEAST_REVIEWED} at least; until then the default weights rank the candidates",
        )
    known, _ = learned()
    words = fitting.kept_words(episodes)
    samples = [fitting.Sample(episode, words) for episode in episodes]
    found = fitting.left_out(samples, known)
    by_default = [fitting.hits(sample, sample.matrix @ known) for sample in samples]
    recall, default = (fitting.shares(samples, hits) for hits in (found, by_default))
    beat = fitting.beats_default(found, by_default)
    by = fitting.fit(samples, known) if beat else None
    value = fitting.as_json(by, words, {show.title: recall})
    out = workspace.feed / SHOW_WEIGHTS
    write_text(out, dump_json(value))
    picks = sum(len(sample.picks) for sample in samples)
    lines = [
        f"{picks} quotes of {len(samples)} episodes, each ranked by what the others teach:",
        *(
            f"  in the first {count} words of candidates: {share:.0%}, "
            f"with the default weights {default[count]:.0%}"
            for count, share in recall.items()
        ),
    ]
    return Fitted(value, lines, out, beat)


def _reviewed(workspace: Workspace, show: Show) -> Iterator[Picked]:
    """The show's episodes whose own host kept quotes."""
    hosts = [person.name.split()[0] for person in show.people if person.role == "host"]
    for episode in map(workspace.episode, workspace.slugs()):
        kept = QUOTES.known(episode)
        transcript = TRANSCRIPT.known(episode) if kept else None
        if not (transcript and kept):
            continue
        ledger = open_ledger(episode.ledger)
        if ledger.review == "auto":
            continue
        rejected = _rejected(episode, ledger.rejected)
        picked = reviewed(show.title, transcript, hosts, kept.quotes, rejected)
        if picked.picks:
            yield picked


def _rejected(paths: EpisodePaths, ids: Sequence[str]) -> list[Range]:
    """The words of the candidates with these ids, as far as they are still proposed."""
    found = CANDIDATES.known(paths) if ids else None
    return [(each.first, each.last) for each in found.candidates if each.id in ids] if found else []
