"""Mastodon: a thread, one status after another; what stands there is edited, and answers stay.

A server gives one status for one idempotency key, within an hour. After that, what a killed run has left is
found among the account's newest statuses by its words.
"""

import html
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from pipeline.artefacts import PostedPost
from pipeline.show.sending.account import Account, Letter, Standing, Tell, digest, secure
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
        return f"the account on {self.host}"

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

    def find(self, letter: Letter, known: PostedPost | None) -> Standing | None:
        with self.asking():
            ids = known.ids if known else ()
            found = [status for each in ids if (status := self._status(each))]
            if known and known.version:
                return _standing(found) if found else None
            self._look_for(letter.texts, found)
            words = (_words(each["content"]) for each in found)
            texts = [
                text if _bare(text) == _bare(word) else word
                for text, word in zip(letter.texts, words, strict=False)
            ]
            return _standing(found, texts) if found else None

    def put(self, letter: Letter, there: Standing | None, tell: Tell) -> Standing:
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
                        idempotency_key=digest(letter.guid, str(number), text),
                    )
                done.append(status)
                tell(_standing([*done, *({"id": each} for each in known[number + 1 :])]))
            for surplus in known[len(letter.texts) :]:
                self._api.status_delete(surplus)
            return _standing(done, letter.texts)

    def _status(self, identity: str) -> Any:
        from mastodon.errors import MastodonNotFoundError

        try:
            return self._api.status(identity)
        except MastodonNotFoundError:
            return None

    def _look_for(self, texts: Sequence[str], found: list[Any]) -> None:
        """Add what a killed run has left and not noted: our own answers to what was found.

        Where nothing was, the thread is known by its first words.
        """
        me = self._api.account_verify_credentials()
        newest = self._api.account_statuses(me["id"], limit=_NEWEST, exclude_reblogs=True)
        while len(found) < len(texts):
            before = str(found[-1]["id"] if found else None)
            next_ones = [each for each in newest if str(each["in_reply_to_id"]) == before]
            if not found:
                first = _bare(texts[0])
                next_ones = [each for each in next_ones if _bare(_words(each["content"])) == first]
            if not next_ones:
                return
            found.append(next_ones[-1])


def _standing(statuses: Sequence[Any], texts: Sequence[str] | None = None) -> Standing:
    return Standing(
        ids=[str(each["id"]) for each in statuses],
        address=str(statuses[0]["url"]),
        version=digest(*(str(each.get("edited_at") or "") for each in statuses)),
        texts=texts,
    )


def _words(content: str) -> str:
    lines = re.sub(r"<br ?/?>|</p>", "\n", content)
    return html.unescape(re.sub(r"<[^>]*>", "", lines)).strip()


def _bare(text: str) -> str:
    """Words without blanks: a server makes paragraphs of lines."""
    return re.sub(r"\s+", "", text)
