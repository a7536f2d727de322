import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pipeline.errors import PullquoteError
from pipeline.rendering.text import markdown_escape, one_line, safe_url

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
@example("x y")  # what stands around it in a frame
@example("before")
def test_escaped_text_is_read_back_as_typed_wherever_it_stands(text: str) -> None:
    expected = one_line(text)
    if not expected:
        return
    escaped = markdown_escape(text)
    for frame in ("{}", "# {}", "## {} ##", "- {}", "> {}"):
        assert read_back(frame.format(escaped)) == expected, frame
    assert read_back(f"before\n{escaped}") == f"before{expected}"  # the line break has no text
    assert read_back(f"x {escaped} y") == f"x {expected} y"


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
