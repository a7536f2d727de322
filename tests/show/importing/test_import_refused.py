"""What is no feed, or means harm, is refused before anything is read from it."""

from collections.abc import Callable

import pytest
from click.testing import Result

from pipeline.feeds.importing import foreign
from pipeline.workspace import Workspace

RunImport = Callable[..., Result]

BOMB = '<?xml version="1.0"?><!-- x --><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
BOMB += "".join(
    f'<!ENTITY a{n} "{"&a;" * 10 if n == 1 else f"&a{n - 1};" * 10}">' for n in range(1, 12)
)


PAGE = "<!doctype html>\n<html><head><title>A show</title>{}</head><body>Hello.</body></html>"
LINK = '<link rel="alternate" type="application/rss+xml" title="A show" href="{}">'


@pytest.mark.parametrize(
    "content",
    [
        BOMB + "]><rss><channel><title>&a11;</title></channel></rss>",
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        "<rss><channel><title>&x;</title></channel></rss>",
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/x.dtd"><rss><channel/></rss>',
    ],
    ids=["bomb", "external entity", "external subset"],
)
def test_a_document_type_is_refused(
    workspace: Workspace, content: str, run_import: RunImport
) -> None:
    path = workspace.root / "evil.xml"
    for encoding in ("utf-8", "utf-16"):
        path.write_text(content.replace('<?xml version="1.0"?>', ""), encoding=encoding)
        done = run_import(workspace, str(path))
        assert done.exit_code == 1
        assert "DOCTYPE" in done.output
    assert workspace.slugs() == []


def test_what_is_no_feed_is_refused(workspace: Workspace, run_import: RunImport) -> None:
    path = workspace.root / "page.html"
    for content, words in {
        "<html><body>no</body></html>": "a web page, and no feed\n  give the address that podcast",
        PAGE.format(""): "a web page, and no feed\n  give the address that podcast",
        PAGE.format(LINK.format("https://a.example/feed?a=1&amp;b=2")): (
            "it names this one: pullquote import https://a.example/feed?a=1&b=2\n"
        ),
        PAGE.format(LINK.format("javascript:alert(1)")): "give the address that podcast",
        PAGE.format(LINK.format("https://[")): "give the address that podcast",
        "<opml><body/></opml>": "no RSS feed (its root is <opml>)",
        "": "no XML at all",
        "words": "no XML at all",
    }.items():
        path.write_text(content)
        done = run_import(workspace, str(path))
        assert done.exit_code == 1
        assert words in done.output
    assert run_import(workspace, str(workspace.root / "none.xml")).exit_code == 2


def test_a_huge_file_is_refused_before_it_is_parsed(
    workspace: Workspace, run_import: RunImport
) -> None:
    path = workspace.root / "huge.xml"
    with path.open("wb") as file:
        file.truncate(foreign.FEED_LIMIT + 1)
    done = run_import(workspace, str(path))
    assert "too large for a feed" in done.output
