"""WordPress: a post of blocks through its REST API, with an application password."""

import base64
import html
from collections.abc import Sequence
from typing import Any

from pipeline.show.sending.account import Letter, Standing
from pipeline.show.sending.blog import Blog, Missing

_POSTS = "/wp/v2/posts"
_ANY = "publish,future,draft,pending,private"  # wherever it lies but in the bin


class WordPress(Blog):
    """The site that WORDPRESS_URL names."""

    title = "WordPress"
    variables = ("WORDPRESS_URL", "WORDPRESS_USER", "WORDPRESS_APP_PASSWORD")
    advice = (
        "make an application password in WordPress (Users, Profile), then: "
        "export WORDPRESS_URL=https://… WORDPRESS_USER=… WORDPRESS_APP_PASSWORD=…"
    )

    def _alike(self, letter: Letter) -> Sequence[Any]:
        found: Sequence[Any] = self._ask(
            "GET", _POSTS, slug=letter.slug, status=_ANY, orderby="id", order="asc"
        )
        return found

    def _read(self, identity: str) -> Any:
        found = self._ask("GET", f"{_POSTS}/{identity}")
        if found["status"] == "trash":
            raise Missing(f"{self.name}: it lies in the bin")
        return found

    def _create(self, letter: Letter) -> Any:
        post = _post(letter) | {"slug": letter.slug, "status": "publish"}
        return self._ask("POST", _POSTS, post)

    def _change(self, there: Standing, letter: Letter) -> Any:
        return self._ask("POST", f"{_POSTS}/{there.ids[0]}", _post(letter))

    def _delete(self, there: Standing) -> None:
        self._ask("DELETE", f"{_POSTS}/{there.ids[0]}", force="true")

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None, **more: str) -> Any:
        # `rest_route` is understood whatever the site's addresses look like.
        return self._call(method, "/", {"rest_route": path, "context": "edit"} | more, body)

    def _standing(self, found: Any) -> Standing:
        return Standing(
            ids=[str(found["id"])], address=found["link"], version=found["modified_gmt"]
        )

    def _authorization(self) -> str:
        pair = f"{self._values[1]}:{self._values[2]}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _post(letter: Letter) -> dict[str, str]:
    title = html.escape(letter.post.title, quote=False)  # which is HTML there
    return {"title": title, "content": letter.post.text}
