from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markupsafe import Markup

from pipeline.errors import ConfigError, PullquoteError
from pipeline.rendering import (
    curly,
    human_date,
    human_duration,
    markdown_escape,
    markdown_html,
    one_line,
    quoted,
    read_overrides,
    render,
    safe_url,
)

AWKWARD = st.text(
    st.sampled_from("ab1 .)(-+*_`#>[]!<&;|~$={}\\\n\t\"':/@\u00a0\u202e\u200f\x07é字🎙")
    | st.characters()
)


def read_back(markdown: str) -> str:
    """What a CommonMark reader shows of one inline text; AssertionError if it is more than that."""
    (inline,) = (t for t in MarkdownIt("commonmark").parse(markdown) if t.type == "inline")
    assert inline.children is not None
    assert {child.type for child in inline.children} <= {"text", "text_special", "softbreak"}, (
        markdown
    )
    return "".join(child.content for child in inline.children)


@given(AWKWARD)
@example("1. x")
@example("-")
@example("===")
@example("C #")
@example("[...](x)")
@example("[a][...]")
@example("[…]: /url")
@example("&lt; &#65; &copy")
@example("<script>alert(1)</script>")
@example("![x](javascript:alert(1))")
@example("[x]: http://evil.example")
def test_escaped_text_is_read_back_as_typed_wherever_it_stands(text: str) -> None:
    expected = one_line(text)
    if not expected:
        return
    escaped = markdown_escape(text)
    for frame in ("{}", "# {}", "## {} ##", "- {}", "before\n{}", "> {}", "x {} y"):
        shown = read_back(frame.format(escaped))
        middle = shown.removeprefix("before").removeprefix("x ").removesuffix(" y")
        assert middle.strip() == expected.strip(), frame


def test_an_escaped_title_stays_readable() -> None:
    assert markdown_escape("Why bridges hum, and who listens (part 2)") == (
        "Why bridges hum, and who listens (part 2)"
    )
    assert markdown_escape("so [...] on") == "so [...] on"
    assert markdown_escape("$5 & [more] at 3.5") == r"\$5 \& \[more\] at 3.5"


@given(AWKWARD)
def test_one_line_holds_no_control_and_no_direction_override(text: str) -> None:
    line = one_line(text)
    assert not any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 or c in "\u202e\u2066" for c in line)
    assert one_line(line) == line
    line.encode()


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ('He said "no" and left.', "“He said ‘no’ and left.”"),
        ("it's the '90s, 'cause I said so", "“it’s the ’90s, ’cause I said so”"),
        ("he's like: 'we need more'", "“he’s like: ‘we need more’”"),
        ('"all of it was quoted "', "“all of it was quoted”"),
        ("“already curly ”", "“already curly”"),
        ("one “inner” and “another”", "“one ‘inner’ and ‘another’”"),
        ("a trailing blank. ", "“a trailing blank.”"),
        ("kept [...] as it is", "“kept [...] as it is”"),
        ('("in brackets")', "“(‘in brackets’)”"),
        ('the wheel—"the big one"', "“the wheel—‘the big one’”"),
        ("", "“”"),
    ],
)
def test_quotes_are_curly_and_inner_ones_single(typed: str, printed: str) -> None:
    assert quoted(typed) == printed


@given(AWKWARD)
def test_curly_leaves_no_straight_or_double_mark_and_is_done_once(text: str) -> None:
    done = curly(text)
    assert not set(done) & set("\"'“”")
    assert curly(done) == done


def test_markdown_becomes_sanitised_html() -> None:
    html = markdown_html(
        "# A\n\n<script>x</script> [b](javascript:alert(1)) [c](https://c.example)"
    )
    assert html.startswith("<h3>A</h3>")
    assert markdown_html("## A\n\n### B") == "<h3>A</h3>\n<h4>B</h4>"
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert '<a href="https://c.example" rel="noopener">c</a>' in html


def test_markdown_for_feeds_holds_only_what_every_app_shows() -> None:
    html = markdown_html(
        "## Head\n\n> said\n\n```\na < b\nc\n```\n\n![a wheel](https://x.example/w.png) [rel](/x)",
        feed=True,
    )
    assert html.replace("\n\n", "\n") == (
        "<p><strong>Head</strong></p>\n<p>said</p>\n<p>a &lt; b<br>c</p>\n<p>a wheel rel</p>"
    )


@given(AWKWARD)
def test_no_markdown_smuggles_a_tag_or_a_scheme(text: str) -> None:
    html = markdown_html(f"{text} <img src=x onerror=alert(1)> [x](javascript:{text})").lower()
    assert "<img" not in html
    assert "<script" not in html
    assert 'href="javascript' not in html


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "",
        "http://[",
    ],
)
def test_a_link_to_something_else_than_the_web_is_refused(url: str) -> None:
    with pytest.raises(PullquoteError, match="no web address"):
        safe_url(url)


def test_a_url_cannot_leave_its_place() -> None:
    assert (
        safe_url('https://x.example/a_(b)?c="d" e') == "https://x.example/a_%28b%29?c=%22d%22%20e"
    )


def test_dates_and_durations() -> None:
    assert human_date(datetime(2026, 5, 1, tzinfo=UTC)) == "1 May 2026"
    assert [human_duration(s) for s in (38, 59.6, 2467, 4322)] == [
        "38 s",
        "1 min",
        "41 min",
        "1 h 12 min",
    ]


# --- Templates of a show -----------------------------------------------------


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
    values = dict.fromkeys(("language", "direction", "page_url", "show_title", "feed_href"), "x")
    values |= {"preview": "", "artwork_url": "", "css_href": "a.css", "js_href": "a.js"}
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
