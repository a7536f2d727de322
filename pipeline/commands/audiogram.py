"""`audiogram`: a film of a quote, whose words light up as they are spoken."""

from pathlib import Path

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.engine.progress import reporter


@command("audiogram")
@click.argument("episode")
@click.argument("quote")
@click.option(
    "--shape",
    type=click.Choice(["square", "portrait", "landscape"]),
    default="square",
    show_default=True,
    help="For feeds, for phones held upright, for players and slides.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The MP4 to write (default: one below .pullquote/, which git ignores).",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def audiogram(
    app: App, episode: str, quote: str, shape: str, out: Path | None, as_json: bool
) -> None:
    """Make a film of the quote with the id QUOTE: its proven words, lit as they are spoken.

    Beside it: a picture to show before it plays (.jpg), and captions (.srt, .vtt). Made once, it is kept
    until the quote, the sound or the show's looks change.
    """
    from pipeline.show.audiograms.making import make  # late: the guard

    with reporter().stage(episode, "audiogram") as progress:
        made = make(app.episode(episode), quote, shape, out, progress)
    size = made.film.stat().st_size
    if as_json:
        film, picture, *captions = map(str, made.files)
        emit_json({"film": film, "picture": picture, "captions": captions, "bytes": size})
        return
    say(str(made.film))
    beside = f"{size / 1e6:.1f} MB; beside it a picture (.jpg) and captions (.srt, .vtt)"
    note("it was there already" if made.known else beside)
