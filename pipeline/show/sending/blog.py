"""What Ghost and WordPress have alike: a post is one page, found by its number or else by what names it."""

import contextlib
import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from pipeline.artefacts import PostedPost
from pipeline.errors import PullquoteError
from pipeline.rendering.text import one_line
from pipeline.show.sending.account import LONGEST, Account, Letter, Standing, Tell, secure
from pipeline.web.deadline import Deadline
from pipeline.web.outbound import route


class Missing(PullquoteError):  # noqa: N818 - what a server answers
    """There is nothing at this address."""


class Blog(Account):
    """A site; its address is the first of the variables."""

    title: str  # what people call its kind

    def __init__(self) -> None:
        super().__init__()
        self.server = secure(self._values[0], self.variables[0])

    @property
    def name(self) -> str:
        return f"{self.title} at {self.host}"

    def find(self, letter: Letter, known: PostedPost | None) -> Standing | None:
        with self.asking():
            if known and known.ids:
                with contextlib.suppress(Missing):
                    return self._standing(self._read(known.ids[0]))
            found = self._alike(letter)
            return self._standing(found[0]) if found else None

    def put(self, letter: Letter, there: Standing | None, tell: Tell) -> Standing:
        with self.asking():
            if there:
                return self._standing(self._change(there, letter))
            made = self._standing(self._create(letter))
            first = self._standing(self._alike(letter)[0])
            if first.ids != made.ids:  # of two who post at once, the later one steps back
                self._delete(made)
                raise PullquoteError(
                    f"{self.name}: somebody else posted {letter.slug} in this very moment",
                    f"what they posted stands at {first.address}",
                )
            return made

    @abstractmethod
    def _alike(self, letter: Letter) -> Sequence[Any]:
        """The posts that are this one by what names it, the oldest first."""

    @abstractmethod
    def _read(self, identity: str) -> Any: ...
    @abstractmethod
    def _create(self, letter: Letter) -> Any: ...
    @abstractmethod
    def _change(self, there: Standing, letter: Letter) -> Any: ...
    @abstractmethod
    def _delete(self, there: Standing) -> None: ...
    @abstractmethod
    def _standing(self, found: Any) -> Standing: ...
    @abstractmethod
    def _authorization(self) -> str:
        """The value of the header."""

    def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        """What the server answers, which redirects nobody; Missing for a 404."""
        url = f"{self.server}{path}?{urlencode(query)}"
        with Deadline(self.name):
            there = route(url, loopback=True)
            response = there.pool.request(
                method,
                there.path,
                body=None if body is None else json.dumps(body).encode(),
                headers={
                    "Host": there.host,
                    "Authorization": self._authorization(),
                    "Content-Type": "application/json",
                    "Accept-Version": "v5.0",  # Ghost's
                    "User-Agent": "pullquote",
                },
                redirect=False,
            )
            there.pool.close()
        try:
            answer = json.loads(response.data or b"null")
        except ValueError:
            answer = None
        if response.status == 204 or (200 <= response.status < 300 and answer is not None):
            return answer
        kind = Missing if response.status == 404 else PullquoteError
        hint = self.advice if response.status in (401, 403) else "put it right, then run this again"
        raise kind(f"{self.name} answers {response.status}: {_reason(answer)}", hint)


def _reason(answer: Any) -> str:
    if isinstance(answer, dict):
        errors = answer.get("errors")
        if isinstance(errors, list) and errors and isinstance(errors[0], dict):
            answer = errors[0]
        said = [str(answer.get(key)) for key in ("message", "context") if answer.get(key)]
        return one_line(" ".join(said))[:LONGEST]
    return "that is no answer of its API; is the address right?"
