"""What changed behind an open page, in lines for the host."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.artefacts import MASTER
from pipeline.desk.working.material import Material
from pipeline.models import Candidate, Chapter, Transcript
from pipeline.quotes.deciding.decisions import Decisions
from pipeline.quotes.proof.guard import Verdict
from pipeline.shifts import STAYED
from pipeline.transcript.moved.comparison import Aligned

_NAMED = 4  # speakers that a line names


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page shows at a moment; `ledger` is the text of `quotes.toml`."""

    digests: Mapping[str, str]
    transcript: Transcript
    candidates: Sequence[Candidate]
    chapters: Sequence[Chapter]
    verdicts: Mapping[str, Verdict]
    ledger: str

    @classmethod
    def of(cls, material: Material, decisions: Decisions) -> "Seen":
        return cls(
            material.seen,
            material.transcript,
            material.candidates,
            material.chapters,
            {verdict.quote.id: verdict for verdict in decisions.verdicts},
            decisions.ledger.dumps(),
        )


def news(before: Seen, now: Seen) -> list[str]:
    """A line for each thing that another command, an editor or a colleague changed."""
    was, digests = before.digests, now.digests
    names = {name for name in (*was, *digests) if was.get(name, "") != digests.get(name, "")}
    found = [
        _recording(now) if MASTER in names else "",
        _words(before.transcript, now.transcript),
        _speakers(before.transcript, now.transcript),
        _candidates(before, now),
        "The chapters changed." if before.chapters != now.chapters else "",
    ]
    found = list(filter(None, found))
    if names and not found:
        written = sorted(name for name in names if not name.startswith("build/"))
        found = [f"{' and '.join(written)} changed."] if written else []
    if before.ledger != now.ledger:
        found.append("quotes.toml was changed elsewhere.")
    if found:
        found.append(_quotes(before, now))
    return list(filter(None, found))


def _recording(now: Seen) -> str:
    if not now.digests.get(MASTER):
        return "The recording is gone: build/master.mp3 is not here any more."
    return "The recording changed: you hear the new one."


def _words(before: Transcript, now: Transcript) -> str:
    if before.words == now.words:
        return ""
    count = Aligned(before.words, now.words).differing
    if count:
        most = max(len(before.words), len(now.words))
        return f"The transcript changed: {count} of {most} words are others."
    if [word.start for word in before.words] == [word.start for word in now.words]:
        return ""  # who says them, or how sure they are
    return "The transcript changed: its words have other times."


def _speakers(before: Transcript, now: Transcript) -> str:
    was, names = (
        sorted({word.speaker for word in transcript.words if word.speaker})
        for transcript in (before, now)
    )
    if was == names or not names:
        return ""
    more = " and others" if len(names) > _NAMED else ""
    return f"The speakers changed: {', '.join(names[:_NAMED])}{more}."


def _candidates(before: Seen, now: Seen) -> str:
    was, ids = ({candidate.id for candidate in seen.candidates} for seen in (before, now))
    parts = [(len(ids - was), "new"), (len(was - ids), "gone")]
    said = [f"{count} {'is' if count == 1 else 'are'} {what}" for count, what in parts if count]
    return f"The candidates changed: {', '.join(said)}." if said else ""


def _quotes(before: Seen, now: Seen) -> str:
    both = [
        (before.verdicts[id_], now.verdicts[id_]) for id_ in now.verdicts if id_ in before.verdicts
    ]
    moved = sum(abs(old.quote.start - new.quote.start) > STAYED for old, new in both if new.proven)
    need = sum(old.proven and not new.proven for old, new in both)
    parts = [f"{moved} moved"] if moved else []
    parts += [f"{need} need{'s' if need == 1 else ''} you"] if need else []
    return f"Quotes: {', '.join(parts)}." if parts else ""
