"""`pullquote quotes fit`: the weights of the ranking, learned and measured."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.app import emit_json, note, say
from pipeline.errors import ConfigError, PullquoteError

if TYPE_CHECKING:
    from pipeline.quotes.fitting import Recall, Sample


def run_fit(
    data: Sequence[Path], hosts: Sequence[str], out: Path | None, groups: bool, as_json: bool
) -> None:
    """Fit on every episode with picks in `data`; print recall on what was left out, and the weights."""
    from pipeline.quotes import fitting
    from pipeline.workspace import dump_json, write_text

    named = _hosts(hosts)
    paths = [path for folder in data for path in _files(folder)]
    episodes = (fitting.read_picked(path, named) for path in paths)
    samples = [fitting.sample(episode) for episode in episodes if episode.picks]
    if len(samples) < 2:
        raise PullquoteError("fitting needs two episodes with picks at least")
    measured = fitting.recalls(samples, fitting.left_out(samples))
    names = "".join(f' --hosts "{name}"' for name in hosts)
    value = fitting.as_json(fitting.fit(samples), f"pullquote quotes fit DATA{names}", measured)
    if out:
        write_text(out, dump_json(value))
        note(f"weights of {len(samples)} episodes in {out}")
    if as_json:
        emit_json(value)
        return
    for line in _table(measured):
        say(line)
    if groups:
        _say_groups(samples, measured[-1])


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


def _table(measured: Sequence["Recall"]) -> list[str]:
    from pipeline.quotes.fitting import FIRST

    head = "".join(f"  {f'first {count}':>18}" for count in FIRST)
    lines = [f"{'recall, weights that never saw it':34}{'episodes':>9}{'picks':>7}{head}"]
    for row in measured:
        cells = "".join(
            f"  {found:.3f} ({low:.2f} to {high:.2f})"
            for found, low, high in zip(row.found, row.low, row.high, strict=True)
        )
        lines.append(f"{row.show[:34]:34}{row.episodes:9}{row.picks:7}{cells}")
    return lines


def _say_groups(samples: Sequence["Sample"], whole: "Recall") -> None:
    from pipeline.quotes import fitting
    from pipeline.quotes.ranking import FEATURES

    for name, group in fitting.GROUPS.items():
        rest = [feature for feature in FEATURES if feature not in group]
        mean = fitting.recalls(samples, fitting.left_out(samples, rest))[-1]
        change = ", ".join(
            f"{less - more:+.3f}" for less, more in zip(mean.found, whole.found, strict=True)
        )
        say(f"without {name}: {change}")
