"""Colours of cards can be read."""

import itertools

from pipeline.site.cards.colours import PLAIN, contrast, ground, ink, mixed

EVERY = [
    (red / 4, green / 4, blue / 4) for red, green, blue in itertools.product(range(5), repeat=3)
]  # 125 colours all over the cube


def test_white_or_black_is_read_on_whatever_colour_a_cover_has() -> None:
    made = [ground([(red, green, blue)]) for red, green, blue in EVERY]
    assert min(contrast(ink(colour), colour) for colour in made) >= 7


def test_a_colour_of_the_show_s_own_is_taken_as_it_is_and_read() -> None:
    steps = [f"#{red:02x}{green:02x}80" for red in range(0, 256, 17) for green in range(0, 256, 17)]
    assert min(contrast(ink(colour), colour) for colour in steps) >= 4.5


def test_what_is_white_or_grey_has_no_colour() -> None:
    assert ground([]) == ground([(1, 1, 1)] * 9 + [(0.5, 0.5, 0.52)]) == PLAIN


def test_the_colour_that_most_of_a_cover_has_wins() -> None:
    red, green, blue = (
        int(
            ground([(1, 1, 1)] * 50 + [(0.1, 0.2, 0.5)] * 8 + [(0.9, 0.1, 0.1)] * 5)[at : at + 2],
            16,
        )
        for at in (1, 3, 5)
    )
    assert blue > green > red
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
