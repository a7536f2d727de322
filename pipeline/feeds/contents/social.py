"""Which comment protocol a discussion's address speaks (podcast:socialInteract, P-12)."""

import re
from typing import NamedTuple


class Account(NamedTuple):
    """The protocol's name in the podcast namespace, and the account that began the thread."""

    protocol: str
    name: str


# A thread's address names its account; only threads are matched, never a profile.
_THREADS = (
    ("twitter", re.compile(r"https://(?:www\.|mobile\.)?(?:twitter|x)\.com/(\w+)/status/\d+")),
    ("atproto", re.compile(r"https://bsky\.app/profile/([\w.:-]+)/post/\w+")),
    ("activitypub", re.compile(r"https://[\w.-]+/@([\w.-]+(?:@[\w.-]+)?)/\d+")),
    ("activitypub", re.compile(r"https://[\w.-]+/users/([\w.-]+)/statuses/\d+")),
)


def social_account(url: str) -> Account | None:
    """The account behind a thread's address; None where apps could not show the comments."""
    for protocol, pattern in _THREADS:
        if found := pattern.fullmatch(re.sub(r"/?([?#].*)?$", "", url)):
            return Account(protocol, f"@{found[1]}")
    return None
