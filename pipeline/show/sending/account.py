"""An account at a house: what we ask of it, whose secrets it takes, and what its refusals may say.

Secrets come from the environment only. They go over https, or to this machine, and stand in no message:
what a library or a server says is shown without them.
"""

import contextlib
import hashlib
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from pipeline.artefacts import PostedPost
from pipeline.errors import ConfigError, PullquoteError
from pipeline.rendering.text import one_line
from pipeline.settings.fields import check_secure, check_url
from pipeline.writing.posting.post import Post

LONGEST = 300  # characters of what a server says
_NO_ANSWER = re.compile("Network|Timeout|Connection|Protocol")  # names of exceptions


class NoAnswer(PullquoteError):  # noqa: N818 - what became of a request
    """Nobody knows whether the server did what it was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A post on its way; `guid` and `slug` are the episode's, `language` is that of the words."""

    guid: str
    slug: str
    language: str
    post: Post

    @property
    def texts(self) -> list[str]:
        """What its parts say, as servers keep it."""
        return [part.text.strip() for part in self.post.parts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands on a server of an episode's post, first part first.

    `version` is another one as soon as anybody edits it there. `texts` are given where the server has
    them as they were sent.
    """

    ids: Sequence[str]
    address: str
    version: str
    texts: Sequence[str] | None = None


Tell = Callable[[Standing], None]


class Account(ABC):
    """An account, which the environment names; nothing is asked of its server before it must be."""

    variables: ClassVar[Sequence[str]]  # of the environment; the last one holds the secret
    advice: ClassVar[str]  # where a host gets what stands in them
    edits: ClassVar[bool] = True  # whether readers see an edit of what is posted
    server: str

    def __init__(self) -> None:
        values = [os.environ.get(name, "").strip() for name in self.variables]
        missing = [name for name, value in zip(self.variables, values, strict=True) if not value]
        if missing:
            raise ConfigError(f"the environment does not say {' nor '.join(missing)}", self.advice)
        if any(not (value.isascii() and value.isprintable()) for value in values):
            raise ConfigError("the environment holds what no header can carry", self.advice)
        self._values = values

    @property
    @abstractmethod
    def name(self) -> str:
        """Whose account it is, and where; nothing of it is secret."""

    @property
    def host(self) -> str:
        """Its server, without a user or password that somebody put into the address."""
        return urlsplit(self.server).netloc.rpartition("@")[2]

    @abstractmethod
    def find(self, letter: Letter, known: PostedPost | None) -> Standing | None:
        """What stands there of the episode: what is known of it, else what looks like it."""

    @abstractmethod
    def put(self, letter: Letter, there: Standing | None, tell: Tell) -> Standing:
        """Post it, in the place of what is there; `tell` what stands there as soon as that is known."""

    def close(self) -> None:  # noqa: B027 - not every account keeps a connection
        """End what is open."""

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """Whatever goes wrong is told in a line without secrets."""
        try:
            yield
        except (PullquoteError, ImportError):
            raise
        except Exception as error:
            raise self._told(error) from None

    def _told(self, error: Exception) -> PullquoteError:
        kind = type(error).__name__  # the libraries call them alike
        content = getattr(getattr(error, "response", None), "content", None)
        words = [each for each in error.args if isinstance(each, str)]
        said = getattr(content, "message", None) or (words[-1] if words else "")
        for secret in filter(None, (self._values[-1], *self._values[-1].split(":"))):
            said = said.replace(secret, "…")
        if content is None and _NO_ANSWER.search(kind) and "redirects" not in said:
            return NoAnswer(
                f"{self.name}: there is no connection, or no answer in time",
                "run this again: what was posted all the same is found",
            )
        unread = isinstance(error, LookupError | TypeError | AttributeError)
        if unread or any("JSON" in each for each in words):
            said = "that is no answer of its API; is the address right?"
        line = one_line(said)[:LONGEST] or f"it failed ({kind})"
        hint = self.advice if "Unauthorized" in kind else "put it right, then run this again"
        return PullquoteError(f"{self.name}: {line}", hint)


def secure(address: str, variable: str) -> str:
    """The address of a server, without a slash; ConfigError for one that would hear secrets in the open."""
    try:
        return check_secure(check_url(address)).rstrip("/")
    except ValueError:
        raise ConfigError(
            f"{variable} is no address that begins with https://",
            "write it whole; secrets go over https only, or to this machine",
        ) from None


def digest(*texts: str) -> str:
    """One of all of these texts, in their order."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
