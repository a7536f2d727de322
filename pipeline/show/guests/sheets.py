"""Making a guest's sheet: that guest's quotes in one file, and as a page that only its address finds.

What is committed of it has a hash of its code, so that nobody who reads the show's files can answer.
"""

import hashlib
import re
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby, pairwise
from pathlib import Path

from pipeline import times
from pipeline.artefacts import AUDIO, Sheet, published
from pipeline.audio.cutting import cut
from pipeline.errors import ConfigError
from pipeline.models import Span, Transcript
from pipeline.quotes.deciding import checking
from pipeline.quotes.ledger.ledger import seen
from pipeline.quotes.matching.edits import DOUBTS
from pipeline.quotes.proof.diff import rows
from pipeline.quotes.proof.guard import Verdict
from pipeline.quotes.proof.speakers import same_speaker
from pipeline.quotes.proof.wording import pieces
from pipeline.rendering.templates import own_templates
from pipeline.settings.show import load_show
from pipeline.show.episode import LocalEpisode
from pipeline.show.guests.standing import Hosts, change_sheets
from pipeline.site.guest import SheetFacts, Shown, Stretch, guest_page
from pipeline.storage.local.store import open_store
from pipeline.text.scripts import join
from pipeline.web.addresses import guest_key, public_url
from pipeline.workspace import write_text

AROUND = 10.0  # seconds of sound before a quote, and as many after it
_BEFORE, _GAP = 40, 80  # words that are printed of what was said before a quote, and left out of it
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that is taken for another: 5 bits each
_LENGTH = 24  # of them: nobody guesses 120 bits
_NAMED = 40  # letters of a name in the name of a file
_PRIVATE = "private, no-store"  # of a page that shall be gone when it is deleted
_QUIET = frozenset({None, "punctuation", "inner quotes"})  # what nobody hears
_BEYOND = DOUBTS | {"speaker"}  # they mark words that another part already shows


@dataclass(frozen=True, slots=True)
class Made:
    """A sheet that was made: where its file is, and its page's address where it has one."""

    sheet: Sheet
    file: Path
    address: str = ""


def make_sheets(
    episode: LocalEpisode, name: str | None, folder: Path | None, *, publish: bool
) -> Iterator[Made]:
    """Make the sheet of each guest of an episode, or of the one called `name`, in `folder`.

    ConfigError for a name that nobody has; Refused for a quote that cannot be published as it stands.
    """
    guests = _guests(episode)
    chosen = {each: guests[each] for each in guests if name is None or same_speaker(each, name)}
    if not chosen:
        known = ", ".join(guests) or "none: see pullquote transcript speakers, and quotes.toml"
        who = f"no quotes of {name}" if name else "no quotes of a guest who has a name"
        raise ConfigError(f"{episode.slug}: there are {who}", f"guests with quotes: {known}")
    checking.refuse_unproven(
        [verdict for verdicts in chosen.values() for verdict in verdicts],
        f"pullquote quotes check {episode.slug}; then show it",
    )
    for guest, verdicts in chosen.items():
        yield _make(episode, guest, verdicts, folder, publish=publish)


def _guests(episode: LocalEpisode) -> dict[str, list[Verdict]]:
    """The quotes of each guest, in the order of the ledger; what is withdrawn is asked no more."""
    ledger, verdicts = episode.judged(episode.guard)
    checking.write_back(ledger, verdicts, episode.paths.ledger)
    hosts, found = Hosts(episode), dict[str, list[Verdict]]()
    for verdict in verdicts:
        speaker = verdict.quote.speaker
        if speaker and not hosts.are(speaker) and verdict.quote.status != "withdrawn":
            found.setdefault(speaker, []).append(verdict)
    return found


def _make(
    episode: LocalEpisode,
    guest: str,
    verdicts: Sequence[Verdict],
    folder: Path | None,
    *,
    publish: bool,
) -> Made:
    show, made, code = load_show(episode.workspace), times.today(), _secret()
    public = episode.slug in published(episode.workspace).ever
    sheet = Sheet(
        guest=guest,
        code=hashed(code),
        made=made,
        deadline=made + timedelta(days=show.guest.days),
        mode=show.guest.mode,
        silence="publish" if public else show.guest.rule,
        quotes={verdict.quote.id: seen(verdict.quote) for verdict in verdicts},
    )
    facts = SheetFacts(
        guest=guest,
        code=code,
        deadline=datetime.combine(sheet.deadline, time(), UTC),
        mode=sheet.mode,
        silence=sheet.silence,
        show=show.title,
        episode=episode.settings.title,
        email=show.email,
        language=show.language,
        public=public,
    )
    page = guest_page(facts, _shown(episode, verdicts), own_templates(episode.workspace))
    folder = folder or episode.workspace.state / "guests" / episode.slug
    name = re.sub(r"\W+", "-", guest.casefold()).strip("-")[:_NAMED] or "guest"
    file = folder / f"{episode.slug}-{name}-{sheet.code[:4]}.html"
    write_text(file, page)
    address = ""
    if publish:
        store, key = open_store(episode.workspace, show), guest_key(sheet.deadline, _secret())
        store.put(key, page.encode(), "text/html; charset=utf-8", _PRIVATE)
        address = public_url(store.base_url, key)
    change_sheets(episode, lambda sheets: [*sheets, sheet])  # now publishing waits for an answer
    return Made(sheet, file, address)


def hashed(code: str) -> str:
    """What is committed of a sheet's code."""
    return hashlib.sha256(code.encode()).hexdigest()


def _secret() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def _shown(episode: LocalEpisode, verdicts: Sequence[Verdict]) -> list[Shown]:
    transcript, master = episode.transcript, episode.sound("a sheet")
    end, found = AUDIO.of(episode.paths).duration, []
    with tempfile.TemporaryDirectory(prefix="pullquote-") as scratch:
        for verdict in verdicts:
            quote, sound = verdict.quote, Path(scratch) / "sound.mp3"
            cut(master, _around(transcript, quote.spans, end), sound, small=True)
            found.append(
                Shown(
                    id=quote.id,
                    heading=quote.heading,
                    seen=seen(quote),
                    said=_said(verdict, transcript),
                    published=_stretches(
                        (piece.text, piece.kind not in _QUIET)
                        for piece in pieces(verdict)
                        if piece.token is not None
                    ),
                    question=quote.question or "",
                    before=_before(transcript, quote.spans[0].first),
                    footnotes=quote.footnotes,
                    sound=sound.read_bytes(),
                )
            )
    return found


def _around(transcript: Transcript, spans: Sequence[Span], end: float) -> list[tuple[float, float]]:
    """The passages of a quote with the seconds around them; those that meet are one."""
    words = transcript.words
    found: list[tuple[float, float]] = []
    for span in sorted(spans):
        start, stop = words[span.first].start - AROUND, words[span.last - 1].end + AROUND
        if found and start <= found[-1][1]:
            start = found.pop()[0]
        found.append((max(0.0, start), min(end, stop)))
    return found


def _said(verdict: Verdict, transcript: Transcript) -> list[Stretch]:
    """What was said, with the words that were left out or changed."""
    left_out = {
        before.last: join(_cut([word.text for word in transcript.words[before.last : after.first]]))
        for before, after in pairwise(verdict.quote.spans)
    }
    parts = [part for _, part in rows(verdict) if part.kind not in _BEYOND]
    return _stretches(
        (
            left_out.get(part.position + 1, part.raw) if part.kind == "ellipsis" else part.raw,
            part.kind not in _QUIET,
        )
        for part in parts
    )


def _cut(words: list[str]) -> list[str]:
    half = _GAP // 2
    return words if len(words) <= _GAP else [*words[:half], "…", *words[-half:]]


def _stretches(words: Iterator[tuple[str, bool]]) -> list[Stretch]:
    """Words in a row as one, apart from the next as their script has it."""
    found: list[tuple[str, bool]] = []
    for differs, group in groupby((each for each in words if each[0]), lambda each: each[1]):
        found.append((join(text for text, _ in group), differs))
    following = [text for text, _ in found[1:]]
    return [
        Stretch(text, differs, " " if next_ and " " in join((text[-1], next_[0])) else "")
        for (text, differs), next_ in zip(found, [*following, ""], strict=True)
    ]


def _before(transcript: Transcript, first: int) -> str:
    """The end of what somebody else said before word `first`."""
    words = transcript.words
    at = first
    while at and words[at - 1].speaker == words[first].speaker:
        at -= 1
    start = at
    while start and at - start < _BEFORE and words[start - 1].speaker == words[at - 1].speaker:
        start -= 1
    return join(word.text for word in words[start:at])
