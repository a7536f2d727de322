"""What of an episode's quotes stands open with its guests, by what their sheets stated."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from pipeline import times
from pipeline.artefacts import GUESTS, QUOTES, Sheet, Sheets
from pipeline.errors import Refused, Waiting
from pipeline.host_files import change_input
from pipeline.models import Quote
from pipeline.quotes.ledger.ledger import seen
from pipeline.quotes.ledger.said import AGREED, Said
from pipeline.quotes.proof.speakers import same_speaker
from pipeline.settings.podcasting import credited
from pipeline.settings.show import load_show
from pipeline.show.episode import LocalEpisode

_HOSTS = frozenset({"host", "co-host", "guest host"})
#: Nobody has asked, they have time left, they said nothing and that means no, they approved other
#: words, they want others.
Open = Literal["unasked", "pending", "silent", "other", "asks"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A quote that is open, what is open for the host's eyes, and whether it may not go out like this."""

    quote: Quote
    open: Open
    what: str
    holds: bool = True

    @property
    def line(self) -> str:
        """The same by the name of the quote."""
        return f"{self.quote.id}: {self.what}"


def sheets_of(episode: LocalEpisode) -> Sequence[Sheet]:
    """The sheets that were made of an episode, the oldest first."""
    return (GUESTS.known(episode.paths) or Sheets()).sheets


def change_sheets(
    episode: LocalEpisode, change: Callable[[Sequence[Sheet]], Sequence[Sheet]]
) -> None:
    """Write the record anew; two at once lose nothing of each other."""
    path = GUESTS.path(episode.paths)

    def changed(text: str) -> str:
        known = GUESTS.decode(text.encode(), path.name) if text else Sheets()
        return GUESTS.dump(replace(known, sheets=change(known.sheets)))

    change_input(path, changed)


class Hosts:
    """Who in an episode is no guest."""

    def __init__(self, episode: LocalEpisode) -> None:
        show, own = load_show(episode.workspace), episode.settings
        people = credited(show.people, own.people, own.guest_hosted)
        self._names = [person.name for person in people if person.role.lower() in _HOSTS]

    def are(self, speaker: str | None) -> bool:
        """Whether nobody but a host, or somebody without a name, is called so."""
        return not speaker or any(same_speaker(speaker, name) for name in self._names)


def open_quotes(
    episode: LocalEpisode, answered: Iterable[tuple[Quote, Said | None]]
) -> list[Standing]:
    """Those quotes that their guests have not agreed to as they stand; each with what they said of it."""
    sheets, strict = sheets_of(episode), load_show(episode.workspace).guest.mode == "approve"
    if not sheets and not strict:
        return []
    hosts, day = Hosts(episode), times.today()
    guests = [each for each in answered if not hosts.are(each[0].speaker)]
    found = (_standing(quote, said, sheets, strict, day) for quote, said in guests)
    return [each for each in found if each]


def _answered(
    episode: LocalEpisode, quotes: Sequence[Quote]
) -> Iterator[tuple[Quote, Said | None]]:
    """Each quote with what was said of it; the ledger is read where somebody was asked."""
    said = {entry.id: entry.guest for _, entry in episode.ledger.entries}
    for quote in quotes:
        yield quote, said.get(quote.id)


def _standing(
    quote: Quote, said: Said | None, sheets: Sequence[Sheet], strict: bool, day: date
) -> Standing | None:
    own = [sheet for sheet in sheets if quote.id in sheet.quotes or sheet.guest == quote.speaker]
    shown = [sheet for sheet in own if sheet.quotes.get(quote.id) == seen(quote)]
    strict = strict or bool(own and own[-1].mode == "approve")
    if said and said.verb not in AGREED:  # what is withdrawn the guard stops
        asks = Standing(quote, "asks", f"{quote.speaker} wants a change{said.why}")
        return asks if said.verb == "asks" else None
    if said:
        answered = [sheet for sheet in own if quote.id in sheet.answered]
        if not answered or any(sheet in shown for sheet in answered):
            return None
    if shown:
        return _unanswered(quote, shown[-1], day)
    if said:
        other = f"{said}, but of other words: that counts no more"
        return Standing(quote, "other", other, holds=strict)
    unasked = Standing(quote, "unasked", f"{quote.speaker} has not been shown these words")
    return unasked if strict else None


def _unanswered(quote: Quote, sheet: Sheet, day: date) -> Standing | None:
    """What it means that a guest has not agreed to what a sheet showed."""
    if sheet.mode == "accuracy" and quote.id in sheet.answered:
        return None  # it was put to the host, who has settled it
    who, until = quote.speaker, sheet.deadline
    if day <= until:
        return Standing(quote, "pending", f"{who} has until {until} to answer")
    silent = f"{who} did not answer by {until}, and the sheet said that it is not published then"
    return Standing(quote, "silent", silent) if sheet.silence == "hold" else None


def hold(episode: LocalEpisode, public: Callable[[str], Collection[str]]) -> Waiting | None:
    """What an episode waits for of its guests; Refused where their silence means no.

    `public` gives the ids of the quotes that its page has: these wait for nobody, they are corrected.
    """
    known = QUOTES.known(episode.paths)
    if not (known and known.quotes):
        return None
    answered = _answered(episode, known.quotes)
    found = [each for each in open_quotes(episode, answered) if each.holds]
    out = public(episode.slug) if found else ()
    found = [each for each in found if each.quote.id not in out]
    silent = [each for each in found if each.open == "silent"]
    lines = "\n  ".join(each.line for each in silent or found)
    if silent:
        raise Refused(
            f"{episode.slug}: {lines}",
            f"take it out of the ledger, or ask again: pullquote guest {episode.slug}",
        )
    asked = all(each.open == "pending" for each in found)
    hint = "an answer: pullquote guest answer FILE; without one, publish again after that day"
    ask = f"show it: pullquote guest {episode.slug}"
    return Waiting(f"{episode.slug}: {lines}", hint if asked else ask) if found else None
