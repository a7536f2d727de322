"""The sheet for one guest: a page in one file, which works from a mail's attachment without a network."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote as percent_encode

from markupsafe import Markup

from pipeline.rendering.templates import render
from pipeline.rendering.text import plain
from pipeline.rendering.words import read_words
from pipeline.site.assets import read_assets
from pipeline.text.languages import direction


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some words in a row, whether they are otherwise on the other side, and the blank behind them."""

    text: str
    differs: bool
    gap: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A quote of the sheet; `seen` is the hash of what it prints, `before` what somebody said before it.

    `sound` is an MP3.
    """

    id: str
    heading: str
    seen: str
    said: Sequence[Stretch]
    published: Sequence[Stretch]
    question: str
    before: str
    footnotes: Mapping[str, str]
    sound: bytes

    @property
    def address(self) -> str:
        """The sound as an address that needs no network."""
        return f"data:audio/mpeg;base64,{base64.b64encode(self.sound).decode()}"


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What the sheet states; answers go to `email`, and `public` is what is published already."""

    guest: str
    code: str
    deadline: datetime
    mode: Literal["accuracy", "approve"]
    silence: Literal["publish", "hold"]
    show: str
    episode: str
    email: str
    language: str
    public: bool


#: What may be answered, in the words of the block that the page makes; the first one agrees.
ANSWERS = {"accuracy": ("yes", "misheard", "context"), "approve": ("yes", "fix", "no")}


def guest_page(
    facts: SheetFacts, quotes: Sequence[Shown], overrides: Mapping[str, str] | None = None
) -> str:
    """HTML from the template `guest.html.j2`; style and script are in it, and nothing else runs."""
    found = dict(overrides or {})
    words = read_words(facts.language, found)
    sheets = read_assets(found, facts.language)["page.css"].decode()
    style = _inline(sheets + render("guest.css.j2", {}, found, facts.language))
    script = _inline(render("guest.js.j2", {"words": words}, found, facts.language))
    form = _form(facts, quotes)
    subject = percent_encode(f"{facts.show}: {facts.episode}")
    values: dict[str, Any] = {
        "sheet": facts,
        "quotes": quotes,
        "answers": ANSWERS[facts.mode],
        "direction": direction(facts.language),
        "style": style,
        "script": script,
        "policy": f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; "
        "media-src data:; base-uri 'none'; form-action 'none'",
        "form": form,
        "mail": f"mailto:{facts.email}?subject={subject}&body={percent_encode(form)}",
    }
    return render("guest.html.j2", values, found, facts.language)


def _form(facts: SheetFacts, quotes: Sequence[Shown]) -> str:
    """The block to fill in by hand, where no script composes it; lines end as in mails."""
    lines = [f"quote {quote.id} {quote.seen} ____" for quote in quotes]
    head = ["PULLQUOTE ANSWER", f"sheet {facts.code}"]
    return "\r\n".join([*head, *lines, f"END OF ANSWER {len(quotes)}"])


def _inline(text: str) -> Markup:
    """Text for within a tag, just as a browser will hash it."""
    return Markup(plain(text).replace("\r\n", "\n"))  # noqa: S704 - of templates


def _source(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
