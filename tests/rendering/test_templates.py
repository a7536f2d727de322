from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from pipeline.errors import ConfigError
from pipeline.rendering.templates import read_overrides, render
from pipeline.site.unfurl import Unfurl


def test_values_are_escaped_for_the_format_of_the_template() -> None:
    value = {"x": "<b> & *c*"}
    assert render("a.html.j2", value, {"a.html.j2": "{{ x }}"}) == "&lt;b&gt; &amp; *c*"
    assert render("a.md.j2", value, {"a.md.j2": "{{ x }}"}) == r"\<b\> \& \*c\*"
    safe = {"x": Markup("*c*\x07")}
    assert render("a.md.j2", safe, {"a.md.j2": "{{ x }}"}) == "*c*"


def test_macros_in_markdown_are_escaped_once() -> None:
    source = "{% macro m(x) %}[{{ x }}](y){% endmacro %}{{ m('a*') }}"
    assert render("a.md.j2", {}, {"a.md.j2": source}) == r"[a\*](y)"


def test_an_override_may_extend_the_built_in_template() -> None:
    override = '{% extends "builtin/base.html.j2" %}{% block body %}mine{% endblock %}'
    values: dict[str, Any] = dict.fromkeys(
        ("language", "direction", "page_url", "show_title", "feed_href"), "x"
    )
    values |= {
        "icon_hrefs": {},
        "locale": "en_US",
        "unfurl": Unfurl("x"),
        "css_href": "a.css",
        "js_href": "a.js",
    }
    assert "mine" in render("base.html.j2", values, {"base.html.j2": override})


@pytest.mark.parametrize(
    ("source", "line", "problem"),
    [
        ("a\n{{ x }\n", 2, "unexpected"),
        ("a\n\n{{ episode }}\n", 3, "'episode' is undefined"),
        ("{{ nothing }}", 1, "not set"),
        ("\n{{ ''.__class__.__mro__ }}", 2, "unsafe"),
        ("{% for i in range(999999999) %}{% endfor %}", 1, "Range too big"),
        ("{{ 1 / 0 }}", 1, "division"),
        ("{% include 'missing.j2' %}", 1, "missing.j2"),
    ],
)
def test_an_error_in_a_show_s_template_names_file_and_line(
    source: str, line: int, problem: str
) -> None:
    name = "link-post.md.j2"
    with pytest.raises(ConfigError) as caught:
        render(name, {"nothing": None}, {name: source})
    assert f"feed/templates/{name}, line {line}: " in caught.value.message
    assert problem in caught.value.message
    assert "built-in" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "source"),
    [("a.md.j2", "[On the forum]( )"), ("a.html.j2", '<a class="x" href="">On the forum</a>')],
)
def test_a_link_without_an_address_is_refused(name: str, source: str) -> None:
    with pytest.raises(ConfigError, match="the link 'On the forum' has no address"):
        render(name, {}, {name: source})


def test_text_that_looks_like_an_empty_link_is_text() -> None:
    assert render("a.md.j2", {"x": "[a]()"}, {"a.md.j2": "{{ x }}"}) == r"\[a\]()"


def test_a_template_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.css").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"feed/templates/page\.css: not UTF-8"):
        read_overrides([tmp_path / "page.css"])


def test_values_in_the_places_of_a_message_are_escaped_as_everywhere() -> None:
    html = '{{ _("Episode %(number)s", number=x) }}'
    values = {"x": "<b>*c*</b>"}
    assert (
        render("a.html.j2", values, {"a.html.j2": html}, "fr") == "Épisode &lt;b&gt;*c*&lt;/b&gt;"
    )
    assert render("a.md.j2", values, {"a.md.j2": html}, "fr") == r"Épisode \<b\>\*c\*\</b\>"
    block = "{% trans number=x %}Episode {{ number }}{% endtrans %}"
    assert render("a.html.j2", {"x": 3}, {"a.html.j2": block}, "de") == "Folge 3"


def test_only_a_part_of_a_sentence_shows() -> None:
    source = '{{ _("Play from %(time)s", time="0:23")|showing("0:23") }}'
    hidden = '<span class="hidden">Abspielen ab </span>0:23'
    assert render("a.html.j2", {}, {"a.html.j2": source}, "de") == hidden
    elsewhere = {"a.html.j2": '{{ "said otherwise"|showing("<Link>") }}'}
    assert render("a.html.j2", {}, elsewhere) == (
        '&lt;Link&gt;<span class="hidden"> said otherwise</span>'
    )


def test_a_show_s_own_template_is_rendered_as_before() -> None:
    """Written before there were other languages: fixed words of its own, and the filters of then."""
    source = (
        "Published {{ day|date }}, {{ 4322|duration }}: {{ text|quoted }} {{ 61250001|filesizeformat }} "
        "{{ ['A', 'B']|join(', ') }} {{ 23.6|short_clock }} {{ 23.6|clock }} {{ text|curly }}"
    )
    values = {"day": datetime(2026, 5, 1, tzinfo=UTC), "text": "a 'b'"}
    assert render("a.md.j2", values, {"a.md.j2": source}) == (
        "Published 1 May 2026, 1 h 12 min: “a ‘b’” 61.3 MB A, B 0:23 00:00:23 a ‘b’"
    )
    assert render("a.md.j2", values, {"a.md.j2": source}, "de").startswith(
        r"Published 1\. Mai 2026, 1 Std. 12 Min.: „a ‚b‘“ 61.3 MB A, B"
    )
