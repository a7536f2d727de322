import pytest

from pipeline.feeds.contents.social import social_account


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
