"""The colours of a card: the show's own, or one of its cover's, and an ink that can be read on it."""

import colorsys
from collections.abc import Iterable

Colour = tuple[float, float, float]  # red, green and blue, 0 to 1

PLAIN = "#22303c"  # where a cover has no colour, or there is none
_LEAST = 7.0  # the contrast of what is read on a colour of a cover
_SECTORS = 24  # of the circle of hues: what falls into one is one colour
_GREY = 0.12  # a saturation below this is no colour
_PALE, _BLACK = "#ffffff", "#000000"


def ground(pixels: Iterable[Colour]) -> str:
    """The colour that most of a picture has, darker where nothing is read on it; else PLAIN."""
    found: dict[int, list[Colour]] = {}
    for pixel in pixels:
        hue, light, saturation = colorsys.rgb_to_hls(*pixel)
        if saturation >= _GREY and 0.06 < light < 0.94:
            found.setdefault(round(hue * _SECTORS) % _SECTORS, []).append(pixel)
    if not found:
        return PLAIN
    most = max(found.values(), key=len)
    red, green, blue = (sum(part) / len(most) for part in zip(*most, strict=True))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    while contrast(ink(made := _hex(colorsys.hls_to_rgb(hue, light, saturation))), made) < _LEAST:
        light -= 0.02
    return made


def ink(colour: str) -> str:
    """White or black, whichever is read better on `colour`: a contrast of 4.5 or more on any."""
    return max((_PALE, _BLACK), key=lambda each: contrast(each, colour))


def mixed(one: str, other: str, share: float) -> str:
    """`one` with a share of `other` in it, 0 to 1."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    red, green, blue = (a + (b - a) * share for a, b in pairs)
    return _hex((red, green, blue))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2), 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in _parts(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(colour: str) -> Colour:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
