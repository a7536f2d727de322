"""Quotes and corrections are one: what a quote mends the transcript gets, and the other way round."""

from collections.abc import Iterator, Sequence
from functools import partial

from pipeline.artefacts import RAW, SUSPECTS
from pipeline.host_files import change_input
from pipeline.quotes.deciding.carrying import corrected
from pipeline.quotes.deciding.flowing import followed
from pipeline.quotes.deciding.hearing import Repair, signed, spelled
from pipeline.quotes.deciding.kept_ids import earlier
from pipeline.quotes.ledger.edits import set_text
from pipeline.quotes.ledger.ledger import Ledger, change_ledger
from pipeline.quotes.matching.edits import bare
from pipeline.quotes.proof.guard import Guard
from pipeline.show.episode import LocalEpisode
from pipeline.show.words.hearing import Proof, prove
from pipeline.text.scripts import join
from pipeline.times import clock
from pipeline.transcript.corrections.edits import with_place
from pipeline.transcript.corrections.elsewhere import Elsewhere

_SAME = 1.0  # seconds between a repair and an entry for the same words
_SHOWN = 4  # times of other places


def settle(episode: LocalEpisode, guard: Guard) -> Proof:
    """Decide by the corrections and the sound what of the quotes needs nobody: lines for the host.

    What the host signed before the last review is left alone: it may be public.
    """
    followed = follow_corrections(episode, guard)
    proof = prove(episode, guard)
    _, verdicts = episode.judged(guard)
    before = {(quote.id, quote.text) for quote in earlier(episode.paths.ledger).quotes}
    new = [each for each in verdicts if (each.quote.id, each.quote.text) not in before]
    heard = [repair for verdict in new for repair in signed(verdict)]
    corrected = correct_too(episode, guard, [*proof.repairs, *heard])
    proven = f"The sound has proven edits, {len(proof.lines)} of them: each stands below its quote."
    mended = "What your quotes mend of the recogniser's hearing is mended in the transcript, too."
    brief = [*followed, *([proven] if proof.lines else []), *([mended] if corrected else [])]
    return proof._replace(lines=[*followed, *proof.lines, *corrected], brief=brief)


def follow_corrections(episode: LocalEpisode, guard: Guard) -> list[str]:
    """Mend in the quotes what was mended in the transcript; a line for each of them."""
    changes = SUSPECTS.of(episode.paths).changes
    _, verdicts = episode.judged(guard)
    texts = dict(followed(verdicts, changes))
    if not texts:
        return []

    def mend(now: Ledger) -> None:
        for entry in [entry for _, entry in now.entries if entry.id in texts]:
            set_text(now, entry.id, texts[entry.id], entry.at)

    path = episode.paths.ledger
    change_ledger(path, episode.name(path), mend)
    return [
        f"{identity}: mended as the transcript was: “{text}”" for identity, text in texts.items()
    ]


def correct_too(episode: LocalEpisode, guard: Guard, repairs: Sequence[Repair]) -> list[str]:
    """Mend in the transcript what quotes mend of the recogniser's hearing; a line for each repair.

    Words that a correction or the glossary has changed already, or shall keep, are left to the host.
    """
    raw = RAW.path(episode.paths)
    if not repairs or not raw.is_file():
        return []
    mended = set(corrected(guard.transcript, RAW.read(raw).words))
    there = episode.corrections
    known = [each.at for each in (*there.replace, *there.keep, *there.heard) if each.at is not None]
    lines = []
    for repair in repairs:
        at, said, text, words = _entry(repair, guard)
        if mended & words or any(abs(at - each) < _SAME for each in known):
            continue
        mended |= words
        change_input(
            episode.paths.corrections,
            partial(with_place, table="replace", at=at, said=said, text=text),
        )
        lines.append(
            f"{episode.name(episode.paths.corrections)}: at {clock(at, 1)} “{said}” is “{text}”, as the"
            " quote has it; the next run mends the transcript"
        )
        lines += _elsewhere(episode, guard, repair, said, text)
    return lines


def _entry(repair: Repair, guard: Guard) -> tuple[float, str, str, set[int]]:
    """When a repair is, the words that were heard and those that were said, and the numbers of the former.

    What the recogniser left out goes with the word before it.
    """
    words, first, last = guard.transcript.words, repair.first, repair.last
    before = [word.text for word in words[:first]]
    new = spelled(repair, before[-1:], guard.source.lower_words)
    if first == last:
        first = max(0, first - 1)
        new = [*bare([words[first].text]).split(), *new]
    heard = bare(word.text for word in words[first : max(last, first + 1)])
    return words[first].start, heard, join(new), {*range(first, max(last, first + 1))}


def _elsewhere(
    episode: LocalEpisode, guard: Guard, repair: Repair, said: str, text: str
) -> Iterator[str]:
    """A line where the same is heard in other places."""
    words = guard.transcript.words
    places = [n for n in Elsewhere(words).places(said, text) if n != repair.first]
    if places:
        times = ", ".join(clock(words[n].start, 1) for n in places[:_SHOWN])
        at = clock(words[repair.first].start, 1)
        yield (
            f"“{said}” is heard {len(places)} more time{'s' if len(places) > 1 else ''}, at {times}:"
            " listen there; where it is the same mishearing each time, after the run: "
            f"pullquote transcript promote {episode.slug} {at}"
        )
