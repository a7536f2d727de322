"""`pullquote quotes fit`: the weights of the ranking, learned and measured."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.app import App, emit_json, note, say
from pipeline.engine.progress import reporter
from pipeline.errors import ConfigError, PullquoteError
from pipeline.workspace import read_json

if TYPE_CHECKING:
    from pipeline.quotes.fitting import Change, Picked, Recall, Sample
    from pipeline.quotes.ranking import Floats
    from pipeline.quotes.sentences import Range

_LEAST_REVIEWED = 4  # episodes


def run_fit(
    data: Sequence[Path], hosts: Sequence[str], out: Path | None, groups: bool, as_json: bool
) -> None:
    """Fit on every episode with picks in `data`; print recall on what was left out, and the weights."""
    from pipeline.quotes import fitting

    samples = [fitting.sample(episode) for episode in _picked(data, hosts)]
    if len(samples) < 2:
        raise PullquoteError("fitting needs two episodes with picks at least")
    found = fitting.left_out(samples)
    _report(samples, found, command_line(hosts, out), out, groups, as_json, fitting.PRIOR)


def run_direction(data: Sequence[Path], hosts: Sequence[str], out: Path) -> None:
    """Learn from `data` what passages that people quote mean, and print recall with and without it."""
    from pipeline.quotes import directions, fitting, vectors
    from pipeline.workspace import dump_json, write_text

    samples, meant = [], []
    for episode in _picked(data, hosts):
        samples.append(fitting.sample(episode))
        meant.append(vectors.meanings(samples[-1].passages, episode.transcript))
    if len({sample.show for sample in samples}) < 2:
        raise PullquoteError("what quotes mean is learned from two shows at least")
    found = directions.left_out(samples, meant)
    measured = fitting.recalls(samples, found)
    named = "".join(f' --hosts "{name}"' for name in hosts)
    command = f"pullquote quotes fit DATA{named} --direction {out.name}"
    learned = directions.learn(samples, meant)
    write_text(out, dump_json(directions.as_json(learned, command, measured)))
    for line in table(measured):
        say(line)
    gain = fitting.change(samples, fitting.left_out(samples), found)
    say(f"{'more than without it':50}{_cells(gain)}")


def _picked(data: Sequence[Path], hosts: Sequence[str]) -> "Iterator[Picked]":
    """The episodes of these files and folders that have picks."""
    from pipeline.quotes import fitting

    named = _hosts(hosts)
    paths = [path for folder in data for path in _files(folder)]
    with reporter().stage("", "fit") as progress:
        for number, path in enumerate(paths, start=1):
            episode = fitting.read_picked(path, named)
            if episode.picks:
                yield episode
            progress(number, len(paths), "episodes")


def command_line(hosts: Sequence[str], out: Path | None) -> str:
    """The command that a file of weights names: run again over the same data, it makes the same bytes."""
    names = "".join(f' --hosts "{name}"' for name in hosts)
    return f"pullquote quotes fit DATA{names}{f' --out {out.name}' if out else ''}"


def run_fit_show(app: App, out: Path | None, groups: bool, as_json: bool) -> None:
    """Fit on this show's reviewed episodes; keep the weights only if they beat the default ones.

    A few episodes cannot say what a quote is, but they can say how this host differs: what they teach
    is added to the default weights.
    """
    from pipeline.quotes import fitting
    from pipeline.quotes.ranking import FEATURES, SHOW_WEIGHTS, weights

    samples = [fitting.sample(episode) for episode in _reviewed(app)]
    if len(samples) < _LEAST_REVIEWED:
        raise PullquoteError(
            f"{len(samples)} reviewed episodes with quotes: too few to learn from",
            f"review {_LEAST_REVIEWED} at least; until then the default weights rank the candidates",
        )
    known = dict(zip(FEATURES, weights().tolist(), strict=True))
    found = fitting.left_out(samples, known=known)
    better = fitting.beats_default(samples, found)
    target = (out or app.workspace.root / "feed" / SHOW_WEIGHTS) if better else None
    _report(samples, found, "pullquote quotes fit", target, groups, as_json, known)
    if not better:
        note("no better than the default weights on episodes left out: nothing was written")


def _reviewed(app: App) -> "Iterator[Picked]":
    """The show's episodes whose own host kept quotes."""
    from pipeline.models import Transcript, decode
    from pipeline.quotes.acceptance import open_ledger
    from pipeline.quotes.fitting import reviewed

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
    from pipeline.quotes.candidates import read_candidates

    if not (ids and path.exists()):
        return []
    found = read_candidates(path, "pullquote run --to suggest")
    return [(candidate.first, candidate.last) for candidate in found if candidate.id in ids]


def _report(
    samples: "Sequence[Sample]",
    found: "Sequence[Floats]",
    name: str,
    out: Path | None,
    groups: bool,
    as_json: bool,
    known: Mapping[str, float],
) -> None:
    from pipeline.quotes import fitting
    from pipeline.workspace import dump_json, write_text

    measured = fitting.recalls(samples, found)
    value = fitting.as_json(fitting.fit(samples, known=known), name, measured)
    if out:
        write_text(out, dump_json(value))
        note(f"weights of {len(samples)} episodes in {out}")
    if as_json:
        emit_json(value)
        return
    for line in table(measured):
        say(line)
    if groups:
        for line in changes(samples, found, known):
            say(line)


def _hosts(pairs: Sequence[str]) -> dict[str, list[str]]:
    found = {}
    for pair in pairs:
        show, equals, names = pair.partition("=")
        if not equals or not names.strip():
            raise ConfigError(f"--hosts '{pair}': write it as SHOW=NAMES")
        found[show.strip()] = [name.strip() for name in names.split(",") if name.strip()]
    return found


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.json")) if path.is_dir() else [path]


def table(measured: Sequence["Recall"]) -> list[str]:
    """The recall of each show as lines for a terminal."""
    from pipeline.quotes.fitting import FIRST

    head = "".join(f"  {f'first {count}':>18}" for count in FIRST)
    lines = [f"{'recall, weights that never saw it':34}{'episodes':>9}{'picks':>7}{head}  in reach"]
    for row in measured:
        cells = "".join(
            f"  {found:.3f} ({low:.2f} to {high:.2f})"
            for found, low, high in zip(row.found, row.low, row.high, strict=True)
        )
        lines.append(f"{row.show[:34]:34}{row.episodes:9}{row.picks:7}{cells}  {row.reach:8.3f}")
    return lines


def changes(
    samples: "Sequence[Sample]", found: "Sequence[Floats]", known: Mapping[str, float]
) -> "Iterator[str]":
    """What the mean over shows loses or gains without each group of features, as lines."""
    from pipeline.quotes import fitting
    from pipeline.quotes.ranking import FEATURES

    for name, group in fitting.GROUPS.items():
        rest = [feature for feature in FEATURES if feature not in group]
        less = fitting.change(samples, found, fitting.left_out(samples, rest, known))
        yield f"{f'without {name}':50}{_cells(less)}"


def _cells(change: "Change") -> str:
    return "".join(
        f"  {gained:+.3f} ({low:+.2f} to {high:+.2f})"
        for gained, low, high in zip(change.gained, change.low, change.high, strict=True)
    )
