"""A film of pages over a background, whose words light up over a moving outline: H.264 in MP4.

Nothing of a text is told to ffmpeg: the pages are pictures. Each is drawn in three lights, and a frame
takes every word from one of them.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.cutting import Sound
from pipeline.audio.decoding import ffmpeg
from pipeline.audio.decoding.decode import explained
from pipeline.engine.progress import Progress
from pipeline.errors import AudioError

RATE = 25  # frames a second
LARGEST = 5_000_000  # bytes of a film: what mails, forums and networks take
LONGEST = 300.0  # seconds: beyond, five megabytes are too few for speech and a sharp text
_FREE = 0.92  # of the bytes are shared out: the container and the encoder's overshoot take the rest
_SOUND = (128, 96, 64, 48)  # kbit/s, the first that leaves the picture as much again
_MOST = 2500  # kbit/s of picture
_BAR, _PITCH = 10, 16  # pixels of a bar of the outline, and from one to the next
_STEP = 8  # pixels that it moves in a frame: even, as colours have half the resolution
_LOUD = 0.7  # power of the strength that a bar is high: 1 hides soft words, 0 all differences
_FADE = 64  # pixels over which the outline fades at either end
_COLOURS = ("-colorspace", "-color_primaries", "-color_trc")
_BT709 = [*(word for name in _COLOURS for word in (name, "bt709")), "-color_range", "tv"]

Pixels = NDArray[np.uint8]
Alpha = NDArray[np.float32]


class Area(NamedTuple):
    """A part of the picture, in pixels; all four numbers are even."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page as three PNGs: all words still to come, all being said, all heard; and where each word is."""

    lights: tuple[bytes, bytes, bytes]
    words: Sequence[Area]


@dataclass(frozen=True, slots=True)
class Picture:
    """What is filmed: a PNG of the whole, the pages that are laid over it at `text`, the outline's place.

    `colours` are those of what was heard, and of what comes: red, green, blue, and 0 to 1 how solid.
    """

    width: int
    height: int
    background: bytes
    pages: Sequence[Page]
    text: Area
    outline: Area
    colours: tuple[tuple[int, int, int, float], tuple[int, int, int, float]]


#: What a frame shows: the number of a page, and which light of it each word has.
Shot = tuple[int, tuple[int, ...]]


def frames_of(sound: Sound) -> int:
    return max(1, round(sound.seconds * RATE))


def film(
    picture: Picture, shots: Sequence[Shot], sound: Sound, out: Path, progress: Progress
) -> None:
    """Write the MP4 `out`, a frame for each of `shots`, whose pages come in order."""
    if sound.seconds > LONGEST:
        raise AudioError(
            f"{sound.seconds:.0f} seconds are too long for a film of {LARGEST / 1e6:.0f} MB",
            f"make it of a quote of at most {LONGEST:.0f} seconds",
        )
    pictures = [picture for page in picture.pages for picture in page.lights]
    size = picture.width * picture.height * 3 // 2
    with tempfile.TemporaryDirectory(prefix="pullquote-") as scratch, explained(out):
        folder = Path(scratch)
        samples = folder / "samples"
        samples.write_bytes(sound.samples)
        together = _together(picture, pictures, folder, ":out_range=tv,format=yuv420p")
        frames = ffmpeg.read([*together, "-f", "rawvideo"], size)
        drawn = _drawn(picture, frames, shots, sound, progress)
        ffmpeg.write(_encoder(picture, sound, samples, out), drawn)


def poster(picture: Picture, out: Path) -> None:
    """Write the first page as the JPEG `out`."""
    with tempfile.TemporaryDirectory(prefix="pullquote-") as scratch, explained(out):
        first = [picture.pages[0].lights[2]]
        together = _together(
            picture, first, Path(scratch), ":out_range=pc,format=yuvj420p,setsar=1"
        )
        encoder = ["-c:v", "mjpeg", "-q:v", "3", "-bitexact", "-f", "image2pipe"]
        ffmpeg.run([*together, *encoder, ffmpeg.file_url(out)])


def _together(picture: Picture, over: Sequence[bytes], folder: Path, form: str) -> list[str]:
    """Arguments that lay pictures over the background, one frame for each, and give them a form."""
    ground, layers = folder / "ground", folder / "layers"
    ground.write_bytes(picture.background)
    layers.write_bytes(b"".join(over))
    png = ["-f", "image2pipe", "-c:v", "png", "-framerate", f"{RATE}", "-i"]
    return [
        *[*png, ffmpeg.file_url(ground), *png, ffmpeg.file_url(layers), "-filter_complex"],
        "[0:v]loop=loop=-1:size=1[ground];[ground][1:v]"
        f"overlay=x={picture.text.x}:y={picture.text.y}:shortest=1:format=rgb,"
        f"scale=out_color_matrix=bt709{form}",
    ]


def _encoder(picture: Picture, sound: Sound, samples: Path, out: Path) -> list[str]:
    total = LARGEST * 8 * _FREE / 1000 / sound.seconds  # kbit/s
    voice = next((rate for rate in _SOUND if rate * 2 <= total), _SOUND[-1])
    most = round(min(_MOST, total - voice))
    return [
        *["-f", "rawvideo", "-pix_fmt", "yuv420p", *_BT709, "-framerate", f"{RATE}"],
        *["-video_size", f"{picture.width}x{picture.height}", "-i", "pipe:0"],
        *["-f", "s32le", "-ar", f"{sound.form.rate}", "-ac", f"{sound.form.channels}"],
        *["-i", ffmpeg.file_url(samples), "-map", "0:v", "-map", "1:a"],
        *["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-pix_fmt", "yuv420p"],
        *["-crf", "20", "-maxrate", f"{most}k", "-bufsize", f"{2 * most}k", "-g", f"{5 * RATE}"],
        *[*_BT709, "-c:a", "aac", "-b:a", f"{voice}k"],
        *["-movflags", "+faststart", "-map_metadata", "-1", "-bitexact", "-f", "mp4"],
        ffmpeg.file_url(out),
    ]


def _drawn(
    picture: Picture,
    frames: Iterator[bytes],
    shots: Sequence[Shot],
    sound: Sound,
    progress: Progress,
) -> Iterator[bytes]:
    """Every frame, with the outline as far as the sound is."""
    outline, at = _Outline(picture, sound), -1
    last: tuple[int, ...] = ()
    for number, (page, lights) in enumerate(shots):
        while at < page:
            layers, at, last = [_planes(picture, next(frames)) for _ in range(3)], at + 1, ()
            frame = bytearray(picture.width * picture.height * 3 // 2)
            planes = _planes(picture, frame)
            _copy(layers[0], planes, Area(0, 0, picture.width, picture.height))
            outline.take(planes)
        for word, (now, before) in enumerate(zip_longest(lights, last, fillvalue=0)):
            if now != before:
                _copy(layers[now], planes, picture.pages[page].words[word])
        last = lights
        outline.draw(number)
        yield bytes(frame)
        progress((number + 1) / RATE, len(shots) / RATE, "s")


def _planes(picture: Picture, frame: bytes | bytearray) -> list[Pixels]:
    """Light and the two colours of a frame, which have half the resolution."""
    whole, found, at = np.frombuffer(frame, dtype=np.uint8), [], 0
    for part in (1, 2, 2):
        width, height = picture.width // part, picture.height // part
        found.append(whole[at : at + width * height].reshape(height, width))
        at += width * height
    return found


def _inside(planes: Sequence[Pixels], area: Area) -> list[Pixels]:
    found = []
    for plane, part in zip(planes, (1, 2, 2), strict=True):
        x, y, width, height = (value // part for value in area)
        found.append(plane[y : y + height, x : x + width])
    return found


def _copy(source: Sequence[Pixels], target: Sequence[Pixels], area: Area) -> None:
    for new, old in zip(_inside(source, area), _inside(target, area), strict=True):
        old[:] = new


class _Outline:
    """Bars as high as the sound is loud: now in the middle, heard before it, to come behind it."""

    def __init__(self, picture: Picture, sound: Sound) -> None:
        self._area = picture.outline
        half, height = self._area.width // 2, self._area.height
        beyond = half // _PITCH + 2  # bars before the first one, and after the last
        levels = np.pad(_levels(sound), beyond)
        bars: Alpha = np.concatenate([_bar(level, height) for level in levels], axis=1)
        ramp = np.minimum(1, np.arange(1, half + 1, dtype=np.float32) / _FADE)
        sides = zip((ramp, ramp[::-1]), picture.colours, strict=True)
        solid = np.concatenate([side * colour[3] for side, colour in sides])
        self._covers = [(bars, solid), *[(_halved(bars), _halved(solid[None, :])[0])] * 2]
        self._first = beyond * _PITCH - half
        self._colours = np.array([_yuv(colour[:3]) for colour in picture.colours], np.float32)
        self._planes: list[tuple[Pixels, Alpha]] = []

    def take(self, planes: Sequence[Pixels]) -> None:
        """Draw into this frame from now on."""
        boxes = _inside(planes, self._area)
        self._planes = [(box, box.astype(np.float32)) for box in boxes]

    def draw(self, number: int) -> None:
        planes = zip(self._planes, self._covers, strict=True)
        for which, ((box, ground), (bars, solid)) in enumerate(planes):
            part, width = (2 if which else 1), len(solid)
            first = (self._first + number * _STEP) // part
            colour = np.repeat(self._colours[:, which], width // 2)
            cover = bars[:, first : first + width] * solid
            box[:] = np.rint(ground + (colour - ground) * cover).astype(np.uint8)


def _halved(alpha: Alpha) -> Alpha:
    """At half the resolution, as colours have it; a single row stays one."""
    rows = alpha.reshape(-1, min(2, len(alpha)), alpha.shape[1] // 2, 2)
    found: Alpha = rows.mean(axis=(1, 3))
    return found


def _levels(sound: Sound) -> NDArray[np.float64]:
    """How loud each stretch is over which a bar passes, 0 to 1."""
    samples = np.frombuffer(sound.samples, dtype="<i4").reshape(-1, sound.form.channels)
    size = round(sound.form.rate * _PITCH / _STEP / RATE)
    mono = samples.mean(axis=1) / 2**31
    mono = np.pad(mono, (0, -len(mono) % size)).reshape(-1, size)
    strength: NDArray[np.float64] = np.sqrt(np.mean(np.square(mono), axis=1))
    found: NDArray[np.float64] = (strength / max(strength.max(), 1e-6)) ** _LOUD
    return found


def _bar(level: Any, height: int) -> Alpha:
    """One bar with round ends, in its pitch: 1 where it is, 0 where it is not."""
    down = np.abs(np.arange(height) + 0.5 - height / 2)[:, None]
    across = np.abs(np.arange(_PITCH) + 0.5 - _PITCH / 2)[None, :]
    straight = max(0.0, float(level) * (height - _BAR)) / 2
    distance = np.hypot(across, np.maximum(down - straight, 0))
    found: Alpha = np.clip(_BAR / 2 + 0.5 - distance, 0, 1).astype(np.float32)
    return found


def _yuv(colour: tuple[int, int, int]) -> tuple[float, float, float]:
    """A colour as BT.709 has it in video."""
    red, green, blue = (value / 255 for value in colour)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8556, 128 + 224 * (red - luma) / 1.5748)
