"""The picture of a simulated backfill: how fast it goes from 10 to 3,000 GPUs, and what is at work."""

from pathlib import Path
from typing import Any, NamedTuple

SIZES = [10, 30, 100, 300, 1000, 3000]  # GPUs, in a plot
FULL = 0.95  # of the time at work: more is asked of it than it can do


class Point(NamedTuple):
    """A backfill in its middle; `speed` in hours of sound an hour."""

    gpus: int
    speed: float
    shares: dict[str, float]


def plot(curves: dict[int, list[Point]], made_of: str, target: Path) -> None:
    """Draw how fast it goes, by the number of drivers, and what is at work; the title says `made_of`."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (speeds, works) = pyplot.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
    _plot_speeds(speeds, curves)
    _plot_shares(works, curves[1])
    figure.suptitle(
        f"A backfill on a cluster, simulated with what was measured on one machine ({made_of})",
        fontsize=11,
    )
    figure.savefig(target, dpi=100)


def _plot_speeds(axes: Any, curves: dict[int, list[Point]]) -> None:
    first = curves[1][0]
    ideal = [first.speed / first.gpus * gpus for gpus in SIZES]
    axes.loglog(SIZES, ideal, ":", color="0.5", label="as if nothing were shared")
    for drivers, points in curves.items():
        count = "one driver" if drivers == 1 else f"{drivers} drivers"
        axes.loglog(SIZES, [point.speed for point in points], "o-", label=count)
        full = next((point for point in points if _bottleneck(point)), None)
        if full:
            axes.annotate(
                f"bottleneck: {_bottleneck(full)}",
                (full.gpus, full.speed),
                xytext=(6, -72 if drivers == 1 else -130),
                textcoords="offset points",
                ha="right",
                arrowprops={"arrowstyle": "-", "color": "0.4"},
            )
    axes.set(ylabel="hours of sound heard in an hour", title="How fast it goes")
    _name(axes)
    axes.yaxis.set_major_formatter("{x:,.0f}")


def _bottleneck(point: Point) -> str:
    """What is at work all the time, other than the GPUs, which should be."""
    return " and ".join(n for n, share in point.shares.items() if share > FULL and n != "GPUs")


def _plot_shares(axes: Any, points: list[Point]) -> None:
    for name in sorted(points[0].shares):
        share = [100 * point.shares[name] for point in points]
        axes.semilogx(SIZES, share, "o-", label="the driver" if name == "drivers" else name)
    axes.axhline(100, color="0.5", linestyle=":")
    axes.set(ylabel="at work, % of the time", title="What is at work, with one driver")
    axes.set_ylim(0, 105)
    _name(axes)


def _name(axes: Any) -> None:
    """What both halves have in common."""
    axes.set_xticks(SIZES, [f"{size:,}" for size in SIZES])
    axes.minorticks_off()
    axes.set_xlabel("GPUs")
    axes.grid(alpha=0.3)
    axes.legend()
