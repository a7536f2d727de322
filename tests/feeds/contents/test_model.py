"""A correction as a line: people read it in their app, and an import reads it back. Threads' accounts."""

import datetime as dt

import pytest

from pipeline.feeds.contents.model import as_line, read_line, social_account
from pipeline.settings.podcasting import Erratum

PAGE = "https://media.example.org/show/episodes/one.html"
DAY = dt.date(2026, 11, 29)


def erratum(
    said: str = "in 1938",
    says: str = "in 1940",
    why: str = "I misspoke.",
    quote: str | None = "k3v9",
) -> Erratum:
    return Erratum(date=DAY, said=said, says=says, why=why, quote=quote)


def test_a_line_says_what_it_said_what_it_says_and_why() -> None:
    assert as_line(erratum(), PAGE) == (
        f"2026-11-29: “in 1938” → “in 1940”: I misspoke. {PAGE}#q-k3v9"
    )
    assert (
        as_line(erratum(says="", quote=None), PAGE) == "2026-11-29: “in 1938” → [...]: I misspoke."
    )


@pytest.mark.parametrize(
    "told",
    [
        erratum(),
        erratum(says=""),
        erratum(quote=None),
        erratum(why="See https://example.org/why: it was “1940”.", quote=None),
        erratum(said="<script>alert(1)</script> & “a” ]]>", says="[...]", why="→ : “”"),
        erratum(said="“a” → “b”: c", says="“d”", why="e"),
    ],
)
def test_what_is_read_back_says_the_same(told: Erratum) -> None:
    read = read_line(as_line(told, PAGE))
    assert read
    assert as_line(read, PAGE) == as_line(told, PAGE)
    if "” → “" not in told.said:
        assert read == told


@pytest.mark.parametrize(
    "line",
    [
        "We said 1938, and it was 1940.",
        "2026-13-29: “a” → “b”: c",
        "2026-11-29: “a” → “b”:",
        "2026-11-29: “&amp;” → “b”: c",
        "2026-11-29:  “a” → “b”: c",
    ],
)
def test_what_others_write_is_no_line_of_ours(line: str) -> None:
    assert read_line(line) is None


def test_a_text_of_several_lines_is_one() -> None:
    told = erratum(said="a\nb\t  c", why=" w\r\n")
    assert (told.said, told.why) == ("a b c", "w")


@pytest.mark.parametrize(
    ("url", "account"),
    [
        ("https://social.example/@ada/112233", ("activitypub", "@ada")),
        (
            "https://social.example/@ada@other.example/112233/",
            ("activitypub", "@ada@other.example"),
        ),
        ("https://social.example/users/ada/statuses/112233", ("activitypub", "@ada")),
        ("https://x.com/ada/status/5?s=20", ("twitter", "@ada")),
        ("https://bsky.app/profile/ada.example/post/3kx", ("atproto", "@ada.example")),
    ],
)
def test_a_thread_has_an_account(url: str, account: tuple[str, str]) -> None:
    assert social_account(url) == account


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/ada",
        "https://medium.com/@ada/2023-in-review",
        "https://forum.example.org/t/5",
    ],
)
def test_a_page_is_no_thread(url: str) -> None:
    assert social_account(url) is None
