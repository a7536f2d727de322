"""Cards as pictures."""

import re
import struct
from typing import Any

import pytest
import resvg_py

from pipeline.errors import ConfigError
from pipeline.models import Quote
from pipeline.site.cards import card as cards
from pipeline.site.cards.card import Card, draw, episode_card, look, quote_card, unknown

LOOK = look(None, "#204c5a")
TITLE = episode_card("Why bridges hum", ["Joe Harrow"], "Ordinary Physics")


def quote(text: str, **more: Any) -> Quote:
    return Quote("k3v9", "", text, "Tomas Lind", 0, 9, (), (), "verbatim", **more)


def pixel(png: bytes, x: float, y: float) -> str:
    """The colour of a place, given in shares of a picture's width and height."""
    svg = cards._image(png, f"{x} {y} 0.001 0.001")
    return "#" + "".join(f"{round(part * 255):02x}" for part in cards._pixel(cards.png(svg, 1)))


def drawing(card: Card, template: str = "") -> bytes:
    return draw(card, LOOK, {"card.svg.j2": template} if template else {}, "en")


def painted(colour: str) -> bytes:
    """A cover of one colour."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=f'<svg xmlns="http://www.w3.org/2000/svg" width="1400" height="1400">'
            f'<rect width="1400" height="1400" fill="{colour}"/></svg>'
        )
    )


def test_a_card_is_what_networks_show_large_and_the_same_each_time() -> None:
    picture = drawing(TITLE)
    assert struct.unpack(">II", picture[16:24]) == (1200, 630)
    assert picture == drawing(TITLE)
    assert len(picture) < 300_000, "some messengers show no larger ones"
    assert pixel(picture, 0.01, 0.5) == "#204c5a"


def test_a_quote_stands_in_its_language_s_marks_without_marks_of_footnotes() -> None:
    said = quote('He said "no" [1] [sic].', footnotes={"1": "Twice."})
    assert quote_card(said, "S", "E", "en").text == "“He said ‘no’ [sic].”"
    assert quote_card(said, "S", "E", "de").text == "„He said ‚no‘ [sic].“"


def test_the_colours_are_the_cover_s_unless_the_show_names_one() -> None:
    blue = painted("#10204a")
    assert look(blue, None).ground == "#10204a"
    assert look(blue, "#ffd400").ground == "#ffd400"
    assert look(blue, "#ffd400").ink == "#000000"
    assert look(painted("#ffffff"), None).ground == look(None, None).ground


def test_the_cover_is_on_the_card_at_the_side_where_the_title_is_not() -> None:
    style = look(painted("#ff0000"), "#204c5a")
    arabic = episode_card("الآلة التي جمعت القمر", [], "نحاس وماء")
    for card, right, left in ((TITLE, "#ff0000", "#204c5a"), (arabic, "#204c5a", "#ff0000")):
        picture = draw(card, style, {}, "en")
        assert (pixel(picture, 0.9, 0.25), pixel(picture, 0.1, 0.25)) == (right, left)


def test_whatever_was_typed_comes_out_as_text() -> None:
    hostile = "<b>&amp; \" ' ]]> </svg> {{ 1 }} \x00\x0b\u202e"
    picture = drawing(Card("quote", hostile, [hostile], hostile, hostile))
    assert struct.unpack(">II", picture[16:24]) == (1200, 630)


def test_a_sign_that_no_font_has_is_known_before_it_is_left_out() -> None:
    assert unknown(TITLE) == ""
    assert unknown(episode_card("橋", [], "S")) in {"", "橋"}  # with the extra `cjk`, or without
    assert unknown(episode_card("\ue000", [], "S")) == "\ue000"


def test_a_template_of_the_show_s_own_draws_it() -> None:
    svg = """
        {% extends "builtin/card.svg.j2" %}
        {% block picture %}<rect width="1200" height="630" fill="#00ff00"/>{% endblock %}"""
    assert pixel(drawing(TITLE, svg), 0.5, 0.5) == "#00ff00"


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("<svg", r"card\.svg\.j2 makes no picture: "),
        (
            "<svg xmlns='http://www.w3.org/2000/svg'>\n{{ card.nothing }}</svg>",
            r"card\.svg\.j2, line 2: ",
        ),
        ("{% if %}", r"card\.svg\.j2, line 1: "),
    ],
)
def test_one_that_makes_no_picture_is_named(template: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told) as error:
        drawing(TITLE, template)
    assert re.search("mend it, or delete it", error.value.hint)
