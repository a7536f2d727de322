from hypothesis import given
from hypothesis import strategies as st

from pipeline.rendering.markdown import markdown_html

AWKWARD = st.text(
    st.sampled_from("ab1 .)(-+*_`#>[]!<&;|~$={}\\\n\t\"':/@\u00a0\u202e\u200f\x07é字🎙")
    | st.characters()
)


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
