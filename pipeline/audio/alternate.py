"""The published audio in another encoding, for listeners who pay for each megabyte."""

from pathlib import Path
from typing import Literal

from pipeline.audio.decoding import ffmpeg
from pipeline.engine.progress import Progress, silent
from pipeline.errors import AudioError

Codec = Literal["opus", "aac", "mp3"]

_CODECS: dict[str, list[str]] = {
    # 60 ms frames and the voice mode keep speech clear down to 16 kbit/s
    "opus": ["-c:a", "libopus", "-application", "voip", "-frame_duration", "60", "-f", "ogg"],
    "aac": ["-c:a", "aac", "-movflags", "+faststart", "-f", "ipod"],
    "mp3": ["-c:a", "libmp3lame", "-write_xing", "1", "-f", "mp3"],
}


def encode(
    source: Path,
    target: Path,
    codec: Codec,
    bitrate: int,
    *,
    mono: bool = False,
    duration: float = 0.0,
    progress: Progress = silent,
) -> None:
    """Write the sound of `source` to `target` with `bitrate` kbit/s; tags and chapters come along.

    The same input gives the same bytes. `duration` in seconds is for `progress`. Raises AudioError.
    """
    arguments = [
        *ffmpeg.source(source),
        *("-map", "0:a:0", "-map_metadata", "0", "-map_chapters", "0"),
        *("-fflags", "+bitexact", "-flags:a", "+bitexact"),
        *(("-ac", "1") if mono else ()),
        *("-b:a", f"{bitrate}k"),
        *_CODECS[codec],
        ffmpeg.file_url(target),
    ]
    try:
        ffmpeg.run(arguments, progress, duration)
    except ffmpeg.FfmpegFailed as error:
        raise AudioError(
            f"{source.name}: ffmpeg could not encode it as {codec} with {bitrate} kbit/s: "
            f"{ffmpeg.first_complaint(error.log)}",
            "try another bitrate in [[alternates]] of show.toml",
        ) from None
