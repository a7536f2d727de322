"""What was said and what is published, side by side, with every edit named."""

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.quotes.matching.edits import DOUBTS, KINDS, Part, consent_line
from pipeline.quotes.proof.guard import Verdict
from pipeline.text.scripts import join
from pipeline.times import short_clock

_STYLES = {"kept": "", "free": "yellow", "stopped": "bold red", "signed": "cyan"}
_MARKDOWN = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>~|#"})


def rows(verdict: Verdict) -> Iterator[tuple[str, Part]]:
    """Each part with how it counts: kept, free, stopped or signed."""
    for part in verdict.parts:
        if part.kind in verdict.stopped:
            yield ("signed" if part.settled else "stopped"), part
        else:
            yield ("free" if part.kind else "kept"), part


def as_json(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The parts of each quote: kind (null where nothing was changed), both texts, time, how it counts."""
    return {
        "quotes": [
            {name: getattr(verdict.quote, name) for name in ("id", "status", "heading", "message")}
            | {"parts": [_shown(part) | {"counts": counts} for counts, part in rows(verdict)]}
            for verdict in verdicts
        ]
    }


def _shown(part: Part) -> dict[str, Any]:
    return {name: getattr(part, name) for name in ("kind", "raw", "published", "at")}


def as_markdown(verdicts: Sequence[Verdict]) -> str:
    """For a pull request: the text with ~~dropped~~ and **added** words, and a list of the edits."""
    blocks = []
    for verdict in verdicts:
        quote = verdict.quote
        blocks.append(f"### {_escaped(quote.heading)} `{quote.id}`: {quote.status}")
        blocks.append("> " + join(filter(None, map(_markdown_part, verdict.parts))))
        edits = [
            f"- {_escaped(_line(part))}{_MARK[counts]}"
            for counts, part in rows(verdict)
            if part.kind and part.kind != "punctuation"
        ]
        if edits:
            blocks.append("\n".join(edits))
        if quote.message:
            blocks.append(_escaped(quote.message))
    return "\n\n".join(blocks)


_MARK = {"kept": "", "free": "", "stopped": " **needs your consent**", "signed": " (signed)"}


def _line(part: Part) -> str:
    """An edit with its time and kind, as `quotes check` says it."""
    return f"{short_clock(part.at)} {consent_line(part)} ({KINDS[part.kind].means if part.kind else ''})"


def _markdown_part(part: Part) -> str:
    if part.kind in (None, "punctuation", "inner quotes"):
        return _escaped(part.published)
    raw = f"~~{_escaped(part.raw)}~~" if part.raw else ""
    published = f"**{_escaped(part.published)}**" if part.published else ""
    return join(filter(None, (raw, published)))


def _escaped(text: str) -> str:
    return text.translate(_MARKDOWN)


def print_diff(verdicts: Sequence[Verdict]) -> None:
    """Two columns on stdout, said and published, in colour on a terminal; the edits below."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    for verdict in verdicts:
        quote = verdict.quote
        table = Table(
            "said", "published", title=Text(f"{quote.id} {quote.heading}: {quote.status}"),
            title_justify="left", expand=True,
        )  # fmt: skip
        said, published, edits = Text(), Text(), Text()
        for counts, part in rows(verdict):
            beyond = part.kind in DOUBTS | {"speaker"} or (part.kind and not part.published)
            _append(said, part.raw, _STYLES[counts])
            if not beyond:
                _append(published, part.published, _STYLES[counts])
            if part.kind and part.kind != "punctuation":
                edits.append(f"{_line(part)}\n", style=_STYLES[counts])
        table.add_row(said, published)
        console.print(table)
        console.print(edits)
        if quote.message:
            console.print(Text(quote.message, style="bold"))


def _append(text: Any, words: str, style: str) -> None:
    if words:
        text.append(f"{words} ", style=style)
