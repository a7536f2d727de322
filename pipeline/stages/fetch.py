"""fetch: the recording of an imported episode, from its old host, only to be listened to.

What is heard belongs to the recording of that moment: old hosts encode anew, and some put other
advertisements in at every fetch. So another recording is never taken for the one that was heard.
"""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.artefacts import AUDIO, MASTER, Audio
from pipeline.engine.declared.settings import StageSettings, from_episode
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.errors import AudioError, Refused
from pipeline.times import clock
from pipeline.transcript.moved.comparison import SAME_LENGTH
from pipeline.workspace import file_sha256

COPY = "enclosure.*"  # which the show publishes itself
_RATE = 16_000  # samples a second, as the recogniser hears it


class Settings(StageSettings):
    """Where the recording is."""

    url: str | None = from_episode("recording_url")


def run(ctx: StageContext[Settings]) -> None:
    """Fetch it, or take the copy that is here, and write down what it is."""
    from pipeline.feeds.importing.fetching import RECORDING_LIMIT, Fetcher  # late: urllib3

    path = ctx.optional(COPY)
    if path is None:
        assert ctx.settings.url
        path = ctx.scratch / f"recording{Path(urlsplit(ctx.settings.url).path).suffix.lower()[:5]}"
        Fetcher().save(ctx.settings.url, path, RECORDING_LIMIT)
    audio = _described(path, f"{ctx.slug}: no recording at {ctx.settings.url}")
    before = ctx.earlier(AUDIO)
    if before and not (ctx.optional(COPY) or ctx.forced or _is_same(before, audio)):
        raise Refused(
            f"{ctx.slug}: its old host sends another recording ({clock(audio.duration, 1)} long) than the"
            f" one that was heard ({clock(before.duration, 1)}): advertisements, perhaps; what was heard"
            " stays in force",
            f"to hear the new one: pullquote run {ctx.slug} --to suggest --force fetch",
        )
    with ctx.output(MASTER) as out:
        shutil.copyfile(path, out)
    ctx.write(AUDIO, audio)


def _described(path: Path, none: str) -> Audio:
    """What the recording is; its length is counted: joined with advertisements, its header is wrong."""
    from pipeline.audio.decoding.decode import check_sound, stream_pcm  # late: numpy

    try:
        info = check_sound(path)
        samples = sum(len(block) for block in stream_pcm(path, _RATE))
    except AudioError as error:
        what = error.message.removeprefix(f"{path}: ")
        raise AudioError(f"{none}: {what}", "open it in a browser") from None
    return Audio(
        duration=round(samples / _RATE, 3),
        sample_rate=info.sample_rate,
        channels=info.channels,
        bitrate=info.bitrate or 0,
        bytes=path.stat().st_size,
        sha256=file_sha256(path),
        encoded=False,
    )


def _is_same(before: Audio, after: Audio) -> bool:
    """Whether times still fit: of other bytes, those of a new encoding are as long."""
    return before.sha256 == after.sha256 or abs(before.duration - after.duration) <= SAME_LENGTH


STAGE = Stage(
    name="fetch",
    run=run,
    inputs=(f"{COPY}?",),
    outputs=(MASTER, AUDIO),
    settings=Settings,
    scope="heard",
    belongs="episode.toml, under [enclosure]",
    long=lambda _: "fetched",
)
