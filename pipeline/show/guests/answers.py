"""Taking a guest's answers into the ledger: only for the words that the guest saw, and the later counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline import times
from pipeline.artefacts import Sheet, published
from pipeline.errors import Refused
from pipeline.quotes.ledger.edits import set_value
from pipeline.quotes.ledger.ledger import Entry, Ledger, change_ledger, seen
from pipeline.quotes.ledger.said import Said, Verb
from pipeline.show.episode import LocalEpisode
from pipeline.show.guests.block import Answer, Block, read_blocks
from pipeline.show.guests.sheets import hashed
from pipeline.show.guests.standing import change_sheets, sheets_of
from pipeline.site.guest import ANSWERS
from pipeline.workspace import Workspace

_VERBS: dict[str, Verb] = {"fix": "asks", "misheard": "asks", "context": "asks", "no": "withdrawn"}
_WHY = {"misheard": "misheard", "context": "out of context"}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one answer; `counts` is false where it was left."""

    line: str
    counts: bool


def take(workspace: Workspace, content: bytes) -> list[Taken]:
    """Take in every answer of a text or mail; Refused for one that no sheet of this show made."""
    blocks = read_blocks(content)
    known = [_sheet_of(workspace, block) for block in blocks]
    for block, (_, sheet) in zip(blocks, known, strict=True):
        _check(block, sheet)
    if not any(block.answers for block in blocks):
        raise Refused("no quote is answered in it", "write an answer in the place of each ____")
    return [
        taken
        for block, (episode, sheet) in zip(blocks, known, strict=True)
        for taken in _take(episode, sheet, block)
    ]


def _sheet_of(workspace: Workspace, block: Block) -> tuple[LocalEpisode, Sheet]:
    code = hashed(block.code)
    for slug in workspace.slugs():
        episode = LocalEpisode(workspace, slug)
        for sheet in sheets_of(episode):
            if sheet.code == code:
                return episode, sheet
    raise Refused(
        f"no sheet of this show has the code {block.code[:4]}…: the answer is not taken",
        "was it made for another show, or is guests.json of its episode not here yet? git pull",
    )


def _check(block: Block, sheet: Sheet) -> None:
    """Refused for a block that this sheet has not made."""
    for answer in block.answers:
        if sheet.quotes.get(answer.id) != answer.seen:
            raise Refused(
                f"{answer.id}: the sheet of {sheet.guest} showed no such quote, or other words",
                "the answer was changed on its way: ask for it again",
            )
        if answer.word not in ANSWERS[sheet.mode]:
            raise Refused(
                f"{answer.id}: “{answer.word}” is no answer of this sheet",
                f"it must be one of {', '.join(ANSWERS[sheet.mode])}: ask {sheet.guest}, and write it"
                " there",
            )


def _take(episode: LocalEpisode, sheet: Sheet, block: Block) -> Iterator[Taken]:
    """Write down what counts by the ledger as it is, and tell of each answer what became of it."""
    before = _last_answers(sheets_of(episode))
    entries = {entry.id: entry for _, entry in episode.ledger.entries}
    left = {
        answer.id: why
        for answer in block.answers
        if (why := _why_not(answer, entries.get(answer.id), block.at, before))
    }
    counts = {each.id: _said(each, sheet) for each in block.answers if each.id not in left}
    # First that these words were answered: an agreement of which nobody knows would hold for any.
    moments = dict.fromkeys(counts, block.at)
    change_sheets(
        episode,
        lambda sheets: [
            replace(each, answered=each.answered | moments) if each.code == sheet.code else each
            for each in sheets
        ],
    )

    def write(ledger: Ledger) -> None:
        for entry in [entry for _, entry in ledger.entries]:
            if entry.id in counts and seen(entry) == sheet.quotes[entry.id]:
                set_value(ledger, entry.id, "guest", str(counts[entry.id]))

    change_ledger(episode.paths.ledger, episode.name(episode.paths.ledger), write)
    for answer in block.answers:
        if said := counts.get(answer.id):
            yield Taken(f"{answer.id}: {said}{_then(episode, said)}", True)
        else:
            line = f"{answer.id}: “{answer.word}” counts for nothing: {left[answer.id]}"
            yield Taken(line, False)


def _last_answers(sheets: Sequence[Sheet]) -> dict[str, str]:
    """When each quote was answered last, on whichever sheet."""
    found: dict[str, str] = {}
    for sheet in sheets:
        for identity, at in sheet.answered.items():
            found[identity] = max(at, found.get(identity, ""))
    return found


def _why_not(answer: Answer, entry: Entry | None, at: str, before: dict[str, str]) -> str:
    """Why an answer counts for nothing, empty where it counts."""
    if entry is None:
        return "the quote is not in the ledger any more"
    if seen(entry) != answer.seen:
        return "the guest saw other words than those of today: show them again"
    if at and at < before.get(answer.id, ""):
        return "a later answer was taken already"
    return ""


def _said(answer: Answer, sheet: Sheet) -> Said:
    agreed: Verb = "approved" if sheet.mode == "approve" else "confirmed"
    remark = ": ".join(filter(None, (_WHY.get(answer.word, ""), answer.remark)))
    return Said(_VERBS.get(answer.word, agreed), times.today(), remark)


def _then(episode: LocalEpisode, said: Said) -> str:
    """What the host can do about an answer that does not agree."""
    public = episode.slug in published(episode.workspace).ever
    if said.verb == "withdrawn" and public:
        return (
            f"; it is public: take it out of the ledger, and pullquote plan {episode.slug} proposes the"
            " correction that is published with it"
        )
    if said.verb == "withdrawn":
        return "; the guard stops it: take it out of the ledger"
    return "; publish waits until you have settled it" if said.verb == "asks" else ""
