"""Ghost: a post through the Admin API; our HTML becomes its own, and the episode's page is canonical."""

import base64
import hmac
import json
import time
from collections.abc import Sequence
from typing import Any

from pipeline.errors import ConfigError
from pipeline.show.sending.account import Letter, Standing
from pipeline.show.sending.blog import Blog

_POSTS = "/ghost/api/admin/posts/"
_HTML = {"source": "html"}
_MINUTES = 5  # for which a token holds; Ghost takes no longer ones


class Ghost(Blog):
    """The site that GHOST_URL names."""

    title = "Ghost"
    variables = ("GHOST_URL", "GHOST_ADMIN_KEY")
    advice = (
        "make a custom integration in Ghost (Settings, Integrations) and copy its Admin API key, then: "
        "export GHOST_URL=https://… GHOST_ADMIN_KEY=…"
    )

    def _alike(self, letter: Letter) -> Sequence[Any]:
        address = letter.post.address.replace("\\", "\\\\").replace("'", "\\'")
        query = {"filter": f"canonical_url:'{address}'", "order": "created_at asc"}
        found: Sequence[Any] = self._call("GET", _POSTS, query)["posts"]
        return found

    def _read(self, identity: str) -> Any:
        return self._call("GET", f"{_POSTS}{identity}/", {})["posts"][0]

    def _create(self, letter: Letter) -> Any:
        post = _post(letter) | {"slug": letter.slug, "status": "published"}
        return self._call("POST", _POSTS, _HTML, {"posts": [post]})["posts"][0]

    def _change(self, there: Standing, letter: Letter) -> Any:
        post = _post(letter) | {"updated_at": there.version}
        return self._call("PUT", f"{_POSTS}{there.ids[0]}/", _HTML, {"posts": [post]})["posts"][0]

    def _delete(self, there: Standing) -> None:
        self._call("DELETE", f"{_POSTS}{there.ids[0]}/", {})

    def _standing(self, found: Any) -> Standing:
        return Standing(ids=[found["id"]], address=found["url"], version=found["updated_at"])

    def _authorization(self) -> str:
        """A token of Ghost's kind: JSON, signed with the key's second half (JWT, HS256)."""
        identity, _, secret = self._values[1].partition(":")
        try:
            key = bytes.fromhex(secret)
        except ValueError:
            key = b""
        if not (identity and key):
            raise ConfigError(
                "GHOST_ADMIN_KEY is no Admin API key: two parts, : between", self.advice
            )
        now = int(time.time())
        head = {"alg": "HS256", "typ": "JWT", "kid": identity}
        claims = {"iat": now, "exp": now + _MINUTES * 60, "aud": "/admin/"}
        signed = ".".join(_coded(json.dumps(each).encode()) for each in (head, claims))
        return f"Ghost {signed}.{_coded(hmac.digest(key, signed.encode(), 'sha256'))}"


def _post(letter: Letter) -> dict[str, str]:
    post = letter.post
    return {"title": post.title, "html": post.text, "canonical_url": post.address}


def _coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
