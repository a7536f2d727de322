"""Mastodon: a thread, one status after another; what stands there is edited, and answers stay.

A server gives one status for one idempotency key, within an hour. After that, what a killed run has left is
found among the account's newest statuses by its words.
"""

import hashlib
import html
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from pipeline.show.sending.account import Account, Letter, Standing, secure
from pipeline.web.deadline import default_seconds

_NEWEST = 40  # statuses that a server lists at once


class Mastodon(Account):
    """An account on the server that MASTODON_SERVER names."""

    variables = ("MASTODON_SERVER", "MASTODON_ACCESS_TOKEN")
    advice = (
        "make an application on your server (Preferences, Development) that may read and write statuses "
        "and read accounts, then: export MASTODON_SERVER=https://… MASTODON_ACCESS_TOKEN=…"
    )

    def __init__(self) -> None:
        super().__init__()
        self.server = secure(self._values[0], "MASTODON_SERVER")

    @property
    def name(self) -> str:
        return f"the account on {self.server.partition('://')[2]}"

    def close(self) -> None:
        self._api.session.close()

    @cached_property
    def _api(self) -> Any:
        import mastodon
        import requests

        session = requests.Session()
        session.max_redirects = 0  # a token goes to the server that was named, and nowhere else
        return mastodon.Mastodon(
            access_token=self._values[1],
            api_base_url=self.server,
            session=session,
            request_timeout=default_seconds(),
            ratelimit_method="throw",
            user_agent="pullquote",
        )

    def find(self, letter: Letter, known: Sequence[str]) -> Standing | None:
        with self.asking():
            if known:
                found = [status for each in known if (status := self._status(each))]
                return _standing(found) if found else None
            found = self._left(letter.texts)
            return _standing(found, letter.texts[: len(found)]) if found else None

    def put(self, letter: Letter, there: Standing | None) -> Standing:
        done: list[Any] = []
        known = list(there.ids) if there else []
        with self.asking():
            for number, text in enumerate(letter.texts):
                if number < len(known):
                    status = self._api.status_update(known[number], text)
                else:
                    status = self._api.status_post(
                        text,
                        in_reply_to_id=done[-1]["id"] if done else None,
                        language=letter.language.partition("-")[0],
                        idempotency_key=_key(letter.guid, str(number), text),
                    )
                done.append(status)
            for surplus in known[len(letter.texts) :]:
                self._api.status_delete(surplus)
            return _standing(done, letter.texts)

    def _status(self, identity: str) -> Any:
        from mastodon.errors import MastodonNotFoundError

        try:
            return self._api.status(identity)
        except MastodonNotFoundError:
            return None

    def _left(self, texts: Sequence[str]) -> list[Any]:
        """The first statuses of a thread with these words, as far as a killed run came."""
        me = self._api.account_verify_credentials()
        newest = self._api.account_statuses(me["id"], limit=_NEWEST, exclude_reblogs=True)
        found: list[Any] = []
        for text in texts:
            before = str(found[-1]["id"] if found else None)
            fitting = [
                status
                for status in newest
                if _read(status["content"]) == _bare(text)
                and str(status["in_reply_to_id"]) == before
            ]
            if not fitting:
                break
            found.append(fitting[-1])
        return found


def _standing(statuses: Sequence[Any], texts: Sequence[str] | None = None) -> Standing:
    return Standing(
        ids=[str(each["id"]) for each in statuses],
        address=str(statuses[0]["url"]),
        version=_key(*(str(each.get("edited_at") or "") for each in statuses)),
        texts=texts,
    )


def _key(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _read(content: str) -> str:
    return _bare(html.unescape(re.sub(r"<[^>]*>", "", content)))


def _bare(text: str) -> str:
    """Words without blanks: a server makes paragraphs of lines."""
    return re.sub(r"\s+", "", text)
